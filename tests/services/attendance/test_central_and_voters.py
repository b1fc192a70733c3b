"""Who counts centrally, without a station; and how long the names of voters who sat in are kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.models import Attendance, AuditEvent, Counting, ShiftKind
from app.services.attendance.central import list_central_count
from app.services.attendance.of_member import found_by_words, list_of_member
from app.services.attendance.people import find_day, list_central_shifts, list_day_shifts
from app.services.attendance.voters import forget_voters
from app.services.search.query import read_search
from tests.support.factories.attendance import ON, at, make_running_election, make_team, note, take
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places


def test_who_counts_centrally_is_listed_by_function_with_the_numbers_that_the_team_sees(db, now):
    election = make_running_election(counting=Counting.CSO)
    shifts = shifts_of(election)
    (central,) = list_central_shifts(shifts)
    assert central.kind == ShiftKind.CENTRAL_COUNT
    counter, chair = make_member(phone="030-1"), make_member(phone="030-2")
    station, *_team = make_team(election, now=now)
    wanted = [
        (counter, None, central, make_function("teller")),
        (chair, None, central, make_function("voorzitter")),
        (make_member(), station, central, make_function("teller")),
    ]
    publish_places(election, wanted, now=now)
    for for_team, phones in ((True, ["030-2", "030-1"]), (False, ["", ""])):
        (found,) = list_central_count(election, shifts, for_team=for_team)
        assert [each.name for each in found.people] == [chair.full_name, counter.full_name]
        assert ([each.phone for each in found.people], found.coming) == (phones, 2)
    assert list_central_count(election, [shift for shift in shifts if shift is not central], for_team=True) == []
    assert list_day_shifts(shifts, central.day.date) == []
    assert find_day(station.id, central.day.date) is None
    assert [shift.id for shift in find_day(station.id, ON).shifts] == [
        shift.id for shift in list_day_shifts(shifts, ON)
    ]


def test_names_of_voters_go_so_many_days_after_the_last_day_of_their_own_election(db, now):
    station, _members, places = make_team(make_running_election(), now=now)
    other, _members, elsewhere = make_team(make_running_election(code="TK2026", type="TK"), now=now)
    other.election.days[0].date = ON + timedelta(days=30)
    db.session.commit()
    voter = {"voter_name": "Kees Kiezer", "shift_id": places[0].shift_id}
    take(station, note("vvoter-key-1", "here", at(7, 30), **voter), now=at(7, 31))
    row = Attendance(election_id=other.election_id, station_id=other.id, shift_id=elsewhere[0].shift_id, spells=[])
    row.state, row.voter_name, row.voter_key = "here", "Klara Kiezer", "voter-key-2"
    db.session.add(row)
    db.session.commit()
    assert forget_voters(at(9) + timedelta(days=10), days=10) == 0
    assert forget_voters(at(9) + timedelta(days=11), days=10) == 1
    db.session.expire_all()
    assert sorted(db.session.scalars(select(Attendance.voter_name))) == ["", "Klara Kiezer"]
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "attendance.voters_forgotten")).one()
    assert (told.subject_id, told.details) == (station.election_id, {"count": 1})
    assert forget_voters(at(9) + timedelta(days=41), days=10) == 1


def test_where_a_member_was_noted_is_listed_the_latest_first_and_found_by_name(db, now):
    station, members, places = make_team(make_running_election(), now=now)
    take(station, *(note(f"p{place.id}", "here", at(7, 3)) for place in places[:2]), now=at(7, 3))
    (mine,) = list_of_member(members[0].id, limit=9)
    assert (mine.member_id, mine.station, mine.shift.day.date) == (members[0].id, station, ON)
    assert list_of_member(members[2].id, limit=9) == []
    members[0].search_text = "zoekwoord"
    db.session.commit()
    (tier,) = found_by_words(read_search("zoekwoord"))
    assert db.session.scalars(select(Attendance).where(tier)).all() == [mine]
