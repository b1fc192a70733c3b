"""Rules of the message box: asking, replying, states, claims, collisions, merging."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.models import (
    AuditEvent,
    InternalNote,
    MemberState,
    Message,
    MessageDraft,
    Notification,
    OutboundMail,
    SubjectChoice,
    Thread,
    ThreadState,
)
from app.models.guard.row_guard import RowForbidden, enter, own_rows
from app.phrases import RuleBroken
from app.services.message_box import read_receipts, team, threads
from app.services.message_box.team import EditConflict
from app.services.message_box.threads import NewQuestion
from app.services.message_box.writing import drafts
from tests.support.factories.elections import make_election
from tests.support.factories.message_box import actor_of, answer, ask, reply
from tests.support.factories.people import make_member, make_staff


def test_a_question_waits_and_is_new(db, now):
    thread = ask(make_member(), now=now)
    assert (thread.state, thread.waiting_since, thread.is_unread_by_team) == (ThreadState.NEW, now, True)
    assert [message.body for message in threads.list_messages(thread)] == ["Wanneer is de training?"]


def test_a_subject_from_the_list_will_do(db, now):
    choice = SubjectChoice(name="Vergoeding")
    db.session.add(choice)
    db.session.commit()
    assert ask(make_member(), "", choice_id=choice.id, now=now).subject == "Vergoeding"


def test_a_subject_that_grows_when_it_is_folded_fits_its_column(db, now):
    """PostgreSQL refuses what is longer than the column, so whoever asks."""
    subject, staff = "ß" * 160, make_staff()
    asked = ask(make_member(), subject, now=now)
    told = team.start_thread(make_member(), subject, "Tekst", actor=actor_of(staff), now=now)
    assert [thread.search_text for thread in (asked, told)] == ["s" * Thread.search_text.type.length] * 2


@pytest.mark.parametrize(
    ("subject", "body", "field"),
    [("", "Tekst", "subject"), ("Kort", "   ", "body"), ("Kort", "x" * 5001, "body"), ("x" * 161, "Tekst", "subject")],
)
def test_what_cannot_be_sent_is_refused_at_its_field(db, now, subject, body, field):
    with pytest.raises(RuleBroken) as refused:
        ask(make_member(), subject, body, now=now)
    assert refused.value.field == field


def test_more_messages_than_the_limit_within_an_hour_are_refused(db, now):
    member, other = make_member(), make_member()
    for _ in range(3):
        threads.ask_question(member, NewQuestion("A", "B"), per_hour=3, actor=actor_of(member), now=now)
    with pytest.raises(RuleBroken, match="3 messages"):
        threads.ask_question(member, NewQuestion("A", "B"), per_hour=3, actor=actor_of(member), now=now)
    threads.ask_question(other, NewQuestion("A", "B"), per_hour=3, actor=actor_of(other), now=now)
    later = now + timedelta(hours=1)
    threads.ask_question(member, NewQuestion("A", "B"), per_hour=3, actor=actor_of(member), now=later)


def test_a_question_is_not_about_an_election_that_members_do_not_know(db, now):
    member, draft = make_member(), make_election()
    with pytest.raises(RuleBroken) as refused:
        threads.ask_question(
            member, NewQuestion("A", "B", election_id=draft.id), per_hour=3, actor=actor_of(member), now=now
        )
    assert refused.value.field == "election_id"


def test_answers_count_among_the_messages_of_an_hour_too(db, now):
    thread = ask(make_member(), now=now)
    more = {"per_hour": 3, "actor": actor_of(thread.member), "now": now}
    for number in range(2):
        threads.reply(thread, f"Nog iets ({number})", **more)
    with pytest.raises(RuleBroken, match="3 messages within an hour"):
        threads.reply(thread, "En nog iets", **more)


def test_an_answer_tells_the_member_once_and_stops_the_waiting(db, now):
    member, colleague = make_member(), make_staff()
    thread = ask(member, now=now)
    answer(thread, colleague, now=now)
    assert (thread.state, thread.waiting_since, thread.assignee_user_id) == ("answered", None, colleague.id)
    [told] = db.session.scalars(select(Notification))
    assert (told.member_id, told.campaign.kind, told.campaign.subject_id) == (member.id, "question", thread.id)


def test_who_has_a_pause_hears_of_the_answer_by_mail_too(db, now):
    member = make_member(state=MemberState.PAUSED)
    answer(ask(member, now=now), make_staff(), now=now)
    assert db.session.scalars(select(Notification.member_id)).all() == [member.id]
    assert db.session.scalars(select(OutboundMail.recipient)).all() == [member.email]


def test_reading_the_answer_settles_the_notification(db, now):
    member, colleague = make_member(), make_staff()
    thread, other = ask(member, now=now), ask(member, "Sleutel", "Waar ligt de sleutel?", now=now)
    for asked in (other, thread):
        answer(asked, colleague, now=now)
    reply(thread, now=now)
    later = now + timedelta(hours=1)
    read_receipts.mark_read_by_member(thread, later)
    db.session.commit()
    db.session.expire_all()
    assert (thread.is_unread_by_member, thread.is_unread_by_team) == (False, True)
    assert [message.read_at for message in threads.list_messages(thread)] == [now, later, None]
    assert (other.is_unread_by_member, threads.list_messages(other)[-1].read_at) == (True, None)
    notifications = select(Notification.read_at, Notification.done_at).order_by(Notification.id)
    assert db.session.execute(notifications).all() == [(None, None), (later, later)]


def test_what_came_after_the_page_was_shown_stays_unread(db, now):
    colleague, thread = make_staff(), ask(make_member(), now=now)
    answer(thread, colleague, now=now)
    last = threads.list_messages(thread)[-1]
    answer(thread, colleague, "Nog iets.", now=now)
    read_receipts.mark_read_by_member(thread, now, until_id=last.id)
    db.session.expire_all()
    assert thread.is_unread_by_member


@pytest.mark.parametrize("is_last", [False, True])
def test_a_reply_reopens_and_waits_for_who_had_it(db, now, is_last):
    colleague, thread = make_staff(), ask(make_member(), now=now)
    team.answer(thread, "Ja.", seen=thread.version, is_last=is_last, actor=actor_of(colleague), now=now)
    assert thread.state == (ThreadState.CLOSED if is_last else ThreadState.ANSWERED)
    later = now + timedelta(days=1)
    reply(thread, now=later)
    assert (thread.state, thread.waiting_since, thread.closed_at) == (ThreadState.IN_PROGRESS, later, None)
    assert thread.is_unread_by_team


def test_a_second_message_does_not_shorten_the_wait(db, now):
    thread = ask(make_member(), now=now)
    reply(thread, now=now + timedelta(days=2))
    assert (thread.state, thread.waiting_since) == (ThreadState.NEW, now)


def test_of_two_who_claim_one_wins_and_the_other_is_told_who(db, now):
    first, second = make_staff(first_name="Anna", last_name="Eerst"), make_staff()
    thread = ask(make_member(), now=now)
    team.claim(thread, actor=actor_of(first), now=now)
    assert thread.state == ThreadState.IN_PROGRESS
    with pytest.raises(EditConflict, match="Anna Eerst took this question first"):
        team.claim(thread, actor=actor_of(second), now=now)
    assert thread.assignee_user_id == first.id


def test_what_is_given_back_is_new_again(db, now):
    colleague, thread = make_staff(), ask(make_member(), now=now)
    team.claim(thread, actor=actor_of(colleague), now=now)
    team.release(thread, seen=thread.version, actor=actor_of(colleague), now=now)
    assert (thread.state, thread.assignee_user_id, thread.claimed_at) == (ThreadState.NEW, None, None)
    with pytest.raises(RuleBroken, match="Nobody has this question"):
        team.release(thread, seen=thread.version, actor=actor_of(colleague), now=now)


def test_it_can_be_given_to_a_colleague_but_not_to_a_member(db, now):
    colleague, other, member = make_staff(), make_staff(), make_member()
    thread = ask(member, now=now)
    team.assign(thread, other.id, seen=thread.version, actor=actor_of(colleague), now=now)
    assert (thread.assignee_user_id, thread.state) == (other.id, ThreadState.IN_PROGRESS)
    for nobody in (member.user_id, make_staff(active=False).id, 0):
        with pytest.raises(RuleBroken, match="Choose a colleague"):
            team.assign(thread, nobody, seen=thread.version, actor=actor_of(colleague), now=now)


def test_who_answers_second_is_told_who_was_first_and_nothing_is_sent(db, now):
    first, second = make_staff(first_name="Anna", last_name="Eerst"), make_staff()
    thread = ask(make_member(), now=now)
    seen = thread.version
    answer(thread, first, now=now)
    with pytest.raises(EditConflict, match="Anna Eerst answered this question"):
        team.answer(thread, "Ook ik.", seen=seen, actor=actor_of(second), now=now)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Message.id))) == 2


def test_who_answers_what_a_colleague_took_after_the_last_message_is_told_who_took_it(db, now):
    first, second = make_staff(first_name="Anna", last_name="Eerst"), make_staff()
    thread = ask(make_member(), now=now)
    seen = thread.version
    team.claim(thread, actor=actor_of(first), now=now + timedelta(minutes=1))
    with pytest.raises(EditConflict, match="Anna Eerst took this question"):
        team.answer(thread, "Ook ik.", seen=seen, actor=actor_of(second), now=now + timedelta(minutes=2))


def test_the_latest_thing_that_happened_is_told(db, now):
    first, second = make_staff(first_name="Anna", last_name="Eerst"), make_staff()
    thread = ask(make_member(), now=now)
    seen = thread.version
    team.claim(thread, actor=actor_of(first), now=now + timedelta(minutes=1))
    reply(thread, "Laat maar.", now=now + timedelta(minutes=2))
    with pytest.raises(EditConflict, match="The member wrote something"):
        team.answer(thread, "Ook ik.", seen=seen, actor=actor_of(second), now=now + timedelta(minutes=3))
    answer(thread, first, now=now + timedelta(minutes=4))
    with pytest.raises(EditConflict, match="Anna Eerst answered this question"):
        team.answer(thread, "Ook ik.", seen=seen, actor=actor_of(second), now=now + timedelta(minutes=5))
    team.assign(thread, first.id, seen=thread.version, actor=actor_of(second), now=now + timedelta(minutes=6))
    with pytest.raises(EditConflict, match="Anna Eerst took this question"):
        team.answer(thread, "Ook ik.", seen=seen, actor=actor_of(second), now=now + timedelta(minutes=7))


def test_who_changed_it_in_another_tab_is_not_told_of_somebody_else(db, now):
    colleague, thread = make_staff(first_name="Anna", last_name="Eerst"), ask(make_member(), now=now)
    seen = thread.version
    answer(thread, colleague, now=now)
    with pytest.raises(EditConflict, match="This question was changed in the meantime"):
        team.answer(thread, "Nog iets.", seen=seen, actor=actor_of(colleague), now=now)


def test_an_answer_to_what_a_colleague_closed_meanwhile_is_not_sent(db, now):
    thread = ask(make_member(), now=now)
    seen, closing = thread.version, actor_of(make_staff())
    team.claim(thread, actor=closing, now=now)
    team.close(thread, seen=thread.version, actor=closing, now=now)
    with pytest.raises(EditConflict, match="This question was closed on"):
        team.answer(thread, "Op 3 maart.", seen=seen, is_last=True, actor=actor_of(make_staff()), now=now)
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_what_a_colleague_gave_back_is_not_told_as_the_members_message(db, now):
    first, second = make_staff(), make_staff()
    thread = ask(make_member(), now=now)
    team.claim(thread, actor=actor_of(first), now=now)
    seen = thread.version
    read_receipts.mark_read_by_team(thread, now)
    team.release(thread, seen=seen, actor=actor_of(first), now=now)
    with pytest.raises(EditConflict, match="This question was changed in the meantime"):
        team.answer(thread, "Op 3 maart.", seen=seen, actor=actor_of(second), now=now)


def test_an_answer_keeps_who_had_it_and_since_when(db, now):
    first, second = make_staff(), make_staff()
    thread = ask(make_member(), now=now)
    team.claim(thread, actor=actor_of(first), now=now)
    answer(thread, second, now=now + timedelta(hours=1))
    assert (thread.assignee_user_id, thread.claimed_at) == (first.id, now)
    unclaimed = ask(make_member(), now=now)
    answer(unclaimed, second, now=now + timedelta(hours=1))
    assert (unclaimed.assignee_user_id, unclaimed.claimed_at) == (second.id, now + timedelta(hours=1))


def test_who_did_not_see_the_members_latest_message_is_told(db, now):
    colleague, thread = make_staff(), ask(make_member(), now=now)
    seen = thread.version
    reply(thread, "Laat maar.", now=now + timedelta(minutes=1))
    with pytest.raises(EditConflict, match="The member wrote something"):
        team.answer(thread, "Op 3 maart.", seen=seen, actor=actor_of(colleague), now=now)


def test_closing_without_answer_tells_nobody(db, now):
    thread = ask(make_member(), now=now)
    team.close(thread, seen=thread.version, actor=actor_of(make_staff()), now=now)
    assert (thread.state, thread.waiting_since, thread.closed_at) == (ThreadState.CLOSED, None, now)
    with pytest.raises(RuleBroken, match="closed already"):
        team.close(thread, seen=thread.version, actor=actor_of(make_staff()), now=now)
    assert db.session.scalar(select(func.count(Notification.id))) == 0


def test_a_thread_of_the_team_is_told_and_waits_for_the_member(db, now):
    member, colleague = make_member(), make_staff()
    thread = team.start_thread(member, "Sleutel", "Heb jij de sleutel?", actor=actor_of(colleague), now=now)
    assert (thread.state, thread.is_unread_by_member, thread.waiting_since) == (ThreadState.ANSWERED, True, None)
    assert (thread.is_from_team, thread.assignee_user_id, thread.claimed_at) == (True, colleague.id, now)
    assert db.session.scalars(select(Notification.member_id)).all() == [member.id]


def test_the_question_that_waits_longest_for_this_colleague_or_nobody_comes_next(db, now):
    colleague, other = make_staff(), make_staff()
    days = {name: now - timedelta(days=number) for number, name in enumerate(("new", "mine", "old", "theirs", "seen"))}
    asked = {name: ask(make_member(), now=moment) for name, moment in days.items()}
    answer(ask(make_member(), now=now - timedelta(days=9)), colleague, now=now)
    team.claim(asked["mine"], actor=actor_of(colleague), now=now)
    team.claim(asked["theirs"], actor=actor_of(other), now=now)
    assert threads.find_next_waiting(colleague.id, after=asked["seen"].id) == asked["old"].id
    team.close(asked["old"], seen=asked["old"].version, actor=actor_of(other), now=now)
    assert threads.find_next_waiting(colleague.id, after=asked["seen"].id) == asked["mine"].id


def test_no_request_of_a_member_reads_a_note_or_another_ones_thread(db, now):
    member, other, colleague = make_member(), make_member(), make_staff()
    mine, foreign = ask(member, now=now), ask(other, now=now)
    for thread in (mine, foreign):
        team.add_note(thread, "Geheim.", actor=actor_of(colleague), now=now)
        drafts.save_draft(colleague.id, drafts.place_of(thread), body="Concept", thread_id=thread.id, now=now)
    ids = mine.id, foreign.id, member.id, member.user_id
    db.session.commit()
    db.session.expunge_all()
    before = enter(own_rows(member_id=ids[2], user_id=ids[3]))
    try:
        assert db.session.scalars(select(Thread.id)).all() == [ids[0]]
        assert db.session.scalars(select(Message.member_id)).all() == [ids[2]]
        assert db.session.scalars(select(InternalNote)).all() == []
        assert db.session.scalars(select(MessageDraft)).all() == []
        db.session.add(Message(thread_id=ids[1], member_id=other.id, is_team=False, body="x", created_at=now))
        with pytest.raises(RowForbidden):
            db.session.flush()
    finally:
        db.session.rollback()
        enter(before)


def test_each_step_is_in_the_audit_trail_without_text(db, now):
    member, colleague = make_member(), make_staff()
    thread = ask(member, "Geheim onderwerp", now=now)
    actor = actor_of(colleague)
    team.claim(thread, actor=actor, now=now)
    team.add_note(thread, "Notitie", actor=actor, now=now)
    answer(thread, colleague, now=now)
    reply(thread, now=now)
    team.close(thread, seen=thread.version, actor=actor, now=now)
    rows = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action.like("thread.%")).order_by(AuditEvent.id)
    ).all()
    assert [row.action.removeprefix("thread.") for row in rows] == [
        "asked",
        "taken",
        "noted",
        "answered",
        "replied",
        "closed",
    ]
    assert {row.member_id for row in rows} == {member.id}
    assert "Geheim" not in str([row.details for row in rows])


def test_who_sends_at_the_limit_keeps_the_draft(db, now):
    member = make_member()
    drafts.save_draft(member.user_id, drafts.NEW, subject="A", body="Lang verhaal", now=now)
    db.session.commit()
    with pytest.raises(RuleBroken):
        threads.ask_question(member, NewQuestion("A", "B"), per_hour=0, actor=actor_of(member), now=now)
    db.session.rollback()
    assert drafts.find_draft(member.user_id, drafts.NEW).body == "Lang verhaal"


def test_a_button_that_is_pressed_twice_sends_one_message(db, now):
    member, colleague = make_member(), make_staff()
    thread = ask(member, now=now)
    assert ask(member, now=now + timedelta(seconds=1)).id == thread.id
    seen = thread.version
    answer(thread, colleague, now=now)
    team.answer(thread, "Op 3 maart.", seen=seen, actor=actor_of(colleague), now=now)
    for seconds in (60, 61):
        reply(thread, now=now + timedelta(seconds=seconds))
    assert [message.body for message in threads.list_messages(thread)] == [
        "Wanneer is de training?",
        "Op 3 maart.",
        "Dank je wel.",
    ]
    assert ask(member, now=now + timedelta(hours=1)).id != thread.id


@pytest.mark.parametrize("act", ["claim", "answer", "close"])
def test_what_somebody_of_the_team_works_on_was_read_by_the_team(db, now, act):
    thread = ask(make_member(), now=now)
    own = {"actor": actor_of(make_staff()), "now": now}
    if act == "claim":
        team.claim(thread, **own)
    elif act == "answer":
        team.answer(thread, "Op 3 maart.", seen=thread.version, **own)
    else:
        team.close(thread, seen=thread.version, **own)
    assert not thread.is_unread_by_team
    assert threads.list_messages(thread)[0].read_at == now


def test_who_loses_is_told_what_another_process_made_of_it(db, now):
    first, second = make_staff(first_name="Anna", last_name="Eerst"), make_staff()
    thread = ask(make_member(), now=now)
    assert thread.assignee_user_id is None
    taken = {"assignee_user_id": first.id, "claimed_at": now, "state": ThreadState.IN_PROGRESS}
    theirs = update(Thread).where(Thread.id == thread.id).values(**taken)
    db.session.execute(theirs, execution_options={"synchronize_session": False})
    with pytest.raises(EditConflict, match="Anna Eerst took this question first"):
        team.claim(thread, actor=actor_of(second), now=now)
