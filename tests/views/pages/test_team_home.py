"""The first page of the team: each number leads to the rows that it counts."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.models import MemberState
from tests.support.factories.people import make_member, make_staff

LINK = re.compile(r'<li><a href="([^"]+)"><span class="count">(\d+)</span>')
FOUND = re.compile(r'<p role="status">(\d+) gevonden</p>')


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
def test_a_number_of_nothing_is_no_link(team):
    assert LINK.findall(team.get("/").text) == []
