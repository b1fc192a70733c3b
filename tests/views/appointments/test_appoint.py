"""The team looks before anything leaves, starts, follows the work, and prints for who reads no mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import jobs
from app.jobs import due
from app.models import Appointment, AppointmentRun, OutboundMail
from app.services.appointments import plans
from tests.support.factories.appointments import appoint, decision_of, make_setup
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.statements import seen_statements


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.fixture
def setup(db, now):
    return make_setup(make_election(), series="SB-GR2026", now=now)


def publish(setup, now, *people):
    election = setup.election
    station, early, function = make_station(election, 12), shifts_of(election)[0], make_function("stembureaulid")
    publish_places(election, [(who, station, early, function) for who in people], now=now)
    return plans.find_version(election.id)


def test_nothing_leaves_before_somebody_looked_and_then_the_worker_does_it(team, setup, now, db, app):
    reads, paper = make_member(), make_member(email=None, first_name="Bep", infix="", surname="Brief")
    version = publish(setup, now, reads, paper)
    page = team.get(f"/benoemen/{setup.id}/wie").text
    assert "Er worden 2 besluiten genomen" in page
    assert "Bep Brief" in page
    assert db.session.scalars(select(AppointmentRun)).all() == []
    letter = team.get(f"/benoemen/{setup.id}/eerste-brief")
    assert letter.data.startswith(b"%PDF")
    assert db.session.scalars(select(Appointment)).all() == []
    answer = team.post(f"/benoemen/{setup.id}/wie", data={"version": version.id})
    run = db.session.scalars(select(AppointmentRun)).one()
    assert answer.location.endswith(f"/benoemen/werk/{run.id}")
    assert 'data-state="waiting"' in team.get(answer.location).text
    due.run_appointments(run.id, lambda: False)
    assert "2 van 2" in team.get(answer.location).text
    assert [mail.user_id for mail in db.session.scalars(select(OutboundMail))] == [reads.user_id]
    assert "al het juiste besluit" in team.get(f"/benoemen/{setup.id}/wie").text


def test_a_plan_that_was_published_since_is_looked_at_again(team, setup, now, db):
    version = publish(setup, now, make_member())
    publish_places(setup.election, [], now=now)
    team.post(f"/benoemen/{setup.id}/wie", data={"version": version.id})
    assert db.session.scalars(select(AppointmentRun)).all() == []
    assert "intussen een andere indeling" in team.get(f"/benoemen/{setup.id}/wie").text


def test_letters_on_paper_are_prepared_and_can_be_fetched_again(team, setup, now, db):
    publish(setup, now, make_member(email=None), make_member(email=None))
    appoint(setup, now=now)
    here = f"/benoemen/{setup.id}/papier"
    assert "2 brieven" in team.get(here).text
    assert team.post(here).status_code == 302
    page = team.get(here).text
    assert "Er wacht geen brief" in page
    address = page.split(f'href="{here}/')[1].split('"')[0]
    for _ in range(2):
        pdf = team.get(f"{here}/{address}")
        assert pdf.mimetype == "application/pdf"
        assert pdf.data.startswith(b"%PDF")
    assert team.get(f"{here}/gisteren").status_code == 404


def test_the_list_of_decisions_is_found_by_member_and_answer_in_few_statements(team, setup, now, db):
    anna = make_member(first_name="Anna", infix="", surname="Bos")
    publish(setup, now, anna, *(make_member() for _ in range(20)))
    appoint(setup, now=now)
    with seen_statements(db.engine) as seen:
        page = team.get(f"/benoemingen/list/?election={setup.election_id}")
    assert len(seen) <= 8, seen
    assert "SB-GR2026-0001" in page.text
    found = team.get("/benoemingen/list/?q=anna+bos").text
    assert found.count('<th scope="row">') == 1
    decision = decision_of(anna)
    shown = team.get(f"/benoemingen/show/{decision.id}").text
    assert "12 Stadhuis" in shown
    assert f"/bestanden/{decision.file_id}/" in shown
    assert team.get(f"/bestanden/{decision.file_id}/x.pdf").data.startswith(b"%PDF")


def test_the_worker_finds_a_run_by_its_clock(setup, now, db, app):
    publish(setup, now, make_member())
    from tests.support.factories.appointments import start

    run = start(setup, now=now)
    assert jobs.run_appointments(run.id) in (True, False)
    due._finish_appointments(lambda: False)
    db.session.refresh(run)
    assert run.done == 1


@pytest.mark.parametrize(
    "typed", ["x", "2026-11-28", "2026-11-28T07:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_an_address_of_letters_that_names_no_moment_is_no_page(team, setup, typed):
    assert team.get(f"/benoemen/{setup.id}/papier/{typed}").status_code == 404


def test_earlier_times_are_listed_with_who_how_many_and_how_it_ended(team, setup, now):
    publish(setup, now, make_member(), make_member())
    appoint(setup, now=now)
    page = team.get(f"/benoemen/{setup.id}/wie").text
    for wanted in ("Eerdere keren", "2 van 2", "gedaan", "versie 1"):
        assert wanted in page, wanted


def test_the_search_of_the_team_finds_a_decision_by_its_number_and_by_its_member(team, setup, now):
    member = make_member(first_name="Toos", infix="", surname="Zoekster")
    publish(setup, now, member, make_member())
    appoint(setup, now=now)
    decision = decision_of(member)
    for typed in (decision.decision_number, "Zoekster"):
        page = team.get(f"/zoeken/?q={typed}").text
        assert f"/benoemingen/show/{decision.id}" in page, typed
    assert "/benoemingen/show/" not in team.get("/zoeken/?q=SB-XX").text
