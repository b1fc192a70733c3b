"""Two members that are one had places in one session: the better place stays, the other comes free."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import TrainingSeat
from app.services.audit import COMMAND
from app.services.members.one_person.seats import settle_seats
from app.services.training import seats
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, sign_up


def _left(db, session):
    db.session.expire_all()
    rows = db.session.scalars(select(TrainingSeat).where(TrainingSeat.session_id == session.id))
    return [(seat.member_id, seat.state) for seat in rows]


@pytest.mark.parametrize("gone_is_first", [True, False])
def test_a_place_stays_and_waiting_goes(db, now, gone_is_first):
    session = make_session(now, capacity=1)
    first, second = make_member(), make_member()
    sign_up(session, first, now)
    sign_up(session, second, now + timedelta(minutes=1))
    gone, kept = (first, second) if gone_is_first else (second, first)
    settle_seats(gone.id, kept.id)
    assert _left(db, session) == [(first.id, "signed_up")]
    assert (session.taken, session.waiting) == (1, 0)


def test_of_two_places_that_of_who_stays_stays_and_the_other_comes_free(db, now):
    session = make_session(now, capacity=3)
    gone, kept, other = (make_member() for _ in range(3))
    for member in (gone, kept, other):
        sign_up(session, member, now)
    settle_seats(gone.id, kept.id)
    assert set(_left(db, session)) == {(kept.id, "signed_up"), (other.id, "signed_up")}
    assert (session.taken, session.waiting) == (2, 0)


def test_a_place_that_was_given_up_goes_and_frees_nothing(db, now):
    session = make_session(now, capacity=3)
    gone, kept = make_member(), make_member()
    seats.give_up(sign_up(session, kept, now).id, actor=COMMAND, now=now)
    sign_up(session, gone, now)
    settle_seats(gone.id, kept.id)
    assert _left(db, session) == [(gone.id, "signed_up")]
    assert session.taken == 1


def test_places_in_two_sessions_both_stay(db, now):
    sessions, (gone, kept) = [make_session(now), make_session(now)], (make_member(), make_member())
    for session, member in zip(sessions, (gone, kept), strict=True):
        sign_up(session, member, now)
    settle_seats(gone.id, kept.id)
    assert [_left(db, session) for session in sessions] == [[(gone.id, "signed_up")], [(kept.id, "signed_up")]]
