"""What a page costs before its own work: session, permissions and badges (PERF.md), whatever the menu and the rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_appbuilder.security.sqla.models import Permission, PermissionView, ViewMenu
from sqlalchemy import select

from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import ImportRun, Role
from tests.conftest import make_app
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member, make_staff
from tests.support.statements import seen_statements

BEFORE_THE_PAGE = 3
PLAIN = "/toegankelijkheid"  # a page that reads nothing of its own


@pytest.mark.parametrize("make", [make_member, make_staff])
def test_a_signed_in_page_costs_at_most_three_statements_before_its_own(client, sign_in_as, statements, make):
    sign_in_as(client, make())
    client.get(PLAIN)  # `last seen` is written at most once a minute
    with statements() as seen:
        page = client.get(PLAIN)
    assert page.status_code == 200
    assert 'class="menu"' in page.text
    assert len(seen) <= BEFORE_THE_PAGE, seen


def test_twice_the_menu_costs_no_statement_more(app, db, database, smtp, tmp_path, sign_in_as, statements):
    staff = make_staff()
    larger = make_app(database.url, smtp.port, tmp_path)
    menu = larger.extensions["appbuilder"].menu
    names = sorted(set(menu.get_flat_name_list()))
    for name in names:
        menu.add_link(f"More {name}", label=f"More {name}", href="/", category="More")
    role = db.session.scalars(select(Role).where(Role.name == "Staff")).one()
    opens_menu = db.session.scalars(select(Permission).where(Permission.name == "menu_access")).one()
    for name in ("More", *(f"More {name}" for name in names)):
        role.permissions.append(PermissionView(permission=opens_menu, view_menu=ViewMenu(name=name)))
    db.session.commit()

    counts = []
    for portal in (app, larger):
        browser = sign_in_as(portal.test_client(), staff)
        browser.get(PLAIN)
        with portal.app_context(), seen_statements(portal_db.engine) as seen:
            page = browser.get(PLAIN)
        counts.append((len(seen), page.text.count("More ")))

    assert counts[0][0] == counts[1][0] <= BEFORE_THE_PAGE
    assert counts[0][1] == 0
    assert counts[1][1] >= len(names)


@pytest.mark.parametrize("path", ["/", "/beschikbaarheid/"])
def test_a_members_page_costs_as_many_statements_with_twelve_elections_as_with_two(
    db, client, sign_in_as, statements, clock, path
):
    member, counts = make_member(), []
    sign_in_as(client, member)
    for more in (range(2), range(2, 12)):
        for number in more:
            election = make_open_election(code=f"GR2026_{number}", name=f"Verkiezing {number}")
            if number % 2:
                give_availability(member, election)
        client.get(path)
        with statements() as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= BEFORE_THE_PAGE + 5, counts


def test_the_badge_says_its_number_in_words_too(db, client, sign_in_as):
    sign_in_as(client, make_member())
    page = client.get(PLAIN).text
    assert '<span class="badge">2<span class="visually-hidden"> te doen</span></span>' in page


def test_an_import_that_was_left_is_on_the_teams_home(db, client, sign_in_as, statements):
    run = ImportRun(kind="roster", state="checked", file_name="x", original_name="leden.csv", created_at=utc_now())
    old = ImportRun(
        kind="roster", state="checked", file_name="x", original_name="oud.csv", created_at=utc_now() - timedelta(days=2)
    )
    db.session.add_all([run, old])
    db.session.commit()
    sign_in_as(client, make_staff())
    page = client.get("/").text
    assert f'href="/leden-importeren/{run.id}">leden.csv</a>' in page
    assert "oud.csv" not in page


def test_an_answer_without_a_menu_counts_nothing(client, sign_in_as, statements):
    sign_in_as(client, make_member())
    with statements() as seen:
        assert client.post("/mijn-gegevens/gecontroleerd").status_code == 302
    assert not [statement for statement in seen if "count_0" in statement]
    with statements() as seen:
        client.get(PLAIN)
    assert len([statement for statement in seen if "count_0" in statement]) == 1


def test_addresses_are_kept_but_not_for_another_prefix(client, sign_in_as):
    sign_in_as(client, make_member())
    plain = [client.get(PLAIN).text for _ in range(2)]
    assert all('href="/berichten/"' in page for page in plain)
    behind = client.get(PLAIN, environ_overrides={"SCRIPT_NAME": "/portaal"}).text
    assert 'href="/portaal/berichten/"' in behind
    assert 'href="/berichten/"' not in behind
    assert 'href="/berichten/"' in client.get(PLAIN).text


def test_addresses_that_stay_with_an_election_are_not_those_of_another(client, sign_in_as, now):
    sign_in_as(client, make_staff())
    codes = [make_open_election(code=code).code for code in ("TK2031", "TK2032")]
    for code, other in (codes, reversed(codes)):
        page = client.get(f"/verkiezingen/{code}/antwoorden/?q=niemand").text
        assert f'href="/verkiezingen/{code}/antwoorden/"' in page
        assert f"/verkiezingen/{other}/" not in page


def test_each_request_has_the_words_of_its_own_language(client, sign_in_as):
    sign_in_as(client, make_member())
    for language, word in (("nl", "Uitloggen"), ("en", "Sign out")) * 2:
        client.post(f"/taal/{language}")
        assert word in client.get(PLAIN).text
