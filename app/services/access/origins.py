"""Where a request comes from, and the places that count their wrong tries apart.

A stranger who uses up the tries of an account must not keep its owner out. So a browser in which this person signed in
before, and each open session, is a place with tries of its own; all other browsers share the tries of the account.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.services.access.people import Person

ANYWHERE = ""  # a browser in which this person never signed in
LETTER = "letter:"


@dataclass(frozen=True, slots=True)
class Origin:
    """The address, the browser, and the mark of a browser with the ids of the users who signed in with it."""

    ip: str
    agent: str = ""
    device: str = ""
    device_users: tuple[int, ...] = ()

    def knows(self, user_id: int | None) -> bool:
        """Whether this user signed in in this browser before."""
        return bool(self.device) and user_id in self.device_users

    def place_of(self, person: Person | None) -> str:
        """The place of this person in front of the door: this device when it is known, else ANYWHERE."""
        return f"device:{self.device}" if person is not None and self.knows(person.user.id) else ANYWHERE


def session_place(session_id: int) -> str:
    """The place of who is signed in: the open session."""
    return f"session:{session_id}"


def letter_place(link_id: int) -> str:
    """The place of who opens an account with a letter: there is no device or session yet."""
    return f"{LETTER}{link_id}"


def is_of_letter(place: str) -> bool:
    """Whether this place is a letter: who is there has no account to choose a new password for."""
    return place.startswith(LETTER)


def counted_as_name(typed: str) -> str:
    """Whose tries these are when there is no such account. A user name of digits is not somebody's id."""
    return f"name:{typed.strip().lower()}"


def counted_as(person: Person, place: str) -> str:
    """Whose tries these are. Those of a place end with the epoch, so a new password ends every wait."""
    return f"{person.user.id}:{person.account.epoch}:{place}" if place else str(person.user.id)
