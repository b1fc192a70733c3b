"""Whether there is a legal polling station at a moment, what the team sees of all, and the record of the day."""

from __future__ import annotations

import pytest

from app.models import Declaration, DeclarationKind, DeclarationText, ElectionState
from app.services.attendance.actual import find_actual
from app.services.attendance.bureau import BureauState
from app.services.attendance.overview import (
    choose_day,
    list_days,
    list_stations_now,
    name_callable,
    total_without_bureau,
)
from app.services.attendance.people import list_day_shifts, list_people
from app.services.attendance.record import list_records, list_sheets
from app.services.attendance.stations import name_people
from app.services.planning.coverage.plan import State
from tests.support.factories.attendance import ON, at, make_running_election, make_team, note, take
from tests.support.factories.elections import make_election, make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places
from tests.support.statements import seen_statements


@pytest.fixture
def election(db):
    return make_running_election()


def states(election, moment):
    shifts = list_day_shifts(shifts_of(election), ON)
    return {each.station.number: each.bureau.state for each in list_stations_now(election, shifts, moment)}


def come(station, places, moment, kind="here", **values):
    take(station, *[note(f"p{place.id}", kind, moment, **values) for place in places], now=moment)


def test_at_a_quarter_past_seven_the_team_sees_who_has_no_legal_bureau_and_who_said_nothing(election, now):
    whole, _members, three = make_team(election, 1, now=now)
    early, late, *_count = shifts_of(election)
    others = [(early, "teller"), (late, "stembureaulid")]
    more = [(make_member(), whole, shift, make_function(code)) for shift, code in others]
    counts, _comes_late = publish_places(election, more, now=now)
    deputy, _members, with_deputy = make_team(
        election, 2, ("voorzitter", "plv_voorzitter", "stembureaulid", "stembureaulid"), now=now
    )
    short, _members, two = make_team(election, 3, now=now)
    headless, _members, without = make_team(election, 4, (*("voorzitter",), *["stembureaulid"] * 3), now=now)
    make_team(election, 5, now=now)
    come(whole, [*three, counts], at(7, 5))
    come(deputy, with_deputy[1:], at(7, 5))
    come(short, two[:2], at(7, 5))
    come(headless, without[1:], at(7, 5))
    come(short, two[2:], at(7, 6), "late", at=at(8))
    come(headless, without[:1], at(7, 10), "absent")
    planned = make_election(code="TK2026", type="TK")
    make_team(planned, 1, now=now)
    assert states(election, at(7, 15)) == {
        1: BureauState.LEGAL,
        2: BureauState.WARNED,
        3: BureauState.FAULT,
        4: BureauState.FAULT,
        5: BureauState.SILENT,
    }
    shifts = list_day_shifts(shifts_of(election), ON)
    found = {each.station.number: each for each in list_stations_now(election, shifts, at(7, 15))}
    assert (found[3].bureau.moment.short, found[3].bureau.articles) == (1, ["E 3", "J 12"])
    assert (found[4].bureau.moment.has_presider, found[4].bureau.articles) == (False, ["J 12"])
    assert [found[number].late for number in (1, 2, 3, 4, 5)] == [0, 0, 1, 0, 0]
    assert [found[number].absent for number in (1, 2, 3, 4, 5)] == [0, 0, 0, 1, 0]
    assert [found[number].noted_at for number in (3, 4, 5)] == [at(7, 6), at(7, 10), None]
    assert list(found) == [3, 4, 5, 2, 1]
    names = name_callable(election, list(found.values()))
    assert [each.name for each in names[headless.id]] == [without[0].member.full_name]
    there = {number: (each.bureau.present, each.bureau.planned) for number, each in found.items()}
    assert there == {1: (3, 3), 2: (3, 4), 3: (2, 3), 4: (3, 4), 5: (0, 3)}
    (total,) = total_without_bureau(at(7, 15))
    assert total.number == 3
    assert total_without_bureau(at(7, 15, days=2)) == []
    election.state = ElectionState.PLANNING
    assert total_without_bureau(at(7, 15)) == []


def test_before_and_after_the_places_nobody_has_to_be_there(election, now):
    make_team(election, 1, now=now)
    assert states(election, at(6, 59)) == {1: BureauState.CLOSED}
    assert states(election, at(23, 30)) == {1: BureauState.CLOSED}


def test_who_was_never_signed_off_counts_no_longer_than_an_hour(election, now):
    station, _members, places = make_team(election, 1, now=now)
    come(station, places, at(7))
    late, members, _places = make_team(election, 2, shift=1, now=now)
    assert states(election, at(14, 40))[1] == BureauState.CLOSED
    rows = find_actual(election, at(20))
    by_number = {row.station.number: row for row in rows}
    (found, *_more) = by_number[1].cells[1].faults
    assert found.moment.starts_at == at(15, 30)
    assert late.number == 2
    assert len(members) == 3


def test_the_actual_coverage_is_judged_by_the_same_function_until_now(election, now):
    station, _members, places = make_team(election, 1, now=now)
    come(station, places[:2], at(7))
    come(station, places[2:], at(8, 10))
    early, late, *_count = find_actual(election, at(9))[0].cells
    assert [(found.moment.starts_at, found.moment.ends_at) for found in early.faults] == [(at(7, 30), at(8, 10))]
    assert early.faults[0].moment.short == 1
    assert late.state == State.CLOSED


def test_the_record_says_who_was_there_from_when_until_when_instead_of_whom(db, election, now):
    station, members, places = make_team(election, 1, now=now)
    make_team(election, 2, now=now)
    come(station, places[:2], at(7, 2))
    come(station, places[2:], at(7, 10), "absent")
    replaced = {"voter_name": "Kees Kiezer", "shift_id": places[0].shift_id, "replaces": f"p{places[2].id}"}
    take(station, note("vvoter-key-9", "here", at(7, 25), **replaced), now=at(7, 25))
    come(station, places[:1], at(14, 30), "gone")
    shifts = list_day_shifts(shifts_of(election), ON)
    with seen_statements(db.engine) as seen:
        record, silent = list_records(election, shifts)
    assert len(seen) <= 4, seen
    lines = [(line.listed.name, line.spell, line.listed.replaces) for line in record.lines]
    assert lines == [
        (members[0].full_name, (at(7, 2), at(14, 30)), ""),
        (members[1].full_name, (at(7, 2), None), ""),
        (members[2].full_name, None, ""),
        ("Kees Kiezer", (at(7, 25), None), members[2].full_name),
    ]
    assert [(change.at, change.came) for change in record.changes] == [
        (at(7, 2), True),
        (at(7, 2), True),
        (at(7, 25), True),
        (at(14, 30), False),
    ]
    assert [line.is_unfinished for line in record.lines] == [False, True, False, True]
    assert len(silent.silent) == 3
    assert [each.station.number for each in list_records(election, shifts, station.id)] == [1]


def make_text(db, election, version, kind=DeclarationKind.SHARE_CONTACT):
    text = DeclarationText(election_id=election.id, kind=kind, version=version, body_nl="Ja", created_at=at(0, days=-9))
    db.session.add(text)
    db.session.flush()
    return text


def test_a_sheet_has_the_numbers_of_who_shares_them_with_the_others_now(db, election, now):
    """By the newest text that was answered, of this election; the team has all numbers."""
    station, members, places = make_team(election, 1, now=now)
    texts = [make_text(db, election, version) for version in (8, 9)]
    other = make_election(code="TK2026", type="TK")
    said = [(0, texts[0], False), (0, texts[1], True), (1, texts[0], True), (1, texts[1], False)]
    said += [(2, make_text(db, other, 9), True), (2, make_text(db, election, 9, DeclarationKind.ELIGIBLE), True)]
    for number, text, is_given in said:
        row = {"election_id": text.election_id, "text_id": text.id, "is_given": is_given, "given_at": now}
        db.session.add(Declaration(member_id=members[number].id, **row))
    for member in members:
        member.mobile, member.phone = "", f"030-{member.id}"
    db.session.commit()
    voter = note("vvoter-key-1", "here", at(7, 3), voter_name="Kees Kiezer", shift_id=places[0].shift_id)
    take(station, voter, now=at(7, 3))
    shifts = list_day_shifts(shifts_of(election), ON)
    ((found, ((shift, listed),)),) = list_sheets(election, shifts)
    assert (found, shift) == (station, shifts[0])
    assert [(each.name, each.phone) for each in listed] == [
        (members[0].full_name, f"030-{members[0].id}"),
        (members[1].full_name, ""),
        (members[2].full_name, ""),
    ]
    people = list_people(election.id, shifts)[station.id]
    for_team = name_people(election.id, people, for_team=True)
    assert [for_team[who.about].phone for who in people] == [*(f"030-{member.id}" for member in members), ""]


def test_the_day_that_is_shown_is_today_or_the_next_one(election):
    days = list_days(shifts_of(election))
    assert days == [ON]
    assert choose_day(days, None, at(7)) == ON
    assert choose_day(days, None, at(7, days=30)) == ON
    assert choose_day([], None, at(7)) is None
    assert choose_day(days, ON, at(7, days=-30)) == ON


def test_where_too_few_members_count_it_is_told_that_a_helper_is_none(election, now):
    station, _members, places = make_team(election, 1, ("voorzitter", "stembureaulid", "teller"), shift=2, now=now)
    come(station, places, at(21, 5))
    (found,) = list_stations_now(election, list_day_shifts(shifts_of(election), ON), at(21, 30))
    assert (found.bureau.state, found.bureau.articles) == (BureauState.FAULT, ["E 3", "J 12", "N 5"])
    assert (found.bureau.present, found.bureau.planned, found.bureau.shift_id) == (2, 2, places[0].shift_id)


def test_whom_the_team_calls_may_preside_there_now_or_else_is_one_of_the_first_two(election, now):
    headed, _members, chairs = make_team(election, 1, ("stembureaulid", "voorzitter", "plv_voorzitter"), now=now)
    headless, _members, plain = make_team(election, 2, ("stembureaulid",) * 3, now=now)
    voter = {"voter_name": "Kees Kiezer", "shift_id": plain[0].shift_id}
    take(headless, note("vvoter-key-7", "here", at(7, 5), **voter), now=at(7, 5))
    late = shifts_of(election)[1]
    publish_places(election, [(make_member(), headed, late, make_function("voorzitter"))], now=now)
    stations = list_stations_now(election, list_day_shifts(shifts_of(election), ON), at(8))
    called = name_callable(election, stations)
    assert {each.person.place_id for each in called[headed.id]} == {chairs[1].id, chairs[2].id}
    assert [each.person.place_id for each in called[headless.id]] == [plain[0].id, plain[1].id]
