"""What a notification still asks of its member: as long as it was not done, and can be done by this member."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Availability, AvailabilityState, ElectionState, MemberState, NotificationKind
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns.campaigns import send_automatic
from app.services.members import profile
from app.services.members.bsn import record_bsn
from app.services.notifications import notifications
from app.services.notifications.recall import retract_notifications
from tests.support.factories.elections import CLOSES_AT, OPENS_AT, give_availability, make_function, make_open_election
from tests.support.factories.people import make_member

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
GIVE, PREFER = NotificationKind.GIVE_AVAILABILITY, NotificationKind.PREFER_FUNCTION


def tell(kind, now, election=None, **values):
    texts = {"title": "Vraag", "title_en": "", "subject_id": 1, **values}
    about = {"election_id": election and election.id}
    return send_automatic(kind, groups.everybody(), **texts, **about, actor=COMMAND, now=now)


@pytest.fixture
def ask(db):
    """Kinds that are still asked of a member at a moment."""

    def find(member, at, kinds=tuple(NotificationKind)):
        return list(db.session.scalars(notifications.still_asked(member.id, kinds, at)))

    return find


@pytest.fixture
def member(db):
    return make_member()


@pytest.fixture
def election(db):
    return make_open_election()


def test_availability_is_asked_while_its_period_is_open(member, election, ask, now):
    tell(GIVE, now, election)
    moments = (OPENS_AT - SECOND, OPENS_AT, CLOSES_AT - SECOND, CLOSES_AT)
    assert [ask(member, at) for at in moments] == [[], [GIVE], [GIVE], []]
    assert ask(make_member(), now) == []
    assert ask(member, now, [NotificationKind.GIVE_BSN]) == []
    election.state = ElectionState.CLOSED
    assert ask(member, now) == []


@pytest.mark.parametrize("state", [MemberState.PAUSED, MemberState.RESIGNED])
def test_who_may_not_answer_is_asked_nothing(member, election, ask, now, state):
    tell(GIVE, now, election)
    member.state = state
    assert ask(member, now) == []


def test_an_answer_that_was_locked_is_asked_again_only_where_it_was_opened_for_this_election(
    db, member, election, ask, now
):
    other = make_open_election(code="PS2027", name="Staten")
    tell(GIVE, now, election)
    row = Availability(member_id=member.id, election_id=election.id, state=AvailabilityState.REQUESTED)
    elsewhere = Availability(member_id=member.id, election_id=other.id, state=AvailabilityState.REQUESTED)
    db.session.add_all([row, elsewhere])
    after, until = CLOSES_AT + HOUR, CLOSES_AT + 2 * HOUR
    elsewhere.reopened_until = until
    db.session.flush()
    assert ask(member, after) == []
    row.reopened_until = until
    db.session.flush()
    assert [ask(member, at) for at in (after, until - SECOND, until)] == [[GIVE], [GIVE], []]


def test_functions_are_asked_until_one_was_chosen_for_this_election(member, election, ask, now):
    other = make_open_election(code="PS2027", name="Staten")
    chair = make_function("voorzitter")
    tell(PREFER, now, election)
    give_availability(member, other, now=now, functions=[chair.id])
    assert ask(member, now) == [PREFER]
    give_availability(member, election, now=now)
    assert ask(member, now) == [PREFER]
    give_availability(member, election, now=now, functions=[chair.id])
    assert ask(member, now) == []


def test_data_are_asked_to_be_checked_again_after_the_question_and_a_bsn_until_it_is_known(db, member, ask, now):
    profile.confirm_data(member, actor=COMMAND, now=now - SECOND)
    for kind in (NotificationKind.CHECK_DATA, NotificationKind.GIVE_BSN):
        tell(kind, now)
    assert set(ask(member, now)) == {NotificationKind.CHECK_DATA, NotificationKind.GIVE_BSN}
    profile.confirm_data(member, actor=COMMAND, now=now)
    assert ask(member, now) == [NotificationKind.GIVE_BSN]
    record_bsn(member, "111222333", actor=COMMAND, now=now)
    assert ask(member, now) == []


def test_what_was_taken_back_or_asks_nothing_is_not_asked(member, ask, now):
    tell(NotificationKind.CHECK_DATA, now)
    for kind in (NotificationKind.NEWS, NotificationKind.INFORMATION):
        tell(kind, now)
    assert ask(member, now) == [NotificationKind.CHECK_DATA]
    retract_notifications(NotificationKind.CHECK_DATA, 1, now)
    assert ask(member, now) == []


def test_of_several_dates_the_next_one_counts_or_the_last_where_all_are_over(db, member, now):
    for hours in (3, 1, 2):
        tell(NotificationKind.CHECK_DATA, now, due_at=now + hours * HOUR)

    def due(at):
        asked = notifications.still_asked(member.id, [NotificationKind.CHECK_DATA], at)
        return db.session.scalar(asked.with_only_columns(notifications.first_due(at), maintain_column_froms=True))

    hours = {at: due(now + at * HOUR) - now for at in (0, 1, 2, 3)}
    assert hours == {0: HOUR, 1: 2 * HOUR, 2: 3 * HOUR, 3: 3 * HOUR}
