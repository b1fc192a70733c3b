"""Whoever asks whatever page: a GET writes nothing but the audit trail and when a session was last used."""

from __future__ import annotations

from typing import Any

import pytest
from flask_appbuilder import Model
from sqlalchemy import select
from werkzeug.routing import IntegerConverter

from app.services.audiences import groups
from app.services.audit import Actor
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from app.services.message_box import threads
from app.services.rosters import runs
from tests.guards.test_foreign_ids import SAFE, walk
from tests.guards.test_routes import PUBLIC
from tests.services.rosters.roster_files import roster
from tests.support.factories.elections import make_open_election, make_station
from tests.support.factories.people import make_admin, make_member, make_staff

WRITTEN_BY_READING = {"audit_event", "user_session"}
TEAM = Actor("team")


@pytest.fixture
def things(db, app, now):
    """One of much: a member, an election with its parts, a mailing, a question, a file with members."""
    member = make_member()
    election = make_open_election()
    make_station(election, 1)
    wanted = CampaignText(kind="information", title="Welkom", group=groups.everybody())
    campaigns.write_campaign(wanted, None, actor=TEAM, now=now)
    threads.ask_question(member, threads.NewQuestion("Vraag", "Hoe laat?"), per_hour=9, actor=TEAM, now=now)
    runs.start_run(roster(), "leden.csv", instance=app.config["INSTANCE_DIR"], actor=TEAM, now=now)
    db.session.commit()
    return member, ["1", election.code]


def everything(db: Any) -> dict[str, list[Any]]:
    """All rows of all tables that a reading may not touch."""
    tables = [table for table in Model.metadata.sorted_tables if table.name not in WRITTEN_BY_READING]
    return {table.name: db.session.execute(select(table)).all() for table in tables}


@pytest.mark.usefixtures("short_refusals")
@pytest.mark.parametrize("who", ["nobody", "member", "staff", "admin"])
def test_a_get_changes_nothing(app, db, client, sign_in_as, things, clock, who):
    member, keys = things
    person = {"member": lambda: member, "staff": make_staff, "admin": make_admin}.get(who, lambda: None)()
    if person is not None:
        sign_in_as(client, person)
    before = everything(db)
    pages = [path for method, path, _rule in walk(app, keys) if method in SAFE]
    pages += [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC and not rule.arguments]
    statuses = [client.get(f"{path}?q=a&sort=-id&page=2&size=200").status_code for path in pages]
    assert max(statuses) < 500
    assert statuses.count(200) > 5
    db.session.expire_all()
    after = everything(db)
    assert {name for name in after if after[name] != before[name]} == set()


def test_an_unknown_method_of_a_page_is_no_way_in(client, sign_in_as):
    sign_in_as(client, make_member())
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        assert client.open("/mijn-gegevens/wijzigen", method=method).status_code == 405
    told = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    assert client.get("/mijn-gegevens/gecontroleerd", headers=told).status_code == 405


@pytest.mark.parametrize("who", [make_member, make_staff])
def test_a_look_with_head_or_options_tells_no_more_than_the_page(client, sign_in_as, who):
    sign_in_as(client, who())
    assert client.head("/gebruikers/list/").status_code == 403
    assert client.options("/gebruikers/list/").data == b""


WITHOUT_TOKEN = {
    "UnsubscribeView.unsubscribe": "mail programs press the button; the signed link shows whose it is (RFC 8058)"
}


@pytest.mark.usefixtures("short_refusals")
@pytest.mark.parametrize("who", ["nobody", "member", "staff", "admin"])
def test_every_form_asks_a_token(app, db, csrf_client, sign_in_as, things, clock, who):
    member, keys = things
    person = {"member": lambda: member, "staff": make_staff, "admin": make_admin}.get(who, lambda: None)()
    if person is not None:
        sign_in_as(csrf_client, person)
    before = everything(db)
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.methods <= SAFE or rule.endpoint in WITHOUT_TOKEN:
            continue
        values = {n: int(keys[0]) if isinstance(c, IntegerConverter) else keys[0] for n, c in rule._converters.items()}
        path = addresses.build(rule.endpoint, values)
        assert csrf_client.post(path, data={"sure": "yes", "csrf_token": "verzonnen"}).status_code == 400, path
    db.session.expire_all()
    assert everything(db) == before
