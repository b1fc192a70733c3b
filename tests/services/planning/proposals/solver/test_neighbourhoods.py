"""Which stations and people are solved together: the nearest, the worst first, and who can help with what is short."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from app.services.planning.proposals.solver import neighbourhoods
from app.services.planning.proposals.solver.instance import Need, Station
from app.services.planning.proposals.solver.neighbourhoods import SWEEPS, Neighbourhoods, Sweep
from app.services.planning.proposals.solver.plan import Plan
from app.services.planning.proposals.solver.problem import Problem
from tests.services.planning.proposals.cases import (
    CHAIR,
    DEPUTY,
    EARLY,
    EVENING,
    LATE,
    MEMBER,
    case,
    needs_of,
    person,
    stands,
    way_of,
)

SITS = 2  # the member, by index


def parts_of(asked) -> Neighbourhoods:
    return Neighbourhoods(Plan(Problem(asked)))


@pytest.fixture
def solved(monkeypatch):
    """The groups that would be solved, with the people beside them; nothing changes."""
    asked = []
    monkeypatch.setattr(Neighbourhoods, "solve", lambda _self, group, extra, **how: asked.append((group, extra, how)))
    return asked


def row_of_stations(number, *, short=()):
    """Stations in a row, a kilometre apart, each full with one member; at those that are `short` nobody is."""
    needs = [Need(station, EARLY, MEMBER, 1, 1) for station in range(1, number + 1)]
    full = [station for station in range(1, number + 1) if station not in short]
    people = [person(station, at=float(station)) for station in full]
    return case(needs, people, stations=number, kept=[stands(station, station, EARLY, price=0) for station in full])


def test_the_nearest_of_a_station_is_itself_and_then_the_others_by_distance():
    """Also with another one at the same place; of two that are as far the first."""
    asked = row_of_stations(5)
    beside = tuple(Station(station.id, (3.0, 0.0) if station.id == 1 else station.point) for station in asked.stations)
    assert parts_of(asked).nearest(2) == [2, 1, 3, 0, 4]
    assert parts_of(replace(asked, stations=beside)).nearest(2) == [2, 0, 1, 3, 4]
    nowhere = tuple(Station(station.id) for station in asked.stations)
    assert parts_of(replace(asked, stations=nowhere)).nearest(1) == [1, 0, 2, 3, 4]


def test_a_sweep_takes_each_station_once_with_its_nearest_the_worst_first(solved):
    """The last group is filled up with stations that had their turn; those that are not asked about come last."""
    parts = parts_of(row_of_stations(7, short=(5,)))
    how = Sweep(3, 9, 2)
    assert list(parts.sweep(range(7), how)) == [4, 1, 0]
    assert [group for group, _extra, _how in solved] == [[4, 3, 5], [0, 1, 2], [6, 5, 4]]
    assert {how["most"] for _group, _extra, how in solved} == {2}
    solved.clear()
    assert list(parts.sweep([0, 4], how)) == [0]
    assert [group for group, _extra, _how in solved] == [[4, 0, 3]]


def test_of_two_sweeps_after_each_other_one_begins_with_the_worst_and_one_with_the_best():
    assert all(first.from_worst != second.from_worst for first, second in pairwise(SWEEPS))
    assert SWEEPS[0].from_worst


def test_from_the_best_to_the_worst_a_town_is_divided_in_another_way(solved):
    parts = parts_of(row_of_stations(7, short=(1,)))
    list(parts.sweep(range(7), Sweep(3, 9, 2, from_worst=False)))
    assert solved[0][0][0] == 1
    solved.clear()
    list(parts.sweep(range(7), Sweep(3, 9, 2)))
    assert solved[0][0][0] == 0


def test_who_can_do_what_is_short_comes_before_who_is_nearer():
    """A chair is short at the first station, and one of the three; nobody at the second. The nearest of them first."""
    people = [person(1, at=1.0), person(2, LATE, at=1.0), person(3, chair=True, at=9.0), person(4, chair=True, at=5.0)]
    people += [person(5, at=2.0)]
    needs = [Need(1, EARLY, CHAIR, 1, 1), Need(2, EARLY, MEMBER, 1, 1)]
    parts = parts_of(case(needs, people, stations=2, kept=[stands(5, 2, EARLY, price=0)]))
    assert parts.choose_free([0], 9) == [0, 3, 2, 1]
    assert parts.choose_free([0], 2) == [0, 3]
    assert parts.choose_free([1], 9) == [0, 1, 3, 2]  # nothing is short there
    everybody = [stands(number, 1, EARLY, price=0) for number in (1, 2, 3, 4, 5)]
    assert parts_of(case(needs, people, stations=2, kept=everybody)).choose_free([0], 9) == []


def test_experience_that_is_short_brings_nobody_from_far():
    """Seats, people and who presides are short at a station; a team without experience is not."""
    people = [person(1, at=1.0), person(2, at=9.0, has_experience=True), person(3, at=2.0)]
    parts = parts_of(case([Need(1, EARLY, MEMBER, 1, 1)], people, kept=[stands(1, 1, EARLY, price=0)]))
    assert parts.choose_free([0], 9) == [2, 1]


@pytest.mark.parametrize(("there", "spares"), [(3, False), (4, True), (2, False)])
def test_a_station_can_spare_somebody_where_more_are_there_than_the_law_asks(there, spares):
    """And where somebody presides: without, it has nobody to spare."""
    needs = [Need(1, EARLY, CHAIR, 1, 1), Need(1, EARLY, MEMBER, 2, 5)]
    people = [person(number, chair=number == 1) for number in range(1, there + 1)]
    for chair, expected in ((CHAIR, spares), (MEMBER, False)):
        kept = [stands(number, 1, EARLY, chair if number == 1 else MEMBER, price=0) for number in range(1, there + 1)]
        parts = parts_of(case(needs, people, kept=kept))
        assert parts._can_spare(0, 0) == expected
        assert not parts._can_spare(0, 1)  # nobody is asked for late


def test_two_who_preside_are_one_to_spare():
    needs = [Need(1, EARLY, CHAIR, 1, 1), Need(1, EARLY, DEPUTY, 0, 1), Need(1, EARLY, MEMBER, 1, 1)]
    people = [person(number, chair=True) for number in (1, 2, 3)]
    for second, spares in ((DEPUTY, True), (None, False)):
        kept = [stands(1, 1, EARLY, CHAIR, price=0), stands(3, 1, EARLY, price=0)]
        kept += [stands(2, 1, EARLY, second, price=0)] if second else []
        assert parts_of(case(needs, people, kept=kept))._can_spare(0, 0) == spares


def test_a_hole_is_repaired_with_its_neighbours_and_the_nearest_that_can_spare_somebody():
    needs = [
        need for station in range(1, 12) for need in (*needs_of(station, EARLY), Need(station, EARLY, MEMBER, 2, 3))
    ]
    people, kept = [], []
    for station in (8, 9, 10, 11):  # four there, which is one more than the law asks
        for place in range(4):
            number = 10 * station + place
            people.append(person(number, chair=place == 0, at=float(station)))
            kept.append(stands(number, station, EARLY, MEMBER if place else CHAIR, price=0))
    parts = parts_of(case(needs, people, stations=11, kept=kept))
    assert parts._with_donors(0, 0) == [0, 1, 2, 3, 4, 7, 8, 9, 10]
    assert parts._with_donors(0, 1) == [0, 1, 2, 3, 4]


def test_somebody_is_looked_at_for_the_nearest_stations_and_where_he_stands():
    """Who stands for good at the own station alone."""
    people = [person(1, at=2.0), person(2, at=2.0), person(3, at=2.0)]
    needs = [Need(station, EARLY, MEMBER, 1, 1) for station in range(1, 6)]
    kept = [stands(1, 5, EARLY, price=100), stands(2, 4, EARLY)]
    parts = parts_of(case(needs, people, stations=5, kept=kept))

    def looked_at(who, group, most):
        return list(dict.fromkeys(candidate.station for candidate in parts._candidates(who, group, most)))

    everywhere = [0, 1, 2, 3, 4]
    assert looked_at(2, everywhere, 2) == [1, 0]
    assert looked_at(2, everywhere, 5) == everywhere
    assert looked_at(0, everywhere, 2) == [1, 0, 4]
    assert looked_at(0, [0, 1, 2], 2) == [1, 0]
    assert looked_at(1, everywhere, 2) == [3]
    parts.plan.put(parts.problem.candidate(2, 3, way_of(parts.problem, 2, SITS)))
    assert looked_at(2, everywhere, 2) == [1, 0, 3]


def test_who_presided_and_is_no_chair_now_could_be_one_in_the_shifts_in_which_he_can():
    people = [person(1, EARLY, LATE, chair=True, has_presided=True), person(2, chair=True, has_presided=True)]
    people += [person(3, EARLY, LATE, chair=True), person(4, EARLY, LATE, has_presided=True)]
    needs = needs_of(1, EARLY, LATE)
    kept = [stands(1, 1, EARLY, price=0), stands(2, 1, EARLY, CHAIR, price=0)]
    kept += [stands(3, 1, LATE, CHAIR, price=0), stands(4, 1, LATE, price=0)]
    parts = parts_of(case(needs, people, kept=kept))
    assert parts._spare_chairs(0) == {0, 1}
    assert parts._new_chairs(0) == [(0, 1)]
    kept[0] = stands(1, 1, EARLY)  # for good
    assert parts_of(case(needs, people, kept=kept))._spare_chairs(0) == set()


def test_a_chair_with_experience_is_brought_from_where_one_is_left(monkeypatch):
    """Of two stations that can spare one each, the nearer to both has none any more when the second asks."""
    monkeypatch.setattr(neighbourhoods, "CHAIR_DONORS", 1)
    needs = [Need(station, EARLY, CHAIR, 1, 1) for station in (1, 2, 3, 4)]
    needs += [Need(station, EARLY, MEMBER, 1, 1) for station in (2, 4)]
    people = [person(1, chair=True, at=1.0), person(4, chair=True, at=3.0)]
    people += [person(who, chair=True, at=2.0, has_presided=True) for who in (2, 3)]
    people += [person(who, chair=True, at=4.0, has_presided=True) for who in (5, 6)]
    places = {1: (1, CHAIR), 2: (2, CHAIR), 3: (2, MEMBER), 4: (3, CHAIR), 5: (4, CHAIR), 6: (4, MEMBER)}
    kept = [stands(who, station, EARLY, does, price=0) for who, (station, does) in places.items()]
    parts = parts_of(case(needs, people, stations=4, kept=kept))
    assert [parts._new_chairs(station) for station in (0, 2)] == [[(0, 0)], [(2, 0)]]
    assert list(parts.season_chairs()) == [1, 0]
    assert [parts._new_chairs(station) for station in range(4)] == [[], [], [], []]


def test_a_chair_of_the_count_is_no_new_chair():
    people = [person(1, EARLY, EVENING, chair=True)]
    needs = [Need(1, EVENING, CHAIR, 1, 1)]
    assert parts_of(case(needs, people, kept=[stands(1, 1, EVENING, CHAIR, price=0)]))._new_chairs(0) == []


def test_a_couple_is_brought_together_with_the_two_nearest_stations(solved):
    """Those who are at one station already, or of whom one has no place, are left alone."""
    people = [person(number, at=float(number)) for number in range(1, 7)]
    for first, second in ((1, 4), (2, 3), (5, 6)):
        people[first - 1] = replace(people[first - 1], with_id=second)
    needs = [Need(station, EARLY, MEMBER, 2, 2) for station in range(1, 7)]
    at = {1: 2, 4: 5, 2: 3, 3: 3, 5: 6}
    kept = [stands(who, station, EARLY, price=0) for who, station in at.items()]
    parts = parts_of(case(needs, people, stations=6, kept=kept))
    assert list(parts.unite_couples()) == [0]
    ((group, extra, how),) = solved
    assert (group, extra, how) == ([1, 4, 0, 2], [5], {"most": 4, "with_couples": True})


def test_a_step_that_would_make_it_dearer_changes_nothing(monkeypatch):
    people = [person(1, at=1.0), person(2, at=9.0)]
    problem = Problem(case([Need(1, EARLY, MEMBER, 1, 1)], people))
    plan = Plan(problem)
    good, bad = (problem.candidate(who, 0, way_of(problem, who, SITS)) for who in (0, 1))
    plan.put(good)
    solved = neighbourhoods.Model.solve

    def worse(model, begin, **options):
        return replace(solved(model, begin, **options), chosen=[(bad, 1.0)])

    monkeypatch.setattr(neighbourhoods.Model, "solve", worse)
    Neighbourhoods(plan).solve([0], [1], most=1)
    assert plan.of == {0: good}
    plan.take(0)
    plan.put(bad)
    monkeypatch.setattr(neighbourhoods.Model, "solve", lambda *_args, **_how: None)  # HiGHS found nothing
    Neighbourhoods(plan).solve([0], [0], most=1)
    assert plan.of == {1: bad}


def test_repair_goes_on_as_long_as_it_helps_and_not_for_ever(monkeypatch):
    needs = [need for station in (1, 2, 3) for need in needs_of(station, EARLY)]
    parts = parts_of(case(needs, [person(1)], stations=3))
    assert list(parts.repair()) == [3, 3, 3]  # each was tried, and nothing came of it
    monkeypatch.setattr(neighbourhoods, "ROUNDS", 2)
    assert list(parts.repair()) == [3, 3]
