"""Another e-mail address: wished, confirmed by both addresses, and only then changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Account, AuditEvent, EmailChange, LinkKind, MailedLink, OutboundMail, ProfileChange, UserSession
from app.phrases import RuleBroken
from app.services.access import sessions
from app.services.access.people import find_person
from app.services.accounts import email_change
from tests.support.factories.people import make_member, make_staff

HOUR = timedelta(hours=1)
IP = "192.0.2.7"


def ask(user_id, now, address="nieuw@post.example"):
    return email_change.request_change(find_person(user_id), address, ip=IP, now=now)


def link_of(db, change, kind):
    found = select(MailedLink).where(MailedLink.email_change_id == change.id, MailedLink.kind == kind)
    return db.session.scalars(found).one_or_none()


def confirm(db, change, kind, now):
    return email_change.confirm(link_of(db, change, kind), ip=IP, now=now)


def acts(db):
    rows = select(AuditEvent.action, AuditEvent.member_id, AuditEvent.ip).order_by(AuditEvent.id)
    return db.session.execute(rows).all()


@pytest.mark.parametrize("first", [LinkKind.EMAIL_OLD, LinkKind.EMAIL_NEW])
def test_the_address_of_a_member_changes_when_both_have_confirmed(db, now, first):
    member, other = make_member(email="oud@post.example", email_broken_at=now), make_member()
    for user_id in (member.user_id, other.user_id):
        sessions.open_session(db.session.get(Account, user_id), now=now, ip="", agent="")
    foreign, change = ask(other.user_id, now, "anders@post.example"), ask(member.user_id, now)
    mailed = [
        (mail.template, mail.recipient)
        for mail in db.session.scalars(select(OutboundMail))
        if mail.user_id == member.user_id
    ]
    assert sorted(mailed) == [("email_new", "nieuw@post.example"), ("email_old", "oud@post.example")]
    confirm(db, change, first, now + HOUR)
    assert (member.email, change.ended_at, email_change.find_open_change(member.user_id)) == (
        "oud@post.example",
        None,
        change,
    )
    [second] = {LinkKind.EMAIL_OLD, LinkKind.EMAIL_NEW} - {first}
    confirm(db, change, second, now + 2 * HOUR)
    assert (member.email, member.email_broken_at, member.changed_at) == ("nieuw@post.example", None, now + 2 * HOUR)
    assert "nieuw@post.example" in member.search_text
    assert (change.ended_at, foreign.ended_at) == (now + 2 * HOUR, None)
    moments = {first: now + HOUR, second: now + 2 * HOUR}
    assert moments == {LinkKind.EMAIL_OLD: change.old_confirmed_at, LinkKind.EMAIL_NEW: change.new_confirmed_at}
    kept = db.session.scalars(select(ProfileChange)).one()
    assert (kept.member_id, kept.field, kept.old_value, kept.new_value) == (
        member.id,
        "email",
        "oud@post.example",
        "nieuw@post.example",
    )
    assert db.session.scalars(select(UserSession.user_id)).all() == [other.user_id]
    told = db.session.scalars(select(OutboundMail).where(OutboundMail.template == "account_changed")).one()
    assert (told.recipient, told.values["changed"]) == ("oud@post.example", ["email"])
    assert acts(db)[1:] == [("email.change_asked", member.id, IP), ("email.changed", member.id, IP)]


def test_who_has_no_address_confirms_the_new_one_only(db, now):
    member = make_member(email=None)
    change = ask(member.user_id, now)
    assert link_of(db, change, LinkKind.EMAIL_OLD) is None
    confirm(db, change, LinkKind.EMAIL_NEW, now)
    assert member.email == "nieuw@post.example"


def test_a_newer_wish_ends_the_older_one_and_its_links_and_nobody_elses(db, now):
    member, other = make_member(), make_member()
    foreign, old = ask(other.user_id, now), ask(member.user_id, now)
    new = ask(member.user_id, now + HOUR, "ander@post.example")
    db.session.expire_all()
    assert [change.ended_at for change in (foreign, old, new)] == [None, now + HOUR, None]
    ended = [link_of(db, change, LinkKind.EMAIL_NEW).ended_at for change in (foreign, old, new)]
    assert ended == [None, now + HOUR, None]
    assert email_change.find_open_change(member.user_id) is new


def test_an_address_of_the_team_is_of_one_account_and_no_member_is_refused_for_it(db, now):
    colleague, other, member = make_staff(), make_staff(email="bezet@post.example"), make_member()
    with pytest.raises(RuleBroken) as refusal:
        ask(colleague.id, now, other.email)
    assert refusal.value.field == "email"
    assert ask(member.user_id, now, other.email)
    change = ask(colleague.id, now)
    confirm(db, change, LinkKind.EMAIL_OLD, now)
    other.email = "nieuw@post.example"  # taken in the meantime
    db.session.flush()
    with pytest.raises(RuleBroken):
        confirm(db, change, LinkKind.EMAIL_NEW, now)
    assert colleague.email != "nieuw@post.example"


def test_the_address_of_a_colleague_changes_in_the_account(db, now):
    colleague = make_staff()
    change = ask(colleague.id, now)
    for kind in (LinkKind.EMAIL_OLD, LinkKind.EMAIL_NEW):
        confirm(db, change, kind, now)
    assert colleague.email == "nieuw@post.example"
    assert [(action, member_id) for action, member_id, _ in acts(db)] == [
        ("email.change_asked", None),
        ("email.changed", None),
    ]


def test_the_address_that_is_known_already_is_no_wish(db, now):
    member = make_member(email="oud@post.example")
    with pytest.raises(RuleBroken, match="the address we already have"):
        ask(member.user_id, now, " Oud@post.example ")
    assert db.session.scalar(select(EmailChange.id)) is None


@pytest.mark.parametrize("why", ["ended", "switched off"])
def test_a_wish_that_is_over_or_of_who_is_off_is_not_confirmed(db, now, why):
    member = make_member(email=None)
    change = ask(member.user_id, now)
    if why == "ended":
        change.ended_at = now
    else:
        member.user.active = False
    db.session.flush()
    with pytest.raises(RuleBroken, match="no longer valid"):
        confirm(db, change, LinkKind.EMAIL_NEW, now)
    assert member.email is None
