"""Who may give availability, when, and what an answer must hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.clock import from_local
from app.models import (
    AuditEvent,
    Availability,
    AvailabilityState,
    Declaration,
    DeclarationKind,
    ElectionState,
    Member,
    MemberState,
)
from app.models.guard.row_guard import enter, own_rows
from app.phrases import RuleBroken
from app.services import bulk_acts as acts_on_many
from app.services.audit import COMMAND
from app.services.availability import answer_check, answers
from app.services.availability.answers import ShiftChoice
from app.services.availability.bulk_acts import REOPEN
from app.services.availability.period import why_closed
from app.services.elections import declarations
from app.services.elections.declarations import list_current_texts, list_given
from app.services.planning import phases
from tests.support.factories.elections import (
    CLOSES_AT,
    OPENS_AT,
    answer_for,
    choices_of,
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def naive(year, month, day, hour):
    """A time on a Dutch clock."""
    return datetime(year, month, day, hour)  # noqa: DTZ001


def text_of(election, kind):
    return next(row for row in declarations.list_current_texts(election.id) if row.kind == kind)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [(OPENS_AT - SECOND, False), (OPENS_AT, True), (CLOSES_AT - SECOND, True), (CLOSES_AT, False)],
)
def test_an_answer_is_taken_within_the_period_only(db, at, is_open):
    election = make_open_election()
    if is_open:
        assert give_availability(make_member(), election, now=at).state == "submitted"
        return
    with pytest.raises(RuleBroken):
        give_availability(make_member(), election, now=at)


@pytest.mark.parametrize(
    ("closes", "last"),
    [
        (naive(2026, 3, 29, 3), datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)),  # the night that skips 2:00
        (naive(2026, 10, 25, 3), datetime(2026, 10, 25, 1, 59, 59, tzinfo=UTC)),  # the night that repeats it
    ],
)
def test_the_deadline_holds_when_the_clock_changes(db, closes, last):
    election = make_open_election(voting_on=date(2026, 11, 4), closes_at=from_local(closes))
    assert why_closed(election, None, last) is None
    assert why_closed(election, None, last + SECOND) is not None


def test_an_election_in_draft_asks_nothing(db, now):
    with pytest.raises(RuleBroken):
        give_availability(make_member(), make_election(), now=now)


@pytest.mark.parametrize("state", [MemberState.IMPORTED, MemberState.PAUSED, MemberState.RESIGNED])
def test_only_invited_and_active_members_answer(db, state):
    with pytest.raises(RuleBroken):
        give_availability(make_member(state=state), make_open_election())


def test_every_shift_needs_an_answer(db):
    election = make_open_election()
    first, *others = shifts_of(election)
    choices = {shift.id: answers.ShiftChoice("yes") for shift in others}
    with pytest.raises(RuleBroken) as refusal:
        give_availability(make_member(), election, choices=choices)
    assert refusal.value.field == f"choices.{first.id}"


def test_the_answer_is_kept_with_preferences_in_order(db):
    election = make_open_election()
    stations = [make_station(election, number) for number in (1, 2)]
    functions = [make_function("teller"), make_function("voorzitter")]
    row = give_availability(
        make_member(),
        election,
        choices=choices_of(election, "yes") | {shifts_of(election)[0].id: answers.ShiftChoice("no", " Werk ")},
        functions=[function.id for function in functions],
        stations=[stations[1].id, stations[0].id],
        remark=" Ik neem koffie mee ",
    )
    assert [function.function.code for function in row.functions] == ["teller", "voorzitter"]
    assert [(station.station.number, station.rank) for station in row.stations] == [(2, 1), (1, 2)]
    assert row.remark == "Ik neem koffie mee"
    assert {shift.reason for shift in row.shifts} == {"Werk", ""}


def test_who_says_no_to_every_shift_keeps_no_preferences(db):
    election = make_open_election()
    given = {"functions": [make_function("teller").id], "stations": [make_station(election, 1).id]}
    row = give_availability(make_member(), election, choices=choices_of(election, "no"), **given)
    assert (row.functions, row.stations) == ([], [])


def test_a_changed_answer_replaces_the_first_one(db):
    election, member = make_open_election(), make_member()
    teller, chair = make_function("teller"), make_function("voorzitter")
    give_availability(member, election, functions=[teller.id, chair.id])
    row = give_availability(member, election, functions=[chair.id, teller.id], choices=choices_of(election, "maybe"))

    assert db.session.scalar(select(func.count()).select_from(Availability)) == 1
    assert [function.function_id for function in row.functions] == [chair.id, teller.id]
    assert {shift.answer for shift in row.shifts} == {"maybe"}


@pytest.mark.parametrize("field", ["functions", "stations"])
def test_a_preference_is_given_once(db, field):
    election = make_open_election()
    chosen = make_station(election, 1).id if field == "stations" else make_function("teller").id
    with pytest.raises(RuleBroken) as refusal:
        give_availability(make_member(), election, **{field: [chosen, chosen]})
    assert refusal.value.field == f"{field}.2"


def test_a_station_of_another_election_cannot_be_preferred(db):
    other = make_station(make_election(code="GR2026_Elders"), 1)
    with pytest.raises(RuleBroken):
        give_availability(make_member(), make_open_election(), stations=[other.id])


@pytest.mark.parametrize("kind", list(DeclarationKind))
def test_who_helps_gives_every_required_declaration(db, kind):
    election = make_open_election()
    given = {**answer_for(election).declarations, text_of(election, kind).id: False}
    if kind == DeclarationKind.NOT_A_CANDIDATE:  # to say that it is not so is an answer too
        del given[text_of(election, kind).id]
    with pytest.raises(RuleBroken) as refusal:
        give_availability(make_member(), election, declarations=given)
    assert refusal.value.field == f"declarations.{text_of(election, kind).id}"


def test_who_cannot_help_at_all_declares_nothing(db):
    election = make_open_election()
    row = give_availability(make_member(), election, choices=choices_of(election, "no"), declarations={})
    assert row.state == "submitted"


def test_a_declaration_keeps_the_version_that_was_read(db, now):
    election, member = make_open_election(), make_member()
    give_availability(member, election)
    read = text_of(election, DeclarationKind.ELIGIBLE)
    newer = declarations.change_text(
        read, body_nl="Anders", body_en="", is_required=True, position=1, actor=COMMAND, now=now
    )
    kept = db.session.scalars(select(Declaration.text_id).where(Declaration.member_id == member.id)).all()
    assert read.id in kept
    assert newer.id not in kept


def test_a_candidate_may_apply_where_the_election_allows_it(db):
    election = make_open_election(candidates_may_apply=True)
    text = text_of(election, DeclarationKind.NOT_A_CANDIDATE)
    row = give_availability(make_member(), election, declarations={**answer_for(election).declarations, text.id: False})
    assert row.state == "submitted"


def test_a_candidate_is_seen_by_the_team_and_no_longer_counts(db, now):
    election, member = make_open_election(), make_member()
    give_availability(member, election)
    text = text_of(election, DeclarationKind.NOT_A_CANDIDATE)
    answer = answer_for(election, declarations={text.id: False})
    outcome = answers.record_answer(member, election, answer, by=answers.By.MEMBER, actor=COMMAND, now=now)
    assert outcome is answers.Outcome.CANDIDACY
    assert answers.find_availability(member.id, election.id).state == "requested"
    assert answers.is_candidate(list_given(member.id, election.id))


def test_the_team_reopens_one_members_answer(db):
    election, member, other = make_open_election(), make_member(), make_member()
    later = CLOSES_AT + timedelta(days=2)
    answers.reopen_availability(member, election, until=later, actor=COMMAND, now=CLOSES_AT + SECOND)

    assert give_availability(member, election, now=later - SECOND).state == "submitted"
    for person, at in ((member, later), (other, later - SECOND)):
        with pytest.raises(RuleBroken):
            give_availability(person, election, now=at)


def test_the_team_enters_an_answer_after_the_deadline_and_it_is_logged(db):
    election, member = make_open_election(), make_member()
    late = CLOSES_AT + timedelta(days=1)
    answers.record_answer(member, election, answer_for(election), by=answers.By.TEAM, actor=COMMAND, now=late)
    db.session.commit()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "availability.entered")).one()
    assert (event.member_id, event.details) == (member.id, {"election_id": election.id})


def test_planning_locks_the_answers(db):
    election, member = make_open_election(), make_member()
    give_availability(member, election)
    with pytest.raises(RuleBroken):
        phases.start_planning(election, actor=COMMAND, now=CLOSES_AT - SECOND)
    phases.start_planning(election, actor=COMMAND, now=CLOSES_AT)
    db.session.commit()
    db.session.expire_all()
    row = answers.find_availability(member.id, election.id)
    assert (row.state, election.state) == ("locked", "planning")
    assert why_closed(election, row, CLOSES_AT - timedelta(days=9)) is not None


def test_an_election_that_asks_again_opens_the_answers_that_planning_locked(db):
    election, elsewhere, member = make_open_election(), make_open_election(code="PS2026"), make_member()
    for asked in (election, elsewhere):
        give_availability(member, asked)
        phases.start_planning(asked, actor=COMMAND, now=CLOSES_AT)
    answers.open_availability(
        election, opens_at=OPENS_AT, closes_at=CLOSES_AT + DAY, explanation="", actor=COMMAND, now=CLOSES_AT
    )
    db.session.commit()
    db.session.expire_all()
    assert election.state == ElectionState.RECRUITING
    states = [answers.find_availability(member.id, asked.id).state for asked in (election, elsewhere)]
    assert states == [AvailabilityState.SUBMITTED, AvailabilityState.LOCKED]


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        (CLOSES_AT, OPENS_AT),
        (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)),
        (OPENS_AT, datetime(2026, 3, 19, 12, tzinfo=UTC)),
    ],
)
def test_a_period_lies_ahead_and_before_the_voting_day(db, now, opens, closes):
    with pytest.raises(RuleBroken):
        answers.open_availability(
            make_election(), opens_at=opens, closes_at=closes, explanation="", actor=COMMAND, now=now
        )


def test_a_member_never_reaches_the_answer_of_another(db):
    election, member, other = make_open_election(), make_member(), make_member()
    give_availability(other, election)
    me, other_id = db.session.get(Member, member.id), other.id
    before = enter(own_rows(member_id=me.id, user_id=me.user_id))
    try:
        db.session.expunge_all()
        assert answers.find_availability(other_id, election.id) is None
        assert db.session.scalars(select(Availability)).all() == []
    finally:
        enter(before)


def test_all_that_is_wrong_with_an_answer_is_said_at_once(db, now):
    election = make_open_election()
    first = shifts_of(election)[0]
    wrong = {
        "choices": {**choices_of(election, "yes"), first.id: ShiftChoice("")},
        "functions": [make_function("teller").id] * 2,
        "remark": "x" * 2001,
        "declarations": {},
    }
    with pytest.raises(RuleBroken) as refusal:
        give_availability(make_member(), election, now=now, **wrong)
    fields = [fault.field for fault in refusal.value.together]
    assert fields[:3] == [f"choices.{first.id}", "functions.2", "remark"]
    assert len(fields) == 3 + len(list_current_texts(election.id))


def test_texts_of_an_answer_have_a_longest_length(db):
    election = make_open_election()
    first = shifts_of(election)[0]

    def answered(reason: int, remark: int):
        choices = answer_for(election).choices | {first.id: ShiftChoice("no", "a" * reason)}
        return give_availability(make_member(), election, choices=choices, remark="a" * remark)

    assert len(answered(answer_check.MAX_REASON, answer_check.MAX_REMARK).remark) == answer_check.MAX_REMARK
    for reason, remark, field in (
        (answer_check.MAX_REASON + 1, 0, f"choices.{first.id}.reason"),
        (0, answer_check.MAX_REMARK + 1, "remark"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            answered(reason, remark)
        assert refusal.value.field == field


def test_a_function_that_is_out_of_use_and_a_shift_that_is_gone_cannot_be_answered(db):
    election, teller = make_open_election(), make_function("teller")
    teller.is_active = False
    db.session.flush()
    with pytest.raises(RuleBroken) as refusal:
        give_availability(make_member(), election, functions=[teller.id])
    assert refusal.value.field == "functions.1"
    choices = answer_for(election).choices | {0: ShiftChoice("yes")}
    with pytest.raises(RuleBroken, match="The shifts were changed"):
        give_availability(make_member(), election, choices=choices)


def test_an_answer_is_reopened_until_a_moment_to_come_and_not_after_the_voting_day(db):
    """Of who may answer, while the election asks; also of who never answered."""
    election, member = make_open_election(), make_member()
    last = from_local(naive(2026, 3, 18, 23))
    for until in (CLOSES_AT, CLOSES_AT - SECOND, last + timedelta(hours=1)):
        with pytest.raises(RuleBroken) as refused:
            reopen(election, member, until)
        assert refused.value.field == "until"
    reopen(election, member, last)
    row = answers.find_availability(member.id, election.id)
    assert (row.state, row.reopened_until) == ("requested", last)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "availability.reopened")).one()
    assert event.member_id == member.id
    assert event.details == {"election_id": election.id, "until": last.isoformat(timespec="minutes")}
    with pytest.raises(RuleBroken, match="invited or active"):
        reopen(election, make_member(state=MemberState.RESIGNED), last)
    election.state = "settling"
    with pytest.raises(RuleBroken, match="not open"):
        reopen(election, member, last)


def reopen(election, member, until):
    answers.reopen_availability(member, election, until=until, actor=COMMAND, now=CLOSES_AT)


def test_many_answers_are_reopened_at_once_and_of_who_may_not_answer_it_is_said(db):
    election, member, away = make_open_election(), make_member(), make_member(state=MemberState.PAUSED)
    until = CLOSES_AT + timedelta(days=1)
    asked = {"election_id": election.id, "until": until.isoformat(), "actor": COMMAND, "now": CLOSES_AT}
    found = acts_on_many.preview(REOPEN, select(Member.id).where(Member.id.in_((member.id, away.id))))
    assert (found.total, found.reached) == (2, 1)
    REOPEN.each(member, **asked)
    assert answers.find_availability(member.id, election.id).reopened_until == until
    with pytest.raises(RuleBroken, match="gone"):
        REOPEN.each(member, **{**asked, "election_id": election.id + 1})
