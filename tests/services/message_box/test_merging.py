"""Merging questions of one member: what moves, what stays, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Campaign, ThreadState
from app.phrases import RuleBroken
from app.services.message_box import merging, team, threads
from app.services.message_box.writing import drafts
from tests.support.factories.message_box import actor_of, answer, ask, reply
from tests.support.factories.people import make_member, make_staff


def test_merging_loses_nothing_and_the_old_address_leads_to_the_new(db, now):
    member, colleague = make_member(), make_staff()
    kept, double = ask(member, now=now), ask(member, "Training?", "Weet je al meer?", now=now + timedelta(hours=1))
    oldest, foreign = ask(member, "Al gevraagd", "Nog iets?", now=now), ask(make_member(), now=now)
    merging.merge_threads(double, oldest.id, actor=actor_of(colleague), now=now)
    answer(foreign, colleague, now=now)
    answer(double, colleague, now=now + timedelta(hours=2))
    reply(double, now=now + timedelta(hours=3))
    for thread in (double, foreign):
        team.add_note(thread, "Belt vaak.", actor=actor_of(colleague), now=now)
    for thread in (kept, double, foreign):
        drafts.save_draft(
            colleague.id, drafts.place_of(thread), body=f"Bij {thread.subject}", thread_id=thread.id, now=now
        )
    note = drafts.note_place_of(double)
    drafts.save_draft(colleague.id, note, body="Nog bellen", thread_id=double.id, now=now)
    merging.merge_threads(kept, double.id, actor=actor_of(colleague), now=now)
    db.session.commit()
    db.session.expire_all()
    assert [len(threads.list_messages(thread)) for thread in (kept, double, foreign)] == [5, 0, 2]
    assert [note.body for note in team.list_notes(kept)] == ["Belt vaak."]
    assert [note.body for note in team.list_notes(foreign)] == ["Belt vaak."]
    assert (double.state, double.merged_into_id, double.waiting_since) == (ThreadState.CLOSED, kept.id, None)
    assert (double.is_unread_by_team, double.is_unread_by_member) == (False, False)
    assert (oldest.merged_into_id, foreign.merged_into_id) == (kept.id, None)
    assert (kept.waiting_since, kept.last_message_at) == (now, now + timedelta(hours=3))
    assert (kept.is_unread_by_team, kept.is_unread_by_member) == (True, True)
    assert db.session.scalars(select(Campaign.subject_id).order_by(Campaign.id)).all() == [foreign.id, kept.id]
    assert drafts.typed_at(colleague.id, kept) == {
        drafts.place_of(kept): "Bij Training\n\nBij Training?",
        drafts.note_place_of(kept): "Nog bellen",
    }
    assert drafts.typed_at(colleague.id, foreign) == {drafts.place_of(foreign): "Bij Training"}
    merges = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "thread.merged").order_by(AuditEvent.id))
    assert [(event.subject_id, event.details) for event in merges] == [
        (double.id, {"duplicate": oldest.id}),
        (kept.id, {"duplicate": double.id}),
    ]
    with pytest.raises(RuleBroken, match="merged in the meantime"):
        merging.merge_threads(kept, double.id, actor=actor_of(colleague), now=now)


def test_merging_what_was_answered_reopens_nothing(db, now):
    member, colleague = make_member(), make_staff()
    kept, double = ask(member, now=now), ask(member, "Training?", "Weet je al meer?", now=now)
    for thread in (kept, double):
        team.close(thread, seen=thread.version, actor=actor_of(colleague), now=now)
    merging.merge_threads(kept, double.id, actor=actor_of(colleague), now=now)
    assert (kept.state, kept.closed_at, kept.waiting_since) == (ThreadState.CLOSED, now, None)
    assert (kept.is_unread_by_team, kept.is_unread_by_member) == (False, False)


def test_questions_of_two_members_are_not_merged(db, now):
    thread, other = ask(make_member(), now=now), ask(make_member(), now=now)
    with pytest.raises(RuleBroken, match="same member"):
        merging.merge_threads(thread, other.id, actor=actor_of(make_staff()), now=now)
