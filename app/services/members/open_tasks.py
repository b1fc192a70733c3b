"""What is asked of a member about the own data, and what waits for the team in the list of members."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Executable,
    String,
    and_,
    bindparam,
    case,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from app.extensions import db
from app.models import (
    Answer,
    Availability,
    AvailabilityShift,
    Campaign,
    Election,
    ElectionState,
    Function,
    Member,
    NotificationKind,
    PreferredFunction,
)
from app.phrases import phrase
from app.services.notifications.notifications import first_due, still_asked
from app.services.waiting import MEMBER_ID, NOW, OpenTask, asked_of, how_many

KINDS: Final = (NotificationKind.CHECK_DATA, NotificationKind.GIVE_BSN)


def earns_fee(member_id: Any) -> ColumnElement[bool]:
    """Whether the member wants to help at an election that is not closed, in a function with a fee.

    The functions are those that the member prefers; who prefers none may get any of them.
    """
    is_paid = and_(Function.is_active.is_(True), Function.fee > 0)
    preferred = select(PreferredFunction.id).where(PreferredFunction.availability_id == Availability.id)
    may_get = or_(
        ~preferred.correlate(Availability).exists(),
        preferred.where(PreferredFunction.function_id == Function.id).correlate(Availability, Function).exists(),
    )
    comes = select(AvailabilityShift.id).where(
        AvailabilityShift.availability_id == Availability.id, AvailabilityShift.answer != Answer.NO
    )
    answers = (
        select(Availability.id)
        .join(Election, Election.id == Availability.election_id)
        .where(
            Availability.member_id == member_id,
            Availability.is_answered,
            Election.state != ElectionState.CLOSED,
            comes.correlate(Availability).exists(),
            select(Function.id).where(is_paid, may_get).correlate(Availability).exists(),
        )
    )
    return answers.correlate(None).exists()


IBAN: Final = "iban"
_ASKED: Final = (
    still_asked(MEMBER_ID, KINDS, NOW)
    .with_only_columns(type_coerce(Campaign.kind, String), first_due(NOW))
    .group_by(Campaign.kind)
)
_ASKED_AND_EARNS: Final[CompoundSelect[Any]] = union_all(
    _ASKED, select(literal(IBAN), null()).where(earns_fee(MEMBER_ID))
)


def find_own_data(member: Member, now: datetime) -> list[OpenTask]:
    """Checking the own data, once a year or when the team asks; filling in the BSN and the account number, once.

    One statement; it asks who gave no account number a little more.
    """
    wanted: Executable = _ASKED_AND_EARNS if member.needs_iban else _ASKED
    asked: dict[str, datetime | None] = dict(db.session.execute(wanted, asked_of(member.id, now)).all())
    tasks = []
    if member.needs_check(now) or NotificationKind.CHECK_DATA in asked:
        title, why = phrase("Check your personal data"), phrase("Is what we know about you still right?")
        tasks.append(OpenTask("check_data", title, why, asked.get(NotificationKind.CHECK_DATA)))
    if member.needs_bsn:
        title, why = phrase("Fill in your BSN"), phrase("We need it to pay your fee.")
        tasks.append(OpenTask("bsn", title, why, asked.get(NotificationKind.GIVE_BSN)))
    if IBAN in asked:
        title, why = phrase("Fill in your account number (IBAN)"), phrase("We need it to pay your fee.")
        tasks.append(OpenTask(IBAN, title, why))
    return tasks


def count_own_data(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many of these tasks the member has; `given_own_data` says what the row says, for it is there already."""
    is_asked = still_asked(member_id, [NotificationKind.CHECK_DATA], now).correlate(None).exists()
    checks = case((or_(bindparam("needs_check", type_=Boolean), is_asked), 1), else_=0)
    earns = and_(bindparam("needs_iban", type_=Boolean), earns_fee(member_id))
    return checks + case((bindparam("needs_bsn", type_=Boolean), 1), else_=0) + case((earns, 1), else_=0)


def given_own_data(member: Member, now: datetime) -> dict[str, bool]:
    """What `count_own_data` needs to know of the member."""
    return {
        "needs_check": member.needs_check(now),
        "needs_bsn": member.needs_bsn,
        "needs_iban": member.needs_iban,
    }


def count_same_bsn(_member_id: Any, _now: Any) -> ColumnElement[int]:
    """Members who have the same BSN as another member."""
    return how_many(select(Member.id).where(Member.bsn_duplicate))
