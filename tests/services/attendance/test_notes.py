"""Notes are kept once, in order, for the station and day they are of, and become the attendance of people."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from app.models import Attendance, AttendanceEvent, AuditEvent, ElectionState
from app.phrases import RuleBroken
from app.services.attendance import notes
from app.services.attendance.people import list_people, read_spells
from app.services.attendance.stations import read_station
from app.services.audit import COMMAND, Actor
from tests.support.factories.attendance import ON, at, day_of, make_running_election, make_team, note, take
from tests.support.factories.elections import make_function, make_station, shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.plans import publish_places


@pytest.fixture
def team(remembered, now):
    return remembered(lambda: make_team(make_running_election(), now=now))


@pytest.fixture
def election(team):
    return team[0].election


def rows(db) -> list[Attendance]:
    return list(db.session.scalars(select(Attendance).order_by(Attendance.id)))


def test_the_same_tap_that_comes_twice_is_kept_once(db, team):
    station, _members, places = team
    tap = note(f"p{places[0].id}", "here", at(7, 3))
    for _ in range(2):
        (taken,) = take(station, tap, now=at(7, 5))
        assert taken.refused is None
    assert len(db.session.scalars(select(AttendanceEvent)).all()) == 1
    (row,) = rows(db)
    assert (row.state, row.arrived_at, row.left_at) == ("here", at(7, 3), None)


def test_taps_that_come_late_take_their_place_by_the_moment_of_the_tap(db, team):
    station, _members, places = team
    about = f"p{places[0].id}"
    take(station, note(about, "gone", at(14, 30)), now=at(14, 30))
    take(station, note(about, "here", at(7, 2)), now=at(15))
    (row,) = rows(db)
    assert (row.state, row.arrived_at, row.left_at) == ("gone", at(7, 2), at(14, 30))


def test_a_wrong_clock_of_a_phone_is_put_right(db, team):
    station, _members, places = team
    tap = note(f"p{places[0].id}", "here", at(7, 3) + timedelta(days=40))
    take(station, tap, now=at(7, 10), device_now=at(7, 10) + timedelta(days=40))
    assert rows(db)[0].arrived_at == at(7, 3)


def test_a_person_of_another_station_or_day_is_refused_and_the_others_are_kept(db, team, election, now):
    station, _members, places = team
    _other, _members, elsewhere = make_team(election, 13, now=now)
    wrong = note(f"p{elsewhere[0].id}", "here", at(7, 3))
    late = note(f"p{places[1].id}", "here", at(7, 3, days=-2))
    future = note(f"p{places[1].id}", "here", at(7, 3), at=at(9))
    good = note(f"p{places[0].id}", "here", at(7, 4))
    taken = {each.key: each.refused for each in take(station, wrong, late, future, good, now=at(7, 5))}
    assert taken[good.key] is None
    assert "not on the list" in str(taken[wrong.key])
    assert "another day" in str(taken[late.key])
    assert "has not come" in str(taken[future.key])
    assert [row.place_id for row in rows(db)] == [places[0].id]


def test_a_key_that_another_station_used_says_nothing_about_it(team, election, now):
    station, _members, places = team
    other, _members, elsewhere = make_team(election, 13, now=now)
    tap = note(f"p{places[0].id}", "here", at(7, 3))
    take(station, tap, now=at(7, 5))
    (taken,) = take(other, note(f"p{elsewhere[0].id}", "here", at(7, 3), key=tap.key), now=at(7, 6))
    assert taken.refused is not None


def test_a_voter_sits_in_for_somebody_and_counts_as_a_member(db, team):
    station, _members, places = team
    shift = places[0].shift_id
    come = [note(f"p{place.id}", "here", at(7, 3)) for place in places[:2]]
    take(station, *come, note(f"p{places[2].id}", "absent", at(7, 20)), now=at(7, 20))
    day = day_of(station)
    assert read_station(day, at(7, 25), for_team=True).bureau.moment.short == 1
    voter = note(
        "vvoter-key-1", "here", at(7, 30), voter_name="Kees Kiezer", shift_id=shift, replaces=f"p{places[2].id}"
    )
    take(station, voter, now=at(7, 31))
    found = read_station(day, at(7, 35), for_team=True)
    assert found.bureau.moment.short == 0
    listed = next(each for each in found.people if each.person.is_voter)
    assert (listed.name, listed.replaces) == ("Kees Kiezer", found.people[2].name)
    take(station, note("vvoter-key-1", "gone", at(9)), now=at(9))
    assert read_station(day, at(9, 1), for_team=True).bureau.moment.short == 1


def test_each_voter_of_one_shift_is_somebody(db, team):
    station, _members, places = team
    for number, name in enumerate(("Kees Kiezer", "Klara Kiezer"), 1):
        voter = note(f"vvoter-key-{number}", "here", at(7, 30), voter_name=name, shift_id=places[0].shift_id)
        take(station, voter, now=at(7, 31))
    people = read_station(day_of(station), at(7, 35), for_team=True).people
    assert sorted(each.name for each in people if each.person.is_voter) == ["Kees Kiezer", "Klara Kiezer"]


@pytest.mark.parametrize(
    ("kind", "name", "field"),
    [
        ("here", " ", "voter_name"),
        ("gone", "Kees Kiezer", "voter_name"),
        ("here", "K" * 121, "voter_name"),
        ("here", "K" * 120, None),
    ],
)
def test_a_voter_comes_in_with_a_name_that_fits(db, team, kind, name, field):
    station, _members, places = team
    tap = note("vvoter-key-1", kind, at(7, 30), voter_name=name, shift_id=places[0].shift_id)
    (taken,) = take(station, tap, now=at(7, 31))
    assert (taken.refused is not None, taken.field) == (field is not None, field)
    assert len(rows(db)) == (field is None)


def test_a_voter_that_is_undone_is_gone_with_the_name(db, team):
    station, _members, places = team
    voter = note("vvoter-key-1", "here", at(7, 30), voter_name="Kees Kiezer", shift_id=places[0].shift_id)
    take(station, voter, now=at(7, 31))
    take(station, note("vvoter-key-1", "undo", at(7, 32), amends_key=voter.key), now=at(7, 32))
    assert rows(db)[0].voter_name == ""
    assert all(not each.person.is_voter for each in read_station(day_of(station), at(8), for_team=True).people)


def test_who_stays_for_the_next_shift_left_the_first_one_then(db, election, team, now):
    station, members, places = team
    late = shifts_of(election)[1]
    (second,) = publish_places(election, [(members[0], station, late, make_function("voorzitter"))], now=now)
    take(station, note(f"p{places[0].id}", "here", at(7, 3)), now=at(7, 3))
    assert read_station(day_of(station), at(14, 20), for_team=True).shifts[1][1][0].is_here_already
    take(station, note(f"p{second.id}", "here", at(14, 20), at=at(14, 15)), now=at(14, 20))
    first, then = rows(db)
    assert (first.state, first.left_at, then.arrived_at) == ("gone", at(14, 15), at(14, 15))


def test_a_member_whose_place_is_gone_by_now_stays_on_the_list(db, election, team, now):
    station, members, places = team
    take(station, note(f"p{places[0].id}", "here", at(7, 3)), now=at(7, 3))
    publish_places(election, [], now=now, ended=[places[0]])
    people = list_people(election.id, shifts_of(election), station.id)[station.id]
    assert [who.member_id for who in people].count(members[0].id) == 1
    assert next(who for who in people if who.member_id == members[0].id).state == "here"


def test_somebody_may_work_here_in_another_function(db, team):
    station, _members, places = team
    deputy = make_function("plv_voorzitter")
    take(station, note(f"p{places[1].id}", "here", at(7, 3), function_id=deputy.id), now=at(7, 3))
    assert rows(db)[0].function_id == deputy.id
    listed = {
        each.person.place_id: each.function.code for each in read_station(day_of(station), at(8), for_team=True).people
    }
    assert listed == {
        places[0].id: "voorzitter",
        places[1].id: "plv_voorzitter",
        places[2].id: "stembureaulid",
    }
    wrong = note(f"p{places[1].id}", "here", at(7, 3), function_id=make_function("teller").id)
    with pytest.raises(RuleBroken):
        notes.take_one(day_of(station), wrong, actor=COMMAND, now=at(7, 4))


def test_who_goes_to_another_station_in_the_same_shift_has_a_row_at_each(db, election, team, now):
    """What is noted at the second one changes nothing at the first."""
    station, members, places = team
    other, early, late = make_station(election, 13), *shifts_of(election)[:2]
    wanted = [(members[0], other, part, make_function("stembureaulid")) for part in (early, late)]
    second, third = publish_places(election, wanted, now=now)
    take(station, note(f"p{places[0].id}", "here", at(7, 3)), now=at(7, 3))
    take(other, note(f"p{second.id}", "here", at(8)), note(f"p{third.id}", "late", at(8, 1), at=at(15)), now=at(8, 1))
    assert [(row.station_id, row.shift_id, row.state, row.left_at) for row in rows(db)] == [
        (station.id, early.id, "here", None),
        (other.id, early.id, "here", None),
        (other.id, late.id, "late", None),
    ]


def test_a_time_in_the_small_hours_is_of_the_night_after(team):
    day = day_of(team[0])
    assert notes.read_clock(day, time(0, 30)) == at(0, 30, days=1)


def test_nothing_is_noted_in_an_election_that_is_closed(db, election, team):
    station, _members, places = team
    election.state = ElectionState.CLOSED
    db.session.commit()
    (taken,) = take(station, note(f"p{places[0].id}", "here", at(7, 3)), now=at(7, 3))
    assert taken.refused is not None
    assert rows(db) == []


def test_each_note_is_in_the_audit_trail(db, team):
    station, members, places = team
    about = f"p{places[0].id}"
    here = note(about, "here", at(7, 3))
    taps = [here, note(about, "undo", at(7, 4), amends_key=here.key), note(about, "late", at(7, 5), at=at(9))]
    taps += [note(about, "absent", at(9)), note(about, "here", at(9, 5)), note(about, "gone", at(14, 30))]
    taps += [note("vvoter-key-2", "here", at(9, 1), voter_name="Kees Kiezer", shift_id=places[0].shift_id)]
    taps += [note("vvoter-key-2", "gone", at(14, 31))]
    take(station, *taps, now=at(14, 31))
    voter = rows(db)[-1]
    take(station, note(f"a{voter.id}", "undo", at(14, 32), amends_key=taps[-1].key), now=at(14, 32))
    own = select(AuditEvent.action, AuditEvent.member_id).where(AuditEvent.subject_type == "Attendance")
    assert list(db.session.execute(own.order_by(AuditEvent.id))) == [
        ("attendance.here", members[0].id),
        ("attendance.undone", members[0].id),
        ("attendance.late", members[0].id),
        ("attendance.absent", members[0].id),
        ("attendance.voter", None),
        ("attendance.here", members[0].id),
        ("attendance.gone", members[0].id),
        ("attendance.gone", None),
        ("attendance.undone", None),
    ]
    assert "Kees" not in str(list(db.session.scalars(select(AuditEvent.details))))


def test_spells_are_read_as_they_were_kept(db, team):
    station, _members, places = team
    take(station, note(f"p{places[0].id}", "here", at(7, 3)), now=at(7, 3))
    assert [tuple(spell) for spell in read_spells(rows(db)[0])] == [(at(7, 3), None)]
    assert day_of(make_station(station.election, 99)).date == ON


def refusal(station, tap, now=None, **values):
    """Why it is not kept; empty when it is."""
    (taken,) = take(station, tap, now=now or at(7, 5), **values)
    return str(taken.refused or "")


@pytest.mark.parametrize(
    ("key", "is_kept"), [("k" * 7, False), ("k" * 8, True), ("k" * 40, True), ("k" * 41, False), ("k" * 8 + "é", False)]
)
def test_a_tap_has_a_key_that_fits(db, team, key, is_kept):
    station, _members, places = team
    assert ("could not be read" not in refusal(station, note(f"p{places[0].id}", "here", at(7), key=key))) is is_kept
    assert len(rows(db)) == is_kept


def test_a_tap_says_something_that_there_is(db, team):
    station, _members, places = team
    assert "could not be read" in refusal(station, note(f"p{places[0].id}", "dances", at(7)))


@pytest.mark.parametrize("about", ["p", "p²", "px", "p2147483648", "p999", "x1", "a1", "v-short", ""])
def test_what_names_nobody_of_the_list_is_refused(db, team, about):
    assert "not on the list" in refusal(team[0], note(about, "here", at(7)))
    assert rows(db) == []


def test_a_row_of_another_station_is_nobody_here(db, election, team, now):
    station, _members, places = team
    other, _members, _places = make_team(election, 13, now=now)
    take(station, note(f"p{places[0].id}", "here", at(7, 3)), now=at(7, 3))
    (row,) = rows(db)
    assert "not on the list" in refusal(other, note(f"a{row.id}", "gone", at(7, 4)))
    assert refusal(station, note(f"a{row.id}", "gone", at(7, 4))) == ""


def test_a_voter_is_of_one_station_and_one_of_its_shifts_and_takes_no_voters_place(db, election, team, now):
    station, _members, places = team
    other, _members, elsewhere = make_team(election, 13, now=now)
    voter = {"voter_name": "Kees Kiezer", "shift_id": places[0].shift_id}
    take(station, note("vvoter-key-1", "here", at(7, 3), **voter), now=at(7, 3))
    assert "not on the list" in refusal(other, note("vvoter-key-1", "gone", at(7, 4)))
    for wrong in (
        {"shift_id": None},
        {"shift_id": 999},
        {"replaces": "vvoter-key-1"},
        {"replaces": f"p{elsewhere[0].id}"},
    ):
        assert "not on the list" in refusal(station, note("vvoter-key-2", "here", at(7, 4), **{**voter, **wrong}))


def test_a_note_is_of_its_day_from_the_early_morning_before_until_noon_after(db, team):
    """A phone that was off notes what happened then; nothing of two days ago or of the future."""
    station, _members, places = team
    about, long_after = f"p{places[0].id}", at(20, days=1)
    begins, ends = at(5, days=-1), at(12, days=1)
    for moment, is_kept in ((begins - timedelta(seconds=1), False), (begins, True)):
        assert (refusal(station, note(about, "here", moment), long_after) == "") is is_kept
        assert (refusal(station, note(about, "here", at(7), at=moment), long_after) == "") is is_kept
    for moment, is_kept in ((ends - timedelta(seconds=1), True), (ends, False)):
        assert (refusal(station, note(about, "gone", at(7), at=moment), long_after) == "") is is_kept
    assert refusal(station, note(about, "gone", long_after), long_after) == ""


def test_a_moment_may_be_ahead_as_far_as_clocks_differ_and_who_is_late_comes_later(db, team):
    station, _members, places = team
    about, now = f"p{places[0].id}", at(7, 5)
    assert refusal(station, note(about, "here", now, at=now + notes.AHEAD), now) == ""
    assert "has not come" in refusal(
        station, note(about, "here", now, at=now + notes.AHEAD + timedelta(seconds=1)), now
    )
    assert refusal(station, note(about, "late", now, at=at(9)), now) == ""


def test_a_clock_that_differs_little_is_left_alone_and_nothing_is_noted_ahead_of_ours(db, team):
    station, _members, places = team
    now = at(7, 10)
    take(station, note(f"p{places[0].id}", "here", at(7, 3)), now=now, device_now=now + notes.AHEAD)
    take(station, note(f"p{places[1].id}", "here", at(7, 12)), now=now, device_now=now + timedelta(minutes=2))
    slow = note(f"p{places[2].id}", "here", at(6, 3))
    take(station, slow, now=now, device_now=now - timedelta(hours=1))
    assert [row.arrived_at for row in rows(db)] == [at(7, 3), now, at(7, 3)]


def test_the_night_after_ends_at_five(team):
    day = day_of(team[0])
    assert notes.read_clock(day, time(4, 59)) == at(4, 59, days=1)
    assert notes.read_clock(day, time(5, 0)) == at(5)


@pytest.mark.parametrize(
    ("code", "is_kept"),
    [
        ("voorzitter", True),
        ("plv_voorzitter", True),
        ("stembureaulid", True),
        ("teller", False),
        ("ondersteuner", False),
    ],
)
def test_somebody_works_in_a_function_of_a_polling_station(db, team, code, is_kept):
    station, _members, places = team
    function = make_function(code)
    (taken,) = take(station, note(f"p{places[1].id}", "here", at(7), function_id=function.id), now=at(7, 5))
    assert (taken.refused is None, taken.field) == (is_kept, None if is_kept else "function_id")


def test_a_function_that_is_gone_is_refused(db, team):
    station, _members, places = team
    (taken,) = take(station, note(f"p{places[1].id}", "here", at(7), function_id=999), now=at(7, 5))
    assert taken.field == "function_id"


def test_a_row_says_who_noted_it_last_and_what_counts_of_it(db, team):
    station, _members, places = team
    colleague = make_staff()
    first, second = note(f"p{places[0].id}", "late", at(7), at=at(9)), note(f"p{places[0].id}", "here", at(8))
    take(station, first, now=at(7), actor=Actor("bea", colleague.id))
    (row,) = rows(db)
    assert (row.expected_at, row.last_key, row.noted_by_user_id) == (at(9), first.key, colleague.id)
    take(station, second, now=at(8))
    assert (row.expected_at, row.last_key, row.noted_at, row.noted_by_user_id) == (None, second.key, at(8), None)
    undo = [note(f"p{places[0].id}", "undo", at(8, 5), amends_key=each.key) for each in (first, second)]
    take(station, *undo, now=at(8, 5))
    assert (row.state, row.last_key, row.noted_at, row.arrived_at) == ("expected", None, None, None)
