"""Groups by training: who is trained on voting day, and who chose a session to come for this election or any."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.models import Condition, Group, MemberState, TrainingResult
from app.phrases import RuleBroken
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.training import seats
from tests.support.factories.elections import VOTING_ON, give_availability, make_open_election
from tests.support.factories.people import LONG_AGO, make_member
from tests.support.factories.training import make_session, sign_up


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """A group is worked out for the moment itself."""


@pytest.fixture
def election(db):
    return make_open_election()


def members_in(kind, election_id):
    group = Group((Condition(kind, election_id),), True)
    groups.check_group(group)
    return [member.surname for member, _ in groups.list_members(group, limit=100)]


@pytest.mark.parametrize("kind", ["trained", "not_trained", "training_chosen", "training_not_chosen"])
def test_a_group_by_training_is_of_an_election(db, kind):
    with pytest.raises(RuleBroken):
        members_in(kind, None)


def test_who_is_trained_on_voting_day_has_a_result_that_counts_then(db, election):
    days = {"Geldig": (-30, 0), "Zonder eind": (0, None), "Afgelopen": (-30, -1), "Erna": (1, None)}
    for surname, (passed, valid) in days.items():
        until = None if valid is None else VOTING_ON + timedelta(days=valid)
        row = TrainingResult(passed_on=VOTING_ON + timedelta(days=passed), valid_until=until, source="noted")
        row.member_id, row.noted_at = make_member(surname=surname).id, LONG_AGO
        db.session.add(row)
    make_member(surname="Nooit")
    db.session.commit()
    assert members_in("trained", election.id) == ["Geldig", "Zonder eind"]
    assert members_in("not_trained", election.id) == ["Afgelopen", "Erna", "Nooit"]


def test_who_chose_a_session_has_a_place_or_waits_in_one_that_is_to_come_for_this_election(db, election, now):
    other = make_open_election(code="TK2027", type="TK", voting_on=date(2027, 3, 17))
    own = make_session(now, election_id=election.id, capacity=1)
    elsewhere = make_session(now, election_id=other.id)
    of_any = make_session(now, title="Voor iedereen")
    past = make_session(now, title="Lang geleden", starts_at=now + timedelta(minutes=1))
    chosen = {"Plaats": own, "Wacht": own, "Algemeen": of_any, "Ander": elsewhere, "Voorbij": past, "Afgezegd": of_any}
    for surname, session in chosen.items():
        member = make_member(surname=surname, state=MemberState.ACTIVE)
        give_availability(member, election)
        seat = sign_up(session, member, now)
        if surname == "Afgezegd":
            seats.give_up(seat.id, actor=COMMAND, now=now)
    past.starts_at, past.ends_at = now - timedelta(hours=3), now - timedelta(minutes=1)
    make_member(surname="Niemand")
    db.session.commit()
    assert members_in("training_chosen", election.id) == ["Algemeen", "Plaats", "Wacht"]
    assert members_in("training_not_chosen", election.id) == ["Afgezegd", "Ander", "Niemand", "Voorbij"]
    assert members_in("training_chosen", other.id) == ["Algemeen", "Ander"]
