"""What notes about somebody say together: the state now, and from when until when they were there.

Notes come in at any time and in any order, for a phone without a connection keeps them. So nothing is ever changed
by a note alone: all of them are read again, in the order in which they were made, and the outcome is the same
whatever the order in which they arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.models import AttendanceKind, AttendanceState


class Noted(NamedTuple):
    """A note: what it says about which moment, when it was made, and the note that it takes the place of."""

    key: str
    kind: str
    at: datetime | None
    noted_at: datetime
    amends_key: str | None = None
    function_id: int | None = None
    order: int = 0  # of two that were made at the same moment


class Spell(NamedTuple):
    """There from an instant until another. No `since`: nobody noted it; no `until`: still there."""

    since: datetime | None
    until: datetime | None


@dataclass(slots=True)
class Standing:
    """What the notes say together. `effective` are those that still count, in the order of what they say."""

    state: str = AttendanceState.EXPECTED.value
    expected_at: datetime | None = None
    spells: list[Spell] = field(default_factory=list)
    function_id: int | None = None
    effective: list[Noted] = field(default_factory=list)

    @property
    def last(self) -> Noted | None:
        """The note that made the state."""
        return self.effective[-1] if self.effective else None


def fold(notes: Iterable[Noted]) -> Standing:
    """The outcome of all notes about somebody."""
    standing = Standing(effective=_effective(sorted(notes, key=lambda note: (note.noted_at, note.order))))
    for note in standing.effective:
        _apply(standing, note)
    return standing


def _effective(notes: Sequence[Noted]) -> list[Noted]:
    """The notes without those that were undone; one that amends another stands in its place."""
    slots: list[list[Noted]] = []
    waiting = []
    for note in notes:
        if note.amends_key is None:
            slots.append([note])
        else:
            waiting.append(note)
    while waiting:
        left = [note for note in waiting if not _amend(slots, note)]
        if len(left) == len(waiting):  # what they amend did not come in yet
            slots += [[note] for note in left if note.kind != AttendanceKind.UNDO]
            break
        waiting = left
    kept = [slot for slot in slots if slot]
    return [slot[-1] for slot in kept]


def _amend(slots: Sequence[list[Noted]], note: Noted) -> bool:
    for slot in slots:
        place = next((index for index, known in enumerate(slot) if known.key == note.amends_key), None)
        if place is not None:
            if note.kind == AttendanceKind.UNDO:
                slot[place] = slot[place]._replace(kind=AttendanceKind.UNDO.value)
                _drop_undone(slot)
            else:
                slot.append(note)
            return True
    return False


def _drop_undone(slot: list[Noted]) -> None:
    """What was undone at the end of a slot goes; what it had amended counts again."""
    while slot and slot[-1].kind == AttendanceKind.UNDO:
        slot.pop()


def _apply(standing: Standing, note: Noted) -> None:
    at = note.at or note.noted_at
    is_open = bool(standing.spells) and standing.spells[-1].until is None
    standing.expected_at = note.at if note.kind == AttendanceKind.LATE else None
    if note.kind == AttendanceKind.HERE:
        standing.function_id = note.function_id or standing.function_id
        _arrive(standing.spells, at, is_open=is_open)
    elif note.kind == AttendanceKind.GONE:
        _leave(standing, at, is_open=is_open)
    elif is_open:  # "here" was a mistake
        standing.spells.pop()
    standing.state = note.kind


def _arrive(spells: list[Spell], at: datetime, *, is_open: bool) -> None:
    if is_open:  # two people noted the same
        since = spells[-1].since
        spells[-1] = Spell(at if since is None else min(since, at), None)
        return
    before = spells[-1].until if spells else None
    spells.append(Spell(at if before is None else max(at, before), None))


def _leave(standing: Standing, at: datetime, *, is_open: bool) -> None:
    spells = standing.spells
    if is_open or (spells and standing.state == AttendanceState.GONE):
        since = spells[-1].since
        spells[-1] = Spell(since, at if since is None else max(at, since))
    else:
        spells.append(Spell(None, at))


def hand_over(spells: list[Spell], next_since: datetime) -> list[Spell]:
    """Who is here in a later shift of the same station left the earlier one then."""
    if spells and spells[-1].until is None:
        since = spells[-1].since
        spells = [*spells[:-1], Spell(since, next_since if since is None else max(since, next_since))]
    return spells
