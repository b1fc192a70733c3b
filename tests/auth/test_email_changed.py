"""When the e-mail address changes, nothing that was mailed to the old one opens anything any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.mail.delivery import deliver_due_mail
from app.models import Member, MemberState, OutboundMail, ProfileChange
from app.services.accounts.invitations import invite, print_invitation
from app.services.audit import COMMAND, Actor
from app.services.members import profile
from app.services.rosters import runs
from tests.auth.steps import PASSWORD, newest_code, newest_link, prove_address
from tests.support.factories.people import make_member
from tests.support.mailbox import link_in

pytestmark = pytest.mark.usefixtures("clock")
TEAM = Actor("team")
TWO_WEEKS = timedelta(days=14)


def move(db, member, to, now):
    """The team corrects the address."""
    profile.change_data(member, {"email": to}, actor=TEAM, now=now)
    db.session.commit()


def move_by_roster(db, member, to, now):
    """A roster brings another address."""
    content = f"Lidnummer;Achternaam;E-mail\r\n{member.member_number};{member.surname};{to}".encode()
    runs.import_file(content, "leden.csv", actor=TEAM, now=now)
    db.session.commit()


BY = pytest.mark.parametrize("change", [move, move_by_roster])


@BY
def test_an_invitation_to_a_mistyped_address_is_no_longer_open_to_a_stranger(client, mailbox, db, now, change):
    member = make_member(email="typfout@post.example", state=MemberState.IMPORTED)
    invite([member.user_id], actor=COMMAND, now=now, lifetime=TWO_WEEKS)
    db.session.commit()
    link = newest_link(mailbox)
    change(db, member, "goed@post.example", now)
    assert client.get(link).status_code == 410
    assert client.post(link, data={"password": PASSWORD}).status_code == 410


@BY
def test_a_link_for_a_new_password_dies_with_the_address(client, mailbox, db, now, change):
    member = make_member(username="jan", password=PASSWORD)
    client.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    link = newest_link(mailbox)
    change(db, member, "goed@post.example", now)
    assert client.post(link, data={"password": "groene tafel met drie poten"}).status_code == 410


def test_a_mail_that_did_not_leave_yet_does_not_leave(mailbox, db, now):
    member = make_member(email="typfout@post.example", state=MemberState.IMPORTED)
    invite([member.user_id], actor=COMMAND, now=now, lifetime=TWO_WEEKS)
    move(db, member, "goed@post.example", now)
    deliver_due_mail()
    assert not mailbox.messages
    assert db.session.scalar(select(OutboundMail.state)) == "cancelled"


@BY
def test_who_reads_the_old_mailbox_cannot_agree_to_a_wish_of_before(client, mailbox, db, now, sign_in_as, change):
    member = make_member(email="oud@post.example")
    sign_in_as(client, member)
    client.post("/account/code", data={"for": "email"})
    client.post("/account/e-mailadres", data={"email": "dief@post.example", "code": newest_code(mailbox)})
    deliver_due_mail()
    change(db, member, "goed@post.example", now)
    for address in ("oud@post.example", "dief@post.example"):
        client.post("/" + link_in(mailbox.to(address)[-1]).split("/", 3)[3])
    db.session.expire_all()
    assert db.session.get(Member, member.id).email == "goed@post.example"


@BY
def test_a_printed_invitation_stays_good_for_who_gets_a_first_address(client, db, now, change):
    member = make_member(email=None, state=MemberState.IMPORTED)
    token = print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=TWO_WEEKS).token
    change(db, member, "eerste@post.example", now)
    assert client.get(f"/uitnodiging/{token}").status_code == 200


def test_the_address_of_who_was_invited_by_letter_is_a_change_that_the_team_sees(client, mailbox, db, now):
    member = make_member(email=None, state=MemberState.IMPORTED)
    page = f"/uitnodiging/{print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=TWO_WEEKS).token}"
    prove_address(client, mailbox, page, "els@post.example")
    client.post(page, data={"password": PASSWORD})
    assert db.session.scalars(select(ProfileChange.new_value).where(ProfileChange.field == "email")).all() == [
        "els@post.example"
    ]
