"""A place that somebody leaves opens a vacancy at once, and it closes when the board, the team or time says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import (
    AskState,
    Assignment,
    AuditEvent,
    ElectionState,
    MemberAnswer,
    NoReason,
    ReplacementAsk,
    Vacancy,
    VacancyCause,
    VacancyState,
)
from app.phrases import RuleBroken
from app.services.appointments import answers
from app.services.appointments.replacement import clock, leaving, open_tasks, vacancies
from app.services.audit import COMMAND
from app.services.planning.versions import publishing
from app.services.waiting import count_totals
from tests.support.factories.appointments import decision_of
from tests.support.factories.planning import make_available, places_of
from tests.support.factories.replacement import appoint_all, ask, leave, place


def actions(db):
    return set(db.session.scalars(select(AuditEvent.action)))


def open_number(now):
    return count_totals(open_tasks.total_open(now))[0].number


def settle(db, now):
    clock.settle(now)
    db.session.commit()


def test_who_declines_leaves_a_vacancy_with_why_and_the_home_of_the_team_counts_it(db, planned, now):
    assert open_number(now) == 0
    appoint_all(planned, now=now)
    answers.say_no(decision_of(planned.leaves), "Op vakantie", actor=COMMAND, now=now)
    vacancy = db.session.scalars(select(Vacancy)).one()
    assert (vacancy.state, vacancy.cause, vacancy.reason) == (VacancyState.OPEN, VacancyCause.DECLINED, "Op vakantie")
    assert vacancy.appointment_id == decision_of(planned.leaves).id
    assert (vacancy.starts_at.hour, vacancy.ends_at > vacancy.starts_at) == (6, True)  # 7:00 on a Dutch clock
    assert open_number(now) == 1
    assert "vacancy.opened" in actions(db)
    assert open_number(vacancy.ends_at) == 0


def test_who_calls_says_no_to_the_own_appointment_or_leaves_the_place_without_one(db, planned, now):
    appoint_all(planned, now=now)
    leaving.note_leaving(leaving.list_places(planned.stays.id, now), NoReason.PERSONAL, actor=COMMAND, now=now)
    assert decision_of(planned.stays).answer == MemberAnswer.DECLINED
    extra = make_available(planned.election)
    place(planned.election, extra, now=now)
    with pytest.raises(RuleBroken) as refused:
        leaving.note_leaving(leaving.list_places(extra.id, now), " ", actor=COMMAND, now=now)
    assert refused.value.field == "reason"
    leaving.note_leaving(leaving.list_places(extra.id, now), "Werk", actor=COMMAND, now=now)
    found = db.session.scalars(select(Vacancy).order_by(Vacancy.id)).all()
    assert [(row.left_member_id, row.cause, row.reason) for row in found] == [
        (planned.stays.id, VacancyCause.ABSENT, "personal"),
        (extra.id, VacancyCause.ABSENT, "Werk"),
    ]
    assert places_of(extra) == []


def test_who_leaves_one_of_two_places_keeps_the_other_and_the_appointment(db, planned, now):
    place(planned.election, planned.stays, shift=1, now=now)
    publishing.publish(planned.election, actor=COMMAND, now=now)
    appoint_all(planned, now=now)
    early, _late = leaving.list_places(planned.stays.id, now)
    leaving.note_leaving([early], "Later", actor=COMMAND, now=now)
    assert decision_of(planned.stays).answer == MemberAnswer.NONE
    assert len(places_of(planned.stays)) == 1


def test_work_that_is_over_stays_in_the_plan_and_opens_no_vacancy(db, planned, now):
    place(planned.election, planned.leaves, shift=1, now=now)
    over = places_of(planned.leaves)[0].ends_at
    left = leaving.list_places(planned.leaves.id, over)
    leaving.note_leaving(left, NoReason.PERSONAL, actor=COMMAND, now=over)
    assert len(left) == len(places_of(planned.leaves)) == len(db.session.scalars(select(Vacancy)).all()) == 1


def test_what_the_board_fills_is_no_vacancy_any_more_and_who_was_asked_is_told(db, planned, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    place(planned.election, make_available(planned.election), now=now)
    assert open_number(now) == 0
    settle(db, now)
    assert (vacancy.state, vacancy.filled_by_member_id) == (VacancyState.FILLED, None)
    assert question.state == AskState.TOO_LATE
    assert {"vacancy.filled", "replacement_ask.too_late"} <= actions(db)


def test_who_stands_in_another_function_or_shift_fills_no_vacancy(db, planned, vacancy, now):
    for shift, code in ((0, "plv_voorzitter"), (1, "stembureaulid"), (1, "stembureaulid")):
        place(planned.election, make_available(planned.election), code, shift, now=now)
    assert open_number(now) == 1
    settle(db, now)
    assert vacancy.state == VacancyState.OPEN
    place(planned.election, make_available(planned.election), now=now)
    assert open_number(now) == 0


def test_a_vacancy_of_an_election_that_is_closed_is_closed_with_its_questions(db, planned, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    settle(db, now)
    assert (vacancy.state, question.state) == (VacancyState.OPEN, AskState.ASKED)
    planned.election.state = ElectionState.CLOSED
    db.session.commit()
    assert open_number(now) == 0
    settle(db, now)
    assert (vacancy.state, vacancy.closed_at, question.state) == (VacancyState.CLOSED, now, AskState.EXPIRED)


def test_of_two_who_left_the_same_place_one_stays_open_when_the_board_fills_one(db, planned, vacancy, now):
    second = leave(planned.stays, now=now)
    place(planned.election, make_available(planned.election), now=now)
    settle(db, now)
    assert (vacancy.state, second.state) == (VacancyState.FILLED, VacancyState.OPEN)
    assert open_number(now) == 1


def test_the_team_looks_for_nobody_any_more(db, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    vacancies.close(vacancy, actor=COMMAND, now=now)
    assert (vacancy.state, question.state) == (VacancyState.CLOSED, AskState.WITHDRAWN)
    assert {"vacancy.closed", "replacement_ask.withdrawn"} <= actions(db)
    with pytest.raises(RuleBroken):
        vacancies.close(vacancy, actor=COMMAND, now=now)


def test_why_somebody_does_not_come_is_forgotten_everywhere_a_month_after_it_was_said(db, planned, now):
    appoint_all(planned, now=now)
    leaving.note_leaving(leaving.list_places(planned.stays.id, now), "Naar Rome", actor=COMMAND, now=now)
    vacancy, decision = db.session.scalars(select(Vacancy)).one(), decision_of(planned.stays)
    for days, kept in ((30, "Naar Rome"), (32, "")):
        clock.forget_reasons(now + timedelta(days=days))
        db.session.expire_all()
        assert (vacancy.reason, decision.decline_reason) == (kept, kept)
    assert decision.answer == MemberAnswer.DECLINED


def test_a_reason_is_a_kind_or_words_for_something_else_and_no_words_go_with_personal_circumstances():
    assert answers.choose_reason("personal", " ") == "personal"
    assert answers.choose_reason("other", " Naar  Rome ") == "Naar Rome"
    for why, words in (("personal", "Griep"), ("other", ""), ("ill", "")):
        with pytest.raises(RuleBroken) as refused:
            answers.choose_reason(why, words)
        assert refused.value.field == "reason"


def test_questions_and_vacancies_end_by_the_clock(db, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, hours=1, now=now), ask(vacancy, piet, hours=24, now=now)
    settle(db, now + timedelta(hours=2))
    assert (first[0].state, second[0].state) == (AskState.EXPIRED, AskState.ASKED)
    settle(db, vacancy.ends_at)
    assert (vacancy.state, second[0].state) == (VacancyState.CLOSED, AskState.EXPIRED)
    assert "replacement_ask.expired" in actions(db)
    assert db.session.scalars(select(ReplacementAsk.state).distinct()).all() == [AskState.EXPIRED]
    assert db.session.scalars(select(Assignment.id)).all() != []
