"""Taking in notes about who is at a station, from the page or from a phone that kept them for a while.

Each is kept once, by the key that the device gave it; what came in late takes its place by the moment at which it was
made. The rows of `Attendance` are worked out anew from all notes of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from app.clock import from_local
from app.extensions import db
from app.models import (
    Attendance,
    AttendanceEvent,
    AttendanceKind,
    AttendanceState,
    Capacity,
    Function,
    PublishedPlace,
)
from app.models.guard.row_guard import everyone
from app.phrases import Phrase, RuleBroken, phrase
from app.services.attendance.folding import Noted, Standing, fold, hand_over
from app.services.attendance.people import STATES, Day, read_spells, write_spells
from app.services.audit import Actor, record_event
from app.services.bulk import serialize

LONGEST_KEY: Final = 40
LONGEST_NAME: Final = 120
MOST_AT_ONCE: Final = 200  # of a phone that kept them; more come with the next request
AHEAD: Final = timedelta(minutes=5)  # clocks differ
NIGHT: Final = time(5, 0)  # what is earlier belongs to the night after the day
VERBS: Final = {kind.value: kind.value for kind in AttendanceKind} | {
    AttendanceKind.UNDO.value: "undone"
}  # in the trail
NOT_HERE: Final = phrase("This person is not on the list of this station.")


@dataclass(frozen=True, slots=True)
class Note:
    """A tap. `about` is "p" with the key of a published place, "a" with that of an attendance, or "v" with the key of
    the note that brought a voter in: then `shift_id`, and `voter_name` in that first one. `at` is what it says, where
    that is another moment than `noted_at`.
    """

    key: str
    kind: str
    about: str
    noted_at: datetime
    at: datetime | None = None
    amends_key: str | None = None
    function_id: int | None = None
    voter_name: str = ""
    shift_id: int | None = None
    replaces: str = ""  # the person whose place the voter takes


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a note: taken in (now or before), or why not."""

    key: str
    refused: Phrase | None = None
    field: str | None = None


@everyone("note who is at a station")
def take_in(
    day: Day, notes: Sequence[Note], *, actor: Actor, now: datetime, device_now: datetime | None = None
) -> list[Taken]:
    """Keep these notes, the earliest first. `device_now` is what the clock of the device says: it may be wrong.

    Whoever calls it has looked whether this person may (`access`). One that is refused does not hold up the others.
    """
    serialize(f"attendance {day.station.id}")
    shift = now - device_now if device_now is not None and abs(now - device_now) > AHEAD else timedelta()
    asked = {note.key for note in notes}
    found = select(AttendanceEvent.key, AttendanceEvent.station_id).where(AttendanceEvent.key.in_(asked))
    known = dict(db.session.execute(found).all())
    taken, touched = [], []
    for note in sorted(notes, key=lambda each: each.noted_at):
        moved = _on_our_clock(note, shift, now)
        try:
            if note.key in known:
                if known[note.key] != day.station.id:
                    raise RuleBroken(NOT_HERE)
            else:
                touched.append(_keep(day, moved, actor=actor, now=now))
                known[note.key] = day.station.id
            taken.append(Taken(note.key))
        except RuleBroken as error:
            taken.append(Taken(note.key, error.text, error.field))
    _work_out(day, touched)
    return taken


def take_one(day: Day, note: Note, *, actor: Actor, now: datetime) -> None:
    """Keep one note of a form. Raises RuleBroken."""
    (taken,) = take_in(day, [note], actor=actor, now=now)
    if taken.refused is not None:
        raise RuleBroken(taken.refused, field=taken.field)


def read_clock(day: Day, typed: time) -> datetime:
    """The instant of a time on the clock of this day; the small hours are those of the night after it."""
    date = day.date + timedelta(days=1) if typed < NIGHT else day.date
    return from_local(datetime.combine(date, typed))


def _on_our_clock(note: Note, shift: timedelta, now: datetime) -> Note:
    moved = min(note.noted_at + shift, now)
    return Note(**{**{name: getattr(note, name) for name in Note.__slots__}, "noted_at": moved})


def _keep(day: Day, note: Note, *, actor: Actor, now: datetime) -> Attendance:
    _check(day, note, now)
    row, is_new = _row_of(day, note)
    event = AttendanceEvent(
        key=note.key,
        attendance=row,
        station_id=day.station.id,
        kind=note.kind,
        at=note.at,
        noted_at=note.noted_at,
        received_at=now,
        user_id=actor.user_id,
        amends_key=note.amends_key or None,
        function_id=_check_function(note.function_id),
    )
    db.session.add(event)
    db.session.flush()
    verb = "voter" if is_new and row.member_id is None else VERBS[note.kind]
    record_event(actor, f"attendance.{verb}", now=now, subject=row, member_id=row.member_id, station=day.station.number)
    return row


def _check(day: Day, note: Note, now: datetime) -> None:
    if day.election.state not in STATES:
        raise RuleBroken(phrase("Nothing can be noted for this election now."))
    if not 8 <= len(note.key) <= LONGEST_KEY or not note.key.isascii() or note.kind not in VERBS:
        raise RuleBroken(phrase("This could not be read."))
    begins, ends = read_clock(day, NIGHT) - timedelta(days=1), read_clock(day, NIGHT) + timedelta(days=1, hours=7)
    is_early = note.noted_at < begins
    moment = note.at or note.noted_at
    if is_early or (note.at is not None and not begins <= moment < ends):
        raise RuleBroken(phrase("This is of another day."), field="at")
    if note.kind != AttendanceKind.LATE and moment > now + AHEAD:
        raise RuleBroken(phrase("This moment has not come yet."), field="at")


def _check_function(function_id: int | None) -> int | None:
    """In which function somebody works here: one of the polling station."""
    if function_id is None:
        return None
    function = db.session.get(Function, function_id)
    if function is None or function.capacity not in (Capacity.CHAIR, Capacity.DEPUTY, Capacity.MEMBER):
        raise RuleBroken(phrase("This function is not of a polling station."), field="function_id")
    return function_id


def _row_of(day: Day, note: Note) -> tuple[Attendance, bool]:
    """The row about this person, made when it is the first note."""
    kind, key = note.about[:1], note.about[1:]
    if kind == "v" and 8 <= len(key) <= LONGEST_KEY:
        return _voter(day, note, key)
    if not key.isascii() or not key.isdecimal() or int(key) >= 2**31:
        raise RuleBroken(NOT_HERE)
    found = None
    if kind == "p":
        return _placed(day, int(key))
    if kind == "a":
        found = db.session.get(Attendance, int(key))
    if found is None or not _is_of(day, found.station_id, found.shift_id):
        raise RuleBroken(NOT_HERE)
    return found, False


def _is_of(day: Day, station_id: int | None, shift_id: int) -> bool:
    return station_id == day.station.id and shift_id in {shift.id for shift in day.shifts}


def _placed(day: Day, place_id: int) -> tuple[Attendance, bool]:
    place = db.session.get(PublishedPlace, place_id)
    if place is None or not _is_of(day, place.station_id, place.shift_id):
        raise RuleBroken(NOT_HERE)
    known = select(Attendance).where(
        Attendance.station_id == day.station.id,
        Attendance.shift_id == place.shift_id,
        Attendance.member_id == place.member_id,
    )
    row = db.session.scalars(known).first()
    if row is not None:
        return row, False
    row = _new(day, place.shift_id, member_id=place.member_id, place_id=place.id, function_id=place.function_id)
    return row, True


def _voter(day: Day, note: Note, key: str) -> tuple[Attendance, bool]:
    row = db.session.scalars(select(Attendance).where(Attendance.voter_key == key)).first()
    if row is not None:
        if not _is_of(day, row.station_id, row.shift_id):
            raise RuleBroken(NOT_HERE)
        return row, False
    name = " ".join(note.voter_name.split())
    if not name or note.kind != AttendanceKind.HERE:
        raise RuleBroken(phrase("Who sits in? Write the name."), field="voter_name")
    if len(name) > LONGEST_NAME:
        raise RuleBroken(phrase("This name is too long."), field="voter_name")
    if note.shift_id is None or not _is_of(day, day.station.id, note.shift_id):
        raise RuleBroken(NOT_HERE)
    replaced = _row_of(day, _about(note, note.replaces))[0].id if note.replaces else None
    row = _new(day, note.shift_id, voter_name=name, voter_key=key, replaces_id=replaced)
    return row, True


def _about(note: Note, about: str) -> Note:
    """About the person whose place is taken, who is no voter that comes in with this very note."""
    if about[:1] == "v":
        raise RuleBroken(NOT_HERE)
    return Note(note.key, note.kind, about, note.noted_at)


def _new(day: Day, shift_id: int, **values: Any) -> Attendance:
    row = Attendance(election_id=day.election.id, station_id=day.station.id, shift_id=shift_id, spells=[], **values)
    row.state = AttendanceState.EXPECTED.value
    db.session.add(row)
    db.session.flush()
    return row


def _work_out(day: Day, touched: Iterable[Attendance]) -> None:
    """Each person anew, in every shift of the day: who is here in a later one left the earlier one then."""
    people = {row.member_id or -row.id: row for row in touched}
    for row in people.values():
        rows = [row] if row.member_id is None else _rows_of_day(day, row.member_id)
        standings = [(each, fold(_read_notes(each.id))) for each in rows]
        for index, (each, standing) in enumerate(standings):
            later = [spell.since for _row, other in standings[index + 1 :] for spell in other.spells if spell.since]
            if later and standing.state == AttendanceState.HERE:
                standing.spells, standing.state = hand_over(standing.spells, min(later)), AttendanceState.GONE.value
            _write(each, standing)
    db.session.flush()


def _rows_of_day(day: Day, member_id: int) -> list[Attendance]:
    order = {shift.id: index for index, shift in enumerate(day.shifts)}
    rows = select(Attendance).where(
        Attendance.station_id == day.station.id, Attendance.member_id == member_id, Attendance.shift_id.in_(order)
    )
    return sorted(db.session.scalars(rows), key=lambda row: order[row.shift_id])


def _read_notes(attendance_id: int) -> list[Noted]:
    event: Any = AttendanceEvent
    columns = (event.key, event.kind, event.at, event.noted_at, event.amends_key, event.function_id, event.id)
    return [Noted(*row) for row in db.session.execute(select(*columns).where(event.attendance_id == attendance_id))]


def _write(row: Attendance, standing: Standing) -> None:
    last = standing.last
    row.state = standing.state
    row.expected_at = standing.expected_at
    row.spells = write_spells(standing.spells)
    moments = read_spells(row)
    row.arrived_at = moments[0].since if moments else None
    row.left_at = moments[-1].until if moments else None
    row.function_id = standing.function_id or (row.place.function_id if row.place is not None else row.function_id)
    row.last_key = last.key if last else None
    row.noted_at = last.noted_at if last else None
    row.noted_by_user_id = _by(last.key) if last else None
    if last is None and row.member_id is None:
        row.voter_name = ""  # nobody sat in: no name is needed


def _by(key: str) -> int | None:
    return db.session.scalar(select(AttendanceEvent.user_id).where(AttendanceEvent.key == key))
