"""What a list found as a file: all lists, what is in it, and how members in it are called."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from app.models import (
    AuditEvent,
)
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents.readings import note_reading
from app.services.message_box import team_questions
from app.services.message_box.team_questions import TeamQuestionText
from app.views.base import StaffView
from tests.support.factories.documents import publish
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.message_box import actor_of
from tests.support.factories.people import make_admin, make_member, make_staff


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def test_every_list_gives_what_it_found_as_a_file(app, client, sign_in_as, db):
    election = make_open_election()
    give_availability(make_member(), election)
    db.session.commit()
    sign_in_as(client, make_admin())
    views = [view for view in app.extensions["appbuilder"].baseviews if isinstance(view, StaffView)]
    for view in views:
        base = view.route_base.replace("<code>", election.code)
        for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            answer = client.post(f"{base}/export", data={"format": kind})
            assert answer.status_code == 200, base
            assert answer.data.startswith(begins), base


def test_a_file_has_what_is_found_only_and_how_members_are_called(team, db):
    election = make_open_election()
    make_member(surname="Belsma", mobile="+31612345678", email="bel@post.example")
    for address in ("/leden", f"/verkiezingen/{election.code}/antwoorden"):
        text = team.post(f"{address}/export", data={"format": "csv"}).data.decode("utf-8-sig")
        assert "Belsma" in text
        assert "bel@post.example" in text
        assert re.search(r"06 ?12345678|\+31612345678", text)
    nothing = team.post("/functies/export?q=xyz", data={"format": "csv"}).data.decode("utf-8-sig")
    assert len(io.StringIO(nothing).readlines()) == 1
    assert "list.exported" in db.session.scalars(select(AuditEvent.action)).all()


def test_readers_of_a_document_are_called_from_a_file_and_written_to(team, db, now):
    document = publish(now)
    make_member(surname="Leeslang", mobile="+31612345678")
    member = make_member(surname="Gelezen")
    note_reading(member.id, document, now)
    db.session.commit()
    place = f"/leesbevestigingen/{document.id}"
    text = team.post(f"{place}/export", data={"format": "csv"}).data.decode("utf-8-sig")
    assert "Leeslang" in text
    assert "06 12345678" in text
    assert "Gelezen" not in text
    assert "Gelezen" in team.post(f"{place}/export?wie=gelezen", data={"format": "csv"}).data.decode("utf-8-sig")
    answer = team.post(f"{place}/gevonden", data={"for": "members"})
    page = team.get(answer.location).text
    assert "Leeslang" in page
    assert "Gelezen" not in page


def test_who_was_asked_something_is_called_from_a_file_and_written_to(team, db, now):
    member, actor = make_member(surname="Gevraagd", mobile="+31612345678"), COMMAND
    wanted = TeamQuestionText("Lunch", "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(wanted, None, actor=actor, now=now)
    team_questions.ask_audience(question, actor=actor_of(make_staff()), now=now)
    db.session.commit()
    text = team.post(f"/vragen-aan-leden/antwoorden/{question.id}", data={"format": "csv"}).data.decode("utf-8-sig")
    assert member.member_number in text
    assert "06 12345678" in text
    answer = team.post(f"/vragen-aan-leden/gevonden/{question.id}", data={"for": "members"})
    assert "Gevraagd" in team.get(answer.location).text
    assert "Met het lid:" in team.get(f"/vragen-aan-leden/show/{question.id}").text
