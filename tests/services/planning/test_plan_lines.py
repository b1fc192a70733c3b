"""The plan as lines to write: every place in its order, and those where nobody stands yet."""

from __future__ import annotations

import pytest

from app.models import ShiftKind, StaffingNeed
from app.services.planning.exchange.places import by_station, list_lines
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import make_planned_election, stations_of
from tests.support.factories.staffing import make_place

CHAIR, MEMBER = "voorzitter", "stembureaulid"


@pytest.fixture
def election(db):
    """Of two stations the second asks for nobody; at the central count a chair is asked for. Another one besides."""
    election = make_planned_election(20)
    make_station(election, 3, "Leeg")
    make_planned_election(7, code="TK2027", type="TK")
    early, _late, count = shifts_of(election)
    count.kind = ShiftKind.CENTRAL_COUNT
    db.session.query(StaffingNeed).filter_by(election_id=election.id).filter(StaffingNeed.shift_id != early.id).delete()
    at = {"election_id": election.id, "shift_id": count.id, "function_id": make_function(CHAIR).id}
    db.session.add(StaffingNeed(**at, minimum=1, target=1))
    db.session.commit()
    return election


@pytest.fixture
def people(election):
    """In the order in which they are written."""
    empty, school = stations_of(election)
    early, late, count = shifts_of(election)
    wanted = [
        ("Leegman", empty, late, CHAIR),
        ("Aker", school, early, CHAIR),
        ("Bos", school, early, MEMBER),
        ("Zand", school, early, MEMBER),
        ("Mol", school, early, MEMBER),
        ("Vroeg", school, late, CHAIR),
        ("Teller", None, count, CHAIR),
    ]
    for surname, station, shift, function in reversed(wanted):
        make_place(make_member(surname=surname, infix=""), station, shift, make_function(function), note=surname[0])
    return sorted(wanted[2:5], key=lambda row: row[0])


def written(election, **values):
    return [
        (
            line.station and line.station.number,
            shifts_of(election).index(line.shift),
            line.function.code,
            line.member and line.member.surname,
        )
        for line in list_lines(election, **values)
    ]


PLACES = [
    (3, 1, CHAIR, "Leegman"),
    (20, 0, CHAIR, "Aker"),
    (20, 0, MEMBER, "Bos"),
    (20, 0, MEMBER, "Mol"),
    (20, 0, MEMBER, "Zand"),
    (20, 1, CHAIR, "Vroeg"),
    (None, 2, CHAIR, "Teller"),
]


def test_places_are_written_by_station_shift_function_and_name_the_central_count_last(election, people):
    """Where more stand than are asked for nothing is open."""
    assert written(election, with_open=False) == PLACES
    assert written(election, with_open=True) == PLACES
    assert written(election, with_open=True, number=3) == PLACES[:1]
    lines = list_lines(election, with_open=False)
    assert [line.note for line in lines[1:3]] == ["A", "B"]
    assert (lines[1].starts_at, lines[1].ends_at) == shift_hours(shifts_of(election)[0])


def test_an_open_place_is_a_line_behind_those_who_have_one(election):
    station, early = stations_of(election)[1], shifts_of(election)[0]
    make_place(make_member(surname="Bos", infix=""), station, early, make_function(MEMBER))
    assert written(election, with_open=False) == [(20, 0, MEMBER, "Bos")]
    assert written(election, with_open=True) == [
        (20, 0, CHAIR, None),
        (20, 0, MEMBER, "Bos"),
        (20, 0, MEMBER, None),
        (None, 2, CHAIR, None),
    ]
    chair = list_lines(election, with_open=True)[0]
    assert (chair.starts_at, chair.ends_at) == shift_hours(early)
    assert written(election, with_open=True, number=20) == written(election, with_open=True)[:-1]


def test_of_a_station_its_shifts_are_together(election, people):
    found = [
        (part.station and part.station.number, [(shift, len(lines)) for shift, lines in part.shifts])
        for part in by_station(list_lines(election, with_open=False))
    ]
    early, late, count = shifts_of(election)
    assert found == [(3, [(late, 1)]), (20, [(early, 4), (late, 1)]), (None, [(count, 1)])]
