"""Accounts by what somebody types to sign in."""

from __future__ import annotations

from app.services.access.people import MOST_SHARING, find_by_name, find_people
from tests.support.factories.people import make_member

HOME = "tehuis@voorbeeldstad.example"


def test_a_user_name_wins_from_all_who_have_it_as_their_address(db):
    for number in range(MOST_SHARING + 1):
        make_member(username=f"bewoner{number:02}", email=HOME)
    named = make_member(username=HOME, email="ander@voorbeeldstad.example")
    found = find_by_name(HOME.upper())
    assert found is not None
    assert found.user.id == named.user_id


def test_of_one_address_so_many_are_found_in_the_order_of_their_names(db):
    for number in reversed(range(MOST_SHARING + 1)):
        make_member(username=f"bewoner{number:02}", email=HOME)
    assert [person.user.username for person in find_people(HOME)] == [f"bewoner{n:02}" for n in range(MOST_SHARING)]
    assert find_by_name(HOME) is None
