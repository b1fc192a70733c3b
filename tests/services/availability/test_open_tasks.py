"""The task to give availability: for which elections, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AvailabilityState, Condition, ElectionState, MemberState, NotificationKind
from app.services.audiences.groups import Group
from app.services.audit import COMMAND
from app.services.availability import answers
from app.services.availability.open_tasks import count_asked_elections, find_availability
from app.services.waiting import MEMBER_ID, NOW, asked_of
from tests.support.factories.campaigns import send
from tests.support.factories.elections import CLOSES_AT, OPENS_AT, give_availability, make_election, make_open_election
from tests.support.factories.people import make_member

DAY = timedelta(days=1)
COUNTED = select(count_asked_elections(MEMBER_ID, NOW))


@pytest.fixture
def election(db):
    return make_open_election()


@pytest.fixture
def other(db):
    return make_open_election(code="PS2026", name="Provinciale Staten", closes_at=CLOSES_AT + DAY)


def picked(*members):
    return Group((Condition("picked", ids=tuple(member.id for member in members)),))


def ask(now, election, due_at, *members, kind=NotificationKind.GIVE_AVAILABILITY):
    return send(now, kind=kind, election_id=election.id, due_at=due_at, group=picked(*members))


def tasks(db, member, now):
    """Each election with its deadline; the badge counts as many."""
    found = find_availability(member, now)
    assert db.session.scalar(COUNTED, asked_of(member.id, now)) == len(found)
    return [(task.about.code, task.deadline) for task in found]


def test_an_election_is_asked_within_its_period_until_it_is_answered(db, election, other, now):
    member, neighbour = make_member(), make_member()
    make_election(code="TK2028", name="Tweede Kamer")
    give_availability(neighbour, election, now=now)
    both = [(election.code, CLOSES_AT), (other.code, CLOSES_AT + DAY)]
    assert tasks(db, member, now) == both
    assert tasks(db, member, OPENS_AT) == both
    assert tasks(db, member, OPENS_AT - DAY) == []
    assert tasks(db, member, CLOSES_AT) == both[1:]
    give_availability(member, other, now=now)
    assert tasks(db, member, now) == both[:1]
    assert tasks(db, neighbour, now) == both[1:]
    election.state = ElectionState.RUNNING
    db.session.flush()
    assert tasks(db, member, now) == []


@pytest.mark.parametrize("state", [MemberState.PAUSED, MemberState.RESIGNED])
def test_who_may_not_answer_has_no_such_task(db, election, now, state):
    assert tasks(db, make_member(state=state), now) == []


def test_the_team_asks_for_it_earlier_by_a_campaign_for_this_election_and_member(db, election, other, now):
    member, neighbour = make_member(), make_member()
    ask(now, election, CLOSES_AT - 2 * DAY, member)
    ask(now, election, CLOSES_AT - 5 * DAY, member)
    ask(now, election, now + DAY, neighbour)
    assert tasks(db, member, now) == [(election.code, CLOSES_AT - 5 * DAY), (other.code, CLOSES_AT + DAY)]
    over = CLOSES_AT - 3 * DAY
    assert tasks(db, member, over)[0] == (election.code, CLOSES_AT - 2 * DAY)
    assert tasks(db, neighbour, now)[0] == (election.code, now + DAY)


def test_who_answered_is_still_asked_what_the_team_wants_to_know_of_preferences(db, election, other, now):
    member, neighbour = make_member(), make_member()
    for person in (member, neighbour):
        for asked in (election, other):
            give_availability(person, asked, now=now)
    ask(now, election, CLOSES_AT - DAY, member, kind=NotificationKind.PREFER_FUNCTION)
    assert tasks(db, member, now) == [(election.code, CLOSES_AT - DAY)]
    [task] = find_availability(member, now)
    assert task.title.msgid.startswith("Choose what you like to do")
    assert tasks(db, neighbour, now) == []


def test_an_answer_that_was_opened_again_is_asked_until_its_own_end(db, election, other, now):
    member, neighbour = make_member(), make_member()
    late, until = CLOSES_AT + 2 * DAY, CLOSES_AT + 4 * DAY
    answers.reopen_availability(member, election, until=until, actor=COMMAND, now=late)
    assert tasks(db, member, late) == [(election.code, until)]
    assert tasks(db, neighbour, late) == []
    assert tasks(db, member, until) == []
    row = answers.find_availability(member.id, election.id)
    assert (row.state, row.reopened_until) == (AvailabilityState.REQUESTED, until)
