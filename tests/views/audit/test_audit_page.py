"""The audit trail on screen, for administrators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.models import AuditEvent, Campaign, Tag
from app.services.access.sessions import open_session
from app.services.audit import COMMAND, Actor, record_event
from tests.support.factories.elections import make_election
from tests.support.factories.people import make_admin, make_member, make_staff

STATEMENTS = 9  # of every generated list 8, and the user names behind numbers; what it names is looked up where it is


@pytest.fixture
def admin(client, db, sign_in_as):
    return sign_in_as(client, make_admin(username="hoofd"))


@pytest.fixture
def trail(db, now):
    """One event of each sort, made as the portal makes them."""
    staff, member = (
        make_staff(username="mick"),
        make_member(member_number="1234", surname="Bakker", first_name="Els", infix=""),
    )
    mick, els = Actor("mick", staff.id, "192.0.2.7"), Actor(member.user.username, member.user_id, "198.51.100.9")
    record_event(mick, "profile.changed", now=now, subject=member, member_id=member.id, fields=["surname", "city"])
    record_event(els, "sign_in.succeeded", now=now + timedelta(days=2), member_id=member.id)
    record_event(Actor("", staff.id, "203.0.113.5"), "sign_in.refused", now=now, blocked=True)
    record_event(COMMAND, "user.roles_changed", now=now, subject=staff, before=["Staff"], after=["Admin"])
    db.session.commit()
    return staff, member


def rows(page):
    body = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    return body.split("</tr>")[:-1]


@pytest.mark.parametrize("make", [make_staff, make_member])
@pytest.mark.parametrize("path", ["list/", "show/1"])
def test_only_an_administrator_reads_the_trail(client, db, sign_in_as, make, path):
    sign_in_as(client, make())
    assert client.get(f"/logboek/{path}").status_code == 403


def test_there_is_no_way_to_change_the_trail(app):
    rules = {
        rule.rule: rule.methods for rule in app.url_map.iter_rules() if rule.endpoint.startswith("AuditEventsView.")
    }
    assert rules.pop("/logboek/export") == {"POST", "OPTIONS"}  # a file of what is found
    assert set(rules) == {"/logboek/list/", "/logboek/show/<pk>"}
    assert all(methods <= {"GET", "HEAD", "OPTIONS"} for methods in rules.values())


@pytest.mark.usefixtures("trail")
def test_the_latest_event_comes_first_in_words(admin):
    first, *others = rows(admin.get("/logboek/list/").text)
    assert ">ingelogd<" in first
    assert "Els Bakker (1234)" in first
    everything = "".join(others)
    assert "sign_in" not in everything
    assert "naam of wachtwoord geweigerd" in everything
    assert "niet ingelogd, account mick" in everything
    assert "technisch beheerder" in everything


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("who=MICK", {"gegevens gewijzigd", "naam of wachtwoord geweigerd"}),
        ("who=command", {"rol gewijzigd"}),
        ("about=1234", {"gegevens gewijzigd", "ingelogd"}),
        ("about=mick", {"rol gewijzigd"}),
        ("what=sign_in", {"ingelogd", "naam of wachtwoord geweigerd"}),
        ("what=user", {"rol gewijzigd"}),
        ("ip=203.0.113.5", {"naam of wachtwoord geweigerd"}),
        ("at-from=04-02-2026", {"ingelogd"}),
        ("at-until=02-02-2026", {"gegevens gewijzigd", "naam of wachtwoord geweigerd", "rol gewijzigd"}),
        ("who=mick&what=member", {"gegevens gewijzigd"}),
        ("who=niemand", set()),
        ("about=%25", set()),
    ],
)
def test_a_filter_finds_exactly_its_events(admin, asked, found):
    words = {"gegevens gewijzigd", "ingelogd", "naam of wachtwoord geweigerd", "rol gewijzigd"}
    listed = rows(admin.get(f"/logboek/list/?{asked}").text)
    assert {word for word in words for row in listed if f">{word}<" in row} == found
    assert len(listed) == len(found)


def test_an_event_is_shown_with_its_details_in_words(admin, db, trail):
    ids = dict(db.session.execute(select(AuditEvent.action, AuditEvent.id)).all())
    changed = admin.get(f"/logboek/show/{ids['profile.changed']}").text
    assert "Velden: Achternaam, Woonplaats" in changed
    assert "192.0.2.7" in changed
    role = admin.get(f"/logboek/show/{ids['user.roles_changed']}").text
    assert "Was: Team verkiezingen" in role
    assert "Werd: Beheerder" in role
    assert "Op dat moment geblokkeerd: Ja" in admin.get(f"/logboek/show/{ids['sign_in.refused']}").text


def test_an_event_leads_to_what_it_is_about_while_that_is_there(admin, db, now):
    member, election = make_member(), make_election()
    tag, gone = Tag(name="EHBO"), Tag(name="Weg")
    db.session.add_all([tag, gone])
    db.session.commit()
    record_event(COMMAND, "member.read", now=now, subject=member, member_id=member.id)
    for subject in (election, tag, gone):
        record_event(COMMAND, "tag.changed", now=now, subject=subject)
    lost = gone.id
    db.session.delete(gone)
    db.session.commit()
    page = admin.get("/logboek/list/").text
    assert f'<a href="/leden/show/{member.id}">' in page
    assert f'<a href="/verkiezingen/{election.code}">' in page
    assert f'<a href="/labels/show/{tag.id}">label {tag.id}</a>' in page
    assert f"/labels/show/{lost}" not in page
    assert f"label {lost}" in page
    for address in (f"/leden/show/{member.id}", f"/verkiezingen/{election.code}", f"/labels/show/{tag.id}"):
        assert admin.get(address).status_code == 200


def test_what_no_list_of_the_team_shows_is_named_and_not_linked(admin, db, now):
    own, automatic = (
        Campaign(kind="information", title=title, is_automatic=is_automatic, created_at=now)
        for title, is_automatic in (("Van het team", False), ("Vanzelf", True))
    )
    db.session.add_all([own, automatic])
    db.session.flush()
    for subject in (own, automatic):
        record_event(COMMAND, "campaign.changed", now=now, subject=subject)
    db.session.commit()
    page = admin.get("/logboek/list/").text
    assert f'href="/verzendingen/show/{own.id}"' in page
    assert f"/verzendingen/show/{automatic.id}" not in page


def test_details_are_written_as_text_and_not_as_html(admin, db, now):
    record_event(COMMAND, "bsn.cleared", now=now, reason="<script>alert(1)</script>")
    db.session.commit()
    key = db.session.scalars(select(AuditEvent.id)).one()
    page = admin.get(f"/logboek/show/{key}").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_an_action_that_the_portal_no_longer_knows_is_still_listed(admin, db, now):
    db.session.add(AuditEvent(at=now, action="old.done", actor_name="jan", member_id=99999, details={"odd": 1}))
    db.session.commit()
    page = admin.get("/logboek/list/").text
    assert "old.done" in page
    assert "lid nr. 99999, verwijderd" in page


def test_the_trail_of_5000_events_takes_as_many_statements_as_of_4(admin, db, now, trail, statements):
    admin.get("/logboek/list/")
    with statements() as few:
        admin.get("/logboek/list/")
    _staff, member = trail
    row = {"at": now, "action": "member.read", "actor_name": "mick", "member_id": member.id, "details": {}}
    db.session.execute(insert(AuditEvent), [row] * 5000)
    db.session.commit()
    with statements() as many:
        assert len(rows(admin.get("/logboek/list/?size=100").text)) == 100
    assert len(few) == len(many) <= STATEMENTS


def test_the_columns_that_are_searched_have_an_index():
    first = {index.columns.keys()[0] for index in AuditEvent.__table__.indexes}
    assert {"at", "actor_user_id", "actor_name", "action", "member_id", "subject_type", "ip"} <= first


def test_no_token_of_a_session_is_on_screen(admin, db, trail, now):
    token = open_session(trail[0].account, now=now, ip="", agent="")
    db.session.commit()
    assert token not in admin.get("/logboek/list/").text
