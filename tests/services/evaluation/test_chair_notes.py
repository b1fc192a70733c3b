"""Notes of who presided: of the own station or who worked there, from the work on until the election is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ChairNote, ElectionState, MemberAnswer
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.evaluation import chair_notes
from app.services.search.query import read_search
from tests.support.factories.appointments import appoint, decision_of, make_setup
from tests.support.factories.attendance import at, make_running_election, make_team
from tests.support.factories.elections import make_election, make_function, shifts_of
from tests.support.factories.evaluation import attend
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places

BY = {"actor": COMMAND}
CODES = ("voorzitter", "plv_voorzitter", "stembureaulid")


@pytest.fixture
def election(db):
    return make_running_election()


@pytest.fixture
def team(election, now):
    """That of station 12; station 13 has people of its own."""
    make_team(election, 13, now=now)
    return make_team(election, 12, CODES, now=now)


def numbers(member, moment):
    return [station.number for station in chair_notes.list_presided(member.id, moment)]


def test_who_presides_writes_of_the_own_station_from_the_work_until_the_election_is_closed(db, election, team):
    station, (chair, deputy, member), places = team
    assert [numbers(who, at(9)) for who in (chair, deputy, member)] == [[12], [12], []]
    assert numbers(chair, places[0].starts_at) == [12]
    assert numbers(chair, places[0].starts_at - timedelta(minutes=1)) == []
    assert chair_notes.find_presided(chair.id, station.id, at(9)) == station
    assert chair_notes.find_presided(chair.id, station.id + 1000, at(9)) is None
    election.state = ElectionState.CLOSED
    db.session.commit()
    assert numbers(chair, at(9)) == []


def test_a_place_that_ended_or_was_declined_is_none_to_write_of(db, election, team, now):
    _station, (chair, deputy, _member), places = team
    publish_places(election, [], now=now, ended=[places[1]])
    assert [numbers(who, at(9)) for who in (chair, deputy)] == [[12], []]
    appoint(make_setup(election, now=now), now=now)
    decision_of(chair).answer = MemberAnswer.CANCELLED
    db.session.commit()
    assert numbers(chair, at(9)) == []


def test_the_colleagues_are_who_has_a_place_at_the_station_or_was_there(db, election, team, now):
    station, (chair, deputy, member), places = team
    came, was_late, gone = (make_member(first_name=name) for name in ("Kwam", "Laat", "Ging"))
    attend(places[0], "here", member_id=came.id, spells=[])
    attend(places[0], "late", member_id=was_late.id, spells=[])
    attend(places[0], "gone", member_id=gone.id, spells=[])
    publish_places(election, [], now=now, ended=[places[2]])
    found = {colleague.id for colleague in chair_notes.list_colleagues(station, chair)}
    assert found == {deputy.id, came.id, gone.id}
    assert member.id not in found


def test_a_note_is_of_the_station_or_a_colleague_and_only_that_it_was_written_is_told(db, election, team):
    station, (chair, deputy, member), _places = team
    stranger = make_member()
    by = {**BY, "now": at(9)}
    for writer, about, body, field in (
        (member, None, "Fijn", None),
        (chair, stranger.id, "Fijn", "about"),
        (chair, chair.id, "Fijn", "about"),
        (chair, None, " \n", "body"),
        (chair, None, "x" * 2001, "body"),
    ):
        with pytest.raises(RuleBroken) as refused:
            chair_notes.write_note(station, writer, about, body, **by)
        assert refused.value.field == field
    of_station = chair_notes.write_note(station, chair, None, "x" * 2000, **by)
    of_deputy = chair_notes.write_note(station, chair, deputy.id, " Rustig en precies ", **by)
    theirs = chair_notes.write_note(station, deputy, None, "Koude zaal", **by)
    assert (of_deputy.body, of_deputy.written_at, of_deputy.about_member_id) == ("Rustig en precies", at(9), deputy.id)
    assert list(chair_notes.list_own(chair.id, station.id)) == [of_deputy, of_station]
    assert chair_notes.find_own(chair.id, theirs.id) is None
    assert chair_notes.find_own(deputy.id, theirs.id) == theirs
    assert list(chair_notes.list_about(deputy.id, limit=9)) == [of_deputy]
    rows = select(ChairNote.id).where(*chair_notes.found_by_words(read_search("precies rustig")))
    assert list(db.session.scalars(rows)) == [of_deputy.id]
    chair_notes.change_note(theirs, "Warme zaal", actor=COMMAND, now=at(10))
    assert (theirs.body, theirs.changed_at) == ("Warme zaal", at(10))
    told = select(AuditEvent.action, AuditEvent.member_id).where(AuditEvent.subject_type == "ChairNote")
    assert list(db.session.execute(told.order_by(AuditEvent.id))) == [
        *[("chair_note.written", chair.id)] * 2,
        ("chair_note.written", deputy.id),
        ("chair_note.changed", deputy.id),
    ]
    election.state = ElectionState.CLOSED
    db.session.flush()
    for act in (
        lambda: chair_notes.change_note(theirs, "Te laat", actor=COMMAND, now=at(11)),
        lambda: chair_notes.write_note(station, chair, None, "Te laat", **by),
    ):
        with pytest.raises(RuleBroken, match="closed"):
            act()


def test_what_chairs_wrote_is_listed_the_latest_election_first(db, election, team, now):
    _station, (chair, *_rest), _places = team
    later = make_election(code="TK2027", type="TK", voting_on=election.voting_on + timedelta(days=300))
    other, *_more = make_team(later, 3, now=now)
    publish_places(later, [(chair, other, shifts_of(later)[1], make_function("voorzitter"))], now=now)
    assert numbers(chair, at(20, days=300)) == [3, 12]
