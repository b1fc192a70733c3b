"""Who was added by mistake goes without a trace in other members; who took part stays and can only stop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.models import (
    Account,
    AuditEvent,
    MailState,
    Member,
    MemberIdentity,
    MemberState,
    OutboundMail,
    ResultSource,
    TrainingResult,
    User,
)
from app.permissions import ADMIN, STAFF
from app.phrases import RuleBroken
from app.services.accounts import team_accounts
from app.services.accounts.team_accounts import NewUser
from app.services.audit import Actor, record_event
from app.services.mail.outbox import queue_mail
from app.services.members import members, states
from app.services.members.bsn import record_bsn
from app.services.members.one_person import merging
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member

TEAM = Actor("team")
DAY = timedelta(days=1)


def queue(member, now):
    queue_mail("waiting", recipient="a@post.example", user_id=member.user_id, locale="nl", values={}, now=now)


@pytest.mark.parametrize("state", [MemberState.IMPORTED, MemberState.INVITED])
def test_who_did_nothing_is_deleted_with_the_account_and_nobody_else(db, now, state):
    member, other = make_member(state=state), make_member(state=MemberState.IMPORTED)
    record_bsn(other, "111222333", actor=TEAM, now=now)
    for person in (member, other):
        queue(person, now)
    number = member.id
    members.delete_member(member, actor=TEAM, now=now)
    db.session.commit()
    assert db.session.scalars(select(Member.id)).all() == [other.id]
    assert (
        db.session.scalars(select(User.id)).all()
        == db.session.scalars(select(Account.user_id)).all()
        == [other.user_id]
    )
    assert db.session.scalars(select(MemberIdentity.member_id)).all() == [other.id]
    assert sorted(db.session.scalars(select(OutboundMail.state))) == [MailState.CANCELLED, MailState.QUEUED]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "member.deleted")).one()
    assert (event.member_id, event.subject_id, event.at) == (number, number, now)


@pytest.mark.parametrize("why", ["active", "password", "bsn", "answer"])
def test_who_took_part_is_not_deleted(db, now, why):
    member, other = make_member(state=MemberState.INVITED), make_member()
    give_availability(other, election := make_open_election())
    members.check_member_goes(member)
    match why:
        case "active":
            member.state = MemberState.ACTIVE
        case "password":
            member.user.password = "x"
        case "bsn":
            record_bsn(member, "111222333", actor=TEAM, now=now)
        case _:
            give_availability(member, election)
            members.check_member_goes(member, has_answered=False)  # as who asks knows
    db.session.flush()
    with pytest.raises(RuleBroken, match="took part already"):
        members.delete_member(member, actor=TEAM, now=now)
    assert db.session.get(Member, member.id) is member


def test_who_opened_the_account_since_the_page_was_shown_is_not_deleted(db, now):
    member = make_member(state=MemberState.INVITED)
    assert member.state == MemberState.INVITED
    opened = update(Member.__table__).where(Member.id == member.id).values(state=MemberState.ACTIVE)
    db.session.execute(opened)
    with pytest.raises(RuleBroken, match="took part already"):
        members.delete_member(member, actor=TEAM, now=now)


def test_who_was_deleted_since_the_page_was_shown_is_told_so(db, now):
    member = make_member(state=MemberState.INVITED)
    db.session.execute(delete(Member.__table__).where(Member.id == member.id))
    with pytest.raises(RuleBroken, match="gone"):
        members.delete_member(member, actor=TEAM, now=now)


def test_a_member_that_is_added_by_hand_is_in_the_trail_with_all_that_was_typed(db, now):
    typed = {"surname": "Bakker", "bsn": "111222333", "iban": "NL91ABNA0417164300", "trained_on": "05-01-2026"}
    member = members.add_member({**typed, "member_number": "7"}, actor=TEAM, now=now)
    assert (member.state, member.bsn_known_at, member.iban_ending, member.created_at) == ("imported", now, "4300", now)
    assert (member.user.active, member.user.password, member.trained_on.isoformat()) == (True, None, "2026-01-05")
    assert [role.name for role in member.user.roles] == ["Member"]
    known = db.session.scalars(select(TrainingResult)).one()
    assert (known.member_id, known.source, known.passed_on) == (member.id, ResultSource.NOTED, member.trained_on)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "member.added")).one()
    assert (event.member_id, event.actor_name) == (member.id, "team")
    with pytest.raises(RuleBroken) as refusal:
        members.add_member({"surname": "Smit", "member_number": "7"}, actor=TEAM, now=now)
    assert refusal.value.field == "member_number"


def changes(db, member):
    rows = select(AuditEvent).where(AuditEvent.action == "member.state_changed", AuditEvent.member_id == member.id)
    return [(event.details["old"], event.details["new"]) for event in db.session.scalars(rows.order_by(AuditEvent.id))]


def test_a_pause_is_entered_once_and_ends_where_it_began(db, now):
    opened, never = make_member(password="paarse fiets zonder bel 7"), make_member(state=MemberState.INVITED)
    for member in (opened, never):
        states.resume(member, actor=TEAM, now=now)  # there is nothing to come back from
        for _ in range(2):
            states.pause(member, actor=TEAM, now=now + DAY)
        assert (member.state, member.changed_at) == (MemberState.PAUSED, now + DAY)
        states.resume(member, actor=TEAM, now=now + 2 * DAY)
    assert changes(db, opened) == [("active", "paused"), ("paused", "active")]
    assert changes(db, never) == [("invited", "paused"), ("paused", "imported")]


@pytest.mark.parametrize("state", [MemberState.RESIGNED, MemberState.ANONYMISED])
def test_who_has_left_does_not_stop_again(db, now, state):
    member = make_member(state=state)
    for step in (states.pause, states.resign):
        with pytest.raises(RuleBroken, match="has left already"):
            step(member, actor=TEAM, now=now)
    assert changes(db, member) == []


def test_of_whom_the_data_were_deleted_nobody_comes_back(db, now):
    with pytest.raises(RuleBroken, match="data were deleted"):
        states.resume(make_member(state=MemberState.ANONYMISED), actor=TEAM, now=now)


def test_opening_the_account_makes_active_who_was_not_yet(db, now):
    found = {
        state: make_member(state=state) for state in (MemberState.IMPORTED, MemberState.INVITED, MemberState.PAUSED)
    }
    for member in found.values():
        states.activate(member, actor=TEAM, now=now)
    assert [member.state for member in found.values()] == ["active", "active", "paused"]
    assert [changes(db, member) for member in found.values()] == [[("imported", "active")], [("invited", "active")], []]


def test_nobody_gets_the_number_of_who_is_gone(db, now):
    """The trail of who was deleted, or became part of another one, is of nobody else."""
    kept = members.add_member({"surname": "Aarts"}, actor=TEAM, now=now)
    gone = members.add_member({"surname": "Bos"}, actor=TEAM, now=now)
    number, user_id = gone.id, gone.user_id
    record_event(Actor("bos", user_id), "sign_in.succeeded", now=now)
    members.delete_member(gone, actor=TEAM, now=now)
    again = members.add_member({"surname": "Bos"}, actor=TEAM, now=now)
    assert (again.id > number, again.user_id > user_id) == (True, True)
    number, user_id = again.id, again.user_id
    chosen = {question.field: question.proposed for question in merging.compare(kept, again)}
    seen = kept.changed_at, again.changed_at
    merging.merge_members(kept.id, number, chosen, seen=seen, actor=TEAM, now=now)
    new = NewUser("bea", "Bea", "Post", "bea@post.example", [STAFF])
    colleague = team_accounts.add_user(new, giver_roles=[ADMIN], actor=TEAM, now=now)
    assert colleague.id > user_id
    third = members.add_member({"surname": "Cuyp"}, actor=TEAM, now=now)
    assert third.id > number
    trail = select(AuditEvent.action).where(AuditEvent.member_id == third.id)
    assert db.session.scalars(trail).all() == ["member.added"]
