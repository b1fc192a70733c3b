"""Stations by what the team types, and the day on which those of a file open."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.importing.elections.station_row import ElectionHead, StationRow, StationsFile, Stop
from app.models import PollingStation
from app.services.elections.stations.station_days import find_other_day, move_hours, say_other_day
from app.services.elections.stations.station_search import latest_first, stations_found_by
from app.services.search.query import read_search
from tests.support.factories.elections import make_election, make_station

VOTING_ON = date(2026, 3, 18)


@pytest.fixture
def stations(db):
    """Of two elections, in no order."""
    older, newer = make_election(), make_election(code="TK2027", type="TK")
    make_station(older, 12, "Dorpshuis De Brug", street="Kade", postcode="1234 AB", city="Voorbeeldstad")
    make_station(older, 3, "Brede School", street="Bruggeman", postcode="5678 CD", city="Duindorp")
    make_station(newer, 120, "Brug", street="Plein", postcode="1234 AC", city="Voorbeeldstad")


def find(db, typed, *, best=False):
    found = stations_found_by(read_search(typed))[0 if best else 1]
    return list(db.session.scalars(select(PollingStation.number).where(found).order_by(*latest_first())))


def test_each_word_stands_in_the_name_the_street_the_postcode_or_the_town(db, stations):
    asked = {
        "brug": [120, 3, 12],
        "brug plein": [120],
        "kade voorbeeldstad": [12],
        "duin": [3],
        "1234ab": [12],  # without its space
        "1234 ab": [12],
        "1234": [120, 12],
        "12": [120, 12],  # in a postcode, or the whole number
        "120": [120],
        "3": [120, 3, 12],
        "kade duindorp": [],
        "1234567": [],
    }
    assert {typed: find(db, typed) for typed in asked} == asked


def test_the_best_are_those_whose_name_begins_so(db, stations):
    assert find(db, "brug", best=True) == [120]
    assert find(db, "dorps voorbeeldstad", best=True) == [12]
    assert find(db, "dorps duindorp", best=True) == []


def opens(day: int, *stops: int, hour: int = 7) -> StationRow:
    """A station that opens on this day of March, or at stops on these days."""
    return StationRow(
        "A",
        day,
        "Stadhuis",
        opens_at=datetime(2025, 3, day, hour, 30),  # noqa: DTZ001 (of a file: local and naive)
        closes_at=datetime(2025, 3, day, 21),  # noqa: DTZ001
        stops=tuple(Stop("B", None, None, None, None, opens(stop).opens_at, None) for stop in stops),
    )


def file_of(*stations: StationRow, **values) -> StationsFile:
    return StationsFile(stations, (), **values)


def test_a_file_is_of_another_day_where_none_of_its_days_is_of_this_election():
    """The last one; of a station with stops those count. EML names its election, and is never of another day."""
    days = (date(2025, 3, 12), date(2025, 3, 13))
    assert find_other_day(file_of(opens(10), opens(11)), days) == date(2025, 3, 11)
    assert find_other_day(file_of(opens(10), opens(13)), days) is None
    assert find_other_day(file_of(opens(10, 8, 9)), days) == date(2025, 3, 9)
    assert find_other_day(file_of(opens(10, 12)), days) is None
    assert find_other_day(file_of(StationRow("A", 1, "Stadhuis")), days) is None
    head = ElectionHead("GR", "Raad", "GR", "GR", VOTING_ON)
    assert find_other_day(file_of(opens(10), election=head), days) is None


def test_the_last_day_of_the_file_becomes_the_voting_day_with_the_hours_that_it_had():
    found = file_of(opens(10), opens(11, 9, 11), StationRow("C", 3, "Zonder uren"))
    first, second, without = move_hours(found, [VOTING_ON], VOTING_ON).stations
    assert (first.opens_at, first.closes_at) == (datetime(2026, 3, 17, 7, 30), datetime(2026, 3, 17, 21))  # noqa: DTZ001
    assert [stop.opens_at for stop in second.stops] == [datetime(2026, 3, day, 7, 30) for day in (16, 18)]  # noqa: DTZ001
    assert [stop.closes_at for stop in second.stops] == [None, None]
    assert (without.opens_at, without.closes_at) == (None, None)
    same = file_of(opens(10))
    assert move_hours(same, [date(2025, 3, 10)], date(2025, 3, 10)) is same


def test_it_is_said_of_which_day_the_file_is(db):
    said = say_other_day(make_election(), date(2025, 3, 11))
    assert said.values == {"found": date(2025, 3, 11), "chosen": VOTING_ON}
