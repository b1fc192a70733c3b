"""Accounts of the team: who may give what, and what switching off does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, LinkKind, MemberState, OutboundMail, User, UserSession
from app.permissions import ADMIN, MEMBER, STAFF
from app.phrases import RuleBroken
from app.services.access import one_time_links, sessions
from app.services.access.people import find_person
from app.services.accounts import team_accounts
from app.services.accounts.team_accounts import NewUser
from app.services.audit import COMMAND, Actor
from tests.support.factories.people import make_admin, make_member, make_staff

PASSWORD = "paarse fiets zonder bel 7"
NEW = NewUser("bea.b", "Bea", "Berg", "bea@gemeente.example", [STAFF])


def test_an_admin_adds_staff_without_password(db, now):
    user = team_accounts.add_user(NEW, giver_roles=[ADMIN], actor=COMMAND, now=now)
    assert user.password is None
    assert [role.name for role in user.roles] == [STAFF]


@pytest.mark.parametrize(
    ("giver", "given"), [(STAFF, STAFF), (STAFF, ADMIN), (MEMBER, STAFF), (ADMIN, MEMBER), (ADMIN, "Public")]
)
def test_nobody_gives_a_role_beyond_their_own(db, now, giver, given):
    new = NewUser("bea.b", "Bea", "Berg", "bea@gemeente.example", [given])
    with pytest.raises(RuleBroken):
        team_accounts.add_user(new, giver_roles=[giver], actor=COMMAND, now=now)


def test_nobody_changes_their_own_roles_or_switches_themselves_off(db, now):
    admin = make_admin()
    make_admin(password=PASSWORD)  # so that it is not refused for being the last one
    me, actor = find_person(admin.id), Actor(admin.username, admin.id)
    with pytest.raises(RuleBroken):
        team_accounts.change_roles(me, [STAFF], giver_roles=[ADMIN], actor=actor, now=now)
    with pytest.raises(RuleBroken):
        team_accounts.switch_off(me, actor=actor, now=now)
    with pytest.raises(RuleBroken):
        team_accounts.rename(me, "A", "B", actor=actor, now=now)
    with pytest.raises(RuleBroken):
        team_accounts.end_all_sessions(me, actor=actor, now=now)


def test_a_member_becomes_no_staff(db, now):
    person = find_person(make_member().user_id)
    with pytest.raises(RuleBroken):
        team_accounts.change_roles(person, [STAFF], giver_roles=[ADMIN], actor=COMMAND, now=now)


def test_a_role_change_and_switching_off_end_the_sessions(client, db, now, sign_in_as):
    staff = make_staff()
    make_admin(password=PASSWORD)  # somebody must be left
    for change in (
        lambda p: team_accounts.change_roles(p, [ADMIN], giver_roles=[ADMIN], actor=COMMAND, now=now),
        lambda p: team_accounts.switch_off(p, actor=COMMAND, now=now),
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


def test_the_last_administrator_is_not_switched_off_and_keeps_the_role(db, now):
    last = find_person(make_admin(password=PASSWORD).id)
    make_admin()  # has not opened the account, so lets nobody in
    make_admin(password=PASSWORD, active=False)
    make_staff(password=PASSWORD)
    with pytest.raises(RuleBroken):
        team_accounts.switch_off(last, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken):
        team_accounts.change_roles(last, [STAFF], giver_roles=[ADMIN], actor=COMMAND, now=now)
    assert last.user.active
    assert [role.name for role in last.user.roles] == [ADMIN]
    make_admin(password=PASSWORD)
    team_accounts.switch_off(last, actor=COMMAND, now=now)
    assert not last.user.active


def test_staff_takes_no_role_from_an_administrator(db, now):
    make_admin(password=PASSWORD)
    person = find_person(make_admin(password=PASSWORD).id)
    with pytest.raises(RuleBroken):
        team_accounts.change_roles(person, [STAFF], giver_roles=[STAFF], actor=COMMAND, now=now)
    assert [role.name for role in person.user.roles] == [ADMIN]


@pytest.mark.parametrize("way", ["added", "promoted"])
def test_all_other_administrators_are_told_of_another_one(db, now, way):
    """Who did it too: an administrator may be made at a screen that was left open."""
    me, colleague = make_admin(locale="en"), make_admin()
    off, staff = make_admin(), make_staff()
    off.active = False
    actor = Actor(me.username, me.id)
    if way == "added":
        new = NewUser("bea.b", "Bea", "Berg", "bea@gemeente.example", [ADMIN])
        team_accounts.add_user(new, giver_roles=[ADMIN], actor=actor, now=now)
    else:
        team_accounts.change_roles(find_person(staff.id), [ADMIN], giver_roles=[ADMIN], actor=actor, now=now)
    told = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "new_admin")).all()
    assert {(mail.recipient, mail.locale) for mail in told} == {(me.email, "en"), (colleague.email, "nl")}
    assert len(told) == 2
    assert {mail.values["by"] for mail in told} == {me.username}


def test_nobody_is_told_of_another_colleague(db, now):
    make_admin()
    team_accounts.add_user(NEW, giver_roles=[ADMIN], actor=COMMAND, now=now)
    assert db.session.scalar(select(OutboundMail).where(OutboundMail.template == "new_admin")) is None


def test_the_same_role_again_ends_no_session_and_is_no_event(db, now, client, sign_in_as):
    staff = make_staff(password=PASSWORD)
    sign_in_as(client, staff)
    team_accounts.change_roles(find_person(staff.id), [STAFF], giver_roles=[ADMIN], actor=COMMAND, now=now)
    assert db.session.scalar(select(UserSession)) is not None
    assert db.session.scalar(select(AuditEvent)) is None


def test_a_member_who_has_left_comes_back_through_the_list_of_members_only(db, now):
    member = make_member(state=MemberState.RESIGNED, active=False)
    with pytest.raises(RuleBroken):
        team_accounts.switch_on(find_person(member.user_id), actor=COMMAND, now=now)
    assert not member.user.active


def test_a_member_is_not_renamed_as_a_user(db, now):
    with pytest.raises(RuleBroken) as refused:
        team_accounts.rename(find_person(make_member().user_id), "A", "B", actor=COMMAND, now=now)
    assert refused.value.field == "last_name"


@pytest.mark.parametrize("values", [{"active": False}, {"password": "x"}])
def test_an_invitation_goes_only_to_who_it_lets_in(db, now, values):
    person = find_person(make_staff(**values).id)
    with pytest.raises(RuleBroken):
        team_accounts.send_invitation(person, actor=COMMAND, now=now, lifetime=timedelta(days=14))
    assert db.session.scalar(select(OutboundMail)) is None


def test_a_link_for_a_new_password_goes_only_to_an_open_account_with_an_address(db, now):
    for person in (make_staff(), make_staff(password=PASSWORD, active=False)):
        with pytest.raises(RuleBroken):
            team_accounts.send_reset_link(find_person(person.id), actor=COMMAND, now=now)
    member = make_member(password=PASSWORD, email=None)
    with pytest.raises(RuleBroken):
        team_accounts.send_reset_link(find_person(member.user_id), actor=COMMAND, now=now)
    assert db.session.scalar(select(OutboundMail)) is None


def test_a_new_account_has_its_own_name_and_address(db, now):
    team_accounts.add_user(replace(NEW, user_name=" Bea.B "), giver_roles=[ADMIN], actor=COMMAND, now=now)
    assert db.session.scalars(select(User.username)).all() == ["bea.b"]
    for wrong, field in (
        ({}, "user_name"),
        ({"user_name": "be"}, "user_name"),
        ({"user_name": "be a"}, "user_name"),
        ({"user_name": "carla"}, "email"),
        ({"user_name": "carla", "email": "geen adres"}, "email"),
        ({"user_name": "carla", "email": "c@gemeente.example", "first_name": "C" * 65}, "first_name"),
        ({"user_name": "carla", "email": "c@gemeente.example", "last_name": "C" * 65}, "last_name"),
        ({"user_name": "carla", "email": "c@gemeente.example", "roles": []}, "roles"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            team_accounts.add_user(replace(NEW, **wrong), giver_roles=[ADMIN], actor=COMMAND, now=now)
        assert refusal.value.field == field
    fits = replace(NEW, user_name="carla", email="c@gemeente.example", first_name="C" * 64)
    assert team_accounts.add_user(fits, giver_roles=[ADMIN], actor=COMMAND, now=now).first_name == "C" * 64


def test_a_corrected_address_ends_sessions_and_mailed_links_and_the_old_one_is_told(db, now):
    user = make_staff(password=PASSWORD)
    old = user.email
    sessions.open_session(find_person(user.id).account, ip="", agent="", now=now)
    link = one_time_links.make_link(user.id, LinkKind.RESET, now=now, lifetime=timedelta(hours=1))
    for _ in range(2):
        team_accounts.change_address(find_person(user.id), " Robin@Gemeente.example ", actor=COMMAND, now=now)
    assert user.email == "robin@gemeente.example"
    db.session.refresh(link)
    assert link.ended_at == now
    changed = select(AuditEvent).where(AuditEvent.action == "user.address_changed")
    assert len(db.session.scalars(changed).all()) == 1
    told = select(OutboundMail.recipient).where(OutboundMail.template == "account_changed")
    assert db.session.scalars(told).all() == [old]
    assert db.session.scalar(select(UserSession)) is None


def test_an_address_of_another_account_of_a_member_or_of_oneself_is_refused(db, now):
    user, other, member = make_staff(), make_staff(), make_member()
    for person, typed, actor in (
        (user, other.email, COMMAND),
        (member.user, "x@gemeente.example", COMMAND),
        (user, "x@gemeente.example", Actor(user.username, user.id)),
        (user, "geen adres", COMMAND),
    ):
        with pytest.raises(RuleBroken):
            team_accounts.change_address(find_person(person.id), typed, actor=actor, now=now)


def test_another_name_is_told_once_and_the_same_name_is_no_event(db, now):
    user = team_accounts.add_user(NEW, giver_roles=[ADMIN], actor=COMMAND, now=now)
    for _ in range(2):
        team_accounts.rename(find_person(user.id), " Bea ", "Dal", actor=COMMAND, now=now)
    db.session.flush()
    assert (user.first_name, user.last_name) == ("Bea", "Dal")
    renamed = select(AuditEvent).where(AuditEvent.action == "user.renamed")
    assert len(db.session.scalars(renamed).all()) == 1
    assert db.session.scalars(select(OutboundMail.recipient)).all() == ["bea@gemeente.example"]


def test_an_account_that_is_switched_on_again_works_with_the_password_that_it_had(db, now):
    make_admin(password=PASSWORD)  # somebody must be left
    person = find_person(make_staff(password=PASSWORD).id)
    kept = person.user.password
    team_accounts.switch_off(person, actor=COMMAND, now=now)
    assert (person.user.active, person.account.switched_off_at) == (False, now)
    team_accounts.switch_on(person, actor=COMMAND, now=now)
    assert (person.user.active, person.account.switched_off_at, person.user.password) == (True, None, kept)
    told = db.session.scalars(select(OutboundMail.recipient)).all()
    assert told == [person.email, person.email]  # of either
