"""A member answers an appointment: yes, no, or not after all; a no frees the place, and who is silent is reminded."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.models import (
    Appointment,
    AppointmentState,
    Assignment,
    AuditEvent,
    Election,
    ElectionState,
    MemberAnswer,
    OutboundMail,
)
from app.phrases import RuleBroken
from app.services import bulk_runs
from app.services.appointments import answers, open_tasks, reminders
from app.services.audit import COMMAND
from app.services.planning.times import shift_hours
from app.services.waiting import count_totals
from tests.support.factories.appointments import appoint, decision_of, make_setup
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places
from tests.support.jobs import run_job


@pytest.fixture
def until(now):
    return now + timedelta(days=10)


@pytest.fixture
def setup(db, now, until):
    return make_setup(make_election(), answer_until=until, now=now)


def appointed(setup, now, **values):
    member, election = make_member(**values), setup.election
    station = make_station(election, 100 + member.id)
    publish_places(election, [(member, station, shifts_of(election)[0], make_function("stembureaulid"))], now=now)
    appoint(setup, now=now)
    return member


def in_the_plan(db, decision):
    """The place of the plan that was published."""
    (place,) = answers.places_of(decision)
    starts_at, ends_at = shift_hours(place.shift)
    row = Assignment(
        id=place.assignment_id,
        election_id=place.election_id,
        member_id=place.member_id,
        station_id=place.station_id,
        shift_id=place.shift_id,
        function_id=place.function_id,
        starts_at=starts_at,
        ends_at=ends_at,
        changed_at=starts_at,
    )
    db.session.add(row)
    db.session.get_one(Election, place.election_id).state = ElectionState.PLANNING
    db.session.commit()


def actions(db):
    return set(db.session.scalars(select(AuditEvent.action)))


def test_a_yes_is_kept_and_said_twice_changes_nothing(setup, now, db):
    decision = decision_of(appointed(setup, now))
    answers.accept(decision, actor=COMMAND, now=now)
    answers.accept(decision, actor=COMMAND, now=now + timedelta(hours=1))
    assert (decision.answer, decision.answered_at) == (MemberAnswer.ACCEPTED, now)
    assert "appointment.accepted" in actions(db)


def test_a_no_needs_a_reason_and_frees_the_place_of_the_plan(setup, now, db):
    decision = decision_of(appointed(setup, now))
    in_the_plan(db, decision)
    with pytest.raises(RuleBroken) as refused:
        answers.say_no(decision, "  ", actor=COMMAND, now=now)
    assert refused.value.field == "reason"
    assert answers.say_no(decision, "Op vakantie", actor=COMMAND, now=now) == MemberAnswer.DECLINED
    assert (decision.answer, decision.decline_reason) == (MemberAnswer.DECLINED, "Op vakantie")
    assert db.session.scalars(select(Assignment)).all() == []
    assert "appointment.declined" in actions(db)
    with pytest.raises(RuleBroken):
        answers.accept(decision, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        answers.say_no(decision, "Nog eens", actor=COMMAND, now=now)


def test_i_cannot_come_after_all_is_possible_until_the_work_ends_and_not_after(setup, now, db):
    decision = decision_of(appointed(setup, now))
    answers.accept(decision, actor=COMMAND, now=now)
    (place,) = answers.places_of(decision)
    during = place.starts_at + timedelta(hours=1)
    assert answers.say_no(decision, "Ziek", actor=COMMAND, now=during) == MemberAnswer.CANCELLED
    assert "appointment.cancelled" in actions(db)
    other = decision_of(appointed(setup, now))
    with pytest.raises(RuleBroken):
        answers.say_no(other, "Ziek", actor=COMMAND, now=answers.places_of(other)[0].ends_at)


def test_a_no_stands_also_when_the_plan_cannot_change_any_more(setup, now, db):
    decision = decision_of(appointed(setup, now))
    in_the_plan(db, decision)
    setup.election.state = ElectionState.CLOSED
    db.session.commit()
    answers.say_no(decision, "Ziek", actor=COMMAND, now=now)
    assert decision.answer == MemberAnswer.DECLINED


def test_a_replaced_decision_is_not_answered(setup, now):
    member = appointed(setup, now)
    old = decision_of(member)
    publish_places(
        setup.election,
        [(member, None, shifts_of(setup.election)[0], make_function("teller"))],
        now=now,
        ended=answers.places_of(old),
    )
    appoint(setup, now=now)
    with pytest.raises(RuleBroken):
        answers.accept(old, actor=COMMAND, now=now)
    assert decision_of(member).answer == MemberAnswer.NONE


def test_what_is_not_answered_waits_for_the_member_and_counts_for_the_team(setup, now, until, db):
    member, other = appointed(setup, now), appointed(setup, now)
    (task,) = open_tasks.find_tasks(member, now)
    assert task.deadline == until
    assert [coming for _election, coming in open_tasks.list_elections_at_home(member.id, now) if coming] == []
    decision = decision_of(member)
    answers.accept(decision, actor=COMMAND, now=now)
    assert open_tasks.find_tasks(member, now) == []
    assert open_tasks.list_elections_at_home(member.id, now) == [(setup.election, decision)]
    answers.say_no(decision, "Ziek", actor=COMMAND, now=now)
    assert open_tasks.list_elections_at_home(member.id, now) == []
    late = until + timedelta(hours=1)
    assert [total.number for total in count_totals(open_tasks.total_answers(late))] == [1, 1]
    answers.accept(decision_of(other), actor=COMMAND, now=late)
    assert [total.number for total in count_totals(open_tasks.total_answers(late))] == [1, 0]


def reminded(db):
    mails = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "appointed"))
    return [mail.user_id for mail in mails if mail.values["kind"] == "reminder"]


def test_who_is_silent_is_reminded_once_by_itself_in_the_last_days(setup, now, until, db):
    silent, says_yes, paper = appointed(setup, now), appointed(setup, now), appointed(setup, now, email=None)
    answers.accept(decision_of(says_yes), actor=COMMAND, now=now)
    assert reminders.remind_due(now + timedelta(days=3)) == 0
    soon: datetime = until - timedelta(days=1)
    assert reminders.remind_due(soon) == 1
    assert reminders.remind_due(soon + timedelta(hours=1)) == 0
    assert reminded(db) == [silent.user_id]
    assert paper.user_id not in reminded(db)
    assert "appointment.reminded" in actions(db)


def test_the_team_reminds_many_at_once_and_hears_of_whom_not(setup, now, db):
    silent, says_yes, paper = appointed(setup, now), appointed(setup, now), appointed(setup, now, email=None)
    answers.accept(decision_of(says_yes), actor=COMMAND, now=now)
    keys = select(Appointment.id)
    run = bulk_runs.start_run("AppointmentsView", "remind", keys, actor=COMMAND, now=now)
    db.session.commit()
    run_job(bulk_runs.run_bulk, run.id, lambda: now)
    assert (run.done, run.refused) == (1, 2)
    assert reminded(db) == [silent.user_id]
    assert paper.email is None
    with pytest.raises(RuleBroken):
        reminders.remind(decision_of(silent), actor=COMMAND, now=now + timedelta(hours=1))


def test_a_reminder_waits_most_of_a_day_and_names_the_date_only_while_it_is_ahead(setup, now, until, db):
    decision = decision_of(appointed(setup, now))
    reminders.remind(decision, actor=COMMAND, now=now)
    second = now + reminders.PAUSE
    with pytest.raises(RuleBroken, match="less than a day ago"):
        reminders.remind(decision, actor=COMMAND, now=second - timedelta(seconds=1))
    reminders.remind(decision, actor=COMMAND, now=second)
    reminders.remind(decision, actor=COMMAND, now=until)
    assert decision.reminded_at == until
    mails = db.session.scalars(
        select(OutboundMail).where(OutboundMail.template == "appointed").order_by(OutboundMail.id)
    )
    told = [(mail.values["until"], mail.is_bulk, mail.user_id) for mail in mails if mail.values["kind"] == "reminder"]
    user_id = decision.member.user_id
    assert told == [(until.isoformat(), True, user_id), (until.isoformat(), True, user_id), ("", True, user_id)]


def test_what_no_longer_holds_or_was_answered_is_reminded_of_by_nobody(setup, now, db):
    decision, other = decision_of(appointed(setup, now)), decision_of(appointed(setup, now))
    answers.accept(decision, actor=COMMAND, now=now)
    other.state = AppointmentState.WITHDRAWN
    for each in (decision, other):
        with pytest.raises(RuleBroken, match="was answered, or no longer holds"):
            reminders.remind(each, actor=COMMAND, now=now)
    assert reminded(db) == []


def test_who_got_the_letter_just_now_or_has_time_left_is_not_reminded_by_itself(setup, now, until, db):
    """From three days before the date on, and from two days after the letter on."""
    decision = decision_of(appointed(setup, now))
    assert reminders.remind_due(until - reminders.BEFORE) == 0
    decision.issued_at = until - reminders.SETTLED
    db.session.flush()
    assert reminders.remind_due(until) == 0
    soon = until - timedelta(seconds=1)
    assert reminders.remind_due(soon) == 0
    decision.issued_at = soon - reminders.SETTLED - timedelta(seconds=1)
    decision.state = AppointmentState.SUPERSEDED
    db.session.flush()
    assert reminders.remind_due(soon) == 0
    decision.state = AppointmentState.ISSUED
    db.session.flush()
    assert reminders.remind_due(soon) == 1
    assert decision.reminded_at == soon


def test_only_the_own_decision_is_found_and_what_was_replaced_is_not_listed(setup, now, db):
    member, other = appointed(setup, now), appointed(setup, now)
    decision = decision_of(member)
    assert answers.find_own(member.id, decision.id) is decision
    assert answers.find_own(other.id, decision.id) is None
    assert answers.list_own(member.id) == [decision]
    assert answers.list_decided(member.id) == {setup.election_id}
    decision.state = AppointmentState.SUPERSEDED
    db.session.flush()
    assert answers.list_own(member.id) == []
    assert answers.list_decided(member.id) == set()
    assert answers.find_own(member.id, decision.id) is decision


def test_a_reason_is_as_long_as_the_longest(setup, now):
    assert answers.tidy_reason("x" * answers.LONGEST_REASON)
    with pytest.raises(RuleBroken) as refused:
        answers.tidy_reason("x" * (answers.LONGEST_REASON + 1))
    assert refused.value.field == "reason"


def test_the_team_counts_nothing_of_a_closed_election_or_before_the_date_is_over(setup, now, until, db):
    silent, cannot = decision_of(appointed(setup, now)), decision_of(appointed(setup, now))
    answers.say_no(cannot, "Werk", actor=COMMAND, now=now)

    def numbers(at):
        return [total.number for total in count_totals(open_tasks.total_answers(at))]

    assert (numbers(until), numbers(until + timedelta(seconds=1))) == ([1, 0], [1, 1])
    silent.state = AppointmentState.WITHDRAWN
    db.session.flush()
    assert numbers(until + timedelta(days=1)) == [1, 0]
    setup.election.state = ElectionState.CLOSED
    db.session.flush()
    assert numbers(until + timedelta(days=1)) == [0, 0]


def test_a_decision_waits_for_an_answer_until_its_last_place_ended(setup, now):
    member = appointed(setup, now)
    (place,) = answers.places_of(decision_of(member))
    assert len(open_tasks.find_tasks(member, place.ends_at - timedelta(seconds=1))) == 1
    assert open_tasks.find_tasks(member, place.ends_at) == []
    assert open_tasks.find_tasks(make_member(), now) == []
