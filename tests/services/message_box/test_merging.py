"""Merging questions of one member: what moves, what stays, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Campaign, ThreadState
from app.phrases import RuleBroken
from app.services.audiences import groups
from app.services.message_box import merging, team, team_questions, threads
from app.services.message_box.team_questions import TeamQuestionText
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
    assert drafts.typed_at(colleague.id, double) == {}
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


def test_what_is_gone_the_question_itself_and_one_of_the_team_to_many_are_not_merged(db, now):
    member, colleague = make_member(), make_staff()
    thread, actor = ask(member, now=now), actor_of(colleague)
    wanted = TeamQuestionText("Lunch", "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(wanted, None, actor=actor, now=now)
    team_questions.ask_audience(question, actor=actor, now=now)
    asked = threads.find_asked_thread(member.id, question.id)
    for other, why in ((thread.id, "another question"), (999, "another question"), (asked, "asked an audience")):
        with pytest.raises(RuleBroken, match=why) as refused:
            merging.merge_threads(thread, other, actor=actor, now=now)
        assert refused.value.field == "duplicate"


def test_what_waits_in_the_question_that_goes_waits_with_who_has_the_one_that_stays(db, now):
    member, colleague = make_member(), make_staff()
    hour = timedelta(hours=1)
    early = ask(member, "Eerst", "Een", now=now)
    late = ask(member, "Later", "Twee", now=now + hour)
    answer(late, colleague, now=now + 2 * hour)
    team.close(late, seen=late.version, actor=actor_of(colleague), now=now + 2 * hour)
    merging.merge_threads(late, early.id, actor=actor_of(colleague), now=now + 3 * hour)
    db.session.refresh(early)
    assert (late.state, late.waiting_since, late.closed_at) == (ThreadState.IN_PROGRESS, now, None)
    assert (late.last_message_at, late.assignee_user_id) == (now + 2 * hour, colleague.id)
    assert (late.is_unread_by_team, late.is_unread_by_member) == (True, True)
    assert (early.state, early.closed_at) == (ThreadState.CLOSED, now + 2 * hour)


def test_of_two_that_wait_the_longest_wait_counts_and_a_question_of_nobody_is_new(db, now):
    member, hour = make_member(), timedelta(hours=1)
    early, late = ask(member, "Eerst", "Een", now=now), ask(member, "Later", "Twee", now=now + hour)
    merging.merge_threads(early, late.id, actor=actor_of(make_staff()), now=now + hour)
    assert (early.state, early.waiting_since, early.last_message_at) == (ThreadState.NEW, now, now + hour)
