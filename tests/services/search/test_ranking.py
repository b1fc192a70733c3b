"""The few best rows of a search with how many there are, and what was looked for marked in them."""

from __future__ import annotations

import pytest

from app.models import Member, Tag
from app.services.search import ranking
from app.services.search.highlighting import AROUND, excerpt, mark
from app.services.search.ranking import SHOWN, Asked, find_best, find_each
from tests.support.factories.people import make_member

SURNAME = (Member.surname, Member.id)


def tiers(word):
    return [Member.surname == word, Member.surname.startswith(word), Member.surname.contains(word)]


@pytest.fixture
def people(db):
    """Who is called so, who begins so, and more who hold it than are shown."""
    for surname in ("Bakkerman", "Bakker", *(f"Aa-Bakker {number}" for number in range(SHOWN)), "Jansen"):
        make_member(surname=surname)


@pytest.mark.parametrize("is_expensive", [False, True])
def test_the_best_come_first_and_all_are_counted(people, is_expensive):
    best = find_best(Member, tiers("Bakker"), order=SURNAME, is_expensive=is_expensive, further=[Member.city])
    assert [row.Member.surname for row in best.rows] == ["Bakker", "Bakkerman", *(f"Aa-Bakker {n}" for n in range(3))]
    assert (best.total, best.is_more) == (SHOWN + 2, False)
    assert {row.city for row in best.rows} == {"Voorbeeldstad"}


def test_nothing_found_is_nothing(people):
    best = find_best(Member, tiers("Smit"), order=SURNAME)
    assert (best.rows, best.total, best.is_more) == ([], 0, False)


def test_no_further_is_counted_than_people_read(people, monkeypatch):
    for limit, told in ((SHOWN + 1, (SHOWN + 1, True)), (SHOWN + 2, (SHOWN + 2, False))):
        monkeypatch.setattr(ranking, "COUNT_LIMIT", limit)
        best = find_best(Member, tiers("Bakker"), order=SURNAME)
        assert (best.total, best.is_more) == told


def test_of_several_tables_each_has_its_own_best(db, people):
    db.session.add_all([Tag(name="Bakker in de buurt"), Tag(name="Auto")])
    db.session.flush()
    asked = [Asked(Tag, [Tag.name.startswith("Bak")], [Tag.name]), Asked(Member, tiers("Bakker"), SURNAME)]
    tags, members = find_each(asked)
    [nobody] = find_each([Asked(Member, tiers("Smit"), SURNAME)])
    assert ([row.Tag.name for row in tags.rows], tags.total) == (["Bakker in de buurt"], 1)
    assert (nobody.rows, nobody.total) == ([], 0)
    assert [row.Member.surname for row in members.rows][:2] == ["Bakker", "Bakkerman"]
    assert (len(members.rows), members.total, find_each([])) == (SHOWN, SHOWN + 2, [])


# --- marking ------------------------------------------------------------------------------------------------------


def hits(parts):
    return [part.text for part in parts if part.is_hit]


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Café en CAFÉ", ["cafe"], ["Café", "CAFÉ"]),
        ("straße", ["strass"], ["straß"]),
        ("training", ["train", "raining"], ["training"]),
        ("sleutel en kast", ["kast", "sleutel"], ["sleutel", "kast"]),
        ("aaaa", ["aa"], ["aa", "aa"]),
        ("niets", ["kast", ""], []),
    ],
)
def test_what_was_looked_for_is_marked_and_the_parts_are_the_text(text, words, marked):
    parts = mark(text, words)
    assert hits(parts) == marked
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)


def test_an_excerpt_is_one_line_around_the_first_hit_that_breaks_no_word():
    far = "woord " * 40
    parts = excerpt(f"{far}\n de sleutel  ligt {far}", ["sleutel"])
    line = "".join(part.text for part in parts)
    assert hits(parts) == ["sleutel"]
    assert line.startswith("… woord ")
    assert line.endswith(" woord …")
    assert "de sleutel ligt" in line
    assert len(line) <= 2 * AROUND + len("sleutel") + 4


def test_a_short_text_is_its_own_excerpt_and_one_without_the_words_has_none():
    assert "".join(part.text for part in excerpt("De sleutel", ["sleutel"])) == "De sleutel"
    assert excerpt("De kast", ["sleutel"]) == []
