"""Results: who passed, until when it counts, and that the member's row and the rules say the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import local
from app.models import (
    AuditEvent,
    EligibilityFinding,
    EligibilityRule,
    ResultSource,
    RuleCode,
    SeatOutcome,
    TrainingResult,
)
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.certificates import results
from app.services.certificates.results import Passed, end_of_term
from app.services.members.profile import change_data
from app.services.training import attendance
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_member, train
from tests.support.factories.training import make_session, mark, sign_up


def passed_days(db, member):
    rows = select(TrainingResult.passed_on).where(TrainingResult.member_id == member.id)
    return sorted(db.session.scalars(rows))


def finding(db, member):
    rows = select(EligibilityFinding.cause).join(EligibilityRule)
    return db.session.scalar(
        rows.where(EligibilityFinding.member_id == member.id, EligibilityRule.code == RuleCode.TRAINING)
    )


def test_passing_gives_a_certificate_with_an_end_and_anything_else_takes_it_away(db, now):
    session, member = make_session(now, valid_months=24), make_member()
    seat = sign_up(session, member, now)
    mark(seat, SeatOutcome.PASSED, now)
    mark(seat, SeatOutcome.PASSED, now)  # a tap that came twice
    day = local(session.starts_at).date()
    result = db.session.scalars(select(TrainingResult)).one()
    assert (result.passed_on, result.valid_until) == (day, end_of_term(day, 24))
    assert (member.trained_on, member.trained_until) == (day, result.valid_until)
    mark(seat, SeatOutcome.FAILED, now)
    assert (passed_days(db, member), member.trained_on, member.trained_until) == ([], None, None)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 15), 24, date(2028, 1, 14)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 1, 15), None, None),
    ],
)
def test_a_term_ends_the_day_before(day, months, last):
    assert end_of_term(day, months) == last


def test_nothing_is_marked_before_the_day_or_of_who_has_no_place(db, now):
    session = make_session(now, capacity=1)
    seat, waiting = sign_up(session, make_member(), now), sign_up(session, make_member(), now)
    with pytest.raises(RuleBroken):
        attendance.mark(seat, SeatOutcome.PRESENT, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        attendance.mark(waiting, SeatOutcome.PRESENT, actor=COMMAND, now=session.starts_at)


def test_everybody_who_was_there_passes_at_once(db, now):
    session = make_session(now)
    there, away = sign_up(session, make_member(), now), sign_up(session, make_member(), now)
    mark(there, SeatOutcome.PRESENT, now)
    mark(away, SeatOutcome.ABSENT, now)
    assert attendance.pass_everybody_present(session, actor=COMMAND, now=session.starts_at) == 1
    assert (there.outcome, away.outcome) == ("passed", "absent")


def test_a_certificate_that_ended_before_voting_day_is_no_training(db, now):
    election, member = make_open_election(), make_member()
    assert finding(db, member) == "not_trained"
    result = results.add_result(member, Passed(now.date(), election.voting_on), actor=COMMAND, now=now)
    db.session.commit()
    assert finding(db, member) is None
    results.change_result(result, now.date(), election.voting_on - timedelta(days=1), actor=COMMAND, now=now)
    db.session.commit()
    assert finding(db, member) == "training_ended"
    results.remove_result(result, actor=COMMAND, now=now)
    db.session.commit()
    assert finding(db, member) == "not_trained"


def test_the_later_end_counts_of_several(db, now):
    member = make_member()
    results.add_result(member, Passed(date(2025, 1, 1), date(2027, 1, 1)), actor=COMMAND, now=now)
    later = Passed(date(2025, 6, 1), date(2026, 6, 1), ResultSource.E_LEARNING)
    results.add_result(member, later, actor=COMMAND, now=now)
    assert (member.trained_on, member.trained_until) == (date(2025, 6, 1), date(2027, 1, 1))
    results.add_result(member, Passed(date(2024, 1, 1)), actor=COMMAND, now=now)
    assert member.trained_until is None


@pytest.mark.parametrize(
    ("passed", "field"),
    [
        (Passed(date(2100, 1, 1)), "passed_on"),
        (Passed(date(1950, 1, 1)), "passed_on"),
        (Passed(date(2025, 1, 1), date(2024, 1, 1)), "valid_until"),
        (Passed(date(2025, 2, 1)), "passed_on"),  # known
    ],
)
def test_days_that_cannot_be_are_said_at_their_field(db, now, passed, field):
    member = make_member(trained_on=date(2025, 2, 1))
    with pytest.raises(RuleBroken) as refused:
        results.add_result(member, passed, actor=COMMAND, now=now)
    assert refused.value.field == field


def test_what_the_team_notes_with_a_member_is_one_result(db, now):
    member = make_member(trained_on=date(2024, 5, 1))
    change_data(member, {"trained_on": "1-6-2025"}, actor=COMMAND, now=now)
    assert (passed_days(db, member), member.trained_on) == ([date(2025, 6, 1)], date(2025, 6, 1))
    change_data(member, {"trained_on": ""}, actor=COMMAND, now=now)
    assert (passed_days(db, member), member.trained_on) == ([], None)


def test_what_a_session_gave_is_not_overwritten_with_an_older_day(db, now):
    member = make_member()
    results.add_result(member, Passed(date(2025, 6, 1), source=ResultSource.E_LEARNING), actor=COMMAND, now=now)
    for typed in ("1-5-2025", ""):
        with pytest.raises(RuleBroken) as refused:
            change_data(member, {"trained_on": typed}, actor=COMMAND, now=now)
        assert refused.value.field == "trained_on"
    train(member, date(2025, 1, 1))
    assert member.trained_on == date(2025, 6, 1)


def test_each_act_is_in_the_trail(db, now):
    """What became of a place, the result it gave, and results by hand."""
    session, member = make_session(now), make_member()
    seat = sign_up(session, member, now)
    mark(seat, SeatOutcome.PASSED, now)
    mark(seat, SeatOutcome.ABSENT, now)
    result = results.add_result(member, Passed(date(2025, 6, 1)), actor=COMMAND, now=now)
    results.change_result(result, date(2025, 6, 2), None, actor=COMMAND, now=now)
    rows = select(AuditEvent.action).where(AuditEvent.member_id == member.id).order_by(AuditEvent.id)
    assert list(db.session.scalars(rows)) == [
        "training_seat.signed_up",
        "training_seat.marked",
        "training_result.added",
        "training_seat.marked",
        "training_result.removed",
        "training_result.added",
        "training_result.changed",
    ]
