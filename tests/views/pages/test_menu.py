"""The menu is written once for each state that it is in: each person and page still gets its own."""

from __future__ import annotations

import re

import pytest

from tests.support.factories.message_box import ask
from tests.support.factories.people import make_admin, make_member, make_staff

pytestmark = pytest.mark.usefixtures("db")

LINK = re.compile(r'<a href="([^"]+)"')
CURRENT = re.compile(r'<a href="([^"]+)" aria-current="page"')


def menu_of(page: str) -> str:
    return page[page.index('<details class="menu">') : page.index("</header>")]


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def test_it_is_in_the_language_of_who_reads(team):
    dutch = team.get("/").text
    team.post("/taal/en")
    english = team.get("/").text

    assert ">Leden<" in menu_of(dutch)
    assert ">Members<" in menu_of(english)
    assert LINK.findall(menu_of(dutch)) == LINK.findall(menu_of(english))
    assert "Stay signed in" in english
    assert "Stay signed in" not in dutch


def test_it_marks_the_page_that_is_open(team):
    for path in ("/leden/list/", "/functies/list/", "/leden/list/"):
        assert CURRENT.findall(menu_of(team.get(path).text)) == [path]


def test_it_offers_what_the_visitor_may_open(team, app, sign_in_as):
    admin, member = sign_in_as(app.test_client(), make_admin()), sign_in_as(app.test_client(), make_member())
    offered = [frozenset(LINK.findall(menu_of(who.get("/").text))) for who in (team, admin, member, team)]

    assert offered[0] == offered[3]
    assert len(set(offered)) == 3


def test_it_counts_what_waits_now(team):
    asker = make_member()
    seen = []
    for number in range(3):
        seen.append(menu_of(team.get("/").text))
        ask(asker, f"Vraag {number}")

    assert "badge" not in seen[0]
    assert '<span class="badge">1<' in seen[1]
    assert '<span class="badge">2<' in seen[2]


def test_under_a_prefix_its_links_have_that_prefix(team):
    plain = LINK.findall(menu_of(team.get("/functies/list/").text))
    below = LINK.findall(menu_of(team.get("/functies/list/", base_url="http://localhost/portaal").text))

    assert below == [f"/portaal{url}" for url in plain]
