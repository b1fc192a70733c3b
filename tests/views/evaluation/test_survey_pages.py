"""The team writes a few questions, asks who worked, and reads the answers when the round is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import local
from app.models import AuditEvent, OutboundMail, Survey, SurveyAnswer, SurveyReply, SurveyState
from tests.support.factories.elections import make_election
from tests.support.factories.evaluation import after, place
from tests.support.factories.people import make_member, make_staff
from tests.support.statements import seen_statements

HERE = "/vragen-achteraf"


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def later(election):
    """The morning after."""
    with time_machine.travel(after(election), tick=False) as traveller:
        yield traveller


@pytest.fixture
def team(client, sign_in_as, later):
    return sign_in_as(client, make_staff())


@pytest.fixture
def survey(team, election, db):
    assert "Dank je wel voor je hulp" in team.get(f"{HERE}/add?election={election.id}").text
    until = local(after(election) + timedelta(days=10))
    form = {"election": election.id, "thanks": "Dank je wel!", "closes_at": f"{until:%d-%m-%Y %H:%M}"}
    assert team.post(f"{HERE}/add", data=form).status_code == 302
    return db.session.scalars(select(Survey)).one()


def ask(team, survey, election, *members):
    place(election, *members)
    assert team.post(f"{HERE}/stel/{survey.id}").status_code == 302


def test_the_questions_are_written_on_one_page_and_a_fault_stands_at_its_line(team, survey, db):
    here = f"{HERE}/vragen/{survey.id}"
    form = team.get(here).text
    assert "Hoe vond je de dag?" in form
    empty = {f"{name}_{number}": "" for name in ("kind", "words", "words_en") for number in range(1, 9)}
    refused = team.post(here, data={**empty, "kind_1": "scale", "words_1": "Hoe?", "words_2": "Zonder soort"})
    assert refused.status_code == 422
    assert "Zonder soort" in refused.text
    assert 'id="kind_2-error"' in refused.text
    wanted = {"kind_1": "scale", "words_1": "Hoe?", "kind_3": "remark", "words_3": "Nog iets?", "words_en_3": "More?"}
    assert team.post(here, data={**empty, **wanted}).status_code == 302
    db.session.refresh(survey)
    assert [question.words for question in survey.questions] == ["Hoe?", "Nog iets?"]
    assert "survey.questions_written" in set(db.session.scalars(select(AuditEvent.action)))


def test_who_worked_is_asked_by_one_mail_without_anything_of_the_election_and_answers_on_a_phone(
    team, survey, election, app, sign_in_as, db
):
    member, other = make_member(), make_member()
    page = team.get(f"{HERE}/show/{survey.id}").text
    assert "Bedanken en vragen stellen" in page
    ask(team, survey, election, member)
    assert [mail.template for mail in db.session.scalars(select(OutboundMail))] == ["waiting"]
    phone = sign_in_as(app.test_client(), member)
    here = f"/mijn-ervaring/vragen/{survey.id}"
    home = phone.get("/").text
    assert f'href="{here}"' in home
    page = phone.get(here).text
    for wanted in ("Dank je wel!", "Hoe vond je de dag?", "anoniem", "minstens 5"):
        assert wanted in page, wanted
    assert "checked" not in page[page.index("<form") :]
    scale, *_rest, remark = (question.id for question in survey.questions)
    assert phone.post(here, data={}).status_code == 422
    assert phone.post(here, data={f"answer_{scale}": "9"}).status_code == 422
    sent = phone.post(here, data={f"answer_{scale}": "5", f"answer_{remark}": "Meer koffie"})
    assert sent.status_code == 302
    assert "Je hebt de vragen beantwoord" in phone.get(here).text
    assert f'href="{here}"' not in phone.get("/").text
    assert phone.post(here, data={f"answer_{scale}": "1"}).status_code == 422
    db.session.expire_all()
    assert len(db.session.scalars(select(SurveyAnswer)).all()) == 2
    assert len(db.session.scalars(select(SurveyReply)).all()) == 1
    stranger = sign_in_as(app.test_client(), other)
    assert stranger.get(here).status_code == 404


def test_answers_are_read_when_it_is_over_and_not_before(team, survey, election, later, app, sign_in_as, db):
    members = [make_member() for _ in range(5)]
    ask(team, survey, election, *members)
    scale, *_rest, remark = (question.id for question in survey.questions)
    for number, member in enumerate(members):
        phone = sign_in_as(app.test_client(), member)
        form = {f"answer_{scale}": str(number % 2 + 4), f"answer_{remark}": f"<b>koffie {number}</b>"}
        assert phone.post(f"/mijn-ervaring/vragen/{survey.id}", data=form).status_code == 302
    here = f"{HERE}/show/{survey.id}"
    page = team.get(here).text
    assert "5 van 5 leden gaven antwoord" in page
    assert "koffie" not in page
    assert team.post(f"{HERE}/antwoorden/{survey.id}", data={"format": "csv"}).status_code == 302
    assert team.post(f"{HERE}/sluit/{survey.id}").status_code == 302
    db.session.refresh(survey)
    assert survey.state == SurveyState.CLOSED
    with seen_statements(db.engine) as seen:
        page = team.get(here).text
    assert len(seen) <= 8, seen
    for wanted in ("4,4 van 5", "12 Stadhuis", "&lt;b&gt;koffie 3"):
        assert wanted in page, wanted
    file = team.post(f"{HERE}/antwoorden/{survey.id}", data={"format": "csv"}).data.decode("utf-8-sig")
    assert "4,4 van 5" in file
    assert "koffie 4" in file
    assert "survey.exported" in set(db.session.scalars(select(AuditEvent.action)))
    assert not any(member.surname in file for member in members)
