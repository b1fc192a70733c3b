"""The query behind the ranking: who can take a place, and what is known of each, in one SELECT."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    Select,
    and_,
    cast,
    exists,
    false,
    func,
    join,
    literal,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from app.models import (
    Answer,
    Assignment,
    Availability,
    AvailabilityShift,
    Couple,
    EligibilityFinding,
    EligibilityRule,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    Reserve,
    ReserveState,
    RuleCode,
    Service,
)
from app.services.planning.board.checks import MAY_BE_PLANNED
from app.services.planning.board.ranking import weights
from app.services.planning.board.ranking.points import count_points
from app.services.planning.leavers import has_left

CAN: Final = (Answer.YES, Answer.MAYBE)
NAME: Final = (Member.first_name, Member.initials, Member.infix, Member.surname)
WRITTEN: Final = (*NAME, Member.city)  # who it is, on the list
FAR: Final = 1_000_000_000  # square kilometres: behind who lives somewhere known


@dataclass(frozen=True, slots=True)
class Hole:
    """An open place: where, when and as what. Where it lies is None for a central count and an unknown address."""

    election_id: int
    station_id: int | None
    shift_id: int
    function_id: int
    starts_at: datetime
    ends_at: datetime
    needs_training: bool = True
    latitude: float | None = None
    longitude: float | None = None
    name: str = ""  # of the station, by which other elections know it too
    bag_id: str = ""
    without_id: int | None = None  # the member whom somebody is to replace
    of_reserves: bool = False  # only who is in reserve for the shift, whatever was answered before


def count_available(shift_ids: Iterable[int], most: int) -> Any:
    """How many answers these shifts have to look at, counted up to `most` for each: a number in SQL."""
    said = [
        select(func.count())
        .select_from(
            select(AvailabilityShift.member_id)
            .where(AvailabilityShift.shift_id == shift_id, AvailabilityShift.answer.in_(CAN))
            .limit(most)
            .subquery()
        )
        .scalar_subquery()
        for shift_id in shift_ids
    ]
    return sum(said[1:], said[0])


def select_best(hole: Hole, index: int, radius: float | None, limit: int) -> Select[Any]:
    """The best `limit` as rows of (index, the columns of a `Candidate`); of who is near, or of everybody."""
    # A fence: PostgreSQL would count the points apart from the columns, and look up twice what they are made of.
    known = _select_known(hole, radius).cte(f"known_{index}").prefix_with("MATERIALIZED")
    score = count_points(known).label("score")
    far = func.coalesce(known.c.square_km, FAR)
    best = select(known, score).order_by(score.desc(), far, known.c.member_id).limit(limit).subquery()
    partner = aliased(Member)
    name = (partner.first_name + literal(" ") + partner.surname).label("partner_name")
    columns = [best.c[column.name] for column in known.c]
    at = [column.name for column in known.c].index("square_km")
    return (
        select(
            literal(index).label("hole"),
            *columns[:at],
            name,
            *columns[at:],
            _rules_of(hole, best.c.member_id).label("rules"),
            best.c.score,
        )
        .select_from(best)
        .outerjoin(partner, partner.id == best.c.partner_id)
    )


def _features(hole: Hole, wished: Any, function: Any, answer: Any) -> list[Any]:
    """The columns by which the points are counted, and those that are written."""
    is_warned = exists().where(_finding(hole, Member.id), EligibilityFinding.is_blocking.is_(False))
    partner_place = and_(
        Assignment.member_id == Couple.other_id,
        _at_station(Assignment.station_id, hole),
        Assignment.shift_id == hole.shift_id,
    )
    return [
        Member.id.label("member_id"),
        *WRITTEN,
        answer.label("answer"),
        wished.rank.label("station_rank"),
        function.rank.label("function_rank"),
        _served_here(hole).label("served_here"),
        exists()
        .where(Service.member_id == Member.id, Service.function_id == hole.function_id)
        .correlate(Member)
        .label("served_function"),
        _has_place(hole, here=True).label("is_here"),
        _has_place(hole, here=False).label("is_elsewhere"),
        exists().where(partner_place).correlate(Couple).label("partner_here"),
        Couple.other_id.label("partner_id"),
        _square_km(hole).label("square_km"),
        is_warned.correlate(Member).label("is_warned"),
    ]


def _select_known(hole: Hole, radius: float | None) -> Any:
    """What is known of each who can take the place."""
    known = _select_reserves(hole) if hole.of_reserves else _select_who_can(hole, radius)
    known = known.where(Member.state.in_(MAY_BE_PLANNED), ~_is_taken(hole), ~_is_blocked(hole))
    return known if hole.without_id is None else known.where(Member.id != hole.without_id)


def _select_reserves(hole: Hole) -> Any:
    """Of who is in reserve: that is later than what was answered for the shift, if anything was."""
    wished, function = aliased(PreferredStation), aliased(PreferredFunction)
    own = and_(
        Availability.member_id == Member.id, Availability.election_id == hole.election_id, Availability.is_answered
    )
    said = and_(AvailabilityShift.availability_id == Availability.id, AvailabilityShift.shift_id == hole.shift_id)
    known = (
        select(*_features(hole, wished, function, func.coalesce(AvailabilityShift.answer, "")))
        .select_from(Reserve)
        .join(Member, Member.id == Reserve.member_id)
        .outerjoin(Availability, own)
        .outerjoin(AvailabilityShift, said)
    )
    return _with_wishes(known, hole, wished, function).where(
        Reserve.shift_id == hole.shift_id, Reserve.state == ReserveState.ON
    )


def _with_wishes(known: Any, hole: Hole, wished: Any, function: Any) -> Any:
    """And the ranks of the station and the function among the wishes, and who goes along."""
    here = and_(wished.availability_id == Availability.id, wished.station_id == _or_nothing(hole.station_id))
    this = and_(function.availability_id == Availability.id, function.function_id == hole.function_id)
    return known.outerjoin(wished, here).outerjoin(function, this).outerjoin(Couple, Couple.member_id == Member.id)


def _select_who_can(hole: Hole, radius: float | None) -> Any:
    """Of who said yes or maybe to the shift."""
    wished, function = aliased(PreferredStation), aliased(PreferredFunction)
    near = None if radius is None else _select_near(hole, radius)
    # Who is near comes first: of so many tables PostgreSQL keeps the order in which they are joined.
    begin: Any = AvailabilityShift
    if near is not None:
        begin = join(near, AvailabilityShift, AvailabilityShift.member_id == near.c.member_id)
    can = (
        select(*_features(hole, wished, function, AvailabilityShift.answer))
        .select_from(begin)
        .join(Member, Member.id == AvailabilityShift.member_id)
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
    )
    return (
        _with_wishes(can, hole, wished, function)
        .where(AvailabilityShift.shift_id == hole.shift_id, AvailabilityShift.answer.in_(CAN))
        .where(Availability.election_id == hole.election_id, Availability.is_answered)
        .where(~has_left(AvailabilityShift.member_id, hole.shift_id, hole.election_id))
    )


def _select_near(hole: Hole, radius: float) -> Any:
    """Who wished the station, worked there, is there, goes with who is there, or lives in the box around it."""
    if hole.station_id is None:
        return select(null().label("member_id")).where(false()).subquery()
    here = Assignment.station_id == hole.station_id
    parts = [
        select(PreferredStation.member_id).where(PreferredStation.station_id == hole.station_id),
        *(select(Service.member_id).where(condition) for condition in _worked_here(hole)),
        select(Assignment.member_id).where(here),
        select(Couple.member_id).join(Assignment, Assignment.member_id == Couple.other_id).where(here),
    ]
    if hole.latitude is not None and hole.longitude is not None:
        high, wide = radius / weights.KM_PER_DEGREE, radius / _km_per_degree_east(hole.latitude)
        parts.append(
            select(Member.id).where(
                Member.latitude.between(hole.latitude - high, hole.latitude + high),
                Member.longitude.between(hole.longitude - wide, hole.longitude + wide),
            )
        )
    return union(*parts).subquery()


# --- what is known ---------------------------------------------------------------------------------------------------


def _is_taken(hole: Hole) -> ColumnElement[bool]:
    """The member is somewhere at that time. At this station two halves of a day may touch."""
    at_once = and_(Assignment.starts_at < hole.ends_at, Assignment.ends_at > hole.starts_at)
    touches = or_(
        and_(Assignment.starts_at < hole.starts_at, Assignment.ends_at < hole.ends_at),
        and_(Assignment.starts_at > hole.starts_at, Assignment.ends_at > hole.ends_at),
    )
    is_other_half = and_(_at_station(Assignment.station_id, hole), touches)
    same_shift = Assignment.shift_id == hole.shift_id
    return (
        exists()
        .where(Assignment.member_id == Member.id, or_(same_shift, and_(at_once, ~is_other_half)))
        .correlate(Member)
    )


def _is_blocked(hole: Hole) -> ColumnElement[bool]:
    return exists().where(_finding(hole, Member.id), EligibilityFinding.is_blocking).correlate(Member)


def _finding(hole: Hole, member_id: Any) -> ColumnElement[bool]:
    """A finding that counts for this function, of a rule that holds."""
    found = and_(
        EligibilityFinding.member_id == member_id,
        EligibilityFinding.election_id == hole.election_id,
        EligibilityFinding.overridden_at.is_(None),
        EligibilityRule.id == EligibilityFinding.rule_id,
        EligibilityRule.is_active,
    )
    return found if hole.needs_training else and_(found, EligibilityRule.code != RuleCode.TRAINING)


def _rules_of(hole: Hole, member_id: Any) -> ColumnElement[str]:
    wanted = select(func.aggregate_strings(EligibilityRule.code, ",")).where(_finding(hole, member_id))
    return wanted.correlate_except(EligibilityFinding, EligibilityRule).scalar_subquery()


def _worked_here(hole: Hole) -> list[Any]:
    """Of services: at this station, or at what it was at another election: the same building, or the same name."""
    same = [PollingStation.id == _or_nothing(hole.station_id)]
    same += [PollingStation.bag_id == hole.bag_id] if hole.bag_id else []
    same += [PollingStation.name == hole.name] if hole.name else []
    at = [Service.station_id.in_(select(PollingStation.id).where(or_(*same)))]
    return [*at, Service.station_name == hole.name] if hole.name else at


def _served_here(hole: Hole) -> ColumnElement[bool]:
    if hole.station_id is None:
        return cast(false(), Boolean)
    # One for each index: of both at once PostgreSQL reads every service.
    found = [exists().where(Service.member_id == Member.id, at).correlate(Member) for at in _worked_here(hole)]
    return or_(*found)


def _has_place(hole: Hole, *, here: bool) -> ColumnElement[bool]:
    """In this election, at this station or at another one."""
    at = _at_station(Assignment.station_id, hole)
    own = (Assignment.member_id == Member.id, Assignment.election_id == hole.election_id)
    return exists().where(*own, at if here else ~at).correlate(Member)


def _at_station(column: Any, hole: Hole) -> ColumnElement[bool]:
    return func.coalesce(column, 0) == (hole.station_id or 0)


def _or_nothing(key: int | None) -> int:
    return 0 if key is None else key


def _square_km(hole: Hole) -> Any:
    """How far the member's postcode is from the station, squared."""
    if hole.latitude is None or hole.longitude is None:
        return cast(null(), Float)
    north = (Member.latitude - hole.latitude) * weights.KM_PER_DEGREE
    east = (Member.longitude - hole.longitude) * _km_per_degree_east(hole.latitude)
    return north * north + east * east


def _km_per_degree_east(latitude: float) -> float:
    return weights.KM_PER_DEGREE * cos(radians(latitude))
