"""Changing the e-mail address: it gets the sign-in codes, so both the old and the new address confirm it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Integer, bindparam, select, update

from app.extensions import db
from app.models import EmailChange, LinkKind, MailedLink, User
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.access import one_time_links, sessions
from app.services.access.email_addresses import check_email
from app.services.access.people import Person, find_person
from app.services.accounts.link_mail import mail_link
from app.services.audit import Actor, record_event
from app.services.bulk import insert_unless_there
from app.services.members.account_notices import AccountChange, Changed, tell_of_changes
from app.services.members.change_log import note_change
from app.services.members.search import make_search_text


@everyone("check another e-mail address")
def check_choice(person: Person, typed: str) -> str:
    """The new address as it will be kept. Raises RuleBroken with field "email"."""
    address = check_email(typed)
    if address == person.email:
        raise RuleBroken(phrase("This is the address we already have."), field="email")
    if person.member is None:
        _refuse_taken(address, person.user.id)
    return address


@everyone("ask for another e-mail address")
def request_change(person: Person, typed: str, *, ip: str, now: datetime) -> EmailChange:
    """Note the wish and queue a link to both addresses; an earlier wish ends. Raises RuleBroken with field "email"."""
    address = check_choice(person, typed)
    _end_wishes(person.user.id, now)
    is_ours = insert_unless_there(
        EmailChange,
        user_id=person.user.id,
        new_email=address,
        created_at=now,
        old_confirmed_at=None if person.email else now,  # there may be no old address to ask
    )
    change = find_open_change(person.user.id)
    if not is_ours or change is None:
        raise RuleBroken(phrase("You asked for another address twice at the same moment. Look in your e-mail first."))
    if person.email:
        _mail(person, change, LinkKind.EMAIL_OLD, person.email, now)
    _mail(person, change, LinkKind.EMAIL_NEW, address, now)
    record_event(_actor(person, ip), "email.change_asked", now=now, subject=change, member_id=_member_id(person))
    return change


@everyone("confirm an e-mail address")
def confirm(link: MailedLink, *, ip: str, now: datetime) -> EmailChange:
    """Use the link of one address up; when both have confirmed, the address is changed and all sessions end."""
    one_time_links.use_link(link, now)
    # Locked: two addresses that confirm at the same moment must see each other's answer.
    change = db.session.get(EmailChange, link.email_change_id, populate_existing=True, with_for_update=True)
    person = find_person(link.user_id)
    if change is None or change.ended_at is not None or person is None or not person.is_active:
        raise RuleBroken(one_time_links.NO_LONGER_VALID)
    if link.kind == LinkKind.EMAIL_OLD:
        change.old_confirmed_at = now
    else:
        change.new_confirmed_at = now
    db.session.flush()
    if change.old_confirmed_at and change.new_confirmed_at:
        _carry_out(person, change, ip, now)
    return change


_OPEN_CHANGE: Final = select(EmailChange).where(  # the database keeps one of each
    EmailChange.user_id == bindparam("user_id", type_=Integer), EmailChange.ended_at.is_(None)
)


@everyone("read the wish for another address")
def find_open_change(user_id: int) -> EmailChange | None:
    """The wish that still waits for a confirmation."""
    return db.session.scalar(_OPEN_CHANGE, {"user_id": user_id})


def _carry_out(person: Person, change: EmailChange, ip: str, now: datetime) -> None:
    told = AccountChange(person.user.id, person.email, (Changed.EMAIL,), person.member_id)  # by the old address
    if person.member:
        note_change(person.member, "email", person.member.email or "", change.new_email, person.user.id, now)
        person.member.email = change.new_email
        person.member.search_text = make_search_text(person.member, person.user.username)
        person.member.email_broken_at = None
        person.member.changed_at = now
    else:
        _refuse_taken(change.new_email, person.user.id)
        person.user.email = change.new_email
    change.ended_at = now
    one_time_links.end_everything_mailed([person.user.id], now)
    sessions.end_sessions(person.account)
    record_event(_actor(person, ip), "email.changed", now=now, subject=change, member_id=_member_id(person))
    tell_of_changes([told], actor=_actor(person, ip), now=now)


def _refuse_taken(address: str, user_id: int) -> None:
    """FAB's ab_user.email is unique, so two accounts of the team cannot share one."""
    taken = db.session.scalar(select(User.id).where(User.email == address, User.id != user_id))
    if taken is not None:
        raise RuleBroken(phrase("This address cannot be used. Choose another one."), field="email")


def _end_wishes(user_id: int, now: datetime) -> None:
    one_time_links.end_links([user_id], [LinkKind.EMAIL_OLD, LinkKind.EMAIL_NEW], now)
    db.session.execute(
        update(EmailChange).where(EmailChange.user_id == user_id, EmailChange.ended_at.is_(None)).values(ended_at=now)
    )


def _mail(person: Person, change: EmailChange, kind: LinkKind, address: str, now: datetime) -> None:
    lifetime = one_time_links.EMAIL_LIFETIME
    link = one_time_links.make_link(person.user.id, kind, now=now, lifetime=lifetime, email_change_id=change.id)
    if link is not None:  # only who made the wish comes here
        mail_link(person, link, kind.value, now, to=address)


def _actor(person: Person, ip: str) -> Actor:
    return Actor(person.user.username, person.user.id, ip)


def _member_id(person: Person) -> int | None:
    return person.member.id if person.member else None
