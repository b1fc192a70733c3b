"""Publishing the plan: a version that freezes the places as they are now. Later changes are drafts until the next one.

Nobody is told by it. Who sees a place: the member it is of (`for_member`), from this moment on. Of a replacement only
the places of the members concerned are published: what a planner is at with others stays a draft.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, exists, func, insert, literal, null, select, true, update

from app.extensions import db
from app.models import Assignment, Election, ElectionState, PlanVersion, PublishedPlace
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import lock_row
from app.services.planning import phases
from app.services.planning.versions.differences import is_other

MAY_BE_PUBLISHED: Final = (ElectionState.PLANNING, ElectionState.PUBLISHED, ElectionState.RUNNING)
_FROZEN: Final = (
    "election_id",
    "member_id",
    "station_id",
    "shift_id",
    "function_id",
    "starts_at",
    "ends_at",
)


def publish(election: Election, *, only: Collection[int] | None = None, actor: Actor, now: datetime) -> PlanVersion:
    """Make the plan of now the next version; the first one moves the election to `published`. Of two at once the second
    waits, and then has nothing left to publish. `only`: the members whose places are published, the others stay as the
    last version has them.

    Raises RuleBroken before the planning and after the days, and where nothing differs from the last version.
    """
    lock_row(election)
    if election.state not in MAY_BE_PUBLISHED:
        raise RuleBroken(phrase("That step does not follow from where this election stands now."))
    version = _start_version(election, actor, now)
    ended = _end_places(election.id, version.id, only)
    _follow_drafts(election.id)
    _freeze_places(election.id, version.id, only)
    begun, both = _count_begun(version.id)
    if not ended and not begun:
        raise RuleBroken(_nothing_new(version.number))
    version.added, version.changed, version.removed = begun - both, both, ended - both
    if election.state == ElectionState.PLANNING:
        phases.publish_plan(election, actor=actor, now=now)
    db.session.flush()
    counts = {"version": version.number, "new": version.added, "changed": version.changed, "removed": version.removed}
    record_event(actor, "plan.published", now=now, subject=election, **counts)
    return version


def _nothing_new(number: int) -> Any:
    if number == 1:
        return phrase("Nobody has a place in the plan yet, so there is nothing to publish.")
    return phrase("The plan is the same as in version %(number)s, so there is nothing to publish.", number=number - 1)


def _start_version(election: Election, actor: Actor, now: datetime) -> PlanVersion:
    last = select(func.coalesce(func.max(PlanVersion.number), 0)).where(PlanVersion.election_id == election.id)
    version = PlanVersion(
        election_id=election.id,
        number=(db.session.scalar(last) or 0) + 1,
        published_at=now,
        published_by_user_id=actor.user_id,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _is_same_place() -> Any:
    """Of the plan and of what is published: one member in one shift of an election."""
    return and_(
        Assignment.member_id == PublishedPlace.member_id,
        Assignment.shift_id == PublishedPlace.shift_id,
        Assignment.election_id == PublishedPlace.election_id,
    )


def _is_among(member_id: Any, only: Collection[int] | None) -> Any:
    return true() if only is None else member_id.in_(list(only))


def _end_places(election_id: int, version_id: int, only: Collection[int] | None) -> int:
    """What is not in the plan as it was published is over; gives how many."""
    as_it_was = exists().where(_is_same_place(), ~is_other(Assignment, PublishedPlace))
    over = (
        update(PublishedPlace)
        .where(PublishedPlace.election_id == election_id, PublishedPlace.until_version_id.is_(None), ~as_it_was)
        .where(_is_among(PublishedPlace.member_id, only))
        .values(until_version_id=version_id)
    )
    return _run(over)


def _follow_drafts(election_id: int) -> None:
    """Who was taken out and put back in the same place keeps it; it only has another row in the plan."""
    own = select(Assignment.id).where(_is_same_place()).correlate(PublishedPlace).scalar_subquery()
    moved = exists().where(_is_same_place(), Assignment.id != PublishedPlace.assignment_id)
    current = (PublishedPlace.election_id == election_id, PublishedPlace.until_version_id.is_(None))
    _run(update(PublishedPlace).where(*current, moved).values(assignment_id=own))


def _freeze_places(election_id: int, version_id: int, only: Collection[int] | None) -> None:
    """Each place of the plan that is not published begins."""
    is_out = exists().where(_is_same_place(), PublishedPlace.until_version_id.is_(None))
    columns = [getattr(Assignment, name) for name in _FROZEN]
    rows = select(*columns, Assignment.id, literal(version_id), null()).where(
        Assignment.election_id == election_id, ~is_out, _is_among(Assignment.member_id, only)
    )
    names = [*_FROZEN, "assignment_id", "since_version_id", "until_version_id"]
    _run(insert(PublishedPlace).from_select(names, rows))


def _count_begun(version_id: int) -> tuple[int, int]:
    """How many places began, and of these: where one of the same member and shift ended, so changed ones."""
    before = PublishedPlace.__table__.alias()
    same = exists().where(
        before.c.until_version_id == version_id,
        before.c.member_id == PublishedPlace.member_id,
        before.c.shift_id == PublishedPlace.shift_id,
    )
    began = PublishedPlace.since_version_id == version_id
    begun, both = db.session.execute(select(func.count(), func.count().filter(same)).where(began)).one()
    return begun, both


def _run(statement: Any) -> int:
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    rows: int = result.rowcount
    return rows
