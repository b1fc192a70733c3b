"""Which sessions a member can choose, which are the own ones, and for which elections one has to be chosen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.models import Availability, AvailabilityState, ElectionState
from app.services.audit import COMMAND
from app.services.training import for_member, seats, sessions
from app.services.waiting import MEMBER_ID, NOW, asked_of
from tests.support.factories.elections import (
    choices_of,
    give_availability,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member, train
from tests.support.factories.plans import publish_places
from tests.support.factories.training import make_session, sign_up


@pytest.fixture
def election(db):
    return make_open_election()


@pytest.fixture
def other(election):
    return make_open_election(code="TK2026", type="TK", voting_on=date(2026, 10, 28))


def helper(election, answer="yes", *functions):
    """Somebody who answers so for each shift, and likes these functions."""
    wished = tuple(make_function(code).id for code in functions)
    return helps(make_member(), election, answer, wished)


def helps(member, election, answer="yes", wished=()):
    give_availability(member, election, choices=choices_of(election, answer), functions=wished)
    return member


def planned(election, function, member=None, *, now):
    """Somebody with a published place in this function."""
    member = member or make_member()
    station = make_station(election, member.id)
    publish_places(election, [(member, station, shifts_of(election)[0], make_function(function))], now=now)
    return member


def offered(member, now):
    return [own.session.title for own in for_member.list_sessions(member.id, now)]


def needed(db, member, now):
    """The elections; the number in the menu is the same."""
    found = for_member.list_needed(member.id, now)
    counted = select(for_member.count_needed(MEMBER_ID, NOW))
    assert db.session.scalar(counted, asked_of(member.id, now)) == len(found)
    return [election.code for election, _until in found]


def make_all(now, election, other):
    """A session for everybody, for chairs, for counters, and for each of two elections."""
    chair, counter = (make_function(code).id for code in ("voorzitter", "teller"))
    of = {
        "Allen": {},
        "Voorzitters": {"function_ids": (chair,)},
        "Tellers": {"function_ids": (counter,)},
        "Gemeente": {"election_id": election.id},
        "Voorzitters gemeente": {"election_id": election.id, "function_ids": (chair,)},
        "Kamer": {"election_id": other.id},
    }
    for number, (title, values) in enumerate(of.items()):
        make_session(now, title=title, starts_at=now + timedelta(days=10 + number), **values)


def test_a_session_is_for_what_the_member_does_or_would_like_to_do(election, other, now):
    make_all(now, election, other)
    wishes, does = helper(election, "maybe", "voorzitter"), planned(election, "teller", now=now)
    assert offered(wishes, now) == ["Allen", "Voorzitters", "Gemeente", "Voorzitters gemeente"]
    assert offered(does, now) == ["Allen", "Tellers", "Gemeente"]
    both = planned(election, "teller", helper(election, "yes", "voorzitter"), now=now)
    assert offered(both, now) == ["Allen", "Voorzitters", "Tellers", "Gemeente", "Voorzitters gemeente"]


def test_of_whom_nothing_is_known_any_session_may_be_for(db, election, other, now):
    """Those for an election still only for who helps there."""
    make_all(now, election, other)
    assert offered(make_member(), now) == ["Allen", "Voorzitters", "Tellers"]
    assert offered(helper(election), now) == ["Allen", "Voorzitters", "Tellers", "Gemeente", "Voorzitters gemeente"]
    assert offered(helper(election, "no"), now) == ["Allen", "Voorzitters", "Tellers"]
    stopped = helper(election)
    db.session.execute(update(Availability).filter_by(member_id=stopped.id).values(state=AvailabilityState.STOPPED))
    assert offered(stopped, now) == ["Allen", "Voorzitters", "Tellers"]
    wished_elsewhere = helps(helper(election), other, "yes", (make_function("teller").id,))
    assert "Voorzitters gemeente" in offered(wished_elsewhere, now)
    assert "Voorzitters" not in offered(wished_elsewhere, now)


def test_a_place_that_was_taken_back_is_none(election, other, now):
    make_all(now, election, other)
    member = make_member()
    place = (member, make_station(election, 1), shifts_of(election)[0], make_function("teller"))
    places = publish_places(election, [place], now=now)
    assert offered(member, now) == ["Allen", "Tellers", "Gemeente"]
    publish_places(election, [], now=now, ended=places)
    assert offered(member, now) == ["Allen", "Voorzitters", "Tellers"]


def test_the_own_sessions_stay_a_day_and_what_cannot_be_chosen_is_not_offered(db, now):
    """In the order of the days; of another member nothing is told."""
    member, colleague = make_member(), make_member()
    later, own = make_session(now, title="Later", starts_at=now + timedelta(days=20)), make_session(now, title="Eigen")
    closed = make_session(now, title="Gesloten", sign_up_until=now + timedelta(days=1))
    seat, _theirs = sign_up(own, member, now), sign_up(closed, colleague, now)
    until = now + timedelta(days=1)
    assert offered(member, now) == ["Eigen", "Gesloten", "Later"]
    assert offered(member, until) == ["Eigen", "Later"]
    assert [found.seat for found in for_member.list_sessions(member.id, until)] == [seat, None]
    assert offered(member, own.starts_at) == ["Eigen", "Later"]
    assert offered(member, later.starts_at) == []
    gone = own.ends_at + for_member.KEPT
    assert offered(member, gone - timedelta(seconds=1)) == ["Eigen", "Later"]
    assert offered(member, gone) == ["Later"]
    assert for_member.may_choose(own.id, member.id, now)
    assert not for_member.may_choose(closed.id, member.id, until)


def test_a_seat_is_a_place_a_turn_in_the_queue_or_what_the_session_ended(db, now):
    session, other = make_session(now, capacity=1), make_session(now, title="Ander")
    member, waits, gave_up = (make_member() for _ in range(3))
    seats.give_up(sign_up(session, gave_up, now).id, actor=COMMAND, now=now - timedelta(minutes=1))
    for who in (member, waits):
        sign_up(session, who, now)
    told = _told(session, member, waits, gave_up, now=now)
    assert told == [(True, False, False), (False, True, False), (False, False, False)]
    assert _told(other, member, now=now) == [(False, False, False)]
    sessions.cancel_session(session, "", actor=COMMAND, now=now)
    told = _told(session, member, waits, gave_up, now=now)
    assert told == [(False, False, True), (False, False, True), (False, False, False)]


def _told(session, *members, now):
    of = (next(own for own in for_member.list_sessions(who.id, now) if own.session is session) for who in members)
    return [(own.has_place, own.waits, own.is_called_off) for own in of]


def test_a_training_is_needed_by_who_does_or_may_get_what_needs_one(db, election, now):
    make_session(now, election_id=election.id)
    everybody = {
        "answered": helper(election),
        "maybe": helper(election, "maybe", "voorzitter"),
        "wants what needs none": helper(election, "yes", "teller"),
        "wants one of both": helper(election, "yes", "teller", "voorzitter"),
        "cannot": helper(election, "no"),
        "never answered": make_member(),
        "planned": planned(election, "stembureaulid", now=now),
        "planned for what needs none": planned(election, "teller", helper(election), now=now),
        "trained": helper(election),
    }
    train(everybody["trained"], now.date())
    db.session.commit()
    assert [name for name, member in everybody.items() if needed(db, member, now)] == [
        "answered",
        "maybe",
        "wants one of both",
        "planned",
    ]


def test_what_is_wished_or_planned_for_another_election_says_nothing_here(db, election, other, now):
    make_session(now)
    wished = helps(helper(other, "yes", "teller"), election)
    assert needed(db, wished, now) == [election.code]
    does = helps(planned(other, "teller", now=now), election)
    assert needed(db, does, now) == [election.code]
    assert needed(db, planned(election, "teller", helps(make_member(), other), now=now), now) == [other.code]


def test_a_training_is_chosen_for_an_election_while_there_is_one_before_voting_day(db, election, other, now):
    """The last moment is that of the last session; a session of another election is none."""
    member = helps(helper(election), other)
    make_session(now, election_id=other.id, starts_at=now + timedelta(days=100))
    assert needed(db, member, now) == [other.code]
    first = make_session(now, election_id=election.id)
    last = make_session(now, sign_up_until=now + timedelta(days=19), starts_at=now + timedelta(days=20))
    voting_on = election.voting_on
    make_session(now, starts_at=now.replace(year=voting_on.year, month=voting_on.month, day=voting_on.day))
    found = for_member.list_needed(member.id, now)
    assert [(row.code, until) for row, until in found][:1] == [(election.code, last.sign_up_until)]
    assert dict(for_member.list_needed(member.id, last.sign_up_until)) == {other: now + timedelta(days=100)}
    assert first.starts_at < last.sign_up_until


@pytest.mark.parametrize("state", [ElectionState.DRAFT, ElectionState.SETTLING, ElectionState.CLOSED])
def test_no_training_is_needed_for_an_election_that_asks_nobody_any_more(db, election, now, state):
    make_session(now)
    member = helper(election)
    assert needed(db, member, now) == [election.code]
    election.state = state
    db.session.commit()
    assert needed(db, member, now) == []


def test_who_comes_or_waits_has_chosen_until_the_session_is_over(db, election, other, now):
    member, waits, gave_up, of_other = (helper(election) for _ in range(4))
    session = make_session(now, election_id=election.id, capacity=1)
    make_session(now, title="Nog een", starts_at=now + timedelta(days=30))
    seats.give_up(sign_up(session, gave_up, now).id, actor=COMMAND, now=now)
    for who in (member, waits):
        sign_up(session, who, now)
    sign_up(make_session(now, title="Kamer", election_id=other.id), of_other, now, is_own=False)
    assert [needed(db, who, now) for who in (member, waits)] == [[], []]
    assert [needed(db, who, now) for who in (gave_up, of_other)] == [[election.code], [election.code]]
    assert needed(db, member, session.ends_at - timedelta(seconds=1)) == []
    assert needed(db, member, session.ends_at) == [election.code]
