"""What is to be done for an election, and what is done: the steps in their order."""

from __future__ import annotations

from datetime import timedelta

from app.models import Campaign, CampaignState, ElectionState, MemberState, NotificationKind
from app.services.overview.next_steps import find_course, list_courses
from tests.support.factories.elections import give_availability, make_election, make_open_election, make_station
from tests.support.factories.people import make_member


def kinds(course):
    return [step.kind for step in course.steps]


def test_an_election_that_is_prepared_needs_members_stations_accounts_and_a_period(db, now):
    election = make_election()
    assert kinds(find_course(election, now)) == ["members", "stations", "invite", "period"]
    assert find_course(election, now).next_step.kind == "members"
    make_member(state=MemberState.IMPORTED)
    assert find_course(election, now).next_step.kind == "stations"
    make_station(election, 1)
    course = find_course(election, now)
    assert course.next_step.kind == "invite"
    assert course.next_step.words.values == {"num": 1}


def test_while_it_asks_the_team_tells_the_members_and_waits_for_answers(db, now):
    election = make_open_election()
    make_station(election, 1)
    member = make_member()
    assert find_course(election, now).next_step.kind == "campaign"
    values = {"kind": NotificationKind.GIVE_AVAILABILITY, "title": "x", "created_at": now, "conditions": []}
    db.session.add(Campaign(election_id=election.id, state=CampaignState.DONE, **values))
    db.session.flush()
    assert find_course(election, now).next_step.kind == "answers"
    give_availability(member, election, now=now)
    db.session.commit()
    assert find_course(election, now).next_step.kind == "move"


def test_after_the_deadline_one_no_longer_waits(db, now):
    election = make_open_election()
    make_member()
    after = election.availability_closes_at + timedelta(seconds=1)
    answers = [step for step in find_course(election, after).steps if step.kind == "answers"]
    assert answers[0].is_done


def test_a_closed_election_is_no_longer_on_home(db, now, statements):
    make_election().state = ElectionState.CLOSED
    open_one = make_election(code="GR2027_B")
    with statements() as seen:
        assert [course.election.id for course in list_courses(now)] == [open_one.id]
    assert len(seen) == 1
