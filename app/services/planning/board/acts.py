"""What a planner does with places. Each verb is one act, which `undo` takes back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.models import Assignment, Election, PlanAct, PlanActKind
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor
from app.services.planning.board import writing
from app.services.planning.board.checks import Problem
from app.services.planning.board.places import Place, Seen
from app.services.planning.board.writing import Change, change_plan


def assign_many(
    election: Election,
    places: Sequence[Place],
    *,
    kind: PlanActKind = PlanActKind.ASSIGN,
    gone: Sequence[Seen] = (),
    confirmed: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> PlanAct:
    """Give all these places, after the `gone` ones are taken away; all or none. See `change_plan` for what it raises.

    `confirmed` are codes of warnings; `checks.ALL` for what a planner accepts as a whole, such as a proposal.
    """
    changes = [Change(seen, None) for seen in gone] + [Change(None, place) for place in places]
    return change_plan(election, changes, kind=kind, confirmed=confirmed, actor=actor, now=now)


def find_problems(election: Election, places: Sequence[Place]) -> list[list[Problem]]:
    """Of each place what stands in its way now, before it is given."""
    return writing.find_problems(election, [Change(None, place) for place in places])


def remove_many(
    election: Election,
    seen: Sequence[Seen],
    *,
    kind: PlanActKind = PlanActKind.REMOVE,
    actor: Actor,
    now: datetime,
) -> PlanAct:
    """Take these places away. Raises EditConflict where somebody changed one meanwhile."""
    return change_plan(election, [Change(place, None) for place in seen], kind=kind, actor=actor, now=now)


def move(
    place: Assignment,
    *,
    seen: int,
    station_id: int | None,
    shift_id: int,
    function_id: int,
    confirmed: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> PlanAct:
    """Put the same member elsewhere: at another station, in another shift or function. Hours go with the shift."""
    wanted = replace(as_place(place), station_id=station_id, shift_id=shift_id, function_id=function_id)
    if wanted == as_place(place):
        raise RuleBroken(phrase("Choose another station, shift or function."))
    if shift_id != place.shift_id:
        wanted = replace(wanted, starts_at=None, ends_at=None)
    change = Change(Seen(place.id, seen), wanted)
    return change_plan(place.election, [change], kind=PlanActKind.MOVE, confirmed=confirmed, actor=actor, now=now)


def swap(
    first: Assignment,
    second: Assignment,
    *,
    seen: tuple[int, int],
    confirmed: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> PlanAct:
    """Two members take each other's place, with its hours. Raises RuleBroken for two places of one member."""
    if first.member_id == second.member_id or first.election_id != second.election_id:
        raise RuleBroken(phrase("Choose a place of another member to swap with."))
    changes = [
        Change(Seen(place.id, version), _in_place_of(place, other))
        for place, other, version in ((first, second, seen[0]), (second, first, seen[1]))
    ]
    return change_plan(first.election, changes, kind=PlanActKind.SWAP, confirmed=confirmed, actor=actor, now=now)


def replace_member(
    place: Assignment, member_id: int, *, seen: int, confirmed: Collection[str] = (), actor: Actor, now: datetime
) -> PlanAct:
    """Another member takes over the place, with its hours when these were its own."""
    if member_id == place.member_id:
        raise RuleBroken(phrase("Choose another member."))
    came = replace(as_place(place), member_id=member_id, note="", is_locked=False)
    changes = [Change(Seen(place.id, seen), None), Change(None, came)]
    return change_plan(place.election, changes, kind=PlanActKind.REPLACE, confirmed=confirmed, actor=actor, now=now)


def edit(
    place: Assignment,
    *,
    seen: int,
    starts_at: datetime,
    ends_at: datetime,
    note: str,
    is_locked: bool,
    actor: Actor,
    now: datetime,
) -> PlanAct:
    """Other hours, a note, or a lock that proposals respect."""
    wanted = replace(as_place(place), starts_at=starts_at, ends_at=ends_at, note=note, is_locked=is_locked)
    if wanted == as_place(place):
        raise RuleBroken(phrase("Nothing was changed."))
    return change_plan(
        place.election, [Change(Seen(place.id, seen), wanted)], kind=PlanActKind.EDIT, actor=actor, now=now
    )


def as_place(row: Assignment) -> Place:
    """What stands in the plan, as something to ask for again."""
    return Place(**_values(row))


def _in_place_of(own: Assignment, other: Assignment) -> Place:
    """The own member, note and lock, where and when the other one stands."""
    return replace(as_place(other), member_id=own.member_id, note=own.note, is_locked=own.is_locked)


def _values(row: Assignment) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in Place.__slots__}
