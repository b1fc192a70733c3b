"""What the team sees per election: who answered what, who did not, and the totals. A few statements, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, false, func, literal, select, true, union_all
from sqlalchemy.orm import Query

from app.extensions import db
from app.models import (
    Answer,
    Availability,
    AvailabilityShift,
    AvailabilityState,
    Declaration,
    DeclarationKind,
    DeclarationText,
    Election,
    Function,
    Member,
    PollingStation,
    PreferredFunction,
    PreferredStation,
)
from app.services.elections.candidacy import latest_word

CHUNK: Final = 5_000  # members per statement: below the limit of bound values of both databases


class Named(NamedTuple):
    """A preferred function or station; `name_en` may be empty."""

    name: str
    name_en: str


@dataclass(slots=True)
class Details:
    """What one member answered: (answer, reason) by shift id, preferences in order, and whether a candidate."""

    shifts: dict[int, tuple[str, str]] = field(default_factory=dict)
    functions: list[Named] = field(default_factory=list)
    stations: list[Named] = field(default_factory=list)
    is_candidate: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of answers per shift id, of first preferences per function id, and of members."""

    asked: int
    answered: int
    shifts: dict[int, dict[str, int]]
    functions: dict[int, int]


def find_asked(election_id: int, *, with_stopped: bool = False) -> Query[Any]:
    """The members who are asked, or who answered: rows of (Member, the Availability or None) of this election.

    The criteria below are about these rows. Who answered and then stopped is left out, unless asked for.
    """
    join = (Availability.member_id == Member.id) & (Availability.election_id == election_id)
    query = db.session.query(Member, Availability).select_from(Member).outerjoin(Availability, join)
    if with_stopped:
        return query.filter(Member.may_answer | Availability.id.is_not(None))
    return query.filter(Member.may_answer | has_answered())


def has_answered() -> ColumnElement[bool]:
    """Whether an answer counts, of rows without one too."""
    return func.coalesce(Availability.is_answered, false())


def has_stopped() -> ColumnElement[bool]:
    """The member answered, and has a pause or left since."""
    return func.coalesce(Availability.state == AvailabilityState.STOPPED, false())


def said(shift_id: int, answer: str) -> ColumnElement[bool]:
    """This answer to this shift, in an answer that counts."""
    return has_answered() & exists().where(
        AvailabilityShift.availability_id == Availability.id,
        AvailabilityShift.shift_id == shift_id,
        AvailabilityShift.answer == answer,
    )


def prefers(function_id: int) -> ColumnElement[bool]:
    """The function is one of the choices, in an answer that counts."""
    return has_answered() & exists().where(
        PreferredFunction.availability_id == Availability.id, PreferredFunction.function_id == function_id
    )


def is_candidate() -> ColumnElement[bool]:
    """The member's latest word is to be a candidate or sitting member."""
    word = latest_word(Member.id, Availability.election_id).correlate(Member, Availability).scalar_subquery()
    return func.coalesce(word, true()).is_(False)


def find_details(election_id: int, member_ids: Sequence[int]) -> dict[int, Details]:
    """What these members answered, by member id. One statement per 5,000 members."""
    found: dict[int, Details] = defaultdict(Details)
    for start in range(0, len(member_ids), CHUNK):
        for row in _read(election_id, member_ids[start : start + CHUNK]):
            _put(found[row.member_id], row)
    return found


def count_asked(election: Election) -> int:
    """How many members are asked, or answered."""
    return _count(election, func.count(Member.id))[0] or 0


def find_totals(election: Election) -> Totals:
    """How many were asked and answered; answers per shift; first preferences. Only answers that count."""
    asked, answered = _count(election, func.count(Member.id), func.sum(case((has_answered(), 1), else_=0)))
    counted = (Availability.election_id == election.id) & Availability.is_answered
    per_shift = (
        select(AvailabilityShift.shift_id, AvailabilityShift.answer, func.count())
        .join(Availability, Availability.id == AvailabilityShift.availability_id)
        .where(counted)
        .group_by(AvailabilityShift.shift_id, AvailabilityShift.answer)
    )
    per_function = (
        select(PreferredFunction.function_id, func.count())
        .join(Availability, Availability.id == PreferredFunction.availability_id)
        .where(counted, PreferredFunction.rank == 1)
        .group_by(PreferredFunction.function_id)
    )
    shifts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, Answer), 0))
    for shift_id, answer, count in db.session.execute(per_shift):
        shifts[shift_id][answer] = count
    functions = {function_id: count for function_id, count in db.session.execute(per_function)}
    return Totals(asked or 0, answered or 0, dict(shifts), functions)


def _count(election: Election, *counts: Any) -> Any:
    return find_asked(election.id).with_entities(*counts).one()


def _read(election_id: int, member_ids: Sequence[int]) -> Iterator[Any]:
    """Rows of (member_id, kind, id, place, first word, second word), preferences in order."""
    parts = (
        _of_answer(
            AvailabilityShift,
            "shift",
            AvailabilityShift.shift_id,
            literal(0),
            AvailabilityShift.answer,
            AvailabilityShift.reason,
        ),
        _of_answer(
            PreferredFunction,
            "function",
            PreferredFunction.function_id,
            PreferredFunction.rank,
            Function.name,
            Function.name_en,
        ).join(Function, Function.id == PreferredFunction.function_id),
        _of_answer(
            PreferredStation, "station", PollingStation.number, PreferredStation.rank, PollingStation.name, literal("")
        ).join(PollingStation, PollingStation.id == PreferredStation.station_id),
    )
    answered = [
        part.where(Availability.election_id == election_id, Availability.member_id.in_(member_ids)) for part in parts
    ]
    both = union_all(*answered, _declared(election_id, member_ids)).subquery()
    return iter(db.session.execute(select(both).order_by(both.c.place)))


def _of_answer(table: Any, kind: str, key: Any, place: Any, first: Any, second: Any) -> Select[Any]:
    return select(
        table.member_id,
        literal(kind).label("kind"),
        key.label("key"),
        place.label("place"),
        first.label("first"),
        second.label("second"),
    ).join(Availability, Availability.id == table.availability_id)


def _declared(election_id: int, member_ids: Sequence[int]) -> Select[Any]:
    word = case((Declaration.is_given.is_(False), "candidate"), else_="")
    return (
        select(
            Declaration.member_id, literal("declared"), Declaration.text_id, DeclarationText.version, word, literal("")
        )
        .join(DeclarationText, DeclarationText.id == Declaration.text_id)
        .where(
            Declaration.election_id == election_id,
            Declaration.member_id.in_(member_ids),
            DeclarationText.kind == DeclarationKind.NOT_A_CANDIDATE,
        )
    )


def _put(details: Details, row: Any) -> None:
    if row.kind == "shift":
        details.shifts[row.key] = (row.first, row.second)
    elif row.kind == "function":
        details.functions.append(Named(row.first, row.second))
    elif row.kind == "station":
        details.stations.append(Named(f"{row.key} {row.first}", ""))
    else:  # the versions come in order: the last word counts
        details.is_candidate = row.first == "candidate"
