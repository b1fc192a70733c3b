"""Who is in reserve for a shift: put there by the team or by saying so, and taken off by either."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import (
    Answer,
    Assignment,
    Availability,
    AvailabilityShift,
    Election,
    ElectionDay,
    ElectionState,
    EligibilityFinding,
    EligibilityRule,
    Member,
    PublishedPlace,
    Reserve,
    ReserveState,
    Shift,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import Actor, describe_event, record_event, record_events
from app.services.bulk import insert_rows, insert_unless_there, serialize
from app.services.bulk_acts import BulkAct, Reason
from app.services.members.lookup import find_member
from app.services.planning.board.checks import MAY_BE_PLANNED, OPEN_PHASES
from app.services.planning.times import shift_hours

ASKED_OF_MEMBERS: Final = (ElectionState.PLANNING, ElectionState.PUBLISHED, ElectionState.RUNNING)
OFF_ALREADY: Final = phrase("This member is not in reserve any more.")


@everyone("put a member in reserve")
def put_on(member: Member, shift: Shift, *, actor: Actor, now: datetime) -> bool:
    """The member is in reserve for this shift from now on; False when that was so already. Raises RuleBroken."""
    election: Election = shift.day.election
    _check(shift, now)
    if member.state not in MAY_BE_PLANNED:
        raise RuleBroken(phrase("%(name)s has a pause or stopped.", name=member.full_name), field="member")
    values: dict[str, Any] = {"state": ReserveState.ON, "since": now, "by_user_id": actor.user_id}
    mine = (Reserve.member_id == member.id, Reserve.shift_id == shift.id)
    is_new = insert_unless_there(Reserve, member_id=member.id, shift_id=shift.id, election_id=election.id, **values)
    if not is_new and not change_if(Reserve, *mine, Reserve.state == ReserveState.OFF, **values):
        return False
    reserve = db.session.scalars(select(Reserve).where(*mine)).one()
    record_event(actor, "reserve.on", now=now, subject=reserve, member_id=member.id, election_id=election.id)
    return True


def _check(shift: Shift, now: datetime) -> None:
    if shift.day.election.state not in OPEN_PHASES or shift_hours(shift)[1] <= now:
        raise RuleBroken(phrase("For this shift there is no reserve list now."))


def put_on_list(username: str, shift: Shift, *, actor: Actor, now: datetime) -> Reserve:
    """For the team, by what a form looked up. Raises RuleBroken, also for who is on the list already."""
    found = find_member(username)
    if found is None:
        raise RuleBroken(phrase("Choose the member from the list."), field="member")
    member = found[1]
    if not put_on(member, shift, actor=actor, now=now):
        raise RuleBroken(phrase("This member is in the list already."), field="member")
    mine = (Reserve.member_id == member.id, Reserve.shift_id == shift.id)
    return db.session.scalars(select(Reserve).where(*mine)).one()


def take_off(reserve: Reserve, *, actor: Actor, now: datetime) -> None:
    """No longer in reserve. Raises RuleBroken for who was not."""
    off = {"state": ReserveState.OFF, "since": now, "by_user_id": actor.user_id}
    if not change_if(Reserve, Reserve.id == reserve.id, Reserve.state == ReserveState.ON, **off):
        raise RuleBroken(OFF_ALREADY)
    about = {"member_id": reserve.member_id, "election_id": reserve.election_id}
    record_event(actor, "reserve.off", now=now, subject=reserve, **about)


def _each(reserve: Reserve, *, actor: Any, now: datetime) -> None:
    take_off(reserve, actor=actor, now=now)


TAKE_OFF: Final = BulkAct(Reserve, each=_each, reasons=lambda: [Reason(Reserve.state == ReserveState.OFF, OFF_ALREADY)])


def put_all_on(shift: Shift, *, actor: Actor, now: datetime) -> int:
    """Everybody who said yes for this shift, may be appointed, has no place in it and was never on the list; gives how
    many. A few statements, however many. Raises RuleBroken.
    """
    election: Election = shift.day.election
    _check(shift, now)
    serialize(f"reserves of shift {shift.id}")
    ids = list(db.session.scalars(_select_who_can(shift.id)))
    columns = ("member_id", "election_id", "shift_id", "state", "since", "by_user_id")
    rows = [(member_id, election.id, shift.id, ReserveState.ON, now, actor.user_id) for member_id in ids]
    insert_rows(Reserve.__table__, columns, rows)
    about: dict[str, Any] = {"now": now, "election_id": election.id}
    if ids:
        record_events([describe_event(actor, "reserve.on", member_id=member_id, **about) for member_id in ids])
    return len(ids)


def _select_who_can(shift_id: int) -> Any:
    known = exists().where(Reserve.member_id == Member.id, Reserve.shift_id == shift_id)
    planned = exists().where(Assignment.member_id == Member.id, Assignment.shift_id == shift_id)
    stopped = exists().where(
        EligibilityFinding.member_id == Member.id,
        EligibilityFinding.election_id == Availability.election_id,
        EligibilityFinding.overridden_at.is_(None),
        EligibilityFinding.is_blocking,
        EligibilityRule.id == EligibilityFinding.rule_id,
        EligibilityRule.is_active,
    )
    return (
        select(Member.id)
        .join(AvailabilityShift, AvailabilityShift.member_id == Member.id)
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
        .where(AvailabilityShift.shift_id == shift_id, AvailabilityShift.answer == Answer.YES)
        .where(Availability.is_answered, Member.state.in_(MAY_BE_PLANNED), ~known, ~planned, ~stopped)
        .order_by(Member.id)
    )


def list_own_shifts(member_id: int, now: datetime) -> list[tuple[Shift, str | None]]:
    """Shifts for which this member can be in reserve, each with the state of the own row: where the member has no
    published place. One statement.
    """
    own = and_(Reserve.shift_id == Shift.id, Reserve.member_id == member_id)
    placed = exists().where(
        PublishedPlace.member_id == member_id,
        PublishedPlace.shift_id == Shift.id,
        PublishedPlace.until_version_id.is_(None),
    )
    rows = (
        select(Shift, Reserve.state)
        .join(Shift.day)
        .join(ElectionDay.election)
        .outerjoin(Reserve, own)
        .options(contains_eager(Shift.day).contains_eager(ElectionDay.election))
        .where(Election.state.in_(ASKED_OF_MEMBERS), ~placed)
        .order_by(ElectionDay.date, Shift.starts, Shift.id)
    )
    return [(shift, state) for shift, state in db.session.execute(rows) if shift_hours(shift)[1] > now]


def find_own(member_id: int, shift_id: int) -> Reserve | None:
    """The member's own row of this shift."""
    rows = select(Reserve).where(Reserve.member_id == member_id, Reserve.shift_id == shift_id)
    return db.session.scalars(rows).first()
