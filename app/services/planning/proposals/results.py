"""What a proposal changes of the plan, and what stays open and why: how many people are left at each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.services.planning.proposals.reading import Question
from app.services.planning.proposals.solver.instance import Place, Result


@dataclass(frozen=True, slots=True)
class Change:
    """A place that comes; with `assignment_id` one that goes."""

    place: Place
    assignment_id: int | None = None


def to_instant(minutes: int) -> datetime:
    """Of whole minutes since 1970."""
    return datetime.fromtimestamp(minutes * 60, UTC)


def list_changes(question: Question, result: Result) -> list[Change]:
    """What is different from the plan that stood."""
    before = {kept.place for kept in question.instance.kept}
    after = set(result.places)
    gone = [
        Change(place, question.assignments[place.person, place.shift]) for place in sorted(before - after, key=_order)
    ]
    return gone + [Change(place) for place in sorted(after - before, key=_order)]


def _order(place: Place) -> tuple[int, int, int]:
    return place.station or 0, place.shift, place.person


def describe(question: Question, result: Result, changes: Sequence[Change]) -> dict[str, Any]:
    """Counts, moments that stay without what the law asks, and each open place with its reasons, as JSON."""
    gone = {change.place.person for change in changes if change.assignment_id is not None}
    come = {change.place.person for change in changes if change.assignment_id is None}
    still_there = {place.person for place in result.places}
    new = [change for change in changes if change.assignment_id is None and change.place.person not in gone]
    open_places = _list_open(question, result)
    return {
        "added": len(new),
        "people": len(come - gone),
        "moved": len(gone & still_there),
        "removed": len(gone - still_there),
        "open": [list(row) for row in open_places],
        "illegal": [list(moment) for moment in result.illegal],
        "funnels": _funnels(question, result, {(shift, function) for _s, shift, function, _n in open_places}),
        "is_stopped": result.is_stopped,
    }


def _list_open(question: Question, result: Result) -> list[tuple[int | None, int, int, int]]:
    """(station, shift, function, number) of each need with places that nobody has."""
    filled = Counter((place.station, place.shift, place.function) for place in result.places)
    found = []
    for need in question.instance.needs:
        left = need.target - filled[need.station, need.shift, need.function]
        if left > 0:
            found.append((need.station, need.shift, need.function, left))
    return sorted(found, key=lambda row: (row[0] or 0, row[1:]))


def _funnels(question: Question, result: Result, asked: set[tuple[int, int]]) -> list[dict[str, Any]]:
    """For each open shift and function how many people are left: members, who answered, may be appointed, can then,

    may do it, and have no other place then.
    """
    busy = _busy(question, result)
    found = []
    for shift, function in sorted(asked):
        can = [person for person in question.instance.people if shift in {key for key, _sure in person.shifts}]
        may_do = [person for person in can if function in person.functions]
        free = [person for person in may_do if (person.id, shift) not in busy]
        steps = [question.members, question.answered, len(question.eligible), len(can), len(may_do), len(free)]
        found.append({"shift": shift, "function": function, "steps": steps})
    return found


def _busy(question: Question, result: Result) -> set[tuple[int, int]]:
    """(person, shift) of everybody who has a place at that time, or at another station on the voting day."""
    kinds = {shift.id: shift.kind for shift in question.instance.shifts}
    at_work = {(place.person, kinds[place.shift]) for place in result.places}
    taken = {(place.person, place.shift) for place in result.places}
    overlapping = {
        (person, shift.id)
        for person, kind in at_work
        for shift in question.instance.shifts
        if shift.kind == kind and kind != "central"
    }
    return taken | overlapping
