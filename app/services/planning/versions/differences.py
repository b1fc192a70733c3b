"""What of the plan differs from the last published version: places that are new, other or gone, by member and shift."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Assignment, ElectionDay, EligibilityFinding, Member, PlanVersion, PublishedPlace, Shift
from app.services.planning.eligibility.findings import stops

_DRAFT: Final[Any] = Assignment.__table__.alias("draft")
_OUT: Final[Any] = PublishedPlace.__table__.alias("out")  # what is published now


class Kind(StrEnum):
    """What happens to a place when the plan is published."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many places of each kind, and how many members these are about."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    members: int = 0
    stopped: int = 0  # members with a place in the plan whom a rule stops, and nobody overruled it
    last: int = 0  # the number of the version that counts now

    @property
    def total(self) -> int:
        """All places that differ."""
        return self.added + self.changed + self.removed


@dataclass(frozen=True, slots=True)
class Difference:
    """One place: as it is published now (None: not), and as it will be (None: not any more)."""

    kind: Kind
    member: Member
    before: PublishedPlace | None
    after: Assignment | None


def is_other(draft: Any, published: Any) -> ColumnElement[bool]:
    """Whether a place of the plan is not where, when or what it was published as; of the tables or their classes."""
    return or_(
        func.coalesce(draft.station_id, 0) != func.coalesce(published.station_id, 0),
        draft.function_id != published.function_id,
        draft.starts_at != published.starts_at,
        draft.ends_at != published.ends_at,
    )


def _select_keys(election_id: int) -> Any:
    """(kind, member_id, shift_id, draft_id, out_id) of all that differs."""
    draft, out = _DRAFT.c, _OUT.c
    same = and_(
        out.member_id == draft.member_id,
        out.shift_id == draft.shift_id,
        out.election_id == draft.election_id,
        out.until_version_id.is_(None),
    )
    kind = case((out.id.is_(None), Kind.ADDED.value), else_=Kind.CHANGED.value)
    wanted = (
        select(kind.label("kind"), draft.member_id, draft.shift_id, draft.id.label("draft_id"), out.id.label("out_id"))
        .select_from(_DRAFT.outerjoin(_OUT, same))
        .where(draft.election_id == election_id, or_(out.id.is_(None), is_other(draft, out)))
    )
    gone = (
        select(
            literal(Kind.REMOVED.value),
            out.member_id,
            out.shift_id,
            cast(null(), Integer),
            out.id,
        )
        .select_from(_OUT.outerjoin(_DRAFT, same))
        .where(out.election_id == election_id, out.until_version_id.is_(None), draft.id.is_(None))
    )
    return union_all(wanted, gone).subquery()


def count_differences(election_id: int) -> Counts:
    """With the number of the last version, and of who has a place although a rule stops the member. One statement."""
    keys = _select_keys(election_id)
    numbers = [func.count().filter(keys.c.kind == kind.value) for kind in Kind]
    last = select(func.coalesce(func.max(PlanVersion.number), 0)).where(PlanVersion.election_id == election_id)
    counts = select(
        *numbers,
        func.count(keys.c.member_id.distinct()),
        _count_stopped(election_id).scalar_subquery(),
        last.scalar_subquery(),
    )
    row: Any = db.session.execute(counts).one()
    return Counts(*row)


def _count_stopped(election_id: int) -> Select[Any]:
    placed = select(Assignment.member_id).where(Assignment.election_id == election_id)
    return select(func.count(EligibilityFinding.member_id.distinct())).where(
        EligibilityFinding.election_id == election_id, stops(), EligibilityFinding.member_id.in_(placed)
    )


def list_differences(election_id: int, *, limit: int, offset: int) -> list[Difference]:
    """A page of what differs, by name of the member and time. One statement."""
    keys = _select_keys(election_id)
    page = (
        select(keys.c.kind, Member, PublishedPlace, Assignment)
        .join(Member, Member.id == keys.c.member_id)
        .join(Shift, Shift.id == keys.c.shift_id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .outerjoin(PublishedPlace, PublishedPlace.id == keys.c.out_id)
        .outerjoin(Assignment, Assignment.id == keys.c.draft_id)
        .order_by(*Member.by_name(), ElectionDay.date, Shift.starts, Shift.id)
        .options(
            *(joinedload(part) for part in (PublishedPlace.station, PublishedPlace.function)),
            *(joinedload(part) for part in (Assignment.station, Assignment.function)),
        )
        .limit(limit)
        .offset(offset)
    )
    return [Difference(Kind(kind), *rows) for kind, *rows in db.session.execute(page)]
