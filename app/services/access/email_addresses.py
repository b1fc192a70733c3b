"""An e-mail address that somebody types: read, or refused at its field."""

from __future__ import annotations

from app.addresses import read_address
from app.phrases import Phrase, RuleBroken


def check_email(typed: str, *, field: str = "email") -> str:
    """The address as the portal keeps it. Raises RuleBroken. No look-up: it works without network."""
    address = read_address(typed)
    if isinstance(address, Phrase):
        raise RuleBroken(address, field=field)
    return address
