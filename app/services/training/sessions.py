"""Sessions of trainings, as the team makes, changes and cancels them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import exists, select

from app.extensions import db
from app.models import (
    Election,
    ElectionState,
    Function,
    SeatState,
    SessionKind,
    SessionState,
    TrainingResult,
    TrainingSeat,
    TrainingSession,
)
from app.phrases import RuleBroken, phrase, refuse_together
from app.services.audit import Actor, record_event
from app.services.certificates.results import LONGEST_TERM
from app.services.training import seats
from app.services.training.telling import Told, tell
from app.typed.texts import fit, is_blank, tidy_line

MOST_PLACES: Final = 2_000
LONGEST: Final = timedelta(days=2)  # an e-learning has no session
FURTHEST_REMINDER: Final = 30  # days
USUAL_REMINDER: Final = 3  # days before: time to move to another session, too near to forget again
USUAL_TERM: Final = 24  # months: a certificate covers the elections of two years
SHOWN_IN_CALENDARS: Final = ("title", "kind", "place", "link", "starts_at", "ends_at")  # who has a place is told
_OVER: Final = (ElectionState.SETTLING, ElectionState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionText:
    """What the team fills in; texts are Markdown. Without functions it is for everybody."""

    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    election_id: int | None = None
    function_ids: Sequence[int] = ()
    place: str = ""
    link: str = ""
    title_en: str = ""
    explanation: str = ""
    explanation_en: str = ""
    sign_up_until: datetime | None = None
    valid_months: int | None = None
    remind_days: int | None = None


_PLAIN: Final = (
    *("title", "title_en", "kind", "place", "link", "explanation", "explanation_en"),
    *("starts_at", "ends_at", "sign_up_until", "capacity", "valid_months", "remind_days", "election_id"),
)


def write_session(
    wanted: SessionText, session: TrainingSession | None, *, actor: Actor, now: datetime
) -> TrainingSession:
    """A new session, or another wording of this one. Raises RuleBroken with the fields.

    Who has a place hears of another time or place. More places go to who waits, at once.
    """
    seats.serialize_seats()
    if session is not None:
        db.session.refresh(session)
    refuse_together(_faults(wanted, session, now))
    row = session or TrainingSession(created_at=now, taken=0, waiting=0, changes=0, state=SessionState.OPEN)
    before = {name: getattr(row, name) for name in SHOWN_IN_CALENDARS}
    changed = [name for name in _PLAIN if getattr(row, name) != getattr(wanted, name)]
    for name in changed:
        setattr(row, name, getattr(wanted, name))
    functions = list(db.session.scalars(select(Function).where(Function.id.in_(wanted.function_ids))))
    if session is None or {known.id for known in row.functions} != {found.id for found in functions}:
        row.functions = functions
        changed.append("functions")
    row.changed_at = now
    if session is None:
        db.session.add(row)
        db.session.flush()
        record_event(actor, "training_session.created", now=now, subject=row)
        return row
    _follow_change(row, before, now)
    if changed:
        record_event(actor, "training_session.changed", now=now, subject=row, fields=sorted(changed))
    seats.fill_free_places(row, now=now)
    return row


def _follow_change(row: TrainingSession, before: dict[str, Any], now: datetime) -> None:
    """Calendars show it anew, and who has a place or waits is told; a session that has begun tells nobody."""
    if all(getattr(row, name) == old for name, old in before.items()):
        db.session.flush()
        return
    row.changes += 1
    if row.starts_at != before["starts_at"]:
        row.reminded_at = None
    db.session.flush()
    if row.is_open and row.starts_at > now:
        tell(seats.list_open_members(row.id), Told.CHANGED, row, now=now, key=f"changed:{row.changes}")


def _faults(wanted: SessionText, session: TrainingSession | None, now: datetime) -> list[RuleBroken]:
    return [
        *_faults_of_words(wanted),
        *_faults_of_times(wanted, session, now),
        *_faults_of_numbers(wanted, session),
        *_faults_of_election(wanted, session),
    ]


def _faults_of_words(wanted: SessionText) -> list[RuleBroken]:
    faults = []
    if is_blank(wanted.title):
        faults.append(RuleBroken(phrase("Fill in a title."), field="title"))
    if wanted.kind == SessionKind.PLACE and is_blank(wanted.place):
        faults.append(RuleBroken(phrase("Fill in where it is: the building and its address."), field="place"))
    if wanted.kind == SessionKind.LINK and not _is_address(wanted.link):
        said = phrase("Fill in the whole address of the meeting, which begins with https://.")
        faults.append(RuleBroken(said, field="link"))
    return faults


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and link.isprintable() and " " not in link


def _faults_of_times(wanted: SessionText, session: TrainingSession | None, now: datetime) -> list[RuleBroken]:
    faults = []
    if wanted.ends_at <= wanted.starts_at:
        faults.append(RuleBroken(phrase("It ends before it begins. Look at both times."), field="ends_at"))
    elif wanted.ends_at - wanted.starts_at > LONGEST:
        faults.append(RuleBroken(phrase("A session takes at most two days. Look at both times."), field="ends_at"))
    is_moved = session is None or session.starts_at != wanted.starts_at
    if is_moved and wanted.starts_at <= now:
        faults.append(RuleBroken(phrase("Fill in a moment that is to come."), field="starts_at"))
    if wanted.sign_up_until is not None and wanted.sign_up_until > wanted.starts_at:
        said = phrase("Members choose a session before it begins. Fill in an earlier moment.")
        faults.append(RuleBroken(said, field="sign_up_until"))
    return faults


def _faults_of_numbers(wanted: SessionText, session: TrainingSession | None) -> list[RuleBroken]:
    faults = []
    taken = session.taken if session is not None else 0
    if not 1 <= wanted.capacity <= MOST_PLACES:
        said = phrase("Fill in a number from 1 to %(most)s.", most=MOST_PLACES)
        faults.append(RuleBroken(said, field="capacity"))
    elif wanted.capacity < taken:
        said = phrase("%(taken)s members have a place already. Take some out first.", taken=taken)
        faults.append(RuleBroken(said, field="capacity"))
    for name, most in (("valid_months", LONGEST_TERM), ("remind_days", FURTHEST_REMINDER)):
        value = getattr(wanted, name)
        if value is not None and not 1 <= value <= most:
            faults.append(RuleBroken(phrase("Fill in a number from 1 to %(most)s.", most=most), field=name))
    return faults


def _faults_of_election(wanted: SessionText, session: TrainingSession | None) -> list[RuleBroken]:
    is_same = session is not None and session.election_id == wanted.election_id
    election = db.session.get(Election, wanted.election_id) if wanted.election_id else None
    if election is not None and not is_same and election.state in _OVER:
        said = phrase("This election is closed and can no longer be changed.")
        return [RuleBroken(said, field="election_id")]
    return []


def cancel_session(session: TrainingSession, reason: str, *, actor: Actor, now: datetime) -> int:
    """It does not go on: who has a place or waits is told, and can choose another one. Gives how many there are."""
    seats.serialize_seats()
    db.session.refresh(session)
    if not session.is_open:
        raise RuleBroken(phrase("This session is cancelled already."))
    if session.starts_at <= now:
        raise RuleBroken(phrase("This session has begun already."))
    members = seats.list_open_members(session.id)
    session.state, session.cancelled_at = SessionState.CANCELLED, now
    session.cancel_reason, session.changed_at = fit(tidy_line(reason), TrainingSession.cancel_reason), now
    session.changes += 1
    db.session.flush()
    seats.end_all(session, now=now)
    record_event(actor, "training_session.cancelled", now=now, subject=session, members=len(members))
    tell(members, Told.SESSION_CANCELLED, session, now=now, key="cancelled")
    return len(members)


def check_session_goes(session: TrainingSession) -> None:
    """Raises RuleBroken for a session that anybody had to do with: it can be cancelled."""
    seat = exists().where(TrainingSeat.session_id == session.id)
    result = exists().where(TrainingResult.session_id == session.id)
    if db.session.scalar(select(seat | result)):
        raise RuleBroken(phrase("Members signed up for this session. Cancel it, so that they are told."))


def delete_session(session: TrainingSession, *, actor: Actor, now: datetime) -> None:
    """Delete a session in which nobody had a place. Raises RuleBroken."""
    seats.serialize_seats()
    check_session_goes(session)
    record_event(actor, "training_session.deleted", now=now, subject=session)
    db.session.delete(session)
    db.session.flush()


def list_other_sessions(session: TrainingSession, now: datetime) -> Sequence[TrainingSession]:
    """Where somebody of this session can go instead, the first one first: for the team, also after the last day."""
    rows = select(TrainingSession).where(
        TrainingSession.id != session.id,
        TrainingSession.is_open,
        TrainingSession.starts_at > now,
        TrainingSession.election_id.is_not_distinct_from(session.election_id),
    )
    return db.session.scalars(rows.order_by(TrainingSession.starts_at, TrainingSession.id)).all()


def count_signed_up(session_id: int) -> int:
    """How many have a place, as the seats say: what `taken` repeats."""
    rows = select(TrainingSeat.id).where(
        TrainingSeat.session_id == session_id, TrainingSeat.state == SeatState.SIGNED_UP
    )
    return len(db.session.scalars(rows).all())
