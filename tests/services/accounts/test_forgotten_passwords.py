"""Help for who forgot the password: one mail with what helps, and nothing for who has no account."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.models import AuditEvent, LinkKind, MailedLink, MemberState, OutboundMail
from app.services.access.people import find_by_email, find_people, find_person
from app.services.accounts import forgotten_passwords
from tests.support.factories.people import make_member, make_staff

IP, WEEK = "192.0.2.7", timedelta(days=7)
HOME, PASSWORD = "samen@post.example", "paarse fiets zonder bel 7"


def help_(people, now):
    forgotten_passwords.help_with_password(people, ip=IP, now=now, lifetime=WEEK)


def mails(db):
    return db.session.scalars(select(OutboundMail).order_by(OutboundMail.id)).all()


def links(db):
    rows = db.session.scalars(select(MailedLink).order_by(MailedLink.id))
    return [(link.user_id, link.kind, link.expires_at) for link in rows]


def events(db):
    rows = select(AuditEvent.action, AuditEvent.actor_user_id, AuditEvent.ip).order_by(AuditEvent.id)
    return [tuple(row) for row in db.session.execute(rows)]


def test_who_has_a_password_gets_a_link_for_a_new_one(db, now):
    make_member(password=PASSWORD)
    member = make_member(password=PASSWORD)
    help_([find_person(member.user_id)], now)
    [mail] = mails(db)
    assert (mail.template, mail.recipient, mail.user_id) == ("password_reset", member.email, member.user_id)
    assert links(db) == [(member.user_id, LinkKind.RESET, now + forgotten_passwords.RESET_LIFETIME)]
    assert events(db) == [("password.reset_asked", member.user_id, IP)]


def test_who_never_chose_one_gets_a_new_invitation_and_is_invited(db, now):
    member = make_member(state=MemberState.IMPORTED)
    help_([find_person(member.user_id)], now)
    [mail] = mails(db)
    assert (mail.template, mail.recipient) == ("invitation", member.email)
    assert links(db) == [(member.user_id, LinkKind.INVITATION, now + WEEK)]
    db.session.refresh(member)
    assert member.state == MemberState.INVITED
    assert ("invitation.sent", member.user_id, IP) in events(db)


def test_who_share_an_address_get_one_mail_with_a_link_each(db, now):
    first = make_member(username="anna", email=HOME, password=PASSWORD)
    second = make_member(username="bram", email=HOME, state=MemberState.INVITED)
    help_(find_people(HOME), now)
    [mail] = mails(db)
    assert (mail.template, mail.recipient, mail.user_id, mail.locale) == ("password_resets", HOME, None, "nl")
    told = [(link["user_name"], link["mail"]) for link in mail.values["links"]]
    assert told == [("anna", "password_reset"), ("bram", "invitation")]
    by_id = {link.id: link.user_id for link in db.session.scalars(select(MailedLink))}
    assert [by_id[link["link_id"]] for link in mail.values["links"]] == [first.user_id, second.user_id]


def test_nothing_is_written_for_nobody_for_an_account_that_is_off_or_without_an_address(db, now):
    off, nowhere = make_member(active=False, password=PASSWORD), make_member(email=None, password=PASSWORD)
    for people in ([], [find_person(off.user_id)], [find_person(nowhere.user_id)]):
        help_(people, now)
    assert (mails(db), links(db), events(db)) == ([], [], [])


def test_of_those_with_an_address_the_others_are_helped(db, now):
    off = make_member(email=HOME, active=False, password=PASSWORD)
    member = make_member(email=HOME, password=PASSWORD)
    help_([find_person(off.user_id), find_person(member.user_id)], now)
    assert [mail.user_id for mail in mails(db)] == [member.user_id]


def test_accounts_of_an_address_are_members_by_their_own_and_the_team_by_theirs(db):
    second, first = make_member(username="b", email=HOME), make_member(username="a", email=HOME)
    make_member(email="ander@post.example")
    colleague = make_staff(username="c", email="team@post.example")
    assert [person.user.id for person in find_by_email(" Samen@POST.example ")] == [first.user_id, second.user_id]
    assert [person.user.id for person in find_by_email("team@post.example")] == [colleague.id]
    assert find_by_email("niemand@post.example") == []
    assert find_by_email(first.user.email) == []  # the technical one that FAB asks of a member
