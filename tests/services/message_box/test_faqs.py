"""Questions that are asked often, found by the words of a subject."""

from __future__ import annotations

import pytest

from app.models import Faq, SubjectChoice
from app.services.message_box.writing import faqs


@pytest.fixture
def known(db):
    choice = SubjectChoice(name="Vergoeding")
    db.session.add(choice)
    db.session.flush()

    def add(question, answer="", choice_id=None, *, is_active=True):
        row = Faq(question=question, answer=answer, subject_choice_id=choice_id, is_active=is_active)
        row.search_text = faqs.make_search_text(row)
        db.session.add(row)
        db.session.flush()
        return question

    add("Wanneer is de training?", "In maart, op het stadhuis.")
    add("Waar ligt de sleutel?", "Bij de training krijg je een sleutel.")
    add("Hoeveel is de vergoeding?", choice_id=choice.id)
    add("Oude training", is_active=False)
    return choice


def found(typed, choice_id=None):
    return [row.question for row in faqs.suggest_answers(typed, choice_id)]


def test_the_answer_with_most_of_the_words_comes_first_and_one_out_of_use_never(known):
    assert found("sleutel van de training") == ["Waar ligt de sleutel?", "Wanneer is de training?"]
    assert found("Training") == ["Wanneer is de training?", "Waar ligt de sleutel?"]
    assert found("tráining stadhuis") == ["Wanneer is de training?", "Waar ligt de sleutel?"]


def test_those_of_the_chosen_subject_come_after_what_has_a_word(known):
    assert found("sleutel", known.id) == ["Waar ligt de sleutel?", "Hoeveel is de vergoeding?"]
    assert found("", known.id) == ["Hoeveel is de vergoeding?"]


@pytest.mark.parametrize("typed", ["", "wat is de", "ik", "100%"])
def test_words_that_say_nothing_find_nothing(known, typed):
    assert found(typed) == []


def test_words_are_read_once_and_without_what_is_in_every_text():
    assert faqs.words_of("Hoe wordt de Vergoeding, vergoeding uitbetaald in mei?") == [
        "vergoeding",
        "uitbetaald",
        "mei",
    ]
