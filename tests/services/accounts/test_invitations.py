"""Invitations: only who has an account that works and is not open yet gets one, by mail or by letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, LinkKind, MailedLink, MemberState, OutboundMail
from app.phrases import RuleBroken
from app.services.access import letter_codes, one_time_links
from app.services.accounts import invitations
from app.services.audit import COMMAND
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member, make_staff

PASSWORD = "paarse fiets zonder bel 7"
WEEK = timedelta(days=7)


def test_a_letter_is_printed_only_for_an_account_that_works_and_is_not_open_yet(db, now):
    off, opened, invited = make_member(active=False), make_member(password=PASSWORD), make_member(email=None)
    for user_id in (0, off.user_id, opened.user_id):
        with pytest.raises(RuleBroken, match="needs no invitation"):
            invitations.print_invitation(user_id, actor=COMMAND, now=now, lifetime=WEEK)
    assert db.session.scalar(select(MailedLink)) is None
    letter = invitations.print_invitation(invited.user_id, actor=COMMAND, now=now, lifetime=WEEK)
    assert letter.person.user.id == invited.user_id
    assert letter.token
    assert letter.code


def test_of_many_who_are_invited_is_told_who_cannot_be(db, now):
    make = (make_member(), make_member(email=None), make_member(active=False), make_member(password=PASSWORD))
    told = invitations.invite([member.user_id for member in make], actor=COMMAND, now=now, lifetime=WEEK)
    assert (told.queued, told.without_address, told.not_invited) == (1, 1, 2)
    assert db.session.scalars(select(OutboundMail.recipient)).all() == [make[0].email]


def links_of(db, member):
    rows = select(MailedLink).where(MailedLink.user_id == member.user_id).order_by(MailedLink.id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def test_many_are_invited_in_parts_and_counted_together(db, now, monkeypatch):
    monkeypatch.setattr(invitations, "CHUNK", 2)
    people = [make_member(state=MemberState.IMPORTED) for _ in range(5)]
    odd = [make_member(email=None), make_member(active=False)]
    ids = [member.user_id for member in (*people[:1], *odd, *people[1:])]
    told = invitations.invite(ids, actor=COMMAND, now=now, lifetime=WEEK)
    assert told == invitations.Invited(queued=5, without_address=1, not_invited=1)
    sent = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "invitation.sent")).one()
    assert sent.details == {"queued": 5, "without_address": 1}
    db.session.expire_all()
    assert {member.state for member in people} == {MemberState.INVITED}
    assert invitations.invite([], actor=COMMAND, now=now, lifetime=WEEK) == invitations.Invited(0, 0, 0)


def test_an_invitation_ends_the_older_one_of_the_same_person_and_nothing_else(db, now):
    member, other = make_member(state=MemberState.INVITED), make_member(state=MemberState.INVITED)
    reset = one_time_links.make_link(member.user_id, LinkKind.RESET, now=now, lifetime=WEEK)
    for who in (member, other):
        invitations.invite([who.user_id], actor=COMMAND, now=now, lifetime=WEEK)
    later = now + timedelta(hours=1)
    invitations.invite([member.user_id], actor=COMMAND, now=later, lifetime=WEEK)
    assert [(link.ended_at, link.expires_at) for link in links_of(db, member)[1:]] == [
        (later, now + WEEK),
        (None, later + WEEK),
    ]
    assert (reset.ended_at, [link.ended_at for link in links_of(db, other)]) == (None, [None])
    mail = db.session.scalars(select(OutboundMail).order_by(OutboundMail.id.desc())).first()
    assert (mail.template, mail.user_id, mail.locale) == ("invitation", member.user_id, "nl")
    newest = links_of(db, member)[-1].id
    assert mail.values == {"link_id": newest, "name": member.full_name, "user_name": member.user.username}
    assert (mail.created_at, mail.next_attempt_at) == (later, later)


def test_somebody_of_the_team_is_invited_by_name_at_the_own_address(db, now):
    colleague = make_staff(first_name="Bea", last_name="Post")
    colleague.password = None
    db.session.flush()
    invitations.invite([colleague.id], actor=COMMAND, now=now, lifetime=WEEK)
    mail = db.session.scalars(select(OutboundMail)).one()
    assert (mail.recipient, mail.values["name"]) == (colleague.email, "Bea Post")


def test_an_invitation_that_expired_is_renewed_once_by_who_holds_it(db, now):
    member = make_member(state=MemberState.INVITED)
    invitations.invite([member.user_id], actor=COMMAND, now=now, lifetime=WEEK)
    (link,) = links_of(db, member)
    for at, number in ((now + WEEK - timedelta(seconds=1), 1), (now + WEEK, 2), (now + WEEK, 2)):
        invitations.renew_invitation(link, ip="192.0.2.7", now=at, lifetime=WEEK)
        assert len(links_of(db, member)) == number
    sent = select(AuditEvent).where(AuditEvent.action == "invitation.sent").order_by(AuditEvent.id.desc())
    event = db.session.scalars(sent).first()
    assert (event.actor_user_id, event.ip) == (member.user_id, "192.0.2.7")


def test_of_an_account_that_was_not_opened_is_known_whether_a_link_works_and_an_answer_was_noted(db, now):
    member, other = make_member(state=MemberState.INVITED), make_member(state=MemberState.INVITED)
    assert invitations.look_at_unopened(member, now) == (False, False)
    invitations.invite([member.user_id], actor=COMMAND, now=now, lifetime=WEEK)
    give_availability(other, make_open_election(), now=now)
    assert invitations.look_at_unopened(member, now) == (True, False)
    assert invitations.look_at_unopened(member, now + WEEK) == (False, False)
    assert invitations.look_at_unopened(other, now) == (False, True)
    one_time_links.make_link(other.user_id, LinkKind.RESET, now=now, lifetime=WEEK)
    assert invitations.look_at_unopened(other, now) == (False, True)


def test_a_printed_letter_ends_the_mailed_invitation_and_is_in_the_trail(db, now):
    member = make_member(state=MemberState.IMPORTED)
    invitations.invite([member.user_id], actor=COMMAND, now=now, lifetime=WEEK)
    letter = invitations.print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=WEEK)
    old, new = links_of(db, member)
    assert (old.ended_at, new.ended_at, new.expires_at) == (now, None, now + WEEK)
    assert one_time_links.find_link(letter.token, LinkKind.INVITATION) is new
    assert letter_codes.find_letter(letter.code) is new
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "invitation.printed")).one()
    assert (told.member_id, told.subject_id) == (member.id, new.id)
