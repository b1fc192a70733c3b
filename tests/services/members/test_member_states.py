"""A member's state changes in the functions of `services.members` only, and each change is in the audit trail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from app.models import AuditEvent, MemberState
from app.services.access.people import find_person
from app.services.accounts import invitations, team_accounts
from app.services.audit import COMMAND
from app.services.members import states
from tests.support.factories.people import make_member

ROOT = Path(__file__).resolve().parents[3]
LIFETIME = timedelta(days=14)


def changes(db):
    rows = db.session.execute(
        select(AuditEvent.member_id, AuditEvent.details).where(AuditEvent.action == "member.state_changed")
    )
    return {member_id: (details["old"], details["new"]) for member_id, details in rows}


def test_an_invitation_makes_an_imported_member_invited_and_nobody_else(db, now):
    fresh = make_member(state=MemberState.IMPORTED, email="a@voorbeeld.nl")
    printed = make_member(state=MemberState.IMPORTED, email=None)
    paused = make_member(state=MemberState.PAUSED, email="b@voorbeeld.nl")
    people = [fresh, printed, paused]
    invitations.invite([person.user_id for person in people], actor=COMMAND, now=now, lifetime=LIFETIME)
    invitations.print_invitation(printed.user_id, actor=COMMAND, now=now, lifetime=LIFETIME)
    db.session.commit()
    for person in people:
        db.session.refresh(person)
    assert [person.state for person in people] == [MemberState.INVITED, MemberState.INVITED, MemberState.PAUSED]
    assert changes(db) == {member.id: ("imported", "invited") for member in (fresh, printed)}


def test_a_second_invitation_changes_no_state(db, now):
    member = make_member(state=MemberState.INVITED, email="a@voorbeeld.nl")
    invitations.invite([member.user_id], actor=COMMAND, now=now, lifetime=LIFETIME)
    db.session.commit()
    assert changes(db) == {}


def test_no_other_service_writes_the_state_of_a_member():
    writers = [
        path.name
        for path in (ROOT / "app").rglob("*.py")
        if "state=MemberState." in path.read_text() or "member.state = " in path.read_text()
    ]
    assert writers == ["states.py"]


def test_the_end_of_a_pause_does_not_switch_an_account_on_that_an_administrator_switched_off(db, now):
    member = make_member(password="paarse fiets zonder bel 7")
    team_accounts.switch_off(find_person(member.user_id), actor=COMMAND, now=now)
    states.pause(member, actor=COMMAND, now=now)
    states.resume(member, actor=COMMAND, now=now)
    assert (member.state, member.user.active) == (MemberState.ACTIVE, False)


def test_who_left_and_comes_back_can_sign_in_again(db, now):
    member = make_member(password="paarse fiets zonder bel 7")
    states.resign(member, actor=COMMAND, now=now)
    assert not member.user.active
    states.resume(member, actor=COMMAND, now=now)
    assert (member.state, member.user.active) == (MemberState.ACTIVE, True)


def test_who_left_and_comes_back_stays_off_where_an_administrator_switched_the_account_off(db, now):
    member = make_member(password="paarse fiets zonder bel 7")
    team_accounts.switch_off(find_person(member.user_id), actor=COMMAND, now=now)
    states.resign(member, actor=COMMAND, now=now)
    states.resume(member, actor=COMMAND, now=now)
    assert not member.user.active
    team_accounts.switch_on(find_person(member.user_id), actor=COMMAND, now=now)
    assert member.user.active
