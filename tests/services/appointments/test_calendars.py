"""Places as a calendar: one event keeps its UID, changes count up, what fell away is told, and no number is in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.models import AuditEvent, CalendarLink, ElectionState, MemberState
from app.services.appointments import answers, calendars
from app.services.audit import COMMAND
from tests.support.factories.appointments import OFFICE, appoint, decision_of, make_setup
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.factories.training import make_session, sign_up
from tests.support.statements import seen_statements


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def member(db):
    return make_member(mobile="+31612345678")


def publish(election, member, now, shift=0, ended=(), assignment=None):
    station = election_station(election)
    (place,) = publish_places(
        election, [(member, station, shifts_of(election)[shift], make_function("voorzitter"))], now=now, ended=ended
    )
    if assignment:
        place.assignment_id = assignment
    return place


def election_station(election):
    from app.extensions import db
    from app.models import PollingStation

    known = db.session.scalars(select(PollingStation)).first()
    return known or make_station(election, 12, street="Dorpsplein 1", latitude=52.1, longitude=5.1)


def events(member, now):
    calendar = Calendar.from_ical(calendars.make_calendar(member, OFFICE, language="nl", now=now))
    return calendar.walk("VEVENT")


def plain_lines(member, now):
    """Unfolded, as another reader takes it (RFC 5545 3.1)."""
    text = calendars.make_calendar(member, OFFICE, language="nl", now=now).decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_an_event_says_where_and_when_in_utc_and_no_number_of_anybody(election, member, now):
    place = publish(election, member, now)
    (event,) = events(member, now)
    assert event["summary"] == "Stembureau 12 Stadhuis (Voorzitter)"
    assert event["location"] == "Stadhuis, Dorpsplein 1"
    assert (event["dtstart"].dt, event["dtend"].dt, event["dtstamp"].dt) == (place.starts_at, place.ends_at, now)
    assert event["status"] == "TENTATIVE"
    lines = plain_lines(member, now)
    assert f"DTSTART:{place.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert f"UID:place-{place.assignment_id}@leden.v.example" in lines
    assert {"SEQUENCE:0", "X-PUBLISHED-TTL:PT4H", "REFRESH-INTERVAL;VALUE=DURATION:PT4H"} <= set(lines)
    assert {"VERSION:2.0", "PRODID:-//Het Ledenportal//NL", f"X-WR-CALNAME:{OFFICE.municipality}"} <= set(lines)
    assert "612345678" not in "".join(lines)
    assert "METHOD" not in "".join(lines)


def test_an_event_leads_to_the_portal_and_the_place_and_is_nobody_elses(election, member, now):
    publish(election, member, now)
    (event,) = events(member, now)
    assert event["url"] == "https://leden.v.example/mijn-benoeming/"
    assert event["description"] == f"{election.name}\n{event['url']}"
    assert event["class"] == "PRIVATE"
    assert event["geo"].to_ical() == "52.1;5.1"


def test_a_change_keeps_the_uid_and_counts_up_and_what_fell_away_is_cancelled_for_a_while(election, member, now):
    first = publish(election, member, now)
    later = now + timedelta(days=1)
    second = publish(election, member, later, shift=1, ended=[first], assignment=first.assignment_id)
    (event,) = events(member, later)
    assert (event["sequence"], event["dtstart"].dt) == (2, second.starts_at)
    end = later + timedelta(days=1)
    publish_places(election, [], now=end, ended=[second])
    (event,) = events(member, end)
    assert (event["status"], event["sequence"]) == ("CANCELLED", 3)
    assert str(event["uid"]) == f"place-{first.assignment_id}@leden.v.example"
    assert events(member, end + calendars.KEPT + timedelta(days=1)) == []


def test_who_accepts_is_sure_and_who_cannot_come_has_no_appointment_in_the_calendar(election, member, now):
    setup = make_setup(election, now=now)
    publish(election, member, now)
    appoint(setup, now=now)
    answers.accept(decision_of(member), actor=COMMAND, now=now)
    assert events(member, now)[0]["status"] == "CONFIRMED"
    answers.say_no(decision_of(member), "Ziek", actor=COMMAND, now=now)
    assert (events(member, now)[0]["status"], events(member, now)[0]["sequence"]) == ("CANCELLED", 1)


def test_nothing_of_somebody_else_or_of_a_closed_election_is_in_it(election, member, now, db):
    publish(election, make_member(), now)
    assert events(member, now) == []
    publish(election, member, now)
    election.state = ElectionState.CLOSED
    db.session.flush()
    assert events(member, now) == []


def test_a_calendar_takes_few_statements(election, member, now, db):
    publish(election, member, now)
    publish(election, member, now, shift=1)
    with seen_statements(db.engine) as seen:
        calendars.make_calendar(member, OFFICE, language="nl", now=now)
    assert len(seen) <= 4, seen


def test_the_private_address_is_kept_as_a_hash_renewed_and_ended(election, member, now, db):
    token = calendars.make_link(member, actor=COMMAND, now=now)
    assert token not in {link.token_hash for link in db.session.scalars(select(CalendarLink))}
    assert calendars.find_reader(token, now)[0].id == member.id
    newer = calendars.make_link(member, actor=COMMAND, now=now)
    assert calendars.find_reader(token, now) is None
    assert calendars.find_reader(newer, now) is not None
    calendars.end_link(member, actor=COMMAND, now=now)
    assert calendars.find_reader(newer, now) is None
    assert {"calendar_link.made", "calendar_link.ended"} <= set(db.session.scalars(select(AuditEvent.action)))


@pytest.mark.parametrize("odd", ["", "x", "é" * 20, "a" * 5000])
def test_what_is_no_address_finds_nobody(db, now, odd):
    assert calendars.find_reader(odd, now) is None


def test_who_left_or_is_switched_off_has_no_calendar(member, now, db):
    token = calendars.make_link(member, actor=COMMAND, now=now)
    member.user.active = False
    db.session.flush()
    assert calendars.find_reader(token, now) is None
    member.user.active, member.state = True, MemberState.RESIGNED
    db.session.flush()
    assert calendars.find_reader(token, now) is None


def test_a_program_reads_it_without_signing_in_and_a_member_ends_it(client, sign_in_as, election, member, now):
    publish(election, member, now)
    phone = sign_in_as(client, member)
    file = phone.get("/mijn-agenda/ledenportal.ics")
    assert file.mimetype == "text/calendar"
    assert b"BEGIN:VEVENT" in file.data
    made = phone.post("/mijn-agenda/adres").text
    address = made.split('readonly value="')[1].split('"')[0]
    path = "/agenda/" + address.rpartition("/")[2]
    assert address not in phone.get("/mijn-agenda/").text
    program = client.application.test_client()
    feed = program.get(path)
    assert feed.status_code == 200
    assert feed.headers["Content-Type"].startswith("text/calendar")
    assert feed.headers["Cache-Control"] == "no-store"  # as every page: in no cache at all
    assert b"BEGIN:VEVENT" in feed.data
    assert program.get("/agenda/onbekend.ics").status_code == 404
    assert phone.post("/mijn-agenda/adres/weg").status_code == 302
    assert program.get(path).status_code == 404
    sign_in_as(client, make_staff())
    assert client.get("/mijn-agenda/").status_code in (302, 403, 404)


def test_what_fell_away_is_told_for_as_long_as_programs_may_take_to_look(election, member, now):
    place = publish(election, member, now)
    publish_places(election, [], now=now, ended=[place])
    assert len(events(member, now + calendars.KEPT - timedelta(seconds=1))) == 1
    assert events(member, now + calendars.KEPT) == []


def test_a_no_changes_the_event_at_the_moment_it_was_said(election, member, now, db):
    setup = make_setup(election, now=now)
    publish(election, member, now)
    appoint(setup, now=now)
    later = now + timedelta(days=1)
    answers.say_no(decision_of(member), "Werk", actor=COMMAND, now=later)
    (event,) = events(member, later)
    assert (event["status"], event["dtstamp"].dt) == ("CANCELLED", later)
    decision_of(member).answered_at = None
    db.session.flush()
    assert events(member, later)[0]["dtstamp"].dt == now


def test_events_stand_in_order_of_time_and_a_place_without_a_station_is_the_central_count(election, member, now):
    shifts = shifts_of(election)
    publish_places(election, [(member, None, shifts[2], make_function("teller"))], now=now)
    publish(election, member, now)
    first, last = events(member, now)
    assert first["dtstart"].dt < last["dtstart"].dt
    assert last["summary"] == "centrale telling (Teller)"
    assert "location" not in last
    assert "geo" not in last


def test_that_a_program_asked_is_noted_once_an_hour(member, now, db):
    token = calendars.make_link(member, actor=COMMAND, now=now)
    link = calendars.find_link(member.id)
    assert (link.created_at, link.read_at) == (now, None)
    for minutes, noted in ((0, 0), (60, 0), (61, 61)):
        assert calendars.find_reader(token, now + timedelta(minutes=minutes)) == (member, "nl")
        assert link.read_at == now + timedelta(minutes=noted)
    calendars.make_link(member, actor=COMMAND, now=now)
    assert link.read_at is None


def test_a_feed_is_in_the_language_of_the_account_and_an_end_is_told_once(election, now, db):
    reader, other = make_member(locale="en"), make_member()
    publish(election, reader, now)
    token = calendars.make_link(reader, actor=COMMAND, now=now)
    assert b"Polling station 12 Stadhuis (Chair)" in calendars.make_feed(token, OFFICE, now=now)
    assert calendars.make_feed("x" * 43, OFFICE, now=now) is None
    calendars.end_link(other, actor=COMMAND, now=now)
    for _ in range(2):
        calendars.end_link(reader, actor=COMMAND, now=now)
    told = select(AuditEvent.member_id).where(AuditEvent.action == "calendar_link.ended")
    assert list(db.session.scalars(told)) == [reader.id]


def test_a_training_stands_in_it_beside_the_places(election, member, now):
    publish(election, member, now)
    sign_up(make_session(now), member, now)
    assert len(events(member, now)) == 2
    assert len(events(make_member(), now)) == 0
