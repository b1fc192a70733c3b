"""Which name may be the whole form of one in which letters got lost."""

from __future__ import annotations

import pytest

from app.importing.spreadsheets.lost_letters import has_lost_letter, is_complete_form


@pytest.mark.parametrize(
    ("known", "value"),
    [
        ("René", "Ren?"),
        ("René", "REN??"),
        ("Çelik", "?elik"),
        ("François", "Fran\ufffdois"),
        ("Zoë d'Été", "Zo? d'?t?"),
        ("Jansen", "jansen"),
    ],
)
def test_it_may_be_the_whole_form(known, value):
    assert is_complete_form(known, value)


@pytest.mark.parametrize(
    ("known", "value"),
    [("Renée", "Ren"), ("Ren", "Ren?"), ("Renate", "Ren?"[:3] + "?x"), ("Renéeeee", "Ren?"), ("", "?")],
)
def test_it_is_another_name(known, value):
    assert not is_complete_form(known, value)


def test_many_signs_end_soon():
    assert not is_complete_form("a" * 200, "a?" * 60 + "b")


def test_a_question_mark_apart_from_a_word_is_no_lost_letter():
    assert has_lost_letter("Ren?")
    assert not has_lost_letter("12 ?")
