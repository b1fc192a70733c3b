"""What is told of a plan that was found: what differs from the one that stands, and who is left for an open place."""

from __future__ import annotations

from dataclasses import replace

from app.services.planning.proposals.reading import Question
from app.services.planning.proposals.results import Change, describe, list_changes
from app.services.planning.proposals.solver.instance import Instance, Need, Place, Result
from tests.services.planning.proposals.cases import (
    CHAIR,
    EARLY,
    EVENING,
    FUNCTIONS,
    LATE,
    MEMBER,
    NEXT_DAY,
    SHIFTS,
    person,
    stands,
)

NEEDS = (Need(1, EARLY, MEMBER, 1, 3), Need(1, EARLY, CHAIR, 1, 1), Need(None, NEXT_DAY, MEMBER, 1, 1))


def place(who: int, shift: int = EARLY, station: int | None = 1, function: int = MEMBER) -> Place:
    return replace(stands(who, 1, shift, function).place, station=station)


def ask(*, kept=(), people=(), needs=NEEDS) -> Question:
    """Of these people, with eight members of whom six answered and four may be appointed."""
    instance = Instance((), SHIFTS, FUNCTIONS, tuple(needs), tuple(people), tuple(kept))
    keys = {(own.place.person, own.place.shift): 100 * own.place.person + own.place.shift for own in kept}
    return Question(instance, keys, 8, 6, {1, 2, 3, 4})


def found(*places: Place, **values) -> Result:
    return Result(tuple(places), values.get("illegal", ()), 0, 0, values.get("is_stopped", False))


def test_what_goes_is_told_first_with_its_key_and_what_stays_not_at_all():
    question = ask(kept=[stands(2, 2, EARLY), stands(1, 2, EARLY), stands(3, 1, LATE)])
    changes = list_changes(question, found(place(3, LATE), place(5, NEXT_DAY, None), place(2, LATE), place(2)))
    gone = [Change(place(who, station=2), 100 * who + EARLY) for who in (1, 2)]
    assert changes == [*gone, Change(place(5, NEXT_DAY, None)), Change(place(2)), Change(place(2, LATE))]


def test_who_comes_new_moves_or_loses_a_place_is_counted_once():
    """Of one person two places come, another gets one more beside what stands."""
    question = ask(kept=[stands(who, 2, EARLY) for who in (1, 2, 3)])
    result = found(place(1), place(4), place(4, LATE), place(5), place(3, EARLY, 2), place(3, LATE))
    told = describe(question, result, list_changes(question, result))
    assert {name: told[name] for name in ("added", "people", "moved", "removed")} == {
        "added": 4,  # places of who loses none
        "people": 3,
        "moved": 1,
        "removed": 1,
    }


def test_what_stays_open_is_told_by_station_with_how_many():
    result = found(place(1), place(2, function=CHAIR), place(3, LATE), illegal=((1, EARLY),), is_stopped=True)
    told = describe(ask(), result, [])
    assert told["open"] == [[None, NEXT_DAY, MEMBER, 1], [1, EARLY, MEMBER, 2]]
    assert (told["illegal"], told["is_stopped"]) == ([[1, EARLY]], True)
    too_many = found(*(place(who) for who in range(1, 6)), place(6, function=CHAIR), place(7, NEXT_DAY, None))
    told = describe(ask(), too_many, [])
    assert (told["open"], told["funnels"], told["is_stopped"]) == ([], [], False)


def test_of_who_can_then_and_may_do_it_those_are_left_who_have_no_place_that_day():
    """Who only counts is free for the voting day, and who votes for another day; an hour later is still that day."""
    people = [person(number, EARLY, NEXT_DAY) for number in range(1, 5)]
    people += [person(5, EARLY, EVENING, chair=True), person(6, LATE, chair=True)]
    result = found(place(1), place(2, LATE, 2), place(3, EVENING), place(4, NEXT_DAY, None))
    needs = [*NEEDS, Need(2, EARLY, MEMBER, 1, 1), replace(NEEDS[2], target=2)]
    told = describe(ask(people=people, needs=needs), result, [])
    funnels = {(own["shift"], own["function"]): own["steps"] for own in told["funnels"]}
    assert funnels == {
        (EARLY, CHAIR): [8, 6, 4, 5, 1, 1],
        (EARLY, MEMBER): [8, 6, 4, 5, 5, 3],  # not who is there, nor who comes late elsewhere
        (NEXT_DAY, MEMBER): [8, 6, 4, 4, 4, 3],
    }
    assert list(funnels) == sorted(funnels)
