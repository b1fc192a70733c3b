"""Members with a seat in the main or central electoral committee of an election (Kieswet E 4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from app.extensions import db
from app.models import CommitteeSeat, Election, Member, MemberState
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.members.lookup import find_member


def add_seat(election: Election | None, username: str, *, actor: Actor, now: datetime) -> CommitteeSeat:
    """This member sits in the main or central committee of the election. Raises RuleBroken when that is known."""
    found = find_member(username)
    if election is None or found is None:
        raise RuleBroken(phrase("Choose the member from the list."), field="member")
    member: Member = found[1]
    if member.state == MemberState.ANONYMISED:
        raise RuleBroken(phrase("Choose the member from the list."), field="member")
    known = exists().where(CommitteeSeat.election_id == election.id, CommitteeSeat.member_id == member.id)
    if db.session.scalar(select(known)):
        raise RuleBroken(phrase("This member is in the list already."), field="member")
    seat = CommitteeSeat(election_id=election.id, member_id=member.id)
    db.session.add(seat)
    db.session.flush()
    record_event(actor, "committee_seat.created", now=now, subject=seat, member_id=member.id, election_id=election.id)
    return seat
