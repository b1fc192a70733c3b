"""Whether an e-mail address can be one, and how the portal keeps it."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from app.phrases import RuleBroken, phrase


def check_email(typed: str, *, field: str = "email") -> str:
    """The address in lower case, as the portal keeps it. Raises RuleBroken. No look-up: it works without network."""
    try:
        valid = validate_email(typed.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise RuleBroken(
            phrase("Type an e-mail address with an @ and a full stop, for example name@example.com."), field=field
        ) from None
    return valid.normalized.lower()
