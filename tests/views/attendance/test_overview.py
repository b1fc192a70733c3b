"""The team on the day: which stations have no legal bureau, by article, which said nothing, whom to call; and home."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Attendance
from tests.support.factories.attendance import ON, at, make_running_election, make_team, note, take
from tests.support.factories.people import make_staff
from tests.support.statements import seen_statements


@pytest.fixture
def election(db, remembered, now):
    def make():
        election = make_running_election()
        _silent, members, _places = make_team(election, 1, now=now)
        members[0].mobile = "+31612345678"
        short, _members, two = make_team(election, 2, now=now)
        whole, _members, three = make_team(election, 3, now=now)
        db.session.commit()
        take(short, *[note(f"p{place.id}", "here", at(7, 2)) for place in two[:2]], now=at(7, 2))
        take(whole, *[note(f"p{place.id}", "here", at(7, 2)) for place in three], now=at(7, 2))
        return election

    return remembered(make)


@pytest.fixture
def here(election):
    return f"/verkiezingen/{election.code}/aanwezigheid/"


@pytest.fixture
def staff(client, sign_in_as, clock, election):
    clock.move_to(at(7, 15))
    return sign_in_as(client, make_staff())


def test_at_a_quarter_past_seven_the_team_sees_by_article_who_is_short_and_whom_to_call(staff, here, db):
    with seen_statements(db.engine) as seen:
        page = staff.get(here)
    assert len(seen) <= 8, "\n".join(seen)
    for words in (
        "1 stembureau zonder wettige bezetting",
        "1 waar nog niets is genoteerd",
        "1 persoon te weinig",
        "Kieswet E 3, J 12",
        "06 12345678",
        'data-goes-on="15"',
        f"aanwezigheid/{2}/{ON}/",
    ):
        assert words in page.text, words
    assert page.text.index("2 Stadhuis") < page.text.index("1 Stadhuis") < page.text.index("3 Stadhuis")


def test_of_another_day_it_says_when_this_was_so(client, sign_in_as, here, clock):
    clock.move_to(at(7, 15) - timedelta(days=9))
    assert re.search(r"\(stand van \w+ \d+ \w+ 2026, \d+\.15 uur\):", sign_in_as(client, make_staff()).get(here).text)
    clock.move_to(at(7, 15))
    page = sign_in_as(client, make_staff()).get(here).text
    assert "7.15 uur:" in page
    assert "stand van" not in page


def test_it_is_narrowed_and_exported(staff, here):
    assert "1 Stadhuis" not in staff.get(f"{here}?toon=fault").text
    assert "2 Stadhuis" not in staff.get(f"{here}?toon=silent").text
    assert "1 Stadhuis" not in staff.get(f"{here}?q=3").text
    assert f'action="{here}export?q=3' in staff.get(f"{here}?q=3").text
    assert len(staff.post(f"{here}export?q=3", data={"format": "csv"}).data.splitlines()) == 2
    assert "Er is niets gevonden" in staff.get(f"{here}?q=nergens").text
    file = staff.post(f"{here}export?toon=fault", data={"format": "csv"})
    lines = file.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "E 3, J 12" in lines[1]
    assert staff.get(f"{here}?dag=overmorgen").status_code == 404


def test_the_number_stands_on_home_of_the_team_on_the_day_only(staff, client, sign_in_as, clock, here):
    assert "stembureaus nu zonder wettige bezetting" in staff.get("/").text
    clock.move_to(at(7, 15, days=-1))
    assert "wettige bezetting" not in sign_in_as(client, make_staff()).get("/").text


def test_looking_by_itself_is_no_sign_of_life_and_has_the_part(staff, here):
    page = staff.get(here, headers={"X-Live": "1"}).text
    assert 'id="stations-now"' in page


def test_everybody_stands_in_a_list_with_a_filter_and_on_the_page_of_the_member(staff, election, db):
    who = db.session.scalars(select(Attendance).order_by(Attendance.id)).first()
    page = staff.get(f"/aanwezigheid/list/?member={who.member.user.username}").text
    assert who.member.full_name in page
    assert "7.02 uur – …" in page
    assert page.count("2 Stadhuis") < 3
    assert "is er" in staff.get(f"/aanwezigheid/show/{who.id}").text
    file = staff.post(f"/aanwezigheid/export?election={election.id}", data={"format": "csv"})
    assert len(file.data.decode("utf-8-sig").splitlines()) == 6
    assert f"/aanwezigheid/show/{who.id}" in staff.get(f"/leden/show/{who.member_id}/werk").text
