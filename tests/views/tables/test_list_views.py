"""How one looks at a list: pages by number, columns, searches kept under a name; and answers that a filter refuses."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import url_for
from sqlalchemy import insert, select

from app.models import Function, Member, MemberState, SavedView
from app.views.base import StaffView
from app.views.parts.paging import page_numbers
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_admin, make_member, make_staff

STATEMENTS = 8  # of a list in all
LARGEST_PAGE = 50_000  # bytes
LIST = "/leden/list/"


@pytest.fixture
def colleague(db):
    return make_staff()


@pytest.fixture
def team(client, sign_in_as, colleague):
    return sign_in_as(client, colleague)


def columns_of(page):
    head = re.search(r"<thead>.*?</thead>", page, re.DOTALL)
    return re.findall(r"<th scope=\"col\"[^>]*>(?:<a[^>]*>)?([^<]+)", head[0]) if head else []


# --- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 3, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, 6, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (60, 121, [1, None, 58, 59, 60, 61, 62, None, 121]),
    ],
)
def test_the_numbers_of_pages_leave_out_what_is_far(page, pages, shown):
    assert page_numbers(page, pages) == shown


def test_one_jumps_to_a_page_and_keeps_the_search(team, db):
    rows = [{"code": f"F{i}", "name": f"Functie {i:03d}", "capacity": "member"} for i in range(120)]
    db.session.execute(insert(Function), rows)
    db.session.commit()
    page = team.get("/functies/list/?q=Functie&sort=name&page=2").text
    jump = re.search(r'<form[^>]*class="jump">.*?</form>', page, re.DOTALL)
    kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', jump[0]))
    assert kept == {"q": "Functie", "sort": "name"}
    assert "Functie 100" in team.get("/functies/list/", query_string={**kept, "page": "5"}).text
    assert "Functie 100" in team.get("/functies/list/", query_string={**kept, "page": "99"}).text


# --- filters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["state=xyz", "created_at-from=31-02-2026", "state=active&bsn=xyz"])
def test_an_answer_that_a_filter_does_not_know_finds_nothing_and_is_said(team, asked):
    make_member(surname="Bakkersma", state=MemberState.ACTIVE)
    address = "/berichtenbeheer/list/?publish_from-from=31-02-2026" if "created" in asked else f"{LIST}?{asked}"
    answer = team.get(address)
    assert answer.status_code == 422
    assert "is onbekend" in answer.text
    assert "Bakkersma" not in answer.text


def test_names_of_flask_in_an_address_are_arguments_as_all_others(team):
    make_member()
    answer = team.get(f"{LIST}?endpoint=x&_scheme=javascript&_external=1&_anchor=x&code=y&values=z")
    assert answer.status_code == 200
    assert "javascript://" not in answer.text


# --- columns -------------------------------------------------------------------------------------------------------


def test_columns_that_are_chosen_stay_chosen_for_this_person_only(team, app, sign_in_as):
    make_member(mobile="+31612345678")
    usual = columns_of(team.get(LIST).text)
    answer = team.post("/weergaven/MembersView/kolommen", data={"column": ["mobile", "state"], "next": LIST})
    assert (answer.status_code, answer.location) == (302, LIST)
    page = team.get(LIST).text
    assert [name for name in columns_of(page) if name in ("Mobiel nummer", "Status", "Woonplaats")] == [
        "Status",
        "Mobiel nummer",
    ]
    assert "06 12345678" in page
    assert columns_of(sign_in_as(app.test_client(), make_staff()).get(LIST).text) == usual
    team.post("/weergaven/MembersView/kolommen", data={"column": ["mobile"], "usual": "1", "next": LIST})
    assert columns_of(team.get(LIST).text) == usual


def test_every_list_shows_every_column_that_it_offers(app, db, client, sign_in_as, statements):
    election, admin = make_open_election(), make_admin()
    make_member()
    sign_in_as(client, admin)
    screens = [view for view in app.extensions["appbuilder"].baseviews if isinstance(view, StaffView)]
    assert len(screens) > 15
    for view in screens:
        name = type(view).__name__
        with app.test_request_context():
            address = url_for(
                f"{view.endpoint}.list", **({"code": election.code} if "<code>" in view.route_base else {})
            )
        assert client.get(address).status_code == 200, name
        wanted = [*view.list_columns, *view.more_columns]
        client.post(f"/weergaven/{name}/kolommen", data={"column": wanted, "next": address})
        client.get(address)
        with statements() as seen:
            page = client.get(address)
        assert page.status_code == 200, name
        assert len(seen) <= STATEMENTS, (name, seen)
        assert len(page.data) < LARGEST_PAGE, name


@pytest.mark.parametrize("screen", ["NoView", "HomeView", "AuditEventsView", "ProfileView"])
def test_only_lists_that_one_may_open_have_views(team, screen):
    for step in ("kolommen", "bewaren"):
        assert team.post(f"/weergaven/{screen}/{step}", data={"name": "x", "next": LIST}).status_code == 404


def test_a_column_that_the_list_does_not_offer_is_not_shown(team, db):
    make_member()
    team.post("/weergaven/MembersView/kolommen", data={"column": ["search_text", "city"], "next": LIST})
    assert db.session.scalars(select(SavedView.columns)).one() == ["city"]


# --- views by name -------------------------------------------------------------------------------------------------


def save(team, name, query="state=active&sort=-city", **more):
    return team.post("/weergaven/MembersView/bewaren", data={"name": name, "query": query, "next": LIST, **more})


def views_of(page):
    menu = re.search(r'class="view-panel">.*?</section>', page, re.DOTALL)
    return {name: unescape(url) for url, name in re.findall(r'<a href="([^"]*)"[^>]*>([^<]+)</a>', menu[0])}


def test_a_search_that_is_kept_under_a_name_is_opened_with_its_columns(team):
    make_member(surname="Actiefsma", state=MemberState.ACTIVE)
    make_member(surname="Pauzema", state=MemberState.PAUSED)
    save(team, " Wie  meedoet ", column=["email"])
    address = views_of(team.get(LIST).text)["Wie meedoet"]
    page = team.get(address).text
    assert "Actiefsma" in page
    assert "Pauzema" not in page
    assert "E-mailadres" in columns_of(page)
    assert "Lidnummer" not in columns_of(page)


def test_a_name_that_is_used_again_replaces_the_view(team, db):
    save(team, "Mijn lijst")
    save(team, "Mijn lijst", query="state=paused")
    assert db.session.scalars(select(SavedView.query)).all() == ["state=paused"]


@pytest.mark.parametrize(("name", "query"), [("", "q=x"), ("x" * 61, "q=x"), ("lang", "q=" + "x" * 2001)])
def test_a_view_that_cannot_be_kept_is_refused_in_words(team, db, name, query):
    save(team, name, query)
    assert 'class="notice notice-error"' in team.get("/").text
    assert db.session.scalars(select(SavedView)).all() == []


def test_a_list_has_at_most_thirty_views_of_one_person(team, db):
    for number in range(32):
        save(team, f"Weergave {number}")
    assert len(db.session.scalars(select(SavedView)).all()) == 31  # the one of the chosen columns has a place too


def test_the_list_opens_with_the_default_view_until_all_is_asked(team, db):
    make_member(surname="Pauzema", state=MemberState.PAUSED)
    save(team, "Actief", default="1")
    save(team, "Ook", query="state=active", default="1")
    assert [view.name for view in db.session.scalars(select(SavedView)) if view.is_default] == ["Ook"]
    answer = team.get(LIST)
    assert answer.status_code == 302
    assert "state=active" in answer.location
    opened = team.get(answer.location).text
    assert "Pauzema" not in opened
    everything = unescape(re.search(r'<a href="([^"]*)">Alles tonen</a>', opened)[1])
    assert "Pauzema" in team.get(everything).text
    kept = db.session.scalars(select(SavedView).where(SavedView.name == "Ook")).one()
    team.post(f"/weergaven/{kept.id}/standaard", data={"next": LIST})
    assert team.get(LIST).status_code == 200


def test_nobody_opens_or_deletes_the_view_of_a_colleague(team, app, db, sign_in_as):
    save(team, "Van mij")
    kept = db.session.scalars(select(SavedView)).one()
    other = sign_in_as(app.test_client(), make_staff())
    for step in ("verwijderen", "standaard"):
        assert other.post(f"/weergaven/{kept.id}/{step}", data={"next": LIST}).status_code == 404
    assert "Van mij" not in other.get(f"{LIST}?view={kept.id}").text
    assert team.post(f"/weergaven/{kept.id}/verwijderen", data={"next": LIST}).status_code == 302
    assert db.session.scalars(select(SavedView)).all() == []


def test_views_that_come_with_the_portal_find_what_they_say(team, app):
    make_member(surname="Nieuwsma", state=MemberState.IMPORTED)
    make_member(surname="Actiefsma")
    page = team.get(views_of(team.get(LIST).text)["Nog niet uitgenodigd"]).text
    assert "Nieuwsma" in page
    assert "Actiefsma" not in page


def test_a_view_of_a_member_of_the_team_goes_with_the_account(team, db, colleague):
    save(team, "Van mij")
    db.session.delete(colleague)
    db.session.commit()
    assert db.session.scalars(select(SavedView)).all() == []
    assert db.session.scalars(select(Member)).all() == []
