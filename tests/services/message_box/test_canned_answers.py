"""Standard answers: which are offered, what the portal fills in, and what is never sent half filled in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import CannedAnswer
from app.phrases import RuleBroken
from app.services.audiences import groups
from app.services.message_box import merging, team_questions
from app.services.message_box.offered import list_offered
from app.services.message_box.team_questions import TeamQuestionText
from app.services.message_box.writing import canned_answers
from tests.support.factories.documents import give, publish
from tests.support.factories.elections import make_election
from tests.support.factories.message_box import actor_of, ask
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.texts import make_document


def make(db, title, body="Beste {voornaam}", *, is_active=True):
    row = CannedAnswer(title=title, body=body, is_active=is_active)
    db.session.add(row)
    db.session.flush()
    return row


def test_only_what_is_in_use_is_offered_by_title(db, now):
    second, first = make(db, "Vergoeding"), make(db, "Training")
    old = make(db, "Oud", is_active=False)
    assert list_offered(ask(make_member()), now).answers == [(first.id, "Training"), (second.id, "Vergoeding")]
    assert canned_answers.find_active(first.id) is first
    for gone in (old.id, 0):
        with pytest.raises(RuleBroken) as refusal:
            canned_answers.find_active(gone)
        assert refusal.value.field == "canned"


def test_a_question_can_be_merged_with_the_others_of_the_member_the_latest_first(db, now):
    member, colleague = make_member(), make_staff(first_name="Bea", last_name="Post")
    make_staff(active=False)
    thread, early = ask(member, now=now), ask(member, "Sleutel", "Waar?", now=now)
    late, merged = (ask(member, subject, subject, now=now + timedelta(days=1)) for subject in ("Vergoeding", "Dubbel"))
    merging.merge_threads(late, merged.id, actor=actor_of(colleague), now=now)
    ask(make_member(), now=now)
    asked = TeamQuestionText("Lunch", "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(asked, None, actor=actor_of(colleague), now=now)
    team_questions.ask_audience(question, actor=actor_of(colleague), now=now)
    offered = list_offered(thread, now)
    assert offered.duplicates == [(late.id, "Vergoeding"), (early.id, "Sleutel")]
    assert offered.colleagues == [(colleague.id, "Bea Post")]


def test_of_documents_those_of_the_library_are_offered(db, now):
    member, shown = make_member(), publish(now)
    make_document("Concept", now=now)
    give(now, member)
    assert list_offered(ask(member, now=now), now).documents == [(shown.id, shown.title)]


def test_what_is_known_is_filled_in_and_what_is_not_stays_for_who_answers(db, now):
    body = "{voornaam}, {naam}: {onderwerp} bij {verkiezing}. {iets} Groet, {medewerker}"
    canned = make(db, "Alles", body)
    member = make_member(first_name="Anna")
    thread = ask(member, "Training", now=now)
    name = member.full_name
    assert canned_answers.fill_in(canned, thread, "Bea") == (
        f"Anna, {name}: Training bij {{verkiezing}}. {{iets}} Groet, Bea"
    )
    thread.election_id = make_election().id
    db.session.flush()
    db.session.refresh(thread)
    assert "bij Gemeenteraad Voorbeeldstad 2026." in canned_answers.fill_in(canned, thread, "Bea")
    member.first_name = None
    assert canned_answers.fill_in(canned, thread, "Bea").startswith(f"{member.full_name}, ")


def test_a_place_that_the_portal_does_not_know_is_named(db):
    canned_answers.check_fill_ins("Beste {voornaam} en {naam}")
    with pytest.raises(RuleBroken, match=r"\{leeftijd\} is not known") as refusal:
        canned_answers.check_fill_ins("Beste {voornaam}, {leeftijd} en {adres}")
    assert refusal.value.field == "body"


def test_an_answer_with_a_place_left_is_not_sent(db):
    canned_answers.check_filled("Beste Anna, {iets anders} mag")
    with pytest.raises(RuleBroken, match=r"Fill in \{verkiezing\} yourself") as refusal:
        canned_answers.check_filled("Bij {verkiezing}")
    assert refusal.value.field == "body"
