"""Where one member can still go; and where that is nowhere, why, and what helps."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from app.models import (
    Availability,
    Couple,
    EligibilityFinding,
    Function,
    MemberState,
    PreferredFunction,
    PreferredStation,
    Service,
    StaffingNeed,
)
from app.services.audit import COMMAND
from app.services.planning.board.one_member.about import list_places
from app.services.planning.board.one_member.nowhere import Why
from app.services.planning.board.one_member.openings import find_outlook
from app.services.planning.eligibility import findings
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import (
    find_fault,
    make_available,
    make_need,
    make_planned_election,
    places_of,
    say,
    stations_of,
)
from tests.support.factories.staffing import make_need as make_need_anywhere
from tests.support.factories.staffing import make_place


def outlook_of(election, member):
    return find_outlook(election, member, list_places(election, member.id))


def kinds_of(found):
    return [hindrance.why for hindrance in found.hindrances]


def test_nothing_stands_in_the_way_of_who_fits(election):
    found = outlook_of(election, make_available(election))
    assert found.openings
    assert not found.hindrances


def serve(db, member, function, *, station=None, name=""):
    where = {"station_id": station.id if station else None, "station_name": name}
    own = {"member_id": member.id, "function_id": make_function(function).id, "worked_on": date(2022, 3, 16)}
    db.session.add(Service(election_name="2022", **where, **own))
    db.session.commit()


def reasons_at(election, member, station, shift=0, function="stembureaulid"):
    """Why this open place is one for the member, the weightiest first."""
    wanted = station.id if station else None, shifts_of(election)[shift].id, make_function(function).id
    (opening,) = (found for found in outlook_of(election, member).openings if found.need.key == wanted)
    assert opening.station == station
    return [str(words) for words in opening.reasons]


@pytest.mark.parametrize("by", ["station", "name", "building of then"])
def test_where_the_member_worked_before_comes_first(db, election, by):
    here, there = stations_of(election)
    member, colleague = make_available(election), make_available(election)
    older = make_election(code="TK2023", type="TK", voting_on=date(2023, 11, 22))
    then = make_station(older, 9, there.name)
    serve(db, colleague, "teller", station=here, name=here.name)
    serve(
        db,
        member,
        "teller",
        **({"name": there.name} if by == "name" else {"station": there if by == "station" else then}),
    )
    found = outlook_of(election, member).openings
    assert {opening.station.id for opening in found[:6]} == {there.id}
    assert "worked here before" in reasons_at(election, member, there)
    assert "worked here before" not in reasons_at(election, member, here)


def test_each_reason_for_an_open_place_is_said_with_its_own_place(db, election, give, place):
    """The wishes, the past and the one to go with; of the member and for this election, not of another."""
    here, there = stations_of(election)
    other, member, colleague = (
        make_planned_election(3, code="TK2027", type="TK", voting_on=date(2027, 3, 17)),
        make_available(election),
        make_member(),
    )
    partner, stranger = make_available(election, first_name="Anna", surname="Bos", infix=""), make_available(election)
    own = db.session.query(Availability).filter_by(member_id=member.id).one()
    for answer, station, function in (
        (own, there, "voorzitter"),
        (say(colleague, election), here, "stembureaulid"),
        (say(member, other), here, "stembureaulid"),
    ):
        wish = {"availability_id": answer.id, "member_id": answer.member_id, "rank": 1}
        db.session.add(PreferredStation(station_id=station.id, **wish))
        db.session.add(PreferredFunction(function_id=make_function(function).id, **wish))
    db.session.add(Couple(member_id=member.id, other_id=partner.id))
    db.session.add(Couple(member_id=colleague.id, other_id=stranger.id))
    serve(db, member, "voorzitter")
    serve(db, colleague, "stembureaulid")
    give(place(partner, 0), place(stranger, 0, station=1))
    make_place(member, stations_of(other)[0], shifts_of(other)[0], make_function("teller"))
    central = make_need_anywhere(None, shifts_of(election)[2], make_function("teller"))
    assert central.station_id is None
    assert reasons_at(election, member, here) == ["goes with Anna Bos, who is here"]
    assert reasons_at(election, member, there) == ["wants this polling station most"]
    assert reasons_at(election, member, there, function="voorzitter") == [
        "wants this polling station most",
        "wants this function most",
        "nobody presides here yet",
        "did this function before",
    ]
    assert reasons_at(election, member, None, 2, "teller") == ["too few people here"]
    give(place(member, 1, station=1))
    assert reasons_at(election, member, there, 2) == [
        "wants this polling station most",
        "is here in another shift already",
        "too few people here",
    ]
    assert "is at another polling station in another shift" in reasons_at(election, member, here, 2)


@pytest.mark.parametrize(
    ("answers", "why"),
    [(None, Why.NO_ANSWER), ("no", Why.SAID_NO), (["no", "no", ""], Why.SAID_NO)],
)
def test_who_never_answered_or_cannot_come_is_told_so_with_what_is_open(election, answers, why):
    member = make_available(election, answers) if answers else make_member()
    found = outlook_of(election, member)
    assert not found.openings
    assert kinds_of(found) == [why]
    assert [shift.id for shift in found.other_shifts] == [shift.id for shift in shifts_of(election)]


def test_a_pause_and_a_rule_that_stops_are_both_named(election):
    member = make_available(election, state=MemberState.PAUSED)
    finding = find_fault(member, election, "age")
    found = outlook_of(election, member)
    assert not found.openings
    assert kinds_of(found) == [Why.INACTIVE, Why.RULE]
    assert found.hindrances[1].finding_id == finding.id
    assert "18 or older" in str(found.hindrances[1].words)


def test_a_rule_that_was_overruled_or_only_warns_is_not_named(election, now):
    member, warned = make_available(election), make_available(election)
    findings.override(find_fault(member, election, "age"), "Paspoort gezien", actor=COMMAND, now=now)
    find_fault(warned, election, "training", is_blocking=False)
    for who in (member, warned):
        assert outlook_of(election, who).openings
        assert not outlook_of(election, who).hindrances


def test_without_training_only_what_needs_none_is_offered_and_that_is_said(db, election):
    member = make_available(election)
    find_fault(member, election)
    assert kinds_of(outlook_of(election, member)) == [Why.RULE]
    assert not outlook_of(election, member).openings
    need = make_need(stations_of(election)[0], shifts_of(election)[2].id, "teller", 0, 1)
    db.session.commit()
    found = outlook_of(election, member)
    assert [opening.function.id for opening in found.openings] == [need.function_id]
    assert not db.session.get(Function, need.function_id).needs_training
    assert "Without training" in str(found.hindrances[0].words)
    assert db.session.query(EligibilityFinding).count() == 1


def test_what_is_full_is_told_with_the_shifts_that_are_not(db, election, give, place):
    first, second, third = shifts_of(election)
    member = make_available(election, ["yes", "no", "no"])
    db.session.query(StaffingNeed).filter_by(shift_id=first.id).update({"minimum": 0, "target": 0})
    db.session.commit()
    found = outlook_of(election, member)
    assert kinds_of(found) == [Why.ELSEWHERE]
    assert [shift.id for shift in found.other_shifts] == [second.id, third.id]
    db.session.query(StaffingNeed).update({"minimum": 0, "target": 0})
    db.session.commit()
    assert kinds_of(outlook_of(election, member)) == [Why.NOTHING_OPEN]


def test_who_is_planned_at_each_open_time_is_told_to_move(election, give, place):
    member = make_available(election, ["yes", "no", "no"])
    give(place(member))
    found = outlook_of(election, member)
    assert len(places_of(member)) == 1
    assert kinds_of(found) == [Why.BUSY]


def test_who_stays_a_quarter_into_the_next_shift_can_go_on_at_that_station_alone(election, give, place):
    first, second, _third = shifts_of(election)
    member, (here, there) = make_available(election), stations_of(election)
    ends_at = shift_hours(second)[0] + timedelta(minutes=15)
    give(place(member, starts_at=shift_hours(first)[0], ends_at=ends_at))
    openings = {(opening.station.id, opening.shift.id) for opening in outlook_of(election, member).openings}
    assert (here.id, second.id) in openings
    assert (there.id, second.id) not in openings


def test_the_halves_of_a_day_may_overlap_here_and_one_may_not_hold_the_other(db, election, give, place):
    """As in the list of who can take one place. By minutes after the beginning and the end of the second shift."""
    member, (here, there) = make_available(election), stations_of(election)
    first, second, _third = shifts_of(election)
    give(place(member))
    (row,) = places_of(member)
    starts_at, ends_at = shift_hours(second)
    elsewhere, at_once = starts_at - timedelta(hours=8), timedelta(minutes=1)
    hours = {(starts_at + by[0], ends_at + by[1]): by for by in product((-at_once, timedelta(), at_once), repeat=2)}
    hours |= {(elsewhere, starts_at): "before", (elsewhere, starts_at + at_once): "just at once"}
    hours |= {(ends_at, ends_at + at_once): "after", (ends_at - at_once, ends_at + at_once): "at the end"}
    found = {}
    for (begins, ends), name in hours.items():
        row.starts_at, row.ends_at = begins, ends
        db.session.commit()
        openings = outlook_of(election, member).openings
        found[name] = {opening.station.id for opening in openings if opening.shift.id == second.id}
    assert {name: at for name, at in found.items() if at} == {
        (-at_once, -at_once): {here.id},
        (at_once, at_once): {here.id},
        "before": {here.id, there.id},
        "just at once": {here.id},
        "after": {here.id, there.id},
        "at the end": {here.id},
    }
    assert first.id == row.shift_id


def test_how_far_it_is_is_a_reason_where_both_addresses_are_known(db, election):
    """As the crow flies, north and east."""
    here, there = stations_of(election)
    here.latitude, here.longitude = 52.09, 5.12
    member = make_available(election, latitude=52.09, longitude=5.12)
    assert "lives within 500 metres" in reasons_at(election, member, here)
    assert not any("lives" in reason for reason in reasons_at(election, member, there))
    told = {}
    for north, east in ((0.0135, 0.0), (0.0, 0.0135), (0.0135, 0.0135), (1.0, 0.0)):
        member.latitude, member.longitude = 52.09 + north, 5.12 + east
        db.session.commit()
        told[north, east] = next(reason for reason in reasons_at(election, member, here) if "lives" in reason)
    assert told == {
        (0.0135, 0.0): "lives within 2 kilometres",  # a kilometre and a half
        (0.0, 0.0135): "lives within 1 kilometre",  # a degree east is shorter here
        (0.0135, 0.0135): "lives within 2 kilometres",
        (1.0, 0.0): "lives further than 12 kilometres",
    }
