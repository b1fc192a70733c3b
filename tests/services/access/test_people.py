"""Accounts by what somebody types to sign in."""

from __future__ import annotations

from app.services.access.people import MOST_SHARING, find_by_name, find_people, find_person
from tests.support.factories.people import make_member, make_staff

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


def test_the_own_words_of_somebody_are_the_names_the_address_and_where_a_member_lives(db):
    member = make_member(username="jdv", first_name="Jan", surname="Vries", city="Dorp", email="a@post.example")
    colleague, nobody = make_staff(first_name="Bea", last_name="Post"), make_member(email=None)
    words = [find_person(user_id).own_words for user_id in (member.user_id, colleague.id, nobody.user_id)]
    assert {"jdv", "a@post.example", "Jan", "Vries", "Dorp"} <= set(words[0])
    assert words[1] == [colleague.username, colleague.email, "Bea", "Post"]
    assert "" in words[2]
