"""Members of the main or central electoral committee of an election: chosen from the list, once for each election."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, CommitteeSeat, MemberState
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning.eligibility.seats import add_seat
from tests.support.factories.elections import make_election
from tests.support.factories.people import make_member, make_staff


@pytest.fixture
def election(db):
    return make_election()


def seats(db):
    rows = select(CommitteeSeat.election_id, CommitteeSeat.member_id).order_by(CommitteeSeat.id)
    return list(db.session.execute(rows))


def test_a_member_sits_once_in_the_committee_of_an_election(db, election, now):
    other, member, colleague = make_election(code="TK2027", type="TK"), make_member(), make_member()
    for where, who in ((other, member), (election, colleague), (election, member)):
        add_seat(where, who.user.username, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken, match="in the list already") as refused:
        add_seat(election, member.user.username, actor=COMMAND, now=now)
    assert refused.value.field == "member"
    assert seats(db) == [(other.id, member.id), (election.id, colleague.id), (election.id, member.id)]
    told = select(AuditEvent.member_id).where(AuditEvent.action == "committee_seat.created")
    assert list(db.session.scalars(told.order_by(AuditEvent.id))) == [member.id, colleague.id, member.id]


def test_only_a_member_who_is_there_sits_in_the_committee_of_an_election_that_is_there(db, election, now):
    gone = make_member(state=MemberState.ANONYMISED)
    for where, username in (
        (None, make_member().user.username),
        (election, "nobody"),
        (election, make_staff().username),
        (election, gone.user.username),
    ):
        with pytest.raises(RuleBroken, match="from the list") as refused:
            add_seat(where, username, actor=COMMAND, now=now)
        assert refused.value.field == "member"
    assert seats(db) == []
