"""Texts that are not sent yet: kept for who was typing, at the place where it was typed, for a month."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import MessageDraft
from app.services.message_box.writing import drafts
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member, make_staff

HOUR = timedelta(hours=1)


def kept(db):
    rows = select(MessageDraft).order_by(MessageDraft.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def test_what_is_typed_takes_the_place_of_what_was_there_and_nothing_typed_is_nothing_kept(db, now):
    user_id, other_id = make_staff().id, make_staff().id
    drafts.save_draft(other_id, drafts.NEW, body="Van een ander", now=now)
    for typed in ("Ik denk", "Ik denk dat\r\nhet\x00 kan"):
        drafts.save_draft(user_id, drafts.NEW, subject=" Vraag ", body=typed, now=now)
    found = drafts.find_draft(user_id, drafts.NEW)
    assert (found.subject, found.body, found.saved_at) == (" Vraag ", "Ik denk dat\nhet kan", now)
    assert len(kept(db)) == 2
    drafts.save_draft(user_id, drafts.NEW, subject=" ", body=" \n", now=now)
    assert drafts.find_draft(user_id, drafts.NEW) is None
    assert [draft.user_id for draft in kept(db)] == [other_id]


@pytest.mark.parametrize(("subject", "body"), [("Alleen een onderwerp", ""), ("", "Alleen een tekst")])
def test_a_subject_or_a_text_alone_is_kept(db, now, subject, body):
    user_id = make_staff().id
    drafts.save_draft(user_id, drafts.NEW, subject=subject, body=body, now=now)
    assert (drafts.find_draft(user_id, drafts.NEW).subject, drafts.find_draft(user_id, drafts.NEW).body) == (
        subject,
        body,
    )


def test_more_than_can_be_kept_is_cut(db, now):
    user_id = make_staff().id
    drafts.save_draft(user_id, drafts.NEW, subject="s" * 999, body="x" * (drafts.LONGEST + 1), now=now)
    found = drafts.find_draft(user_id, drafts.NEW)
    assert (len(found.subject), len(found.body)) == (MessageDraft.subject.type.length, drafts.LONGEST)


def test_of_a_thread_an_answer_and_a_note_are_kept_apart_and_of_each_colleague(db, now):
    thread, other = ask(make_member(), now=now), ask(make_member(), now=now)
    user_id, colleague_id = make_staff().id, make_staff().id
    answer, note = drafts.place_of(thread), drafts.note_place_of(thread)
    for who, place, body, of in (
        (user_id, answer, "Antwoord", thread),
        (user_id, note, "Notitie", thread),
        (colleague_id, answer, "Ook ik", thread),
        (user_id, drafts.place_of(other), "Elders", other),
    ):
        drafts.save_draft(who, place, body=body, thread_id=of.id, now=now)
    assert drafts.typed_at(user_id, thread) == {answer: "Antwoord", note: "Notitie"}
    drafts.forget_draft(user_id, answer)
    assert drafts.typed_at(user_id, thread) == {note: "Notitie"}
    assert drafts.typed_at(colleague_id, thread) == {answer: "Ook ik"}


def test_what_somebody_was_typing_is_listed_the_latest_first_and_not_too_much(db, now, monkeypatch):
    user_id = make_staff().id
    drafts.save_draft(make_staff().id, drafts.NEW, body="Van een ander", now=now)
    for number in (1, 3, 2):
        drafts.save_draft(user_id, f"place:{number}", body=f"Tekst {number}", now=now + number * HOUR)
    assert [draft.body for draft in drafts.list_drafts(user_id)] == ["Tekst 3", "Tekst 2", "Tekst 1"]
    monkeypatch.setattr(drafts, "MOST_SHOWN", 2)
    assert [draft.body for draft in drafts.list_drafts(user_id)] == ["Tekst 3", "Tekst 2"]


def test_what_nobody_touched_for_a_month_goes(db, now):
    user_id, month = make_staff().id, timedelta(days=drafts.KEPT_DAYS)
    drafts.save_draft(user_id, "old", body="Oud", now=now - month - timedelta(seconds=1))
    drafts.save_draft(user_id, "new", body="Net niet", now=now - month)
    drafts.delete_old_drafts(now)
    assert [draft.place for draft in kept(db)] == ["new"]
