"""A session that was called off while the member had a place in it, or waited for one: another one is to be chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import SeatState, SessionState, TrainingSeat, TrainingSession
from app.services.training import for_member
from app.services.waiting import MEMBER_ID, NOW, asked_of, how_many

_LOST: Final = aliased(TrainingSession, name="called_off")
_LATER: Final = aliased(TrainingSession, name="called_off_later")


def _is_same_training(session: Any) -> ColumnElement[bool]:
    """Sessions with the same title for the same election are the same training: a member chooses one of them."""
    return and_(session.title == _LOST.title, session.election_id.is_not_distinct_from(_LOST.election_id))


def _had_place(session: Any, member_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Who had given up the place before is not told."""
    return (
        TrainingSeat.session_id == session.id,
        TrainingSeat.member_id == member_id,
        TrainingSeat.state == SeatState.CANCELLED,
        TrainingSeat.changed_at == session.cancelled_at,
        session.state == SessionState.CANCELLED,
    )


def _select_lost(member_id: Any, now: Any) -> Select[TrainingSession, datetime]:
    """Sessions for which another one can be chosen, with the last moment to do so. Not where one is needed anyhow."""
    offered = and_(TrainingSession.takes_members(now), _is_same_training(TrainingSession))
    until = for_member.last_moment(member_id, offered).correlate(_LOST).scalar_subquery()
    coming = for_member.comes(member_id, now, _is_same_training(TrainingSession))
    again = (
        exists()
        .where(*_had_place(_LATER, member_id), _LATER.cancelled_at > _LOST.cancelled_at, _is_same_training(_LATER))
        .correlate(_LOST)
    )
    needed = for_member.select_needed(member_id, now).with_only_columns(1).order_by(None)
    return (
        select(_LOST, until.label("until"))
        .select_from(TrainingSeat)
        .join(_LOST, and_(*_had_place(_LOST, member_id)))
        .where(_LOST.starts_at > now, until.is_not(None), ~coming, ~again, ~needed.exists())
        .order_by(_LOST.starts_at, _LOST.id)
    )


_LOST_OF_MEMBER: Final = _select_lost(MEMBER_ID, NOW)


def list_lost(member_id: int, now: datetime) -> list[tuple[TrainingSession, datetime]]:
    """Sessions that were called off and for which this member can choose another one, and until when. One statement."""
    return list(db.session.execute(_LOST_OF_MEMBER, asked_of(member_id, now)))


def count_lost(member_id: Any, now: Any) -> ColumnElement[int]:
    """How many these are, for the number in the menu."""
    return how_many(_select_lost(member_id, now))
