"""The first page of the team: each number leads to the rows that it counts."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape

import pytest

from app.models import MemberState
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member, make_staff
from tests.support.plans import WHOLE, indexes_read

LINK = re.compile(r'<li><a href="([^"]+)"><span class="count">(\d+)</span>')
FOUND = re.compile(r'<p role="status">(\d+) gevonden</p>')
MENU_NUMBERS = re.compile(r'<span class="badge">(\d+)<span')


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.mark.usefixtures("db")
def test_each_number_is_that_of_the_list_behind_it(team, now):
    make_member()
    make_member(bsn_known_at=now, data_checked_at=now, email=None)
    make_member(state=MemberState.INVITED)
    make_member(state=MemberState.IMPORTED, email=None)
    make_member(state=MemberState.RESIGNED, email=None)  # nothing is missing of who left
    make_member(state=MemberState.PAUSED, email=None)

    counts = LINK.findall(team.get("/").text)

    assert len(counts) == 6
    for address, number in counts:
        assert FOUND.search(team.get(unescape(address)).text)[1] == number, address


@pytest.mark.usefixtures("db")
def test_one_is_called_by_the_singular(team):
    make_member()
    assert re.search(r'<span class="count">1</span> lid actief<', team.get("/").text)
    make_member()
    assert re.search(r'<span class="count">2</span> leden actief<', team.get("/").text)


@pytest.mark.usefixtures("db")
def test_a_number_of_nothing_is_no_link(team):
    assert LINK.findall(team.get("/").text) == []


def test_home_reads_no_table_that_grows_with_the_members(db, team, now):
    election = make_open_election()
    for _ in range(3):
        give_availability(make_member(), election, now=now)
    db.session.commit()

    read: dict[str, set[str]] = defaultdict(set)
    for table, index in indexes_read(db.engine, lambda: team.get("/")):
        read[table].add(index)

    of_the_visitor = {"member_user_id_key", "sqlite_autoindex_member_1", "sqlite_autoindex_member_2"}  # unique: one row
    assert read["member"] <= {*of_the_visitor, "ix_member_bsn_duplicate"}  # the second holds few members
    assert read["availability"] == set()
    assert read["outbound_mail"] == {"ix_outbound_mail_due"}  # by its state: those that failed
    assert read["thread"] <= {"ix_thread_waiting", "ix_thread_by_waiting_since"}  # those that wait for the team
    assert WHOLE not in read["ab_user"] | read["account"] | read["user_session"]


def test_home_asks_who_comes_all_numbers_at_once_and_the_elections(team, db, statements):
    """Those of the menu are among the numbers: it says the same as on any other page."""
    for _ in range(2):
        make_member(bsn_duplicate=True)
    db.session.commit()
    team.get("/")
    with statements() as seen:
        home = team.get("/")
    assert len(seen) == 3, seen
    of_home, of_another = (MENU_NUMBERS.findall(page.text) for page in (home, team.get("/toegankelijkheid")))
    assert of_home == of_another != []


def test_home_shows_where_an_election_stands_and_links_to_what_is_to_do(team, statements):
    assert "Er is nog geen verkiezing" in team.get("/").text
    election = make_open_election()
    make_member(state=MemberState.IMPORTED)
    with statements() as seen:
        page = team.get("/").text
    assert len(seen) <= 5, "\n\n".join(statement[:150] + " … " + statement[-150:] for statement in seen)
    assert f'href="/verkiezingen/{election.code}"' in page
    assert "vraagt om beschikbaarheid" in page
    step = re.search(r'<li class="is-next" aria-current="step"><a href="([^"]+)">([^<]+)</a>', page)
    assert (step[1], step[2]) == (f"/verkiezingen/{election.code}/stembureaus/importeren", "Importeer de stembureaus")
    for address in re.findall(r'<ol class="course">(.*?)</ol>', page, re.DOTALL):
        for link in re.findall(r'href="([^"]+)"', address):
            assert team.get(unescape(link)).status_code == 200, link


def test_the_parts_of_an_election_are_reached_from_it_and_lead_back(team):
    election = make_open_election()
    page = team.get(f"/verkiezingen/{election.code}").text
    jumps = re.search(r'aria-label="Bij deze verkiezing">(.*?)</nav>', page, re.DOTALL)[1]
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', jumps)]
    assert {link.split("/")[1] for link in links} >= {"stembureaus", "verkiezingsdagen", "dagdelen", "verklaringen"}
    for link in links:
        part = team.get(link, follow_redirects=True)
        assert part.status_code == 200
        if not part.history:  # appointing begins with settings of its own
            assert f'href="/verkiezingen/{election.code}">{election.name}</a>' in part.text, link
