"""What the team reads of an election: totals and answers of this election and of these members, and of no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AvailabilityState, Declaration, DeclarationKind, ElectionState, Member, MemberState
from app.services.audit import COMMAND
from app.services.availability import answers, lists
from app.services.availability.answers import find_availability
from app.services.elections import declarations
from app.services.members.states import pause, resign, resume
from app.services.overview.next_steps import list_courses
from tests.support.factories.elections import (
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


@pytest.fixture
def election(db):
    return make_open_election()


@pytest.fixture
def other(db):
    return make_open_election(code="PS2027", name="Provinciale Staten")


def declare_candidacy(member, election, now):
    text = next(
        row for row in declarations.list_current_texts(election.id) if row.kind == DeclarationKind.NOT_A_CANDIDATE
    )
    answer = answer_for(election, declarations={text.id: False})
    answers.record_answer(member, election, answer, by=answers.By.MEMBER, actor=COMMAND, now=now)


def test_the_totals_of_an_election_hold_its_answers_only(db, election, other):
    teller, chair = make_function("teller"), make_function("voorzitter")
    first, second, _silent = (make_member() for _ in range(3))
    give_availability(first, election, functions=[teller.id, chair.id], choices=choices_of(election, {0: "no"}))
    give_availability(second, election, functions=[chair.id], choices=choices_of(election, {0: "maybe"}))
    give_availability(first, other, functions=[teller.id], choices=choices_of(other, "maybe"))
    totals = lists.find_totals(election)
    assert (totals.asked, totals.answered) == (3, 2)
    assert totals.functions == {teller.id: 1, chair.id: 1}  # first preferences
    early, *later = shifts_of(election)
    assert totals.shifts[early.id] == {"yes": 0, "maybe": 1, "no": 1}
    assert [totals.shifts[shift.id]["yes"] for shift in later] == [2] * len(later)
    assert set(totals.shifts) == {shift.id for shift in shifts_of(election)}


def test_an_answer_of_a_candidate_counts_in_no_total(db, election, now):
    member = make_member()
    give_availability(member, election, functions=[make_function("teller").id])
    declare_candidacy(member, election, now)
    totals = lists.find_totals(election)
    assert (totals.asked, totals.answered, totals.shifts, totals.functions) == (1, 0, {}, {})


@pytest.mark.parametrize("stop", [pause, resign])
def test_who_stops_leaves_answers_totals_and_counts_until_coming_back(db, election, now, stop):
    make_member(state=MemberState.RESIGNED)
    stopped, other = make_member(), make_member()
    for member in (stopped, other):
        give_availability(member, election)
    before = lists.find_totals(election)
    stop(stopped, actor=COMMAND, now=now)
    db.session.commit()
    totals = lists.find_totals(election)
    assert (totals.asked, totals.answered) == (1, 1)
    assert all(sum(answers.values()) == 1 for answers in totals.shifts.values())
    (course,) = list_courses(now)
    assert (course.answered, course.asked) == (1, 1)
    assert [row.Member for row in lists.find_asked(election.id)] == [other]
    found = lists.find_asked(election.id, with_stopped=True).filter(lists.has_stopped())
    assert [row.Member for row in found] == [stopped]
    resume(stopped, actor=COMMAND, now=now)
    stopped.state = MemberState.ACTIVE
    db.session.commit()
    assert lists.find_totals(election) == before


def test_an_answer_that_comes_back_during_the_planning_is_fixed(db, election, now):
    member = make_member()
    give_availability(member, election)
    pause(member, actor=COMMAND, now=now)
    election.state = ElectionState.PLANNING
    db.session.flush()
    resume(member, actor=COMMAND, now=now)
    assert find_availability(member.id, election.id).state == AvailabilityState.LOCKED


def test_an_answer_that_comes_back_is_fixed_only_where_its_own_election_is_planned(db, election, other, now):
    member = make_member()
    for asked in (election, other):
        give_availability(member, asked)
    pause(member, actor=COMMAND, now=now)
    other.state = ElectionState.PLANNING
    db.session.flush()
    resume(member, actor=COMMAND, now=now)
    states = [find_availability(member.id, asked.id).state for asked in (election, other)]
    assert states == [AvailabilityState.SUBMITTED, AvailabilityState.LOCKED]


def test_the_history_of_an_election_that_is_over_stays(db, election, now):
    member = make_member()
    give_availability(member, election)
    election.state = ElectionState.CLOSED
    db.session.flush()
    resign(member, actor=COMMAND, now=now)
    assert lists.find_totals(election).answered == 1


def test_how_many_answered_is_told_of_each_election(db, election, other, now):
    make_election(code="TK2028", name="Tweede Kamer").state = "closed"
    first, _second = make_member(), make_member()
    give_availability(first, election)
    db.session.commit()
    told = {course.election.id: (course.answered, course.asked) for course in list_courses(now)}
    assert told == {election.id: (1, 2), other.id: (0, 2)}


def test_the_details_of_a_member_are_what_this_member_answered_for_this_election(db, election, other, now):
    member, stranger = make_member(), make_member()
    places = [make_station(election, number, name) for number, name in ((1, "Raadhuis"), (2, "School"))]
    teller, chair = make_function("teller"), make_function("voorzitter")
    give_availability(member, election, functions=[chair.id, teller.id], stations=[places[1].id, places[0].id])
    give_availability(member, other, functions=[teller.id])
    give_availability(stranger, election)
    found = lists.find_details(election.id, [member.id])
    assert set(found) == {member.id}
    details = found[member.id]
    assert [function.name for function in details.functions] == [chair.name, teller.name]
    assert [station.name for station in details.stations] == ["2 School", "1 Raadhuis"]
    assert details.shifts == {shift.id: ("yes", "") for shift in shifts_of(election)}
    assert not details.is_candidate
    declare_candidacy(member, election, now)
    assert lists.find_details(election.id, [member.id])[member.id].is_candidate
    assert not lists.find_details(other.id, [member.id])[member.id].is_candidate


def test_a_declaration_is_of_the_member_who_gave_it_and_of_its_first_moment(db, election, other, now):
    first, second = make_member(), make_member()

    def moments(member, of):
        given = select(Declaration.given_at).where(Declaration.member_id == member.id, Declaration.election_id == of.id)
        return set(db.session.scalars(given)), len(list(db.session.scalars(given)))

    hours = [now + timedelta(hours=number) for number in range(4)]
    give_availability(first, election, now=hours[0])
    give_availability(second, election, now=hours[1])
    give_availability(first, other, now=hours[2])
    give_availability(first, election, now=hours[3])  # says the same again
    count = len(declarations.list_current_texts(election.id))
    assert moments(first, election) == ({hours[0]}, count)
    assert moments(second, election) == ({hours[1]}, count)
    assert moments(first, other) == ({hours[2]}, count)


def test_members_are_narrowed_by_what_they_said_and_prefer_in_an_answer_that_counts(db, election, other, now):
    teller, chair = make_function("teller"), make_function("voorzitter")
    names = ("Ja", "Misschien", "Nee", "Teruggenomen", "Elders", "Zwijgt", "Kandidaat")
    people = {name: make_member(surname=name, infix="") for name in names}
    for name, answer, function in (("Ja", "yes", chair), ("Misschien", "maybe", teller), ("Nee", "no", chair)):
        choices = choices_of(election, {0: answer})
        give_availability(people[name], election, choices=choices, functions=[function.id])
    for name in ("Teruggenomen", "Kandidaat"):
        give_availability(people[name], election, functions=[chair.id])
    find_availability(people["Teruggenomen"].id, election.id).state = AvailabilityState.STOPPED
    give_availability(people["Elders"], other, functions=[chair.id])
    declare_candidacy(people["Kandidaat"], election, now)
    db.session.commit()
    early, late = (shift.id for shift in shifts_of(election)[:2])

    def found(*criteria):
        rows = lists.find_asked(election.id).filter(*criteria).order_by(Member.id)
        return [row.Member.surname for row in rows]

    assert found() == list(names)
    assert found(lists.has_answered()) == ["Ja", "Misschien", "Nee"]
    assert found(~lists.has_answered()) == ["Teruggenomen", "Elders", "Zwijgt", "Kandidaat"]
    assert found(lists.has_stopped()) == ["Teruggenomen"]
    assert found(lists.said(early, "yes")) == ["Ja"]
    assert found(lists.said(early, "no")) == ["Nee"]
    assert found(lists.said(late, "yes")) == ["Ja", "Misschien", "Nee"]
    assert found(lists.prefers(chair.id)) == ["Ja", "Nee"]
    assert found(lists.prefers(teller.id)) == ["Misschien"]
    assert found(lists.is_candidate()) == ["Kandidaat"]


def test_of_an_election_that_asks_nobody_the_totals_are_nothing(election):
    totals = lists.find_totals(election)
    assert (totals.asked, totals.answered, totals.shifts, totals.functions) == (0, 0, {}, {})
