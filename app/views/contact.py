"""How people reach the election team: in the footer, at help, in letters and where a text says "call"."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from app.i18n import language_here


@dataclass(frozen=True, slots=True)
class Contact:
    """What the settings say, in the reader's language. Only a portal for developers may lack a number."""

    phone: str
    hours: str
    email: str

    @property
    def dialled(self) -> str:
        """The number as a phone dials it: `14 012` as 14012, `+31 (0)30 123` not with the (0)."""
        return "".join(letter for letter in self.phone.replace("(0)", "") if letter.isdigit() or letter == "+")


def find_contact() -> Contact:
    """The contact of this municipality."""
    settings = current_app.config
    is_dutch = language_here().startswith("nl")
    hours = settings["CONTACT_HOURS"] if is_dutch else settings["CONTACT_HOURS_EN"] or settings["CONTACT_HOURS"]
    return Contact(settings["CONTACT_PHONE"], hours, settings["CONTACT_EMAIL"])


def init_app(app: Flask) -> None:
    """Give the templates `contact()`."""
    app.jinja_env.globals["contact"] = find_contact
