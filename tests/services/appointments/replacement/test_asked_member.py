"""What a member sees of the own questions, and who of those that can come is offered to be asked or called."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AskState, AuditEvent, ElectionState, OutboundMail, ReplacementAsk, VacancyState
from app.phrases import RuleBroken
from app.services import bulk_runs
from app.services.appointments.replacement import (
    answering,
    ask_ends,
    asking,
    candidates,
    for_member,
    leaving,
    reserves,
    summary,
)
from app.services.audit import COMMAND
from tests.support.factories.appointments import make_setup, start
from tests.support.factories.elections import shifts_of
from tests.support.factories.planning import make_available, make_planned_election, places_of
from tests.support.factories.replacement import ask, leave, place
from tests.support.jobs import run_job


def test_a_member_sees_the_own_questions_the_newest_first(db, planned, vacancy, anna, piet, now):
    (first, _other), second_vacancy = ask(vacancy, anna, piet, now=now), leave(planned.stays, now=now)
    (second,) = ask(second_vacancy, anna, now=now)
    seen = for_member.list_questions(anna.id, now)
    assert [question.ask_id for question in seen] == [second.id, first.id]
    assert (seen[0].starts_at, seen[0].ends_at) == (vacancy.starts_at, vacancy.ends_at)
    assert seen[0].fee == vacancy.function.fee
    assert for_member.find_question(anna.id, first.id, now).ask_id == first.id
    assert for_member.find_question(piet.id, first.id, now) is None
    assert for_member.find_own_ask(anna.id, first.id) is first
    assert for_member.find_own_ask(piet.id, first.id) is None


def test_a_question_waits_until_its_hour_while_nobody_has_the_place(db, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, piet, hours=1, now=now)

    def waits(question, at=now):
        return for_member.find_question(question.member_id, question.id, at).waits(at)

    assert waits(first)
    assert waits(first, first.until - timedelta(seconds=1))
    assert not waits(first, first.until)
    answering.say_no(second, actor=COMMAND, now=now)
    assert not waits(second)
    vacancy.state = VacancyState.CLOSED
    db.session.flush()
    assert not waits(first)


def test_the_letters_of_a_yes_are_those_of_its_own_vacancy(db, planned, vacancy, anna, now):
    other = leave(planned.stays, now=now)
    mine, theirs = ask(vacancy, anna, now=now)[0], ask(other, anna, now=now)[0]
    assert for_member.find_run(mine.id) is None
    run = start(make_setup(planned.election, now=now), now=now)
    other.run_id = run.id
    db.session.flush()
    assert (for_member.find_run(mine.id), for_member.find_run(theirs.id)) == (None, run.id)


def test_who_said_no_is_neither_asked_nor_called_and_who_waits_is_called_only(db, planned, vacancy, anna, piet, now):
    paper = make_available(planned.election, email=None, phone="", mobile="+31612345678")
    silent = make_available(planned.election, phone="", mobile="")
    ask(vacancy, anna, now=now)
    answering.say_no(ask(vacancy, piet, now=now)[0], actor=COMMAND, now=now)
    anna.phone, piet.phone = "+31201234567", "+31201234568"
    db.session.commit()
    _reserves, others = candidates.list_reachable(vacancy, candidates.list_asked(vacancy), 6, now)
    reach = {found.candidate.member_id: (found.can_be_asked, found.can_be_called, found.phones) for found in others}
    assert reach == {
        anna.id: (False, True, ("+31201234567",)),
        piet.id: (False, False, ("+31201234568",)),
        paper.id: (False, True, ("+31612345678",)),
        silent.id: (True, False, ()),
    }


def test_the_last_question_to_a_member_counts(db, vacancy, anna, now):
    (first,) = ask(vacancy, anna, now=now)
    ask_ends.withdraw(first, actor=COMMAND, now=now)
    (second,) = ask(vacancy, anna, now=now)
    _reserves, (found,) = candidates.list_reachable(vacancy, candidates.list_asked(vacancy), 4, now)
    assert (found.last, found.waits) == (second, True)
    assert candidates.is_waiting(second, second.until - timedelta(seconds=1))
    assert not candidates.is_waiting(second, second.until)
    assert not candidates.is_waiting(first, now)


def test_reserves_stand_apart_and_no_more_are_shown_than_fit(db, planned, vacancy, anna, piet, now, monkeypatch):
    reserves.put_on(anna, vacancy.shift, actor=COMMAND, now=now)
    db.session.commit()
    reserve, others = candidates.list_reachable(vacancy, [], 4, now)
    assert [found.candidate.member_id for found in reserve] == [anna.id]
    assert [found.candidate.member_id for found in others] == [piet.id]
    assert (reserve[0].is_reserve, others[0].is_reserve) == (True, False)
    monkeypatch.setattr(candidates, "SHOWN", 1)
    make_available(planned.election)
    _reserve, others = candidates.list_reachable(vacancy, [], 5, now)
    assert len(others) == 1


def test_as_many_as_may_be_are_asked_at_once_each_once(db, vacancy, anna, piet, now, monkeypatch):
    monkeypatch.setattr(asking, "MOST", 2)
    with pytest.raises(RuleBroken, match="At most 2"):
        asking.ask_many(vacancy, [anna.id, piet.id, 9999], hours=1, actor=COMMAND, now=now)
    asked = asking.ask_many(vacancy, [anna.id, piet.id, anna.id], hours=1, actor=COMMAND, now=now)
    assert (asked.number, asked.refused) == (2, [])
    assert len(db.session.scalars(select(ReplacementAsk)).all()) == 2


def test_who_is_gone_or_has_a_pause_is_left_out_and_the_others_are_asked(db, planned, vacancy, anna, now):
    paused = make_available(planned.election, state="paused")
    asked = asking.ask_many(vacancy, [9999, paused.id, anna.id], hours=1, actor=COMMAND, now=now)
    assert asked.number == 1
    assert [str(why) for why in asked.refused] == [f"{paused.full_name} has a pause or stopped."]
    assert asking.latest_asks(vacancy).keys() == {anna.id}


def test_who_is_on_the_telephone_is_known_and_did_not_leave_the_place(db, planned, vacancy, anna, now):
    with pytest.raises(RuleBroken, match="not there any more"):
        asking.note_call(vacancy, 9999, hours=1, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken, match="left this place"):
        asking.note_call(vacancy, planned.leaves.id, hours=1, actor=COMMAND, now=now)
    first = asking.note_call(vacancy, anna.id, hours=1, actor=COMMAND, now=now)
    assert asking.note_call(vacancy, anna.id, hours=8, actor=COMMAND, now=now) is first
    assert first.until == now + timedelta(hours=1)
    vacancy.state = VacancyState.CLOSED
    db.session.flush()
    with pytest.raises(RuleBroken, match="filled already"):
        asking.note_call(vacancy, anna.id, hours=1, actor=COMMAND, now=now)


def test_many_questions_are_taken_back_at_once_and_what_was_answered_is_told(db, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, piet, now=now)
    answering.say_no(second, actor=COMMAND, now=now)
    run = bulk_runs.start_run("ReplacementAsksView", "withdraw", select(ReplacementAsk.id), actor=COMMAND, now=now)
    db.session.commit()
    run_job(bulk_runs.run_bulk, run.id, lambda: now)
    assert (run.done, run.refused) == (1, 1)
    assert (first.state, second.state) == (AskState.WITHDRAWN, AskState.NO)


def test_who_said_no_twice_says_nothing_new(db, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    for hours in (0, 1):
        answering.say_no(question, actor=COMMAND, now=now + timedelta(hours=hours))
    assert (question.state, question.answered_at) == (AskState.NO, now)
    told = select(AuditEvent.member_id).where(AuditEvent.action == "replacement_ask.no")
    assert db.session.scalars(told).all() == [anna.id]


def test_of_a_question_that_expires_no_mail_leaves(db, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    assert ask_ends.end_ask(question, AskState.EXPIRED, actor=COMMAND, now=now)
    assert not ask_ends.end_ask(question, AskState.WITHDRAWN, actor=COMMAND, now=now)
    mails = select(OutboundMail.values["kind"].as_string()).where(OutboundMail.template == "replacement")
    assert db.session.scalars(mails).all() == ["asked"]


def test_questions_are_counted_by_what_became_of_them(db, planned, vacancy, anna, piet, now):
    other = leave(planned.stays, now=now)
    kees = make_available(planned.election)
    _waits, says_no, taken_back = ask(vacancy, anna, piet, kees, now=now)
    answering.say_no(says_no, actor=COMMAND, now=now)
    ask_ends.withdraw(taken_back, actor=COMMAND, now=now)
    ask(other, anna, now=now)
    counts = summary.count_asks([vacancy.id])
    assert counts == {vacancy.id: summary.AskCounts(total=3, waiting=1, no=1)}


def test_the_page_of_a_member_tells_of_questions_and_reserve_the_latest_first(db, planned, vacancy, anna, piet, now):
    later = now + timedelta(hours=1)
    (question,) = ask(vacancy, anna, now=now)
    ask(vacancy, piet, now=now)
    reserves.put_on(anna, vacancy.shift, actor=COMMAND, now=later)
    reserves.put_on(piet, vacancy.shift, actor=COMMAND, now=later)
    day, election = vacancy.shift.day.date, vacancy.election.name
    asked = summary.OfMember(vacancy.id, vacancy.function.name, "1 School 1", day, election, "asked", now)
    on = summary.OfMember(None, vacancy.shift.name, None, day, election, "on", later)
    assert summary.list_of_member(anna.id, limit=9) == [on, asked]
    assert summary.list_of_member(anna.id, limit=1) == [on]
    answering.say_no(question, actor=COMMAND, now=later + timedelta(hours=1))
    assert summary.list_of_member(anna.id, limit=1)[0].at == later + timedelta(hours=1)


def test_beside_a_reserve_stands_what_was_answered_for_that_shift(db, planned, now):
    election = planned.election
    maybe, silent = make_available(election, ["maybe", "yes", "no"]), make_available(election, ["", "yes", "yes"])
    shift = shifts_of(election)[0]
    for member in (maybe, silent):
        reserves.put_on(member, shift, actor=COMMAND, now=now)
    keys = {member.id: reserves.find_own(member.id, shift.id).id for member in (maybe, silent)}
    assert summary.read_answers(list(keys.values())) == {keys[maybe.id]: "maybe"}
    assert summary.read_answers([keys[silent.id]]) == {}


def test_who_is_expected_stands_by_election_and_time_until_the_work_ends(db, planned, now):
    later = make_planned_election(
        5, code="PS2027", name="Staten", voting_on=planned.election.voting_on.replace(month=4)
    )
    member = planned.leaves
    place(later, member, now=now)
    place(planned.election, member, shift=1, now=now)
    place(later, make_available(later), now=now)
    listed = leaving.list_places(member.id, now)
    assert [(found.election.code, found.starts_at) for found in listed] == sorted(
        ((found.election.code, found.starts_at) for found in listed), key=lambda each: each[1]
    )
    assert len(listed) == 3
    assert len(leaving.list_places(member.id, listed[0].ends_at)) == 2
    planned.election.state = ElectionState.CLOSED
    db.session.flush()
    assert leaving.list_places(member.id, now) == [listed[2]]


def test_who_leaves_places_of_two_elections_leaves_each(db, planned, now):
    later = make_planned_election(
        5, code="PS2027", name="Staten", voting_on=planned.election.voting_on.replace(month=4)
    )
    place(later, planned.leaves, now=now)
    with pytest.raises(RuleBroken, match="at least one place") as refused:
        leaving.note_leaving([], "Werk", actor=COMMAND, now=now)
    assert refused.value.field == "places"
    leaving.note_leaving(leaving.list_places(planned.leaves.id, now), "Werk", actor=COMMAND, now=now)
    assert places_of(planned.leaves) == []
