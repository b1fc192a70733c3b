"""Asking for a vacancy: a mail without a word of the place, one open question a member, and an end to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AskChannel, AskState, AuditEvent, OutboundMail, ReplacementAsk
from app.phrases import RuleBroken
from app.services.appointments import open_tasks
from app.services.appointments.replacement import answering, ask_ends, asking, candidates, for_member
from app.services.audit import COMMAND
from tests.support.factories.planning import make_available
from tests.support.factories.replacement import ask


def mails(db):
    rows = db.session.scalars(
        select(OutboundMail).where(OutboundMail.template == "replacement").order_by(OutboundMail.id)
    )
    return [(mail.user_id, mail.values["kind"]) for mail in rows]


def test_who_is_asked_gets_a_mail_that_says_nothing_of_the_place(db, vacancy, anna, piet, now):
    first, _second = ask(vacancy, anna, piet, hours=4, now=now)
    assert mails(db) == [(anna.user_id, "asked"), (piet.user_id, "asked")]
    (mail, *_rest) = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "replacement"))
    assert "School" not in str(mail.values)
    assert mail.values == {
        "election": vacancy.election.name,
        "kind": "asked",
        "until": (now + timedelta(hours=4)).isoformat(),
    }
    assert first.until == now + timedelta(hours=4)
    (task,) = open_tasks.find_tasks(anna, now)
    assert task.deadline == first.until
    assert open_tasks.find_tasks(anna, first.until) == []


def test_the_same_member_is_not_asked_twice_and_who_said_no_not_again(db, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, piet, now=now)
    answering.say_no(second, actor=COMMAND, now=now)
    db.session.commit()
    asked = asking.ask_many(vacancy, [anna.id, piet.id], hours=1, actor=COMMAND, now=now)
    assert asked.number == 0
    assert [str(why) for why in asked.refused] == [
        f"Anna Bos was asked already, until {first.until}.",
        "Piet Vis said no already.",
    ]
    assert "replacement_ask.no" in set(db.session.scalars(select(AuditEvent.action)))


def test_who_did_not_answer_in_time_is_asked_again(db, vacancy, anna, now):
    """Also in the minute before the clock closes the old question."""
    (old,) = ask(vacancy, anna, hours=1, now=now)
    later = now + timedelta(hours=2)
    _reserves, (found,) = candidates.list_reachable(vacancy, candidates.list_asked(vacancy), 4, later)
    assert found.can_be_asked
    (new,) = ask(vacancy, anna, hours=1, now=later)
    assert (old.state, new.id != old.id, new.state) == (AskState.EXPIRED, True, AskState.ASKED)
    call = asking.note_call(vacancy, anna.id, hours=1, actor=COMMAND, now=later + timedelta(hours=2))
    assert (call.channel, new.state) == (AskChannel.PHONE, AskState.EXPIRED)


def test_who_reads_no_mail_is_to_be_called_and_who_left_is_not_asked(db, planned, vacancy, now):
    paper = make_available(planned.election, email=None, first_name="Kees", infix="", surname="Post")
    asked = asking.ask_many(vacancy, [paper.id, planned.leaves.id], hours=1, actor=COMMAND, now=now)
    assert asked.number == 0
    assert "call" in str(asked.refused[0])
    assert "left this place" in str(asked.refused[1])


@pytest.mark.parametrize(("number", "hours"), [(0, 1), (21, 1), (1, 5)])
def test_nobody_too_many_and_an_odd_end_are_refused(db, vacancy, anna, now, number, hours):
    with pytest.raises(RuleBroken):
        asking.ask_many(vacancy, range(anna.id, anna.id + number), hours=hours, actor=COMMAND, now=now)
    assert db.session.scalars(select(ReplacementAsk)).all() == []


def test_a_question_never_outlives_the_work_and_is_shorter_the_sooner_it_is(db, vacancy, now):
    soon = vacancy.starts_at - timedelta(hours=1)
    assert asking.usual_hours(vacancy, soon) < asking.usual_hours(vacancy, now)
    for before, hours in (({"hours": 6}, 2), ({"hours": 5}, 1), ({"days": 1}, 8), ({"days": 3}, 24)):
        assert asking.usual_hours(vacancy, vacancy.starts_at - timedelta(**before)) == hours
    assert asking.end_of_asking(vacancy, 72, soon) == vacancy.ends_at


def test_a_question_is_taken_back_and_the_member_is_told(db, vacancy, anna, piet, now):
    question, other = ask(vacancy, anna, piet, now=now)
    ask_ends.withdraw(question, actor=COMMAND, now=now)
    assert mails(db)[-1] == (anna.user_id, "withdrawn")
    assert (question.state, question.answered_at, other.state) == (AskState.WITHDRAWN, now, AskState.ASKED)
    with pytest.raises(RuleBroken):
        ask_ends.withdraw(question, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        answering.say_yes(question, actor=COMMAND, now=now)


def test_who_is_called_and_not_reached_keeps_the_mailed_question(db, vacancy, anna, piet, now):
    (mailed,) = ask(vacancy, anna, now=now)
    for member in (anna, piet):
        call = asking.note_call(vacancy, member.id, hours=1, actor=COMMAND, now=now)
        answering.note_missed(call, actor=COMMAND, now=now)
    rows = {row.member_id: row for row in db.session.scalars(select(ReplacementAsk))}
    assert (rows[anna.id].id, rows[anna.id].state) == (mailed.id, AskState.ASKED)
    assert (rows[piet.id].channel, rows[piet.id].state) == (AskChannel.PHONE, AskState.MISSED)
    assert for_member.list_questions(piet.id, now) == []
    assert "replacement_ask.missed" in set(db.session.scalars(select(AuditEvent.action)))


def test_who_can_come_is_ranked_with_reasons_and_what_was_said_before(db, planned, vacancy, anna, now):
    ask(vacancy, anna, now=now)
    assert candidates.look(vacancy, now) == (True, 4)  # one of the four has the place already
    reserves, others = candidates.list_reachable(vacancy, candidates.list_asked(vacancy), 4, now)
    assert reserves == []
    (found,) = others
    assert (found.candidate.full_name, found.can_be_asked, found.is_mailed) == ("Anna Bos", False, True)
    assert found.last is not None
    assert candidates.is_waiting(found.last, now)
    assert [member.id for _ask, member in candidates.list_asked(vacancy)] == [anna.id]
