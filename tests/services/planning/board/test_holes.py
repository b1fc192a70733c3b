"""Open places: which there are and in what order, which comes after one, and what the board says of each station."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Function, ShiftKind, StaffingNeed
from app.services.planning.board import holes
from app.services.planning.board.holes import Filters, OpenNeed
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import make_available, make_need, make_planned_election, stations_of
from tests.support.factories.staffing import make_place


@pytest.fixture
def other(election):
    """Another election with a station of its own, at which all is open."""
    return make_planned_election(7, code="TK2027", type="TK")


@pytest.fixture
def fill(election):
    """Somebody in this function, in the shift and at the station by number from 0."""

    def do(station: int, shift: int, function: str, number: int = 1) -> None:
        for _ in range(number):
            make_place(
                make_member(), stations_of(election)[station], shifts_of(election)[shift], make_function(function)
            )

    return do


@pytest.fixture
def ask(db, election):
    """Change what is asked: how many at least, and how many rather."""

    def do(station: int, shift: int, function: str, minimum: int, target: int) -> None:
        at = {"station_id": stations_of(election)[station].id, "shift_id": shifts_of(election)[shift].id}
        db.session.query(StaffingNeed).filter_by(**at, function_id=make_function(function).id).update(
            {"minimum": minimum, "target": target}
        )
        db.session.commit()

    return do


@pytest.fixture
def named(db, election):
    """An open place by the number of the station, that of the shift and the function."""

    def do(need: OpenNeed) -> tuple[int | None, int, str]:
        stations = {station.id: station.number for station in stations_of(election)}
        at = [shift.id for shift in shifts_of(election)].index(need.shift_id)
        return stations.get(need.station_id or 0), at, db.session.get(Function, need.function_id).code

    return do


CHAIR, MEMBER = "voorzitter", "stembureaulid"


def test_an_empty_chair_comes_first_then_what_is_below_the_minimum_then_the_rest(election, other, fill, ask, named):
    """Each in the order of the stations, then of the day. What is full, or asked for no more, is not open."""
    fill(0, 0, CHAIR)
    fill(0, 1, MEMBER, 2)
    fill(0, 2, MEMBER, 3)
    fill(1, 0, MEMBER)
    ask(1, 1, CHAIR, 0, 1)
    ask(1, 2, CHAIR, 0, 0)
    opened = holes.list_open(election.id)
    assert [named(need) for need in opened] == [
        *((1, shift, CHAIR) for shift in (1, 2)),
        (2, 0, CHAIR),
        (1, 0, MEMBER),
        *((2, shift, MEMBER) for shift in (1, 2)),
        (2, 0, MEMBER),
        (2, 1, CHAIR),
    ]
    assert [(need.minimum, need.target, need.taken) for need in opened[-2:]] == [(1, 2, 1), (0, 1, 0)]
    assert holes.list_open(election.id, Filters(state=holes.SHORT)) == opened[:6]


def test_the_whole_list_goes_by_station_and_day_and_names_where_it_is(db, election, other, fill, ask, named):
    fill(0, 0, CHAIR)
    ask(0, 1, MEMBER, 0, 0)
    central = shifts_of(election)[2]
    make_need_of_none(db, election, central, CHAIR)
    found = holes.list_open_whole(election.id)
    assert [named(need) for need, *_where in found if need.station_id] == [
        (1, 0, MEMBER),
        (1, 1, CHAIR),
        *((1, 2, does) for does in (CHAIR, MEMBER)),
        *((2, shift, does) for shift in (0, 1, 2) for does in (CHAIR, MEMBER)),
    ]
    for need, station, shift, function in found:
        assert (station and station.id, shift.id, function.id) == need.key
    assert [need.key for need, *_where in found if need.station_id is None] == [(None, central.id, function_id(CHAIR))]


def function_id(code):
    return make_function(code).id


def make_need_of_none(db, election, shift, function):
    """At the central count."""
    shift.kind = ShiftKind.CENTRAL_COUNT
    at = {"election_id": election.id, "shift_id": shift.id, "function_id": function_id(function)}
    db.session.add(StaffingNeed(**at, minimum=1, target=1))
    db.session.commit()


def need(key: int) -> OpenNeed:
    return OpenNeed(key, 1, 1, 1, 1, 0)


def test_after_a_place_comes_the_next_one_and_after_the_last_the_first():
    opened = [need(3), need(1), need(2)]
    assert [holes.find_next(opened, at.key).station_id for at in opened] == [1, 2, 3]
    assert holes.find_next(opened, need(9).key) == opened[0]
    assert holes.find_next(opened, None) == opened[0]
    assert holes.find_next([], need(1).key) is None


def test_a_place_goes_on_while_it_is_open_and_then_with_what_came_behind_it():
    before = [need(3), need(1), need(2)]
    assert holes.go_on(before, before, need(1).key) == need(1)
    assert holes.go_on(before, [need(3), need(2)], need(1).key) == need(2)
    assert holes.go_on(before, [need(3)], need(1).key) == need(3)
    assert holes.go_on(before, [need(1), need(3)], need(2).key) == need(3)  # round from the last to the first
    assert holes.go_on(before, [need(2), need(1)], need(9).key) == need(1)
    assert holes.go_on(before, [need(5)], need(1).key) == need(5)
    assert holes.go_on(before, [], need(1).key) is None


def test_the_board_adds_up_each_station_and_shift_the_central_count_last(db, election, other, fill, ask):
    """More people in one function do not make up for who is missing in another."""
    first, second = stations_of(election)
    first.number, first.city, second.number = 20, "Elders", 3
    make_need_of_none(db, election, shifts_of(election)[2], CHAIR)
    fill(1, 0, MEMBER, 4)
    fill(1, 1, CHAIR)
    fill(1, 1, MEMBER, 1)
    fill(0, 0, CHAIR)
    fill(0, 0, MEMBER, 2)
    rows = holes.read_board(election.id, holes.EVERYTHING)
    assert [(row.station_id, row.number, row.name, row.city) for row in rows] == [
        (second.id, 3, second.name, second.city),
        (first.id, 20, first.name, "Elders"),
        (None, 0, "", ""),
    ]
    early, late, count = (shift.id for shift in shifts_of(election))
    numbers = {
        (number, shift): (cell.minimum, cell.target, cell.taken, cell.open, cell.short, cell.state)
        for number, row in enumerate(rows)
        for shift, cell in row.cells.items()
    }
    assert numbers == {
        (0, early): (2, 3, 3, 0, 0, holes.FULL),
        (0, late): (2, 3, 0, 3, 2, holes.SHORT),
        (0, count): (2, 3, 0, 3, 2, holes.SHORT),
        (1, early): (2, 3, 4, 1, 1, holes.SHORT),
        (1, late): (2, 3, 2, 1, 0, holes.OPEN),
        (1, count): (2, 3, 0, 3, 2, holes.SHORT),
        (2, count): (1, 1, 0, 1, 1, holes.SHORT),
    }


def test_a_station_is_found_by_its_worst_shift_and_a_short_one_is_open_too(db, election, fill, ask):
    """The first has all it asks, the second the minimum in one shift; of the third nothing."""
    third = stations_of(election)[1]
    for shift in range(3):
        fill(0, shift, CHAIR)
        fill(0, shift, MEMBER, 2)

    def by(state):
        return [row.number for row in holes.read_board(election.id, Filters(state=state))]

    assert [by(state) for state in (holes.FULL, holes.OPEN, holes.SHORT)] == [[1], [2], [2]]
    for shift in range(3):
        fill(1, shift, CHAIR)
        fill(1, shift, MEMBER, 2 if shift else 1)
    assert [by(state) for state in (holes.FULL, holes.OPEN, holes.SHORT)] == [[1], [third.number], []]


def test_an_area_is_a_postcode_a_town_a_name_or_a_number(db):
    election = make_planned_election(1, 2, 12)
    first, second, third = stations_of(election)
    first.postcode, first.city, first.name = "1234 AB", "Stad", "Buurthuis Plein"
    second.postcode, second.city, second.name = "5678 CD", "Duindorp", "School"
    third.postcode, third.city, third.name = "9012 EF", "Stad", "Kerk"
    db.session.commit()
    asked = {
        "1234 a": [1],
        "1234AB": [1],
        " 1234 ": [1],
        "234": [],  # the beginning of a postcode
        "duin": [2],  # a part of the town
        "plein": [1],  # or of the name
        "Plein%": [],
        "2": [2],  # or the whole number
        "00012": [12],
        "000012": [],
        "": [1, 2, 12],
    }
    found = {area: [row.number for row in holes.read_board(election.id, Filters(area=area))] for area in asked}
    assert found == asked


def test_the_board_shows_a_shift_a_type_or_a_station_alone(db, election):
    first, second = stations_of(election)
    second.type = "mobile"
    db.session.commit()
    late = shifts_of(election)[1].id
    (row, _other) = holes.read_board(election.id, Filters(shift_id=late))
    assert set(row.cells) == {late}
    assert [row.station_id for row in holes.read_board(election.id, Filters(type="mobile"))] == [second.id]
    assert [row.station_id for row in holes.read_board(election.id, Filters(station_id=first.id))] == [first.id]


def test_a_place_is_found_with_what_is_asked_there_and_who_can(db, election, other):
    """Also in a function for which nobody asked; not at a station, or in a shift, of another election."""
    (first, second), (early, late, _count) = stations_of(election), shifts_of(election)
    make_need(first, early.id, "teller", 3, 4)
    make_available(election, ["yes", "no", "no"])
    make_available(election, ["maybe", "no", "yes"])
    first.latitude, first.longitude, first.bag_id = 52.1, 5.1, "0344010000099999"
    db.session.commit()
    spot = holes.find_spot(election.id, (first.id, early.id, function_id("teller")))
    assert (spot.minimum, spot.target, spot.available) == (3, 4, 2)
    assert (spot.election.id, spot.station.id, spot.shift.id, spot.function.code) == (
        election.id,
        first.id,
        early.id,
        "teller",
    )
    assert spot.key == (first.id, early.id, function_id("teller"))
    hole = spot.hole(without_id=5)
    assert (hole.latitude, hole.longitude, hole.name, hole.bag_id) == (52.1, 5.1, first.name, first.bag_id)
    assert (hole.needs_training, hole.without_id) == (False, 5)
    assert hole.ends_at - hole.starts_at == timedelta(hours=7, minutes=30)
    for at in ((second.id, early.id), (first.id, late.id)):
        spot = holes.find_spot(election.id, (*at, function_id("teller")))
        assert (spot.minimum, spot.target) == (0, 0)
        assert (spot.hole().latitude is None) == (at[0] == second.id)
    elsewhere, then = stations_of(other)[0], shifts_of(other)[0]
    for at in ((elsewhere.id, early.id), (first.id, then.id), (elsewhere.id, then.id), (99_999, early.id)):
        assert holes.find_spot(election.id, (*at, function_id(CHAIR))) is None
    assert holes.find_spot(election.id, (first.id, early.id, 99_999)) is None


def test_the_central_count_is_a_place_without_a_station(db, election):
    central = shifts_of(election)[2]
    make_need_of_none(db, election, central, CHAIR)
    spot = holes.find_spot(election.id, (None, central.id, function_id(CHAIR)))
    assert (spot.station, spot.minimum, spot.key) == (None, 1, (None, central.id, function_id(CHAIR)))
    assert (spot.hole().station_id, spot.hole().name, spot.hole().bag_id) == (None, "", "")


def test_who_stands_at_a_place_is_listed_by_function_and_name(election, fill):
    first, early = stations_of(election)[0], shifts_of(election)[0]
    people = [make_member(surname=name) for name in ("Zand", "Aker", "Mol")]
    for member, function in zip(people, (MEMBER, MEMBER, CHAIR), strict=True):
        make_place(member, first, early, make_function(function))
    fill(0, 1, CHAIR)
    fill(1, 0, CHAIR)
    there = holes.list_there((first.id, early.id, function_id(CHAIR)))
    assert [(member.surname, function.code, place.member_id == member.id) for place, member, function in there] == [
        ("Mol", CHAIR, True),
        ("Aker", MEMBER, True),
        ("Zand", MEMBER, True),
    ]
    assert holes.list_there((None, early.id, function_id(CHAIR))) == []
