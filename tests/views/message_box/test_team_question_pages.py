"""A question to an audience on the team's screens: written, looked at, asked, and answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Notification, TeamQuestion, Thread
from tests.support.factories.message_box import reply
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def team(client, sign_in_as, clock):
    return sign_in_as(client, make_staff())


def filled(**values):
    return {
        "subject": "Lunch",
        "body": "Eet je mee?",
        "election_id": "0",
        "audience": "everybody",
        "audience_match": "all",
        "audience_saved": "0",
        "audience_election": "0",
        **values,
    }


def write(team, db):
    answer = team.post("/vragen-aan-leden/add", data=filled())
    question = db.session.scalars(select(TeamQuestion)).one()
    assert answer.headers["Location"] == f"/vragen-aan-leden/show/{question.id}"  # "Save and look"
    return question


def test_before_it_is_asked_the_team_sees_whom(team, db):
    make_member(surname="Aalders", infix="", first_name="Jo")
    question = write(team, db)
    page = team.get(f"/vragen-aan-leden/show/{question.id}").text
    assert "Aalders, Jo" in page
    assert "Dit gaat naar 1 lid." in team.get(f"/vragen-aan-leden/ask/{question.id}").text
    assert db.session.scalar(select(Thread.id)) is None


def test_it_is_asked_and_the_answers_are_there_per_member(team, db, app, sign_in_as):
    member = make_member(surname="Aalders", infix="", first_name="Jo")
    make_member(surname="Bakker", infix="", first_name="Bo")
    question = write(team, db)
    page = team.post(f"/vragen-aan-leden/ask/{question.id}", follow_redirects=True).text
    assert "Aan 2 leden is de vraag gesteld." in page
    thread = db.session.scalars(select(Thread).where(Thread.member_id == member.id)).one()
    told = db.session.scalars(select(Notification.id).where(Notification.member_id == member.id)).one()
    browser = sign_in_as(app.test_client(), member)
    place = browser.post(f"/meldingen/{told}/openen").location
    assert place == f"/berichtenbox/{thread.id}"
    asked = browser.get(place).text
    assert "Eet je mee?" in asked
    assert '<span class="badge">van het team</span>' in asked  # nobody answered it yet
    for path in ("/berichtenbox/", "/berichten/"):
        assert "nog beantwoorden" in browser.get(path).text
    assert "Beantwoord: Lunch" in browser.get("/").text  # read, not answered
    reply(thread, "Ja, graag.")
    assert "Lunch" not in browser.get("/").text
    assert "nog beantwoorden" not in browser.get("/berichtenbox/").text
    page = team.get(f"/vragen-aan-leden/show/{question.id}").text
    assert "Ja, graag." in page
    assert "Bakker" in page
    only = team.get(f"/vragen-aan-leden/show/{question.id}?answered=1").text
    assert "Bakker" not in only


def test_what_was_asked_is_not_changed_or_deleted(team, db):
    make_member()
    question = write(team, db)
    team.post(f"/vragen-aan-leden/ask/{question.id}")
    team.post(f"/vragen-aan-leden/edit/{question.id}", data=filled(subject="Anders"))
    team.post(f"/vragen-aan-leden/delete/{question.id}")
    assert db.session.get(TeamQuestion, question.id).subject == "Lunch"


def test_a_member_reaches_none_of_it(client, sign_in_as, db):
    member = sign_in_as(client, make_member())
    for path in ("/vragen-aan-leden/list/", "/vragen-aan-leden/add", "/vragen-aan-leden/ask/1"):
        assert member.get(path).status_code == 403


def test_a_deadline_is_written_by_the_team_and_read_by_the_member_everywhere(team, db, app, sign_in_as, now):
    member = make_member()
    refused = team.post("/vragen-aan-leden/add", data=filled(due_at="gisteren"))
    assert refused.status_code == 422
    local_due = f"{now + timedelta(days=9):%d-%m-%Y} 17:00"
    assert team.post("/vragen-aan-leden/add", data=filled(due_at=local_due)).status_code == 302
    question = db.session.scalars(select(TeamQuestion)).one()
    assert local_due in team.get(f"/vragen-aan-leden/edit/{question.id}").text
    team.post(f"/vragen-aan-leden/ask/{question.id}")
    assert "wo 11 februari 2026, 17.00 uur" in team.get("/vragen-aan-leden/list/").text
    browser = sign_in_as(app.test_client(), member)
    thread = db.session.scalars(select(Thread)).one()
    for path in ("/", "/berichten/", f"/berichtenbox/{thread.id}"):
        assert "woensdag 11 februari 2026, 17.00 uur" in browser.get(path).text, path
    reply(thread, "Ja, graag.")
    assert "11 februari" not in browser.get("/").text
    assert "11 februari" not in browser.get(f"/berichtenbox/{thread.id}").text
