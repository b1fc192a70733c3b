"""Choosing a password: by invitation, after forgetting it, or to replace the one there is (SECURITY §1).

None of these signs anybody in, and each ends every session and waiting code of the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.extensions import db
from app.models import LinkKind, MailedLink
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.access import one_time_links, rate_limits, sessions
from app.services.access.origins import counted_as
from app.services.access.passwords import check_new_password, hash_password, verify_password
from app.services.access.people import Person, find_person
from app.services.access.rate_limits import (
    CODES_SENT,
    LINKS_PER_ACCOUNT,
    PASSWORD_PER_ACCOUNT,
    PASSWORD_PER_PLACE,
    WRONG_CODES,
)
from app.services.accounts import letters
from app.services.accounts.link_mail import mail_link
from app.services.accounts.locks import mail_lock, note_lock
from app.services.audit import Actor, record_event
from app.services.mail import outbox
from app.services.members import states
from app.services.members.change_log import note_change
from app.services.members.search import make_search_text


@everyone("accept an invitation")
def accept_invitation(
    link: MailedLink, password: str, *, proof: str | None, own_words: Sequence[str], ip: str, now: datetime
) -> Person:
    """Open the account: use the link up, set the password, make the member active. Signs nobody in.

    `proof` is the token of this browser with which an address was proven (`letters`); it is needed of who has none,
    because every sign-in sends a code there. Raises RuleBroken with the field "password" or "email", or when the link
    is no longer valid; nothing is used up then.
    """
    person = find_person(link.user_id)
    if person is None or not person.is_active:
        raise RuleBroken(one_time_links.NO_LONGER_VALID)
    address = letters.address_of(person, link, proof, now)
    check_new_password(password, own_words=[*person.own_words, address, *own_words])
    password_hash = hash_password(password)
    one_time_links.use_link(link, now)
    if person.member:
        if address != person.member.email:
            note_change(person.member, "email", person.member.email or "", address, person.user.id, now)
        person.member.email = address
        person.member.search_text = make_search_text(person.member, person.user.username)
        states.activate(person.member, actor=Actor(person.user.username, person.user.id, ip), now=now)
    _set_password(person, password_hash, now)
    _record(person, "invitation.accepted", ip, now)
    return person


@everyone("reset a password")
def reset_password(link: MailedLink, password: str, *, own_words: Sequence[str], ip: str, now: datetime) -> Person:
    """Replace a forgotten password by means of a mailed link. Raises RuleBroken; nothing is used up then.

    Whoever can read the mailbox has shown more than a right password, so the waits end too: after wrong passwords, and
    after the codes that somebody asked for or guessed at who knew the old password. Those of known devices end with the
    epoch.
    """
    person = find_person(link.user_id)
    if person is None or not person.is_active:
        raise RuleBroken(one_time_links.NO_LONGER_VALID)
    check_new_password(password, own_words=[*person.own_words, *own_words])
    password_hash = hash_password(password)
    one_time_links.use_link(link, now)
    _set_password(person, password_hash, now)
    for limit in (PASSWORD_PER_ACCOUNT, WRONG_CODES, CODES_SENT, LINKS_PER_ACCOUNT):
        rate_limits.reset(limit, str(person.user.id))
    _record(person, "password.reset", ip, now)
    _tell_of_change(person, now)
    return person


def check_current_password(person: Person, typed: str, *, place: str, ip: str, now: datetime) -> None:
    """Whoever sits at an open session must know the password too. Raises RuleBroken with field "typed".

    Guesses are counted for the session, told to the owner when there are too many, and touch no other sign-in. Commit
    also after a refusal.
    """
    who = counted_as(person, place)
    tries = rate_limits.count_try(PASSWORD_PER_PLACE, who, now)
    is_right = verify_password(person.user.password, typed)
    if tries.number > PASSWORD_PER_PLACE.tries:
        if tries.number == PASSWORD_PER_PLACE.tries + 1:
            note_lock(person, why="password", ip=ip, now=now)
            mail_lock(person, place, tries, mail="sign_in_locked", why="password", now=now)
        waits = phrase(
            "A wrong password was typed too often. Wait %(minutes)s minutes, then type your current password.",
            minutes=tries.minutes(now),
        )
        raise RuleBroken(waits, field="typed")
    if not is_right:
        raise RuleBroken(phrase("This is not your current password."), field="typed")
    rate_limits.refund(PASSWORD_PER_PLACE, who)


def check_choice(person: Person, password: str, *, own_words: Sequence[str]) -> None:
    """Refuse a new password that breaks a rule, before the one-time code is used up. Raises RuleBroken."""
    check_new_password(password, own_words=[*person.own_words, *own_words])


@everyone("change a password")
def change_password(person: Person, password: str, *, own_words: Sequence[str], ip: str, now: datetime) -> None:
    """Replace the password of who gave the current one and a fresh code; ends all sessions. Raises RuleBroken."""
    check_new_password(password, own_words=[*person.own_words, *own_words])
    _set_password(person, hash_password(password), now)
    _record(person, "password.changed", ip, now)
    _tell_of_change(person, now)


def _set_password(person: Person, password_hash: str, now: datetime) -> None:
    person.user.password = password_hash
    person.account.password_set_at = now
    sessions.end_sessions(person.account)
    one_time_links.end_links([person.user.id], [LinkKind.RESET, LinkKind.INVITATION], now)
    db.session.flush()


def _record(person: Person, action: str, ip: str, now: datetime) -> None:
    actor = Actor(person.user.username, person.user.id, ip)
    record_event(actor, action, now=now, member_id=person.member.id if person.member else None)


def _tell_of_change(person: Person, now: datetime) -> None:
    if person.email:
        outbox.queue_mail(
            "password_changed",
            recipient=person.email,
            user_id=person.user.id,
            locale=person.account.locale,
            values={"name": person.name, "user_name": person.user.username},
            now=now,
        )


@everyone("send a link for a new password")
def send_reset_link(person: Person, *, actor: Actor, now: datetime) -> None:
    """Queue a link for a new password to a person who has an address; an older one no longer works.

    Of several that are asked at the same moment one is sent.
    """
    link = one_time_links.make_link(person.user.id, LinkKind.RESET, now=now, lifetime=one_time_links.RESET_LIFETIME)
    if link is not None:
        mail_link(person, link, "password_reset", now)
        record_event(actor, "password.reset_asked", now=now, subject=person.user, member_id=person.member_id)
