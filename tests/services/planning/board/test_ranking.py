"""The ranked list: who is in it and who is not, why, and that near first finds what looking at everybody finds."""

from __future__ import annotations

from datetime import date, timedelta
from math import cos, radians
from typing import Any

import pytest

from app.models import (
    Assignment,
    Availability,
    AvailabilityShift,
    Couple,
    Member,
    MemberState,
    PreferredFunction,
    PreferredStation,
    Service,
)
from app.services.audit import COMMAND
from app.services.planning.board import acts, checks, holes
from app.services.planning.board.places import Place
from app.services.planning.board.ranking import candidates, weights
from app.services.planning.board.ranking.candidates import rank, rank_each, rank_plainly
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import find_fault, make_available, make_planned_election, places_of, stations_of
from tests.support.factories.planning_crowd import make_crowd, place_stations
from tests.support.factories.staffing import make_place


@pytest.fixture
def hole(election):
    def find(shift: int = 0, station: int = 0, function: str = "stembureaulid", **values):
        key = stations_of(election)[station].id, shifts_of(election)[shift].id, make_function(function).id
        return holes.find_spot(election.id, key).hole(**values)

    return find


def ids(found) -> list[int]:
    return [candidate.member_id for candidate in found]


def wish(db, member: Member, *, station: int | None = None, function: int | None = None, rank: int = 1) -> None:
    answer = db.session.query(Availability).filter_by(member_id=member.id).one()
    own = {"availability_id": answer.id, "member_id": member.id, "rank": rank}
    if station is not None:
        db.session.add(PreferredStation(station_id=station, **own))
    if function is not None:
        db.session.add(PreferredFunction(function_id=function, **own))
    db.session.commit()


def serve(db, member: Member, function: str, *, station_id: int | None = None, name: str = "") -> None:
    where = {"station_id": station_id, "station_name": name, "function_id": make_function(function).id}
    db.session.add(Service(member_id=member.id, election_name="2022", worked_on=date(2022, 3, 16), **where))
    db.session.commit()


def test_only_who_can_is_in_the_list(db, election, place, give, hole):
    can, maybe = make_available(election), make_available(election, "maybe")
    make_available(election, ["no", "yes", "yes"])
    make_member()  # gave no answer
    make_available(election, state=MemberState.PAUSED)
    stopped = make_available(election)
    db.session.query(Availability).filter_by(member_id=stopped.id).one().state = "stopped"
    busy, elsewhere = make_available(election), make_available(election)
    give(place(busy), place(elsewhere, 1, station=1))
    db.session.commit()
    assert ids(rank(hole())) == [can.id, maybe.id]


def test_the_other_half_of_a_day_is_no_hindrance_here_and_is_one_elsewhere(election, place, give, hole):
    member = make_available(election)
    give(place(member, 0))
    assert ids(rank(hole(1))) == [member.id]
    assert ids(rank(hole(1, station=1))) == []
    (found,) = rank(hole(2, station=1))
    assert found.reasons() == [weights.IS_ELSEWHERE.words]


def test_the_halves_of_a_day_may_overlap_here_and_one_may_not_hold_the_other(db, election, place, give, hole):
    """By minutes after the beginning and the end of the open place, of who has another shift at the same station."""
    hours = {
        "earlier half": (-60, -60),
        "later half": (60, 60),
        "from the same moment, longer": (0, 60),
        "from the same moment, shorter": (0, -60),
        "the same hours": (0, 0),
        "until the same moment, longer": (-60, 0),
        "until the same moment, shorter": (60, 0),
        "around it": (-60, 60),
        "within it": (60, -60),
    }
    found = hole(0)
    people = {name: make_available(election) for name in hours}
    for name, (begins, ends) in hours.items():
        give(place(people[name], 1), confirmed=checks.ALL)
        (row,) = places_of(people[name])
        row.starts_at, row.ends_at = (
            found.starts_at + timedelta(minutes=begins),
            found.ends_at + timedelta(minutes=ends),
        )
    db.session.commit()
    assert ids(rank(found)) == [people["earlier half"].id, people["later half"].id]


def test_at_another_station_one_place_may_begin_when_the_other_ends(db, election, place, give, hole):
    before, after, late = (make_available(election) for _ in range(3))
    found = hole(0)
    for member, starts, ends in (
        (before, found.starts_at - timedelta(hours=1), found.starts_at),
        (after, found.ends_at, found.ends_at + timedelta(hours=1)),
        (late, found.ends_at - timedelta(minutes=1), found.ends_at + timedelta(hours=1)),
    ):
        give(place(member, 1, station=1), confirmed=checks.ALL)
        places_of(member)[0].starts_at, places_of(member)[0].ends_at = starts, ends
    db.session.commit()
    assert set(ids(rank(found))) == {before.id, after.id}


def test_who_may_not_be_appointed_is_left_out_and_who_may_not_meet_a_rule_comes_later(db, election, hole):
    blocked, warned, fine = (make_available(election) for _ in range(3))
    find_fault(blocked, election, "age")
    find_fault(warned, election, is_blocking=False)
    found = rank(hole())
    assert ids(found) == [fine.id, warned.id]
    assert (found[1].warnings, found[0].warnings) == (["rule_training"], [])
    assert weights.WARNED.words in found[1].reasons()
    assert [candidate.is_warned for candidate in rank(hole(function="teller"))] == [False, False]


def test_the_one_who_is_replaced_is_not_offered(election, hole):
    first, second = make_available(election), make_available(election)
    assert ids(rank(hole(without_id=first.id))) == [second.id]


def test_each_reason_counts_and_is_said(db, election, place, give, hole):
    station, old = stations_of(election)
    chair = make_function("voorzitter").id
    station.latitude, station.longitude = 52.09, 5.12
    wanted = {}
    nothing = ("wished other", "served other", "partner other", "planned then")
    known = ("served", "by name", "same name", "did it")
    for name in ("station", "second", "function", *known, "here", "partner", "near", "far", *nothing):
        wanted[name] = make_available(election)
    older = make_planned_election_before(db)
    then = {"shift": shifts_of(older)[2], "function": make_function("teller")}
    wish(db, wanted["station"], station=station.id)
    wish(db, wanted["second"], station=station.id, rank=2)
    wish(db, wanted["function"], function=chair, rank=3)
    serve(db, wanted["served"], "teller", station_id=station.id)
    serve(db, wanted["by name"], "teller", name=station.name)
    serve(db, wanted["same name"], "teller", station_id=make_station(older, 8, station.name).id)
    serve(db, wanted["did it"], "voorzitter", station_id=old.id)
    wish(db, wanted["wished other"], station=old.id, function=make_function("teller").id)
    serve(db, wanted["served other"], "teller", station_id=old.id, name=old.name)
    make_place(wanted["planned then"], stations_of(older)[0], **then)
    give(place(wanted["here"], 2))
    partner = make_available(election)
    absent = make_available(election)
    give(place(partner, 0), place(absent, 2), place(absent, 0, station=1))
    for member, other in ((wanted["partner"], partner), (wanted["partner other"], absent)):
        db.session.add(Couple(member_id=member.id, other_id=other.id))
    wanted["near"].latitude, wanted["near"].longitude = 52.0945, 5.12  # half a kilometre
    wanted["far"].latitude, wanted["far"].longitude = 51.0, 5.12
    db.session.commit()
    found = {candidate.member_id: candidate for candidate in rank(hole(function="voorzitter"))}
    said = {name: [str(words) for words in found[member.id].reasons()] for name, member in wanted.items()}
    assert said == {
        "station": ["wants this polling station most"],
        "second": ["wants this polling station as second choice"],
        "function": ["wants this function too"],
        "served": ["worked here before"],
        "by name": ["worked here before"],
        "same name": ["worked here before"],
        "did it": ["did this function before"],
        "here": ["is here in another shift already"],
        "partner": [f"goes with Jan {partner.surname}, who is here"],
        "near": ["lives within 1 kilometre"],
        "far": ["lives further than 12 kilometres"],
        **{name: [] for name in nothing},
    }
    assert found[wanted["station"].id].score == 500
    assert found[wanted["near"].id].score == 280


def test_the_same_building_at_an_earlier_election_counts(db, election, hole):
    member, older = make_available(election), make_planned_election_before(db)
    stations_of(election)[0].bag_id = stations_of(older)[0].bag_id = "0344010000099999"
    stations_of(older)[0].name = "Anders genoemd"
    serve(db, member, "teller", station_id=stations_of(older)[0].id)
    assert rank(hole())[0].served_here


def make_planned_election_before(db):
    older = make_election(code="TK2023_Voorbeeldstad")
    make_station(older, 7, "Toen")
    return older


# --- near first, and exact -------------------------------------------------------------------------------------------


def plain_scores(db, election, hole) -> list[tuple[Any, ...]]:
    """The whole ranking, by rules written apart from those of the query: (score, square kilometres, member)."""
    answers = {
        row.member_id: row.answer for row in db.session.query(AvailabilityShift).filter_by(shift_id=hole.shift_id)
    }
    stations = {
        row.member_id: row.rank for row in db.session.query(PreferredStation).filter_by(station_id=hole.station_id)
    }
    functions = {
        row.member_id: row.rank for row in db.session.query(PreferredFunction).filter_by(function_id=hole.function_id)
    }
    services = db.session.query(Service).all()
    here = {row.member_id for row in services if row.station_id == hole.station_id}
    did = {row.member_id for row in services if row.function_id == hole.function_id}
    couples = {row.member_id: row.other_id for row in db.session.query(Couple)}
    places: dict[int, list[Assignment]] = {}
    for row in db.session.query(Assignment):
        places.setdefault(row.member_id, []).append(row)

    def points(member: Member) -> tuple[Any, ...] | None:
        answer, own = answers.get(member.id), places.get(member.id, [])
        if answer not in ("yes", "maybe") or any(row.shift_id == hole.shift_id for row in own):
            return None
        for row in own:
            if row.starts_at < hole.ends_at and hole.starts_at < row.ends_at and row.station_id != hole.station_id:
                return None
        score = {None: 0, 1: 500, 2: 400}.get(stations.get(member.id), 300)
        score += {None: 0, 1: 300, 2: 200}.get(functions.get(member.id), 100)
        score += 250 * (member.id in here) + 200 * (member.id in did) - 400 * (answer == "maybe")
        score += 350 * any(row.station_id == hole.station_id for row in own)
        score -= 150 * any(row.station_id != hole.station_id for row in own)
        partners = places.get(couples.get(member.id, 0), [])
        score += 400 * any(row.station_id == hole.station_id and row.shift_id == hole.shift_id for row in partners)
        if member.latitude is None:
            return -score, 1e9, member.id
        north = (member.latitude - hole.latitude) * 111.2
        east = (member.longitude - hole.longitude) * 111.2 * cos(radians(hole.latitude))
        square = north * north + east * east
        bands = (0.5, 300), (1, 280), (1.5, 260), (2, 230), (3, 190), (4, 150), (6, 100), (9, 60), (12, 20)
        return -(score + next((more for km, more in bands if square <= km * km), 0)), square, member.id

    return sorted(filter(None, map(points, db.session.query(Member).all())))


def test_near_first_finds_the_true_best_twenty(db, now, monkeypatch, statements):
    election = make_planned_election(*range(1, 25))
    stations = stations_of(election)
    place_stations(stations)
    crowd = list(make_crowd(election, stations, 800))
    function = make_function("stembureaulid").id
    shifts = [shift.id for shift in shifts_of(election)]
    some = [Place(key, stations[key % 24].id, shifts[key % 3], function) for key in crowd[::7]]
    acts.assign_many(election, some, confirmed=checks.ALL, actor=COMMAND, now=now)
    db.session.commit()
    monkeypatch.setattr(candidates, "FEW", 100)
    rounds = []
    for number in range(0, 24, 8):
        for shift in shifts[::2]:
            spot = holes.find_spot(election.id, (stations[number].id, shift, function)).hole()
            with statements() as seen:
                found = rank(spot)
            rounds.append(len(seen) - 1)
            true = plain_scores(db, election, spot)[:20]
            assert [(-candidate.score, candidate.member_id) for candidate in found] == [
                (score, member_id) for score, _square, member_id in true
            ]
            assert ids(rank_plainly(spot)) == ids(found)
    assert max(rounds) <= 3
    several = [holes.find_spot(election.id, (station.id, shifts[0], function)).hole() for station in stations[:5]]
    with statements() as seen:
        together = rank_each(several)
    assert len(seen) <= 4
    assert [ids(found) for found in together] == [ids(rank_plainly(spot)) for spot in several]


def test_a_place_nearby_is_found_without_looking_at_everybody(db, monkeypatch, statements):
    """When the nearest have more than anybody outside can have, one look is enough."""
    election = make_planned_election(1, 2)
    stations = stations_of(election)
    place_stations(stations)
    function = make_function("stembureaulid").id
    monkeypatch.setattr(candidates, "FEW", 0)
    for _ in range(2):
        member = make_available(election)
        wish(db, member, station=stations[0].id, function=function)
    spot = holes.find_spot(election.id, (stations[0].id, shifts_of(election)[0].id, function)).hole()
    with statements() as seen:
        assert len(rank(spot, limit=2)) == 2
    assert len(seen) == 2  # how many can, and the one look
    assert weights.best_outside(1.5) == 300 + 200 + 230
    assert weights.best_outside(12) == 500


def test_who_lives_nearby_is_found_without_looking_at_everybody(db, monkeypatch, statements):
    """Also who never wished or knew this station."""
    election = make_planned_election(1, 2)
    stations = stations_of(election)
    place_stations(stations)
    function = make_function("stembureaulid").id
    monkeypatch.setattr(candidates, "FEW", 0)
    member = make_available(election)
    member.latitude, member.longitude = stations[0].latitude, stations[0].longitude
    wish(db, member, function=function)
    serve(db, member, "stembureaulid", name="elsewhere")
    spot = holes.find_spot(election.id, (stations[0].id, shifts_of(election)[0].id, function)).hole()
    with statements() as seen:
        assert ids(rank(spot, limit=1)) == [member.id]
    assert len(seen) == 2  # how many can, and the one look


def test_without_coordinates_or_a_station_there_is_a_list_too(db, election, hole):
    member = make_available(election)
    assert rank(hole())[0].km is None
    assert ids(rank(hole())) == [member.id]
