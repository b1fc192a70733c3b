"""What colleagues do on the same plan, for who looks at it: told within seconds, and how it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Assignment, Member, PlanAct, PlanActKind, PlanStep, StaffingNeed, User

MOST_TOLD: Final = 3  # colleagues


@dataclass(frozen=True, slots=True)
class Numbers:
    """Places wanted, places taken, the latest act, where one looks from, and the last own one that can be undone."""

    wanted: int
    taken: int
    latest_act_id: int
    own_act_id: int | None

    @property
    def open(self) -> int:
        """Places to the numbers wanted; more people than wanted at one station fill none elsewhere."""
        return max(self.wanted - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Act:
    """What was done: by whom, when, how many places it touched; `about` is the member where it was one place."""

    id: int
    who: str
    kind: PlanActKind
    places: int
    done_at: datetime
    undone_at: datetime | None
    about: str


@dataclass(frozen=True, slots=True)
class News:
    """How many places somebody changed; nobody's name is the portal's."""

    who: str
    places: int


def read_numbers(election_id: int, own_user_id: int | None) -> Numbers:
    """One statement."""
    place = (Assignment.station_id, Assignment.shift_id, Assignment.function_id)
    counted = select(*place, func.count().label("number")).where(Assignment.election_id == election_id)
    taken = counted.group_by(*place).subquery()
    same = (
        (func.coalesce(taken.c.station_id, 0) == func.coalesce(StaffingNeed.station_id, 0))
        & (taken.c.shift_id == StaffingNeed.shift_id)
        & (taken.c.function_id == StaffingNeed.function_id)
    )
    number = func.coalesce(taken.c.number, 0)
    useful = func.sum(case((number > StaffingNeed.target, StaffingNeed.target), else_=number))
    latest = select(func.max(PlanAct.id)).where(PlanAct.election_id == election_id).scalar_subquery()
    found = (
        select(func.sum(StaffingNeed.target), useful, latest, last_own_act(election_id, own_user_id))
        .select_from(StaffingNeed)
        .outerjoin(taken, same)
        .where(StaffingNeed.election_id == election_id)
    )
    wanted, taken_number, latest_id, own_id = db.session.execute(found).one()
    return Numbers(wanted or 0, taken_number or 0, latest_id or 0, own_id)


def last_own_act(election_id: int, user_id: int | None) -> Any:
    """The last act of this planner that was not undone, as a number in SQL; undoing again is not offered by itself."""
    own = (PlanAct.election_id == election_id, PlanAct.user_id == user_id, PlanAct.undone_at.is_(None))
    return select(func.max(PlanAct.id)).where(*own, PlanAct.kind != PlanActKind.UNDO).scalar_subquery()


def list_news(election_id: int, *, after: int, own_user_id: int | None) -> list[News]:
    """What others did since this act: of each colleague how many places, who was busy last first. One statement."""
    others = PlanAct.user_id.is_(None) | (PlanAct.user_id != own_user_id)
    places = func.count(PlanStep.assignment_id.distinct())
    changed = (
        select(User.first_name, User.last_name, places)
        .select_from(PlanAct)
        .join(PlanStep, PlanStep.act_id == PlanAct.id)
        .outerjoin(User, User.id == PlanAct.user_id)
        .where(PlanAct.election_id == election_id, PlanAct.id > after, others)
        .group_by(PlanAct.user_id, User.first_name, User.last_name)
        .order_by(func.max(PlanAct.id).desc())
        .limit(MOST_TOLD)
    )
    return [News(" ".join(filter(None, (first, last))), number) for first, last, number in db.session.execute(changed)]


def list_acts(election_id: int, *, limit: int) -> list[Act]:
    """What was done, the latest first. One statement."""
    return _read(PlanAct.election_id == election_id, limit=limit)


def _read(*wanted: ColumnElement[bool], limit: int) -> list[Act]:
    latest = select(PlanAct).where(*wanted).order_by(PlanAct.id.desc()).limit(limit).subquery()
    act = aliased(PlanAct, latest)
    steps = select(func.count()).where(PlanStep.act_id == act.id).scalar_subquery()
    member = select(func.min(PlanStep.member_id)).where(PlanStep.act_id == act.id).scalar_subquery()
    rows = db.session.execute(
        select(act, User.first_name, User.last_name, steps.label("places"), Member)
        .outerjoin(User, User.id == act.user_id)
        .outerjoin(Member, Member.id == member)
        .order_by(act.id.desc())
    )
    return [
        Act(
            row.id,
            " ".join(filter(None, (first, last))),
            PlanActKind(row.kind),
            places,
            row.done_at,
            row.undone_at,
            about.full_name if places == 1 and about else "",
        )
        for row, first, last, places, about in rows
    ]
