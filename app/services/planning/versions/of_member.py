"""The places of one member, for the team's page: those of the plan of now, and whether members see them so."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Assignment, Election, ElectionState, PublishedPlace
from app.services.planning.versions.differences import is_other

_MEMBER: Final[Any] = bindparam("placed_member_id")
_IS_PUBLISHED: Final = exists().where(
    PublishedPlace.member_id == Assignment.member_id,
    PublishedPlace.shift_id == Assignment.shift_id,
    PublishedPlace.until_version_id.is_(None),
    ~is_other(Assignment, PublishedPlace),
)
_PLACES: Final = (
    select(Assignment, _IS_PUBLISHED)
    .join(Election, Election.id == Assignment.election_id)
    .where(Assignment.member_id == _MEMBER, Election.state != ElectionState.CLOSED)
    .order_by(Election.voting_on, Assignment.starts_at, Assignment.id)
    .options(*(joinedload(part) for part in (Assignment.election, Assignment.station, Assignment.function)))
    .limit(bindparam("most"))
)


def list_places(member_id: int, *, limit: int) -> list[tuple[Assignment, bool]]:
    """In the order of time, each with whether it is published as it is. One statement."""
    return [
        (place, is_out) for place, is_out in db.session.execute(_PLACES, {"placed_member_id": member_id, "most": limit})
    ]
