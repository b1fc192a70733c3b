"""Notes of who presided at a station, for the team only: of the station, or of somebody who worked there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Attendance,
    AttendanceState,
    Capacity,
    ChairNote,
    Election,
    ElectionState,
    Function,
    Member,
    PollingStation,
    PublishedPlace,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.evaluation.hours.sources import SAID_NO
from app.services.search.query import Search
from app.typed.texts import tidy_text

LONGEST: Final = 2_000
PRESIDES: Final = (Capacity.CHAIR, Capacity.DEPUTY)
CLOSED: Final = phrase("This election is closed. Write to the team in the message box.")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who worked at the station, to choose from."""

    id: int
    name: str


def list_presided(member_id: int, now: datetime) -> Sequence[PollingStation]:
    """The stations at which this member presides, from the beginning of the work until the election is closed."""
    said_no = exists().where(
        AppointedPlace.place_id == PublishedPlace.id,
        Appointment.id == AppointedPlace.appointment_id,
        Appointment.state == AppointmentState.ISSUED,
        Appointment.answer.in_(SAID_NO),
    )
    places = (
        select(PublishedPlace.station_id)
        .join(Function, Function.id == PublishedPlace.function_id)
        .where(
            PublishedPlace.member_id == member_id,
            PublishedPlace.until_version_id.is_(None),
            PublishedPlace.starts_at <= now,
            Function.capacity.in_(PRESIDES),
            ~said_no,
        )
    )
    rows = (
        select(PollingStation)
        .join(Election, Election.id == PollingStation.election_id)
        .where(PollingStation.id.in_(places), Election.state != ElectionState.CLOSED)
        .options(joinedload(PollingStation.election))
        .order_by(Election.voting_on.desc(), PollingStation.number)
    )
    return db.session.scalars(rows).all()


def find_presided(member_id: int, station_id: int, now: datetime) -> PollingStation | None:
    """One of these stations."""
    return next((station for station in list_presided(member_id, now) if station.id == station_id), None)


@everyone("read who worked at the station of a chair")
def list_colleagues(station: PollingStation, but: Member) -> list[Colleague]:
    """By name: who has a place there, or was there."""
    placed = exists().where(
        PublishedPlace.member_id == Member.id,
        PublishedPlace.station_id == station.id,
        PublishedPlace.until_version_id.is_(None),
    )
    was_there = exists().where(
        Attendance.member_id == Member.id,
        Attendance.station_id == station.id,
        Attendance.state.in_((AttendanceState.HERE, AttendanceState.GONE)),
    )
    rows = select(Member).where(Member.id != but.id, or_(placed, was_there)).order_by(*Member.by_name())
    return [Colleague(member.id, member.full_name) for member in db.session.scalars(rows)]


def list_own(member_id: int, station_id: int) -> Sequence[ChairNote]:
    """What this member wrote of the station, the latest first."""
    rows = select(ChairNote).where(ChairNote.member_id == member_id, ChairNote.station_id == station_id)
    return db.session.scalars(rows.order_by(ChairNote.id.desc())).all()


def find_own(member_id: int, note_id: int) -> ChairNote | None:
    """One of them."""
    rows = select(ChairNote).where(ChairNote.id == note_id, ChairNote.member_id == member_id)
    return db.session.scalars(rows.options(joinedload(ChairNote.station))).first()


def write_note(
    station: PollingStation, member: Member, about_id: int | None, body: str, *, actor: Actor, now: datetime
) -> ChairNote:
    """A note for the team; the trail tells that it was written, not what. Raises RuleBroken with the field."""
    if find_presided(member.id, station.id, now) is None:
        raise RuleBroken(CLOSED)
    if about_id is not None and about_id not in {who.id for who in list_colleagues(station, member)}:
        raise RuleBroken(phrase("Choose somebody of this polling station."), field="about")
    note = ChairNote(
        election_id=station.election_id,
        station_id=station.id,
        member_id=member.id,
        about_member_id=about_id,
        body=_check(body),
        written_at=now,
    )
    db.session.add(note)
    db.session.flush()
    record_event(actor, "chair_note.written", now=now, subject=note, member_id=member.id)
    return note


def change_note(note: ChairNote, body: str, *, actor: Actor, now: datetime) -> None:
    """Other words, as long as the election is not closed. Raises RuleBroken with the field."""
    if note.election.state == ElectionState.CLOSED:
        raise RuleBroken(CLOSED)
    note.body, note.changed_at = _check(body), now
    db.session.flush()
    record_event(actor, "chair_note.changed", now=now, subject=note, member_id=note.member_id)


def _check(body: str) -> str:
    plain = tidy_text(body)
    if not plain:
        raise RuleBroken(phrase("Write what the team should know."), field="body")
    if len(plain) > LONGEST:
        raise RuleBroken(phrase("At most %(most)s characters.", most=LONGEST), field="body")
    return plain


# --- for the team ----------------------------------------------------------------------------------------------------


def list_about(member_id: int, *, limit: int) -> Sequence[ChairNote]:
    """What chairs wrote of this member, the latest first. One statement."""
    rows = (
        select(ChairNote)
        .where(ChairNote.about_member_id == member_id)
        .options(joinedload(ChairNote.member), joinedload(ChairNote.station), joinedload(ChairNote.election))
        .order_by(ChairNote.id.desc())
        .limit(limit)
    )
    return db.session.scalars(rows).all()


def found_by_words(search: Search) -> list[ColumnElement[bool]]:
    """Notes in which each word stands. Some hundreds of rows: no index."""
    words: list[Any] = [
        and_(*(ChairNote.body.icontains(word, autoescape=True) for word in alternative))
        for alternative in search.alternatives
    ]
    return [or_(*words)]
