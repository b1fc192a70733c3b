"""A training as an event: it says where and when, leads to the portal, and counts up with each change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import SeatState
from app.services.audit import COMMAND
from app.services.training import calendar, seats, sessions
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, sign_up

PORTAL = "https://leden.v.example"


@pytest.fixture
def member(db):
    return make_member()


def events_of(member, now, language="nl"):
    return calendar.list_events(member.id, portal=PORTAL, language=language, now=now)


def test_an_event_says_all_a_member_needs_and_is_nobody_elses(member, now):
    session = make_session(now, title="Basistraining", title_en="Basic training")
    sign_up(session, member, now)
    (event,) = events_of(member, now)
    assert {name: event.decoded(name) for name in ("uid", "summary", "status", "class", "url", "location")} == {
        "uid": f"training-{session.id}@leden.v.example",
        "summary": "Basistraining",
        "status": "CONFIRMED",
        "class": "PRIVATE",
        "url": f"{PORTAL}{calendar.PAGE}",
        "location": session.place,
    }
    assert event["description"] == event["url"]
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (session.starts_at, session.ends_at)
    assert event.decoded("dtstamp") == now
    assert events_of(member, now, "en")[0]["summary"] == "Basic training"
    assert events_of(make_member(), now) == []


def test_without_an_english_title_it_has_the_dutch_one_and_online_it_has_no_place(member, now):
    sign_up(make_session(now, kind="link", link="https://meet.example/x", title="Online", title_en=""), member, now)
    (event,) = events_of(member, now, "en")
    assert event["summary"] == "Online"
    assert "location" not in event


def test_each_change_counts_up_and_what_was_cancelled_is_told_for_a_while(db, member, now):
    session, later = make_session(now), now + timedelta(hours=1)
    seat = sign_up(session, member, now)
    before = events_of(member, now)[0]["sequence"]
    seats.give_up(seat.id, actor=COMMAND, now=later)
    db.session.commit()
    (event,) = events_of(member, later)
    assert (event["status"], event["sequence"] > before, event.decoded("dtstamp")) == ("CANCELLED", True, later)
    assert len(events_of(member, later + calendar.KEPT - timedelta(minutes=1))) == 1
    assert events_of(member, later + calendar.KEPT) == []


def test_who_waits_and_what_was_long_ago_is_in_no_calendar(db, member, now):
    session = make_session(now, capacity=1)
    sign_up(session, make_member(), now)
    assert sign_up(session, member, now).state == SeatState.WAITING
    assert events_of(member, now) == []
    other = make_session(now)
    sign_up(other, member, now)
    over = other.ends_at + calendar.LATELY
    assert len(events_of(member, over - timedelta(minutes=1))) == 1
    assert events_of(member, over) == []


def test_a_session_that_is_called_off_is_cancelled_in_the_calendar(db, member, now):
    session = make_session(now)
    sign_up(session, member, now)
    sessions.cancel_session(session, "Trainer ziek", actor=COMMAND, now=now)
    db.session.commit()
    assert events_of(member, now)[0]["status"] == "CANCELLED"
