"""Taps of a station's list as they are sent: one by a button of a form, or many by the page that kept them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, Final

from app.models import AttendanceKind
from app.phrases import RuleBroken, phrase
from app.services.attendance.notes import MOST_AT_ONCE, Note, Taken, read_clock
from app.services.attendance.people import Day, Person
from app.views.forms.fields import parse_clock

UNREADABLE: Final = phrase("This could not be read.")
LONGEST: Final = 200  # of a value of a tap
EVERYBODY: Final = "all"  # in the place of a person: everybody of a shift of whom nothing is noted


def make_key(*parts: str) -> str:
    """The key of a note of a form: the same form sent twice gives the same one."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def read_button(written: str, nonce: str, people: list[Person], now: datetime) -> list[Note]:
    """The notes of a button `about:kind` or `about:undo:key`. Raises RuleBroken."""
    about, _colon, rest = written.partition(":")
    kind, _colon, amends = rest.partition(":")
    if kind not in set(AttendanceKind) or (kind == AttendanceKind.UNDO) != bool(amends):
        raise RuleBroken(UNREADABLE)
    if about == EVERYBODY or about.startswith(EVERYBODY + "-"):
        shift = about.removeprefix(EVERYBODY + "-")
        chosen = [who.about for who in people if str(who.shift_id) == shift and not who.is_noted]
    else:
        chosen = [about]
    return [Note(make_key(nonce, who, kind, amends), kind, who, now, amends_key=amends or None) for who in chosen]


def read_taps(written: str, day: Day) -> Iterator[Note | Taken]:
    """The notes of a page that kept them, as JSON; one that cannot be read says so and does not hold up the others.

    Raises RuleBroken for what no page of ours sends.
    """
    try:
        known = json.loads(written)
    except ValueError:
        raise RuleBroken(UNREADABLE) from None
    if not isinstance(known, list) or len(known) > MOST_AT_ONCE:
        raise RuleBroken(UNREADABLE)
    for tap in known:
        if not isinstance(tap, dict) or not isinstance(tap.get("key"), str):
            raise RuleBroken(UNREADABLE)
        try:
            yield _read(tap, day)
        except RuleBroken as error:
            yield Taken(tap["key"], error.text)


def _read(tap: dict[str, Any], day: Day) -> Note:
    if not all(_is_value(value) for value in tap.values()):
        raise RuleBroken(UNREADABLE)
    texts = {name: tap.get(name) or "" for name in ("key", "kind", "about", "noted", "at", "amends", "name", "instead")}
    if not all(isinstance(value, str) for value in texts.values()):
        raise RuleBroken(UNREADABLE)
    return Note(
        key=texts["key"],
        kind=texts["kind"],
        about=texts["about"],
        noted_at=read_instant(texts["noted"]),
        at=read_clock(day, _read_time(texts["at"])) if texts["at"] else None,
        amends_key=texts["amends"] or None,
        function_id=_read_number(tap.get("function")),
        voter_name=texts["name"],
        shift_id=_read_number(tap.get("shift")),
        replaces=texts["instead"],
    )


def _is_value(value: Any) -> bool:
    return (
        value is None
        or isinstance(value, int)
        or (isinstance(value, str) and len(value) <= 200 and value.isprintable())
    )


def _read_number(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdecimal() or len(str(value)) > 9:
        raise RuleBroken(UNREADABLE)
    return int(value)


def _read_time(typed: str) -> time:
    try:
        return parse_clock(typed)
    except ValueError:
        raise RuleBroken(UNREADABLE) from None


def read_instant(written: str) -> datetime:
    """An instant as browsers write it, in UTC. Raises RuleBroken."""
    try:
        found = datetime.fromisoformat(written)
        if found.tzinfo is None or not 2000 < found.year < 2200:
            raise ValueError
    except ValueError:
        raise RuleBroken(UNREADABLE) from None
    return found
