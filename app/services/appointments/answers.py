"""What a member says to an appointment: yes, no with a reason, or "I cannot come after all". A no opens a hole.

A yes is welcome after the date too: it is told everywhere, but nobody is turned away who comes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import (
    AppointedPlace,
    Appointment,
    AppointmentState,
    Assignment,
    MemberAnswer,
    NoReason,
    PublishedPlace,
    Shift,
    VacancyCause,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.appointments.replacement.vacancies import open_vacancies
from app.services.atomic import EditConflict, change_if
from app.services.audit import Actor, record_event
from app.services.bulk import among
from app.services.planning.board import acts
from app.services.planning.board.places import Seen
from app.typed.texts import is_blank, tidy_line

log = logging.getLogger(__name__)

LONGEST_REASON: Final = 300
KINDS: Final = tuple(NoReason)[:-1]
OPEN: Final = (MemberAnswer.NONE, MemberAnswer.ACCEPTED)


def list_own(member_id: int) -> list[Appointment]:
    """The decisions that hold now, and those that were withdrawn, the next election first; with their places."""
    place = selectinload(Appointment.places).joinedload(AppointedPlace.place)
    rows = (
        select(Appointment)
        .where(Appointment.member_id == member_id, Appointment.state != AppointmentState.SUPERSEDED)
        .options(
            joinedload(Appointment.election),
            joinedload(Appointment.file),
            place.joinedload(PublishedPlace.station),
            place.joinedload(PublishedPlace.function),
            place.joinedload(PublishedPlace.shift).joinedload(Shift.day),
        )
        .order_by(Appointment.issued_at.desc(), Appointment.id.desc())
    )
    return list(db.session.scalars(rows))


def list_decided(member_id: int) -> set[int]:
    """The elections of which the page of the member's own decisions shows one."""
    rows = select(Appointment.election_id).where(
        Appointment.member_id == member_id, Appointment.state != AppointmentState.SUPERSEDED
    )
    return set(db.session.scalars(rows))


def find_own(member_id: int, appointment_id: int) -> Appointment | None:
    """The member's own decision, whatever its state."""
    rows = select(Appointment).where(Appointment.id == appointment_id, Appointment.member_id == member_id)
    return db.session.scalars(rows.options(joinedload(Appointment.election))).first()


def places_of(appointment: Appointment) -> list[PublishedPlace]:
    """In order of time."""
    return sorted((appointed.place for appointed in appointment.places), key=lambda place: (place.starts_at, place.id))


def is_over(appointment: Appointment, now: datetime) -> bool:
    """Whether the last place ended."""
    return max((place.ends_at for place in places_of(appointment)), default=now) <= now


def accept(appointment: Appointment, *, actor: Actor, now: datetime) -> None:
    """The member comes. Raises RuleBroken for what is replaced, over, or was declined: then the place may be given."""
    _check(appointment, now)
    if not _answer(appointment, (MemberAnswer.NONE,), MemberAnswer.ACCEPTED, "", now):
        if appointment.answer == MemberAnswer.ACCEPTED:
            return
        raise RuleBroken(phrase("You said that you cannot come. Call us if you can come after all."))
    record_event(actor, "appointment.accepted", now=now, subject=appointment, member_id=appointment.member_id)


@everyone("a member cannot come")
def say_no(
    appointment: Appointment, reason: str, *, cause: VacancyCause | None = None, actor: Actor, now: datetime
) -> MemberAnswer:
    """The member does not come, or cannot come after all; the places of the plan become free. Raises RuleBroken.

    Gives which of the two it was. Until the last place ended, also on the day itself. `cause`: what the team heard.
    """
    _check(appointment, now)
    plain = tidy_reason(reason)  # words, or a kind
    for before, after in ((MemberAnswer.NONE, MemberAnswer.DECLINED), (MemberAnswer.ACCEPTED, MemberAnswer.CANCELLED)):
        if _answer(appointment, (before,), after, plain, now):
            _open_holes(appointment, cause or VacancyCause(after), plain, actor, now)
            record_event(
                actor,
                "appointment.declined" if after == MemberAnswer.DECLINED else "appointment.cancelled",
                now=now,
                subject=appointment,
                member_id=appointment.member_id,
            )
            return after
    raise RuleBroken(phrase("You said already that you cannot come."))


def choose_reason(why: str, words: str) -> str:
    """Why somebody does not come, as it is kept: one of the kinds, or words for another reason.

    Nothing of somebody's health is asked, so words go with no other kind. Raises RuleBroken at the field.
    """
    if why not in KINDS:
        return tidy_reason(words)
    if not is_blank(words):
        raise RuleBroken(phrase("Choose “Something else” to write something, or leave this empty."), field="reason")
    return why


def tidy_reason(reason: str) -> str:
    """Why in words, as it is kept. Raises RuleBroken at its field for none and for too much."""
    plain = tidy_line(reason)
    if not plain:
        raise RuleBroken(phrase("Say in a few words why, so that the team understands."), field="reason")
    if len(plain) > LONGEST_REASON:
        raise RuleBroken(phrase("At most %(most)s characters.", most=LONGEST_REASON), field="reason")
    return plain


def _check(appointment: Appointment, now: datetime) -> None:
    if appointment.state != AppointmentState.ISSUED:
        raise RuleBroken(phrase("This appointment was replaced. Look at the newest one."))
    if is_over(appointment, now):
        raise RuleBroken(phrase("This appointment is over."))


def _answer(
    appointment: Appointment, before: Sequence[MemberAnswer], after: MemberAnswer, reason: str, now: datetime
) -> bool:
    holds = (Appointment.id == appointment.id, Appointment.state == AppointmentState.ISSUED)
    return change_if(
        Appointment,
        *holds,
        Appointment.answer.in_(before),
        answer=after,
        answered_at=now,
        decline_reason=reason,
    )


def _open_holes(appointment: Appointment, cause: VacancyCause, reason: str, actor: Actor, now: datetime) -> None:
    """Take the places that did not end yet out of the plan, and look for somebody else. Where the plan cannot change
    any more, the answer stands all the same.
    """
    keys = [place.assignment_id for place in places_of(appointment)]
    rows: Any = select(Assignment).where(among(Assignment.id, keys), Assignment.member_id == appointment.member_id)
    rows = rows.where(Assignment.ends_at > now)
    standing = [(Seen(place.id, place.version), acts.as_place(place)) for place in db.session.scalars(rows)]
    if not standing:
        return
    election, left = appointment.election, [place for _seen, place in standing]
    try:
        with db.session.begin_nested():
            acts.remove_many(election, [seen for seen, _place in standing], actor=actor, now=now)
            open_vacancies(election, left, cause, reason, appointment=appointment, actor=actor, now=now)
    except (RuleBroken, EditConflict):
        log.warning("the places of appointment %s stay in the plan", appointment.id)
