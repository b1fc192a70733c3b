"""What is said when a code cannot be used: wrong, too old, used already, or locked. Each by its own name."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from app.phrases import Phrase, RuleBroken, phrase
from app.services.access.origins import ANYWHERE, is_of_letter
from app.services.access.people import Person
from app.services.access.rate_limits import Tries

CODE_LIFETIME = timedelta(minutes=10)


class CodeState(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"
    WRONG = "wrong"  # typed wrong as often as it may be
    USED = "used"
    GONE = "gone"  # another one took its place, or it is long ago


WHY_CLOSED: dict[CodeState, Phrase] = {
    CodeState.EXPIRED: phrase(
        "Your code has expired: it works for %(minutes)s minutes. Ask for a new code.",
        minutes=CODE_LIFETIME // timedelta(minutes=1),
    ),
    CodeState.WRONG: phrase("You typed a wrong code too often. Ask for a new code."),
    CodeState.USED: phrase("This code was used already. A code works one time. Start again, then we send a new one."),
    CodeState.GONE: phrase(
        "No code waits for you here any more: you asked for one in another window, or it was long ago. Start again, "
        "then we send a new one."
    ),
}
ACCOUNT_CHANGED = phrase("This code no longer works, because your account was changed meanwhile. Start again.")


class CodesLocked(RuleBroken):
    """No code can be typed or asked for at this place until `tries` end. `why`: "wrong" or "asked" too often.

    `is_new`: this was the try that locked it.
    """

    def __init__(self, text: Phrase, person: Person, place: str, tries: Tries, *, why: str, is_new: bool) -> None:
        super().__init__(text)
        self.person, self.place, self.tries, self.why, self.is_new = person, place, tries, why, is_new


def typed_wrong(person: Person, place: str, tries: Tries, minutes: int, *, is_new: bool = False) -> CodesLocked:
    """Wrong too often at this place."""
    text = phrase(
        "A wrong code was typed too often. Wait %(minutes)s minutes, or choose a new password: then you can go on at "
        "once.",
        minutes=minutes,
    )
    if is_of_letter(place):
        text = phrase(
            "A wrong code was typed too often. Wait %(minutes)s minutes, then you can go on.", minutes=minutes
        )
    if place == ANYWHERE:
        text = phrase(
            "A wrong code was typed too often for your account. Wait %(minutes)s minutes, use a device on which you "
            "signed in before, or choose a new password: then you can go on at once.",
            minutes=minutes,
        )
    return CodesLocked(text, person, place, tries, why="wrong", is_new=is_new)


def asked_too_often(person: Person, place: str, tries: Tries, minutes: int, *, is_new: bool) -> CodesLocked:
    """Too many codes were asked for at this place."""
    text = phrase(
        "You asked for too many codes. Wait %(minutes)s minutes, or choose a new password: then you can go on at once.",
        minutes=minutes,
    )
    if is_of_letter(place):
        text = phrase("You asked for too many codes. Wait %(minutes)s minutes, then you can go on.", minutes=minutes)
    if place == ANYWHERE:
        text = phrase(
            "Too many codes were asked for your account. Wait %(minutes)s minutes, use a device on which you signed in "
            "before, or choose a new password: then you can go on at once.",
            minutes=minutes,
        )
    return CodesLocked(text, person, place, tries, why="asked", is_new=is_new)
