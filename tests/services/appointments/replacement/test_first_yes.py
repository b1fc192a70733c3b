"""The first yes has the place, in the plan, published and appointed; who is later is told kindly, also at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from app.models import (
    Appointment,
    AppointmentRun,
    AppointmentState,
    AskState,
    Assignment,
    AuditEvent,
    Campaign,
    Notification,
    OutboundMail,
    PlanAct,
    PublishedPlace,
    ReplacementAsk,
    VacancyState,
)
from app.phrases import RuleBroken
from app.services.appointments import appointing
from app.services.appointments.replacement import answering, clock, following, undoing
from app.services.appointments.replacement.answering import Outcome
from app.services.audit import COMMAND, Actor
from app.services.planning.board import undo
from app.services.planning.versions import publishing
from app.services.planning.versions.differences import count_differences
from tests.support.factories.appointments import OFFICE, decision_of
from tests.support.factories.planning import find_fault, make_available, places_of
from tests.support.factories.replacement import appoint_all, ask, leave, place
from tests.support.jobs import run_job


def say_yes(db, question, now, actor=COMMAND):
    outcome = answering.say_yes(question, actor=actor, now=now)
    db.session.commit()
    return outcome


def published(member, db):
    rows = select(PublishedPlace).where(
        PublishedPlace.member_id == member.id, PublishedPlace.until_version_id.is_(None)
    )
    return db.session.scalars(rows).all()


def test_the_first_has_the_place_and_only_what_is_needed_is_published(db, planned, vacancy, anna, piet, now):
    draft = make_available(planned.election)
    place(planned.election, draft, shift=1, now=now)
    first, second = ask(vacancy, anna, piet, now=now)
    assert say_yes(db, first, now) == Outcome.COMES
    assert say_yes(db, first, now) == Outcome.COMES  # tapped twice
    assert (vacancy.state, vacancy.filled_by_member_id) == (VacancyState.FILLED, anna.id)
    assert (first.state, second.state) == (AskState.YES, AskState.TOO_LATE)
    assert len(places_of(anna)) == len(published(anna, db)) == 1
    assert published(planned.leaves, db) == published(draft, db) == []
    assert count_differences(planned.election.id).total == 1  # what a planner is at
    assert say_yes(db, second, now) == Outcome.TOO_LATE
    mails = db.session.execute(select(OutboundMail.user_id, OutboundMail.values["kind"].as_string())).all()
    assert (piet.user_id, "too_late") in mails
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"replacement_ask.yes", "replacement_ask.too_late", "vacancy.filled", "plan.published"} <= actions


def test_when_what_follows_fails_nothing_of_the_yes_stays(db, vacancy, anna, now, monkeypatch):
    (question,) = ask(vacancy, anna, now=now)

    def fail(*_given, **_named):
        raise ValueError("the printer is on fire")

    monkeypatch.setattr(following, "follow", fail)
    with pytest.raises(ValueError, match="fire"):
        say_yes(db, question, now)
    db.session.rollback()
    assert (vacancy.state, question.state) == (VacancyState.OPEN, AskState.ASKED)
    assert places_of(anna) == []


def test_who_presides_there_is_told_of_somebody_new_without_a_name_and_nobody_else_is(db, planned, vacancy, anna, now):
    say_yes(db, ask(vacancy, anna, now=now)[0], now)
    columns = (Notification.member_id, Campaign.title, Campaign.title_en)
    told = select(*columns).join(Campaign, Campaign.id == Notification.campaign_id)
    (row,) = db.session.execute(told).all()
    assert row.member_id == planned.chair.id
    for title in (row.title, row.title_en):
        assert "appointment" in title or "benoeming" in title
        for word in ("Anna", "Bos", "School 1", "tembureaulid"):
            assert word not in title, title


def test_where_nobody_presides_nobody_is_told_that_somebody_is_new(db, planned, now):
    anna = make_available(planned.election)
    vacancy = leave(planned.leaves, now=now)
    leave(planned.chair, now=now)
    publishing.publish(planned.election, only=[planned.chair.id], actor=COMMAND, now=now)
    db.session.commit()
    say_yes(db, ask(vacancy, anna, now=now)[0], now)
    assert db.session.scalars(select(Campaign)).all() == []


def test_decisions_follow_for_both_and_for_nobody_else(db, planned, now):
    appoint_all(planned, now=now)
    anna = make_available(planned.election)
    left_alone = decision_of(planned.chair).id
    vacancy = leave(planned.leaves, now=now)
    place(planned.election, make_available(planned.election), shift=1, now=now)
    say_yes(db, ask(vacancy, anna, now=now)[0], now)
    run = db.session.get_one(AppointmentRun, vacancy.run_id)
    assert (sorted(run.only), run.total) == (sorted([planned.leaves.id, anna.id]), 2)
    run_job(appointing.run_appointments, run.id, lambda: now, office=OFFICE)
    states = dict(db.session.execute(select(Appointment.member_id, Appointment.state)).all())
    assert states[anna.id] == AppointmentState.ISSUED
    assert states[planned.leaves.id] == AppointmentState.WITHDRAWN
    assert decision_of(planned.chair).id == left_alone
    assert len(states) == 4
    told = db.session.execute(select(OutboundMail.user_id, OutboundMail.values["kind"].as_string()))
    assert (planned.leaves.user_id, "withdrawn") not in told.all()  # who said no hears nothing more


def test_where_letters_are_being_made_the_clock_asks_for_them_later(db, planned, now):
    setup = appoint_all(planned, now=now)
    anna = make_available(planned.election)
    vacancy = leave(planned.leaves, now=now)
    run = db.session.scalars(select(AppointmentRun)).one()
    run.state = "running"
    db.session.commit()
    say_yes(db, ask(vacancy, anna, now=now)[0], now)
    clock.settle(now)
    assert vacancy.run_id is None
    run.state = "done"
    clock.settle(now)
    db.session.commit()
    later = db.session.get_one(AppointmentRun, vacancy.run_id)
    assert sorted(later.only) == sorted(following.people_of(vacancy))
    assert setup.next_number == 4


def test_without_appointments_or_a_published_plan_only_the_plan_changes(db, planned, vacancy, anna, now):
    say_yes(db, ask(vacancy, anna, now=now)[0], now)
    assert vacancy.run_id is None
    assert db.session.scalars(select(AppointmentRun)).all() == []


@pytest.mark.parametrize("by_member", [True, False])
def test_who_has_a_place_elsewhere_by_then_does_not_get_it_and_the_question_stays(
    db, planned, vacancy, anna, now, by_member
):
    (question,) = ask(vacancy, anna, now=now)
    place(planned.election, anna, "voorzitter", now=now)
    actor = Actor("anna", anna.user_id) if by_member else COMMAND
    with pytest.raises(RuleBroken) as refused:
        say_yes(db, question, now, actor)
    db.session.rollback()
    assert ("School" in str(refused.value.text)) is not by_member
    assert (vacancy.state, question.state) == (VacancyState.OPEN, AskState.ASKED)


def test_a_rule_that_stops_the_member_is_respected(db, planned, vacancy, anna, now):
    (question,) = ask(vacancy, anna, now=now)
    find_fault(anna, planned.election)
    with pytest.raises(RuleBroken):
        say_yes(db, question, now)
    db.session.rollback()
    assert vacancy.state == VacancyState.OPEN


def test_what_the_board_filled_a_moment_ago_is_too_late(db, planned, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, piet, now=now)
    place(planned.election, make_available(planned.election), now=now)
    assert say_yes(db, first, now) == Outcome.TOO_LATE
    assert (first.state, second.state) == (AskState.TOO_LATE, AskState.TOO_LATE)
    assert (vacancy.state, vacancy.filled_by_member_id) == (VacancyState.FILLED, None)
    assert places_of(anna) == []


def test_after_the_end_a_yes_is_refused_and_after_a_no_one_may_still_come(db, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, piet, hours=1, now=now)
    with pytest.raises(RuleBroken):
        say_yes(db, first, first.until)
    answering.say_no(second, actor=COMMAND, now=now)
    assert say_yes(db, second, now) == Outcome.COMES
    with pytest.raises(RuleBroken):
        answering.say_no(second, actor=COMMAND, now=now)


def test_of_many_at_once_one_comes_and_all_others_are_too_late(app, db, planned, vacancy, now):
    people = [make_available(planned.election) for _ in range(6)]
    keys = [question.id for question in ask(vacancy, *people, now=now)]
    start = Barrier(len(keys))
    db.session.commit()

    def work(key):
        with app.app_context():
            question = db.session.get(ReplacementAsk, key)
            start.wait()
            outcome = answering.say_yes(question, actor=COMMAND, now=now)
            db.session.commit()
            return outcome

    with ThreadPoolExecutor(len(keys)) as pool:
        outcomes = list(pool.map(work, keys))
    assert (outcomes.count(Outcome.COMES), outcomes.count(Outcome.TOO_LATE)) == (1, len(keys) - 1)
    states = dict(db.session.execute(select(ReplacementAsk.state, func.count()).group_by(ReplacementAsk.state)).all())
    assert states == {AskState.YES: 1, AskState.TOO_LATE: len(keys) - 1}
    there = select(func.count()).where(Assignment.member_id.in_([person.id for person in people]))
    assert db.session.scalar(there) == 1
    db.session.refresh(vacancy)
    assert vacancy.state == VacancyState.FILLED


@pytest.mark.parametrize("where", ["page", "board"])
def test_who_does_not_come_after_all_is_undone_and_somebody_is_looked_for_again(
    db, planned, vacancy, anna, piet, now, where
):
    question, late = ask(vacancy, anna, piet, now=now)
    say_yes(db, question, now)
    if where == "page":
        undoing.take_back(vacancy, actor=COMMAND, now=now)
        assert published(anna, db) == []
    else:
        undo.undo(db.session.get_one(PlanAct, vacancy.act_id), actor=COMMAND, now=now)
        clock.settle(now)
    assert (vacancy.state, vacancy.filled_by_member_id) == (VacancyState.OPEN, None)
    assert (question.state, late.state) == (AskState.WITHDRAWN, AskState.TOO_LATE)
    assert places_of(anna) == []
    assert len(places_of(planned.stays)) == 1
    told = select(OutboundMail.user_id, OutboundMail.values["kind"].as_string()).order_by(OutboundMail.id)
    assert [tuple(row) for row in db.session.execute(told)][-1] == (anna.user_id, "withdrawn")
    acts = db.session.execute(select(AuditEvent.action, AuditEvent.member_id)).all()
    assert ("vacancy.reopened", planned.leaves.id) in acts
    assert [who for action, who in acts if action == "replacement_ask.withdrawn"] == [anna.id]
    with pytest.raises(RuleBroken):
        undoing.take_back(vacancy, actor=COMMAND, now=now)


def change_elsewhere(db, question, state):
    """Another process wrote it; this session has the row as it was."""
    assert question.state == AskState.ASKED
    asked = update(ReplacementAsk).where(ReplacementAsk.id == question.id).values(state=state)
    db.session.execute(asked, execution_options={"synchronize_session": False})


def test_what_another_process_wrote_meanwhile_counts(db, vacancy, anna, piet, now):
    first, second = ask(vacancy, anna, piet, now=now)
    change_elsewhere(db, first, AskState.TOO_LATE)
    assert answering.say_yes(first, actor=COMMAND, now=now) == Outcome.TOO_LATE
    assert places_of(anna) == []
    change_elsewhere(db, second, AskState.YES)
    with pytest.raises(RuleBroken, match="You said that you come"):
        answering.say_no(second, actor=COMMAND, now=now)
