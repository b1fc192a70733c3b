"""Accounts of the team: who may give what, and what switching off does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import User, UserSession
from app.permissions import ADMIN, MEMBER, STAFF
from app.services import users
from app.services.accounts import find_person
from app.services.audit import COMMAND, Actor
from app.services.users import NewUser
from app.texts import RuleBroken
from tests.factories import make_admin, make_member, make_staff

NEW = NewUser("bea.b", "Bea", "Berg", "bea@gemeente.example", [STAFF])


def test_an_admin_adds_staff_without_password(db, now):
    user = users.add_user(NEW, giver_roles=[ADMIN], actor=COMMAND, now=now)
    assert user.password is None
    assert [role.name for role in user.roles] == [STAFF]


@pytest.mark.parametrize(
    ("giver", "given"), [(STAFF, STAFF), (STAFF, ADMIN), (MEMBER, STAFF), (ADMIN, MEMBER), (ADMIN, "Public")]
)
def test_nobody_gives_a_role_beyond_their_own(db, now, giver, given):
    new = NewUser("bea.b", "Bea", "Berg", "bea@gemeente.example", [given])
    with pytest.raises(RuleBroken):
        users.add_user(new, giver_roles=[giver], actor=COMMAND, now=now)


def test_nobody_changes_their_own_roles_or_switches_themselves_off(db, now):
    admin = make_admin()
    me, actor = find_person(admin.id), Actor(admin.username, admin.id)
    with pytest.raises(RuleBroken):
        users.change_roles(me, [STAFF], giver_roles=[ADMIN], actor=actor, now=now)
    with pytest.raises(RuleBroken):
        users.switch_off(me, actor=actor, now=now)


def test_a_member_becomes_no_staff(db, now):
    person = find_person(make_member().user_id)
    with pytest.raises(RuleBroken):
        users.change_roles(person, [STAFF], giver_roles=[ADMIN], actor=COMMAND, now=now)


def test_a_role_change_and_switching_off_end_the_sessions(client, db, now, sign_in_as):
    staff = make_staff()
    make_admin(password="paarse fiets zonder bel 7")  # somebody must be left
    for change in (
        lambda p: users.change_roles(p, [ADMIN], giver_roles=[ADMIN], actor=COMMAND, now=now),
        lambda p: users.switch_off(p, actor=COMMAND, now=now),
    ):
        sign_in_as(client, staff)
        change(find_person(staff.id))
        db.session.commit()
        assert db.session.scalar(select(UserSession)) is None
        assert client.get("/account/").status_code == 302


def test_the_command_makes_an_invited_administrator_and_refuses_a_taken_name(app, db, mailbox):
    runner = app.test_cli_runner()
    made = runner.invoke(args=["portal", "create-admin", "hoofd", "hoofd@gemeente.example"])
    assert made.exit_code == 0, made.output
    assert db.session.scalar(select(User.password).where(User.username == "hoofd")) is None
    again = runner.invoke(args=["portal", "create-admin", "hoofd", "ander@gemeente.example"])
    assert again.exit_code == 2
    assert "al in gebruik" in again.stderr


def test_the_command_invites_by_number_and_refuses_an_unknown_one(app, db):
    member = make_member(member_number="77")
    runner = app.test_cli_runner()
    assert runner.invoke(args=["portal", "invite", "77"]).output.endswith(
        "1 members: 1 invited, 0 without e-mail address\n"
    )
    assert runner.invoke(args=["portal", "invite", "78"]).exit_code == 2
    assert runner.invoke(args=["portal", "invite"]).exit_code == 2
    assert member.user.password is None
