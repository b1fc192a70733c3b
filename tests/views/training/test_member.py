"""What a member sees and does: a task, choosing, moving, waiting, cancelling, the calendar and the certificates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.models import SeatOutcome, TrainingResult, TrainingSeat
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.training import sessions
from app.services.training.certificate import PRINTED, check_printing
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, mark, sign_up
from tests.support.files.valid_pdfs import find_faults

PAGE = "/mijn-training/"


@pytest.fixture
def election(db: Any, clock: Any) -> Any:
    return make_open_election()


@pytest.fixture
def member(db: Any, election: Any) -> Any:
    found = make_member()
    give_availability(found, election)
    return found


def state(db, session, member):
    db.session.expire_all()
    found = select(TrainingSeat.state).where(TrainingSeat.session_id == session.id, TrainingSeat.member_id == member.id)
    return db.session.scalar(found)


def test_who_needs_a_training_chooses_one_moves_and_cancels(db, client, sign_in_as, member, election, now):
    evening = make_session(now, election_id=election.id)
    morning = make_session(now, starts_at=now + timedelta(days=15))
    home = sign_in_as(client, member).get("/").text
    assert f"Kies een training: {election.name}" in home
    assert "Training stembureaulid" in client.get(PAGE).text
    client.post(f"{PAGE}{evening.id}/kiezen")
    assert state(db, evening, member) == "signed_up"
    page = client.get(PAGE).text
    assert "Je hebt een plek." in page
    assert "Verplaats mij hiernaartoe" not in page  # the other one is another training: it is for any election
    assert "Kies een training: " not in client.get("/").text
    client.post(f"{PAGE}{morning.id}/kiezen")
    assert state(db, morning, member) == "signed_up"
    sure = client.get(f"{PAGE}{evening.id}/afmelden")
    assert "Iemand anders krijgt jouw plek" in sure.text
    assert state(db, evening, member) == "signed_up"  # looking changes nothing
    client.post(f"{PAGE}{evening.id}/afmelden")
    assert state(db, evening, member) == "cancelled"


def test_who_is_trained_or_does_not_help_has_no_task(db, client, app, sign_in_as, member, election, now):
    make_session(now, election_id=election.id)
    trained = make_member(trained_on=now.date())
    give_availability(trained, election)
    for other in (trained, make_member()):
        assert "Kies een training" not in sign_in_as(app.test_client(), other).get("/").text


def test_a_full_session_has_a_waiting_list_with_a_number(db, client, app, sign_in_as, member, now):
    session = make_session(now, capacity=1)
    seat = sign_up(session, make_member(), now)
    sign_up(session, make_member(), now)
    page = sign_in_as(client, member).get(PAGE).text
    assert "Vol." in page
    client.post(f"{PAGE}{session.id}/kiezen")
    assert "Je staat op nummer 2 van de wachtlijst" in client.get(PAGE).text
    other = sign_in_as(app.test_client(), seat.member)
    assert other.get(f"{PAGE}{session.id}/afmelden").status_code == 200
    other.post(f"{PAGE}{session.id}/afmelden")
    assert "Je staat op nummer 1 van de wachtlijst" in client.get(PAGE).text


def test_moving_gives_up_the_place_elsewhere(db, client, sign_in_as, member, now):
    evening, morning = make_session(now), make_session(now, starts_at=now + timedelta(days=15))
    sign_up(evening, member, now)
    assert "Verplaats mij hiernaartoe" in sign_in_as(client, member).get(PAGE).text
    client.post(f"{PAGE}{morning.id}/kiezen")
    assert (state(db, evening, member), state(db, morning, member)) == ("cancelled", "signed_up")


def test_what_is_not_for_the_member_is_not_shown_and_not_given(db, client, sign_in_as, member, election, now):
    other = make_open_election(code="TK2026", type="TK")
    session = make_session(now, election_id=other.id)
    assert "Er is nu geen training om te kiezen" in sign_in_as(client, member).get(PAGE).text
    client.post(f"{PAGE}{session.id}/kiezen")
    assert state(db, session, member) is None
    assert client.get(f"{PAGE}{session.id}/afmelden").status_code == 404
    assert client.get(f"{PAGE}{session.id}/agenda.ics").status_code == 404


def test_the_address_of_a_meeting_is_for_who_has_a_place(db, client, sign_in_as, member, now):
    session = make_session(now, kind="link", link="https://meet.example/geheim", capacity=1)
    assert "meet.example" not in sign_in_as(client, member).get(PAGE).text
    client.post(f"{PAGE}{session.id}/kiezen")
    assert "https://meet.example/geheim" in client.get(PAGE).text


def test_it_stands_in_the_calendar_and_falls_away(db, client, sign_in_as, member, now):
    session = make_session(now)
    sign_in_as(client, member)
    client.post(f"{PAGE}{session.id}/kiezen")
    for address in (f"{PAGE}{session.id}/agenda.ics", "/mijn-agenda/ledenportal.ics"):
        (event,) = Calendar.from_ical(client.get(address).data).walk("VEVENT")
        assert (event["status"], event["location"]) == ("CONFIRMED", "Stadskantoor, Stadsplein 1")
        assert event.decoded("dtstart") == session.starts_at
    before = event["sequence"]
    sessions.cancel_session(session, "Trainer ziek", actor=COMMAND, now=now)
    db.session.commit()
    (event,) = Calendar.from_ical(client.get("/mijn-agenda/ledenportal.ics").data).walk("VEVENT")
    assert event["status"] == "CANCELLED"
    assert event["sequence"] > before
    page = client.get(PAGE).text
    assert "gaat niet door" in page
    assert "Trainer ziek" in page


def test_what_was_passed_is_shown_with_its_end(db, client, app, sign_in_as, member, now):
    session = make_session(now, valid_months=12)
    mark(sign_up(session, member, now), SeatOutcome.PASSED, now)
    page = sign_in_as(client, member).get(PAGE).text
    assert "Geslaagd op" in page
    assert "Geldig tot en met" in page
    (result,) = db.session.scalars(select(TrainingResult)).all()
    answer = client.post(f"{PAGE}certificaat/{result.id}")
    assert answer.mimetype == "application/pdf"
    assert find_faults(answer.data) == []
    other = sign_in_as(app.test_client(), make_member())
    assert other.post(f"{PAGE}certificaat/{result.id}").status_code == 404


def test_certificates_are_printed_a_limited_number_of_times(db, now):
    member = make_member()
    for _ in range(PRINTED.tries):
        check_printing(member, now)
    with pytest.raises(RuleBroken):
        check_printing(member, now)
