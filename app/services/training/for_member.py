"""Which sessions are for a member, the own places, and whether one has to be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    ANSWERED,
    Answer,
    Availability,
    AvailabilityShift,
    Election,
    Function,
    PreferredFunction,
    PublishedPlace,
    SeatState,
    TrainingFunction,
    TrainingSeat,
    TrainingSession,
)
from app.models.base import is_any_of
from app.models.election import ANSWERABLE
from app.services.certificates.results import has_result
from app.services.training.seats import OPEN
from app.services.waiting import MEMBER_ID, NOW, asked_of, how_many

KEPT: Final = timedelta(days=1)  # so long after it a session of one's own is shown as coming


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session as a member sees it, with the own seat in it, if there is one."""

    session: TrainingSession
    seat: TrainingSeat | None

    @property
    def has_place(self) -> bool:
        """Whether the member comes."""
        return self.seat is not None and self.seat.state == SeatState.SIGNED_UP

    @property
    def is_called_off(self) -> bool:
        """Whether the session ended the place; who had given it up before is not told."""
        if self.seat is None or self.seat.state != SeatState.CANCELLED:
            return False
        return not self.session.is_open and self.seat.changed_at == self.session.cancelled_at

    @property
    def waits(self) -> bool:
        """Whether the member is on the waiting list."""
        return self.seat is not None and self.seat.state == SeatState.WAITING


def _has_place(member_id: Any, *asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """A place of the published plan; `asked` may be about its function too."""
    return (
        exists()
        .where(PublishedPlace.member_id == member_id, PublishedPlace.until_version_id.is_(None), *asked)
        .correlate_except(PublishedPlace, Function)
    )


def _wishes(member_id: Any, *asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """A preferred function of an answer."""
    return (
        exists()
        .where(PreferredFunction.member_id == member_id, Availability.id == PreferredFunction.availability_id, *asked)
        .correlate_except(PreferredFunction, Availability, Function)
    )


def _can_help(member_id: Any, election_id: Any) -> ColumnElement[bool]:
    """The member said yes or maybe for a shift of this election."""
    return (
        exists()
        .where(
            Availability.member_id == member_id,
            Availability.election_id == election_id,
            is_any_of(Availability.state, ANSWERED),
            AvailabilityShift.availability_id == Availability.id,
            is_any_of(AvailabilityShift.answer, (Answer.YES, Answer.MAYBE)),
        )
        .correlate_except(Availability, AvailabilityShift)
    )


def is_for(member_id: Any) -> ColumnElement[bool]:
    """Of a row of `TrainingSession`: it is for what the member does, or would like to do.

    Of whom neither is known anything is possible yet.
    """
    asked = exists().where(TrainingFunction.session_id == TrainingSession.id).correlate_except(TrainingFunction)
    of_function = (
        exists()
        .where(
            TrainingFunction.session_id == TrainingSession.id,
            or_(
                _has_place(member_id, PublishedPlace.function_id == TrainingFunction.function_id),
                _wishes(member_id, PreferredFunction.function_id == TrainingFunction.function_id),
            ),
        )
        .correlate_except(TrainingFunction)
    )
    of_election = TrainingSession.election_id
    place = _has_place(member_id, or_(of_election.is_(None), PublishedPlace.election_id == of_election))
    wish = _wishes(member_id, or_(of_election.is_(None), Availability.election_id == of_election))
    takes_part = or_(of_election.is_(None), place, _can_help(member_id, of_election))
    return and_(takes_part, or_(~asked, of_function, and_(~place, ~wish)))


def list_sessions(member_id: int, now: datetime) -> list[OwnSession]:
    """The sessions to choose from, and those in which the member has, or lately had, a place; the first one first."""
    is_own = and_(TrainingSeat.id.is_not(None), TrainingSession.ends_at > now - KEPT)
    rows = (
        select(TrainingSession, TrainingSeat)
        .outerjoin(
            TrainingSeat, and_(TrainingSeat.session_id == TrainingSession.id, TrainingSeat.member_id == member_id)
        )
        .where(or_(is_own, and_(TrainingSession.takes_members(now), is_for(member_id))))
        .options(joinedload(TrainingSession.election))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return [OwnSession(session, seat) for session, seat in db.session.execute(rows)]


def may_choose(session_id: int, member_id: int, now: datetime) -> bool:
    """Whether it is for this member, or somebody gave the member a place in it before. One statement."""
    return any(own.session.id == session_id for own in list_sessions(member_id, now))


def last_moment(member_id: Any, *offered: Any) -> Select[datetime]:
    """Until when the member can choose one of the sessions that are offered."""
    last = func.max(func.coalesce(TrainingSession.sign_up_until, TrainingSession.starts_at))
    return select(last).where(*offered, is_for(member_id))


def comes(member_id: Any, now: Any, asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """The member has a place in, or waits for, such a session that is not over; `asked` is about TrainingSession."""
    return (
        exists()
        .where(
            TrainingSeat.member_id == member_id,
            is_any_of(TrainingSeat.state, OPEN),
            TrainingSession.id == TrainingSeat.session_id,
            TrainingSession.ends_at > now,
            asked,
        )
        .correlate_except(TrainingSeat, TrainingSession)
    )


def select_needed(member_id: Any, now: Any) -> Select[Election, datetime]:
    """Elections for which the member has to choose a session, with the last moment at which one can be chosen."""
    of_election = or_(TrainingSession.election_id.is_(None), TrainingSession.election_id == Election.id)
    offered = (of_election, TrainingSession.takes_members(now), TrainingSession.starts_at < Election.voting_on)
    until = last_moment(member_id, *offered).correlate(Election).scalar_subquery()
    place = _has_place(
        member_id,
        PublishedPlace.election_id == Election.id,
        Function.id == PublishedPlace.function_id,
        Function.needs_training.is_(True),
    )
    any_place = _has_place(member_id, PublishedPlace.election_id == Election.id)
    wish = _wishes(member_id, Availability.election_id == Election.id)
    fitting_wish = _wishes(
        member_id,
        Availability.election_id == Election.id,
        Function.id == PreferredFunction.function_id,
        Function.needs_training.is_(True),
    )
    may_get_one = and_(~any_place, _can_help(member_id, Election.id), or_(~wish, fitting_wish))
    return (
        select(Election, until.label("until"))
        .where(
            is_any_of(Election.state, ANSWERABLE),
            or_(place, may_get_one),
            ~has_result(member_id, Election.voting_on),
            ~comes(member_id, now, of_election),
            until.is_not(None),
        )
        .order_by(Election.voting_on, Election.id)
    )


_NEEDED: Final = select_needed(MEMBER_ID, NOW)


def list_needed(member_id: int, now: datetime) -> Sequence[tuple[Election, datetime]]:
    """Elections for which this member has to choose a session, and until when. One statement."""
    return db.session.execute(_NEEDED, asked_of(member_id, now)).all()


def count_needed(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many these are, for the number in the menu."""
    return how_many(select_needed(member_id, now))
