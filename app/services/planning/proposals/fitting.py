"""Which rows of a proposal still fit the plan, and of the others why not.

Who stands somewhere else by now gets nothing of it, and who would move gets all or nothing. Of a member who only gains
places just those go that somebody else has, that nobody asks for any more, or at whose time the member has one there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, select

from app.extensions import db
from app.models import Assignment, Election, ProposedPlace
from app.services.bulk import among
from app.services.planning.board import writing
from app.services.planning.board.checks import Problem
from app.services.planning.board.places import Place, Seen
from app.services.planning.board.writing import Change

GONE: Final = "gone"  # the place from which somebody would move is not as it was
OF_THE_PLACE: Final = ("above_target", "no_need")  # somebody else has it meanwhile, or nobody is asked for any more
NOT_ANY_MORE: Final = ("no_need", "said_no", "no_answer", "left")  # what only warns, and was otherwise when it was made
OF_THE_TIME: Final = ("double", "overlap")  # the member has another place then

Key = tuple[int | None, int, int]  # station, shift, function


@dataclass(slots=True)
class Fitting:
    """The rows that can be done together, and why members miss something: a code by member."""

    rows: list[ProposedPlace]
    left_out: dict[int, str] = field(default_factory=dict)


def choose_fitting(election: Election, rows: Sequence[ProposedPlace]) -> Fitting:
    """Look again at what is left each time that something was taken out: whom a row leaves makes room."""
    found = Fitting(list(rows))
    moving = {row.member_id for row in rows if row.assignment_id is not None}
    elsewhere = _moved_meanwhile(rows)
    _take_out(found, {row.id: GONE for row in rows if row.member_id in elsewhere})
    while found.rows:
        gone, coming = parts(found.rows)
        changes = [Change(seen, None) for seen in versions(gone)] + [Change(None, as_place(row)) for row in coming]
        problems = writing.find_problems(election, changes)[len(gone) :]
        refused = _refused(coming, problems)
        if not refused:
            break
        _take_out(found, _with_the_rest(election, found.rows, refused, moving))
    return found


def _take_out(found: Fitting, refused: Mapping[int, str]) -> None:
    for row in found.rows:
        if row.id in refused:
            found.left_out.setdefault(row.member_id, refused[row.id])
    found.rows = [row for row in found.rows if row.id not in refused]


def _refused(coming: Sequence[ProposedPlace], problems: Sequence[Sequence[Problem]]) -> dict[int, str]:
    """Code by row. Where more come than are asked for, the last ones; only when nothing else is refused."""
    found: dict[int, str] = {}
    too_many: dict[Key, list[int]] = defaultdict(list)
    over: Counter[Key] = Counter()
    for row, own in zip(coming, problems, strict=True):
        key = (row.station_id, row.shift_id, row.function_id)
        for problem in own:
            if problem.stops or problem.code in NOT_ANY_MORE:
                found.setdefault(row.id, problem.code)
            elif problem.code == "above_target":
                too_many[key].append(row.id)
                over[key] = int(problem.text.values["number"]) - int(problem.text.values["target"])
    if not found:
        for key, members in too_many.items():
            found |= dict.fromkeys(members[-over[key] :], "above_target")
    return found


def _with_the_rest(
    election: Election, rows: Sequence[ProposedPlace], refused: Mapping[int, str], moving: set[int]
) -> dict[int, str]:
    """What goes with the refused rows: nothing, what is at another station than where the member is now, or all."""
    codes: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.id in refused:
            codes[row.member_id].add(refused[row.id])
    stands = _stations_of(election, [key for key, own in codes.items() if not own.isdisjoint(OF_THE_TIME)])
    found = dict(refused)
    for row in rows:
        own = codes.get(row.member_id, set())
        is_only_part = own.issubset((*OF_THE_PLACE, *OF_THE_TIME)) and row.member_id not in moving
        is_there = own.isdisjoint(OF_THE_TIME) or row.station_id in stands[row.member_id]
        if own and not (is_only_part and is_there):
            found.setdefault(row.id, min(own))
    return found


def _stations_of(election: Election, members: Sequence[int]) -> Mapping[int, set[int | None]]:
    own = select(Assignment.member_id, Assignment.station_id).where(Assignment.election_id == election.id)
    found: dict[int, set[int | None]] = defaultdict(set)
    for member_id, station_id in db.session.execute(own.where(among(Assignment.member_id, members))):
        found[member_id].add(station_id)
    return found


def _moved_meanwhile(rows: Iterable[ProposedPlace]) -> set[int]:
    """Members of whom a place that goes is not as it was when the proposal was made."""
    going = [row for row in rows if row.assignment_id is not None]
    known = {row.id: row for row in db.session.scalars(select(Assignment).where(_are(going)))}
    return {row.member_id for row in going if not _is_same(row, known.get(row.assignment_id or 0))}


def _are(rows: Iterable[ProposedPlace]) -> ColumnElement[bool]:
    return among(Assignment.id, [row.assignment_id for row in rows if row.assignment_id])


def _is_same(row: ProposedPlace, place: Assignment | None) -> bool:
    return (
        place is not None
        and not place.is_locked
        and (place.member_id, place.station_id, place.shift_id, place.function_id)
        == (row.member_id, row.station_id, row.shift_id, row.function_id)
    )


def parts(rows: Sequence[ProposedPlace]) -> tuple[list[ProposedPlace], list[ProposedPlace]]:
    """What goes, and what comes."""
    return [row for row in rows if row.assignment_id is not None], [row for row in rows if row.assignment_id is None]


def as_place(row: ProposedPlace) -> Place:
    """With the times of the shift, which a whole day divides by itself."""
    return Place(row.member_id, row.station_id, row.shift_id, row.function_id)


def versions(going: Sequence[ProposedPlace]) -> list[Seen]:
    """The places that go, as they are now."""
    version = dict(db.session.execute(select(Assignment.id, Assignment.version).where(_are(going))).all())
    return [Seen(row.assignment_id or 0, version.get(row.assignment_id or 0, 0)) for row in going]
