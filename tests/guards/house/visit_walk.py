"""The subject of docs/adding-a-subject.md in a portal of its own process; test_adding_a_subject.py starts it.

VISIT is the folder in which the files of that page lie. Nothing else of the portal is changed, but for the rights.
"""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import permissions
from app.cli.setup import prepare_database
from app.clock import utc_now
from app.extensions import db as portal_db
from app.mail.mails import FROM_OUTBOX
from app.models import Condition, Group
from app.permissions import ADMIN, MEMBER, STAFF
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.views import SUBJECTS
from tests.conftest import make_app
from tests.support.factories.documents import keep
from tests.support.factories.people import make_admin, make_member, make_staff

FOLDER = Path(os.environ["VISIT"])
for package in ("models", "services", "views.labels", "views.staff", "views.member"):
    importlib.import_module(f"app.{package}").__path__.append(str(FOLDER / "app" / package.replace(".", "/")))
Visit: Any = importlib.import_module("app.models.visit").Visit
visits: Any = importlib.import_module("app.services.visit.visits")
SUBJECT = importlib.import_module("app.views.staff.visit.subject").SUBJECT

RIGHTS: dict[str, Any] = dict(vars(permissions))
exec((FOLDER / "app/permissions.py").read_text(), RIGHTS)  # the page says what to add to it
permissions.ROLES[MEMBER] |= RIGHTS["OWN_VISITS"]
for role in (STAFF, ADMIN):
    permissions.ROLES[role] |= RIGHTS["VISIT_WORK"]


@pytest.fixture(scope="session")
def app(database: Any, smtp: Any, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The portal with one subject more."""
    portal = make_app(database.url, smtp.port, tmp_path_factory.mktemp("instance"), subjects=(*SUBJECTS, SUBJECT))
    with portal.app_context():
        prepare_database()
        Visit.__table__.create(portal_db.engine)
        portal_db.session.remove()
        database.keep_as_fresh(portal_db.engine)
    return portal


@pytest.fixture
def member(db: Any) -> Any:
    return make_member()


@pytest.fixture
def seat(db: Any, member: Any) -> Any:
    made = visits.invite(member, "Tellen voor beginners", file_id=keep(utc_now()).id, actor=COMMAND, now=utc_now())
    db.session.commit()
    return made


def finish(db: Any, seat: Any) -> None:
    visits.finish(seat, actor=COMMAND, now=utc_now())
    db.session.commit()


def test_the_member_has_a_task_a_badge_and_a_page(db, client, sign_in_as, member, seat):
    home = sign_in_as(client, member).get("/").text
    assert re.search(r'<a href="/mijn-bezoeken/">\s*Follow: Tellen voor beginners', home)
    assert re.search(r'href="/mijn-bezoeken/"[^>]*>\s*My visits\s*<span class="badge', home), home
    assert "Tellen voor beginners" in client.get("/mijn-bezoeken/").text
    finish(db, seat)
    assert "Follow:" not in client.get("/").text


def test_the_team_has_a_screen_in_the_menu_a_number_on_home_and_finds_it(db, app, sign_in_as, seat):
    team = sign_in_as(app.test_client(), make_staff())
    home = team.get("/").text
    assert re.search(r'<a href="/bezoeken/list/"><span class="count">1</span> visits to be done', home)
    assert "Tellen voor beginners" in team.get("/bezoeken/list/").text
    found = team.get("/zoeken/?q=beginners").text
    assert f"/bezoeken/show/{seat.id}" in found
    answer = team.post(f"/bezoeken/edit/{seat.id}", data={"title": "Tellen voor gevorderden"})
    assert answer.status_code == 302


def test_an_administrator_reads_its_acts_in_words(db, app, sign_in_as, seat):
    admin = sign_in_as(app.test_client(), make_admin())
    admin.post(f"/bezoeken/edit/{seat.id}", data={"title": "Anders"})
    trail = admin.get("/logboek/list/?what=visit").text
    assert "invited to a visit" in trail
    assert "visit changed" in trail


def test_its_files_are_for_the_member_and_the_team(db, app, sign_in_as, member, seat):
    path = f"/bestanden/{seat.file_id}/Gids.pdf"
    people = (member, make_member(), make_staff())
    assert [sign_in_as(app.test_client(), person).get(path).status_code for person in people] == [200, 404, 200]


def test_a_group_can_be_made_of_it(db, app, sign_in_as, member, seat):
    visited = Group((Condition("visited"),))
    assert groups.count_members(visited) == 0
    finish(db, seat)
    assert groups.count_members(visited) == 1
    team = sign_in_as(app.test_client(), make_staff())
    assert "Did a visit" in team.get("/doelgroepen/add").text


def test_its_mail_is_known(app):
    assert FROM_OUTBOX["visit_invited"].path == "/mijn-bezoeken/"
