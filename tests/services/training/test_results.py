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
    Member,
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


def test_a_training_counts_from_its_day_to_the_last_day_of_its_certificate(db, now):
    member, other = make_member(), make_member()
    results.add_result(member, Passed(date(2025, 1, 10), date(2025, 1, 20)), actor=COMMAND, now=now)
    for day, counts in ((9, False), (10, True), (20, True), (21, False)):
        trained = select(Member.id).where(results.is_trained_on(date(2025, 1, day)))
        assert db.session.scalars(trained).all() == ([member.id] if counts else [])
        assert db.session.scalar(select(results.has_result(member.id, date(2025, 1, day)))) is counts
    assert not db.session.scalar(select(results.has_result(other.id, date(2025, 1, 15))))


def test_a_certificate_may_end_on_the_day_of_the_training_and_the_training_be_today(now):
    today = local(now).date()
    results.check_passed(Passed(today, today), now)


def test_a_result_is_known_of_the_same_session_or_else_of_the_same_kind_on_that_day(db, now):
    session, other = make_session(now), make_session(now)
    member, day = make_member(), date(2025, 2, 1)
    different = (
        Passed(day),
        Passed(day, source=ResultSource.E_LEARNING),
        Passed(date(2025, 2, 2)),
        Passed(day, source=ResultSource.SESSION, session_id=session.id),
        Passed(day, source=ResultSource.SESSION, session_id=other.id),
    )
    for who in (make_member(), member):
        for passed in different:
            results.add_result(who, passed, actor=COMMAND, now=now)
    again = Passed(date(2025, 3, 1), source=ResultSource.SESSION, session_id=session.id)
    for passed in (*different, again):
        with pytest.raises(RuleBroken, match="known of this member already") as refused:
            results.add_result(member, passed, actor=COMMAND, now=now)
        assert refused.value.field == "passed_on"
    assert len(results.list_of_member(member.id)) == len(different)
    found = results.find_of_session(session.id, member.id)
    assert (found.session_id, found.member_id) == (session.id, member.id)


def test_results_are_listed_with_the_latest_first_of_this_member_only(db, now):
    member = make_member()
    results.add_result(make_member(), Passed(date(2025, 6, 1)), actor=COMMAND, now=now)
    days = [date(2024, 1, 1), date(2025, 1, 1), date(2023, 1, 1)]
    old, new, oldest = (results.add_result(member, Passed(day), actor=COMMAND, now=now) for day in days)
    second = Passed(new.passed_on, source=ResultSource.E_LEARNING)
    last = results.add_result(member, second, actor=COMMAND, now=now)
    assert results.list_of_member(member.id) == [last, new, old, oldest]
    assert results.list_of_member(member.id, limit=2) == [last, new]


def test_a_change_to_the_same_days_is_no_change_and_else_the_trail_says_which_day(db, now):
    member = make_member()
    result = results.add_result(member, Passed(date(2025, 6, 1)), actor=COMMAND, now=now)
    results.change_result(result, date(2025, 6, 1), None, actor=COMMAND, now=now)
    results.change_result(result, date(2025, 6, 1), date(2026, 6, 1), actor=COMMAND, now=now)
    results.change_result(result, date(2025, 6, 2), date(2026, 6, 1), actor=COMMAND, now=now)
    told = select(AuditEvent.details).where(AuditEvent.action == "training_result.changed").order_by(AuditEvent.id)
    assert [details["fields"] for details in db.session.scalars(told)] == [["valid_until"], ["passed_on"]]
    assert (member.trained_on, member.trained_until) == (date(2025, 6, 2), date(2026, 6, 1))
    with pytest.raises(RuleBroken):
        results.change_result(result, date(2025, 6, 2), date(2025, 6, 1), actor=COMMAND, now=now)


def test_many_members_pass_at_once_each_with_an_own_certificate_and_a_trace(db, now):
    first, second, third = (make_member() for _ in range(3))
    results.add_results([], actor=COMMAND, now=now)
    until = date(2026, 1, 1)
    passed = [(first.id, Passed(date(2025, 1, 2), until)), (second.id, Passed(date(2025, 1, 3)))]
    results.add_results(passed, actor=COMMAND, now=now)
    days = [(member.trained_on, member.trained_until) for member in (first, second, third)]
    assert days == [(date(2025, 1, 2), until), (date(2025, 1, 3), None), (None, None)]
    told = select(AuditEvent.member_id).where(AuditEvent.action == "training_result.added")
    assert set(db.session.scalars(told)) == {first.id, second.id}


def test_a_list_notes_days_of_its_own_members_beside_what_a_training_gave(db, now):
    noted, trained, other = (make_member(trained_on=date(2024, 5, 1)) for _ in range(3))
    results.add_result(trained, Passed(date(2023, 1, 1), source=ResultSource.E_LEARNING), actor=COMMAND, now=now)
    results.note_days({}, actor=COMMAND, now=now)
    results.note_days({noted.id: date(2025, 5, 1), trained.id: None}, actor=COMMAND, now=now)
    assert [passed_days(db, member) for member in (noted, trained, other)] == [
        [date(2025, 5, 1)],
        [date(2023, 1, 1)],
        [date(2024, 5, 1)],
    ]
    assert [member.trained_on.year for member in (noted, trained, other)] == [2025, 2023, 2024]


def test_the_team_notes_the_day_that_a_training_gave_or_a_later_one(db, now):
    member, other = make_member(trained_on=date(2025, 12, 1)), make_member()
    results.add_result(member, Passed(date(2025, 6, 1), source=ResultSource.E_LEARNING), actor=COMMAND, now=now)
    for day in (date(2025, 6, 1), date(2025, 7, 1)):
        results.check_noted(member, day)
    for day in (date(2025, 5, 31), None):
        with pytest.raises(RuleBroken):
            results.check_noted(member, day)
        results.check_noted(other, day)
