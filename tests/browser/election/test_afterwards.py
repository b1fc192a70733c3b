"""What comes after the day, and the pages of replacement and the central count: each sound on a phone and a desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.clock import local_today, utc_now
from app.models import ChairNote, Service, WorkedHours
from app.services.appointments.replacement import reserves
from app.services.audit import COMMAND
from app.services.evaluation.hours.collecting import collect_hours
from app.services.evaluation.surveys import surveys
from app.services.evaluation.surveys.surveys import SurveyText
from tests.support.factories.attendance import make_running_election, make_team
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.planning import make_available
from tests.support.factories.plans import publish_places
from tests.support.factories.replacement import ask, leave, make_published


@pytest.fixture
def yesterday(db):
    """An election of yesterday with a team at a station, its hours taken over and the questions asked."""
    now = utc_now()
    election = make_running_election(voting_on=local_today(now) - timedelta(days=1), counting="CSO")
    station, members, _places = make_team(election, codes=("voorzitter", "stembureaulid", "stembureaulid"), now=now)
    central = shifts_of(election)[-1]
    publish_places(election, [(make_member(), None, central, make_function("teller"))], now=now)
    collect_hours(election, actor=COMMAND, now=now)
    proposed = surveys.propose(election)
    wanted = SurveyText(proposed.thanks, proposed.thanks_en, now + timedelta(days=10))
    survey = surveys.add_survey(election, wanted, actor=COMMAND, now=now)
    surveys.open_survey(survey, actor=COMMAND, now=now)
    note = {"station_id": station.id, "member_id": members[0].id, "body": "Het was koud in de zaal."}
    db.session.add(ChairNote(election_id=election.id, **note, written_at=now))
    db.session.commit()
    return election, station, members, survey


@pytest.fixture(autouse=True)
def _patience(page):
    page.set_default_timeout(120_000)  # milliseconds, on a busy machine


def look_at(page, check_page, *addresses):
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        check_page()


def test_the_team_confirms_and_adds_hours_and_reads_questions_and_notes(page, check_page, enter_as, db, yesterday):
    election, station, _members, survey = yesterday
    helper = make_member(first_name="Invaller", infix="", surname="Onverwacht")
    hours = db.session.scalars(select(WorkedHours).order_by(WorkedHours.id)).first()
    enter_as(make_staff())
    base = f"/verkiezingen/{election.code}"
    look_at(page, check_page, f"{base}/uren/", f"{base}/centrale-telling/", f"{base}/aanwezigheid/")
    look_at(page, check_page, "/uren/list/", f"/uren/show/{hours.id}", f"/uren/edit/{hours.id}")
    look_at(page, check_page, "/vragen-achteraf/list/", f"/vragen-achteraf/show/{survey.id}")
    look_at(page, check_page, "/notities-van-voorzitters/list/", f"{base}/uren-toevoegen/")
    main = page.get_by_role("main")
    main.locator("#member").fill(helper.user.username)
    main.locator("#shift").select_option(index=1)
    main.locator("#station").fill(str(station.number))
    main.locator("#function").select_option(label="Stembureaulid")
    main.locator("#starts").fill("8:00")
    main.locator("#ends").fill("7:70")
    main.locator("#reason").fill("Viel in")
    main.get_by_role("button", name="Deze uren toevoegen").click()
    check_page()
    expect(main.locator("#starts")).to_have_value("8:00")
    main.locator("#ends").fill("12:00")
    main.get_by_role("button", name="Deze uren toevoegen").click()
    expect(main).to_contain_text("De uren zijn toegevoegd")
    check_page()
    db.session.rollback()
    assert db.session.scalars(select(Service.member_id)).all() == [helper.id]


def test_a_member_answers_the_questions_and_a_chair_writes_a_note(page, check_page, enter_as, yesterday):
    _election, station, members, survey = yesterday
    enter_as(members[0])
    look_at(page, check_page, "/", "/mijn-ervaring/", f"/mijn-ervaring/notities/{station.id}")
    look_at(page, check_page, f"/mijn-ervaring/vragen/{survey.id}")


def test_the_pages_of_replacement_are_sound(page, check_page, enter_as, db):
    now = utc_now()
    planned = make_published(now=now, voting_on=local_today(now) + timedelta(days=7))
    reserve = make_available(planned.election, first_name="Anna", infix="", surname="Bos")
    other = make_available(planned.election, first_name="Piet", infix="", surname="Vis", email=None)
    reserves.put_on(reserve, shifts_of(planned.election)[0], actor=COMMAND, now=now)
    vacancy = leave(planned.leaves, now=now)
    (question,) = ask(vacancy, reserve, now=now)
    db.session.commit()
    enter_as(make_staff())
    look_at(page, check_page, "/", "/vervanging/list/?looked=open", f"/vervanging/show/{vacancy.id}")
    look_at(page, check_page, f"/vervanging/bellijst/{vacancy.id}", "/vervanging/vragen/list/", "/reserves/list/")
    look_at(page, check_page, "/reserves/allen", "/reserves/add", "/vervanging/uitval/")
    look_at(page, check_page, f"/vervanging/uitval/{planned.stays.id}", f"/vervanging/uitval/{other.id}")
    page.goto("about:blank")  # the page before looks by itself how it stands
    enter_as(reserve)
    look_at(page, check_page, "/", "/inspringen/", f"/inspringen/{question.id}")
    page.get_by_role("main").get_by_role("button", name="Nee, ik kan niet").click()
    expect(page.get_by_role("main")).to_contain_text("Kun je toch komen?")
    check_page()
