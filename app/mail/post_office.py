"""What the portal gives to mail: its settings, and who fills in a template. So mail knows no web framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Server(Protocol):
    """The mail server of the settings, as Flask-Mail keeps it."""

    server: str
    port: int | None
    username: str | None
    password: str | None
    use_tls: bool
    use_ssl: bool
    suppress: bool


class WriteMail(Protocol):
    """Fills in the template of a mail in a language."""

    def __call__(self, name: str, locale: str, values: Mapping[str, Any]) -> tuple[str, str, str]:
        """Subject, text and HTML."""


class PostOffice:
    """Unbound until `open`: `create_app` does it, once per process."""

    settings: Mapping[str, Any]  # as they are now: PUBLIC_URL, MUNICIPALITY, MAIL_…
    server: Server
    write: WriteMail
    compiled: dict[str, Any]  # mails that are written once

    def open(self, settings: Mapping[str, Any], *, server: Server, write: WriteMail) -> None:
        """From now on mail leaves with these."""
        self.settings, self.server, self.write, self.compiled = settings, server, write, {}


post_office = PostOffice()
