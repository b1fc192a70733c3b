"""Invitations: an account is opened by a link, by mail or on paper, and a password that the person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, exists, insert, select, update

from app.extensions import db
from app.models import Account, Availability, LinkKind, MailedLink, MailState, Member, OutboundMail, User
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.access import one_time_links
from app.services.access.one_time_links import end_links
from app.services.access.people import Person, find_person
from app.services.accounts.link_mail import mail_link
from app.services.audit import Actor, record_event
from app.services.bulk import among, in_parts
from app.services.members.states import note_invited, note_not_invited

CHUNK = 5_000  # rows per statement: below the limit of bound values of both databases


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of it: how many mails were queued, who has no address, who is inside already or may not come in."""

    queued: int
    without_address: int
    not_invited: int


@everyone("invite")
def invite(user_ids: Sequence[int], *, actor: Actor, now: datetime, lifetime: timedelta) -> Invited:
    """Queue an invitation by mail for each of these users who did not choose a password yet; older links die.

    Set-based: a few statements per 5,000 users. Members go from imported to invited.
    """
    invited = Invited(0, 0, 0)
    for start in range(0, len(user_ids), CHUNK):
        part = _invite_chunk(list(user_ids[start : start + CHUNK]), actor, now, lifetime)
        invited = Invited(
            invited.queued + part.queued,
            invited.without_address + part.without_address,
            invited.not_invited + part.not_invited,
        )
    record_event(actor, "invitation.sent", now=now, queued=invited.queued, without_address=invited.without_address)
    return invited


def _invite_chunk(user_ids: list[int], actor: Actor, now: datetime, lifetime: timedelta) -> Invited:
    rows = db.session.execute(
        select(User.id, User.username, User.email, User.first_name, User.last_name, Account.locale, Member)
        .join(Account, Account.user_id == User.id)
        .outerjoin(Member, Member.user_id == User.id)
        .where(User.id.in_(user_ids), User.active.is_(True), User.password.is_(None))
    ).all()
    reachable = [(row, row.Member.email if row.Member else row.email) for row in rows]
    reachable = [(row, address) for row, address in reachable if address]
    link_of = _replace_links([row.id for row, _ in reachable], now, lifetime) if reachable else {}
    if link_of:
        mails = [_mail(row, to, link_of[row.id], now) for row, to in reachable if row.id in link_of]
        db.session.execute(insert(OutboundMail), mails)
        note_invited(list(link_of), actor=actor, now=now)
    return Invited(len(link_of), len(rows) - len(reachable), len(user_ids) - len(rows))


def _replace_links(user_ids: list[int], now: datetime, lifetime: timedelta) -> dict[int, int]:
    """The new links by user; older ones die. Whom somebody else invites at the same moment is left out."""
    db.session.execute(
        update(MailedLink)
        .where(MailedLink.user_id.in_(user_ids), MailedLink.kind == LinkKind.INVITATION)
        .where(MailedLink.is_waiting)
        .values(ended_at=now)
    )
    fresh = {"kind": LinkKind.INVITATION, "created_at": now, "expires_at": now + lifetime}
    made = one_time_links.insert_links().returning(MailedLink.user_id, MailedLink.id)
    rows = db.session.execute(made, [{"user_id": user_id, **fresh} for user_id in user_ids])
    return dict(rows.all())


def _mail(row, address: str, link_id: int, now: datetime) -> dict[str, object]:  # type: ignore[no-untyped-def]
    name = row.Member.full_name if row.Member else f"{row.first_name} {row.last_name}"
    return {
        "template": "invitation",
        "user_id": row.id,
        "recipient": address,
        "locale": row.locale,
        "values": {"link_id": link_id, "name": name, "user_name": row.username},
        "deduplication_key": f"invitation:{link_id}",
        "created_at": now,
        "next_attempt_at": now,
    }


@everyone("keep invitations back")
def keep_back(waiting: Select[int, int, int], *, since: datetime, actor: Actor, now: datetime) -> list[int]:
    """Mails that wait do not leave, and their links end; who was not invited before `since` is so again.

    `waiting` selects mail, user and member. Gives the members whose mail was kept back: of one that a worker has
    in hand nothing changes.
    """
    found = {row[0]: (row[1], row[2]) for row in db.session.execute(waiting)}
    cancelled = (
        update(OutboundMail)
        .where(among(OutboundMail.id, found), OutboundMail.state.in_((MailState.QUEUED, MailState.RETRYING)))
        .values(state=MailState.CANCELLED, deduplication_key=None)
        .returning(OutboundMail.id)
    )
    kept = list(db.session.scalars(cancelled, execution_options={"synchronize_session": False}))
    for part in in_parts(kept):
        end_links([found[mail_id][0] for mail_id in part], [LinkKind.INVITATION], now)
        note_not_invited([found[mail_id][0] for mail_id in part], since=since, actor=actor, now=now)
    return [found[mail_id][1] for mail_id in kept]


class Letter(NamedTuple):
    """What is printed once and kept nowhere in the clear."""

    person: Person
    token: str
    code: str


@everyone("print an invitation")
def print_invitation(user_id: int, *, actor: Actor, now: datetime, lifetime: timedelta) -> Letter:
    """A link for a letter: the person, the token and the short code, shown once on the page that is printed.

    Raises RuleBroken for an account that is open already or switched off, or invited by somebody else this moment.
    """
    person = find_person(user_id)
    if person is None or not person.is_active or person.user.password:
        raise RuleBroken(phrase("This account is already in use, so it needs no invitation."))
    link = one_time_links.make_link(user_id, LinkKind.INVITATION, now=now, lifetime=lifetime)
    if link is None:
        raise RuleBroken(phrase("Somebody else invites this person at this moment. Look again in a minute."))
    token, code = one_time_links.make_token(link.id, now), one_time_links.make_code(link.id)
    note_invited([user_id], actor=actor, now=now)
    member_id = person.member.id if person.member else None
    record_event(actor, "invitation.printed", now=now, subject=link, member_id=member_id)
    return Letter(person, token or "", code)


@everyone("send an invitation")
def send_invitation(person: Person, *, actor: Actor, now: datetime, lifetime: timedelta) -> None:
    """Queue an invitation for one person who has an address and no password; an older one no longer works.

    Of several that are asked at the same moment one is sent.
    """
    link = one_time_links.make_link(person.user.id, LinkKind.INVITATION, now=now, lifetime=lifetime)
    if link is not None:
        mail_link(person, link, "invitation", now)
        record_event(actor, "invitation.sent", now=now, queued=1, without_address=0)


class Unopened(NamedTuple):
    """Of a member whose account was not opened: whether an invitation still works, and the team noted an answer."""

    has_open_link: bool
    has_answered: bool


def look_at_unopened(member: Member, now: datetime) -> Unopened:
    """Both, in one statement."""
    link = exists().where(
        MailedLink.user_id == member.user_id, MailedLink.kind == LinkKind.INVITATION, MailedLink.is_open(now)
    )
    answer = exists().where(Availability.member_id == member.id)
    has_link, has_answered = db.session.execute(select(link, answer)).one()
    return Unopened(bool(has_link), bool(has_answered))


@everyone("renew an invitation")
def renew_invitation(link: MailedLink, *, ip: str, now: datetime, lifetime: timedelta) -> None:
    """Send a new invitation to the known address, asked on the page of an expired one, without the team.

    Nothing happens when the account is open already, switched off, or a newer link was sent: the page says the same. Of
    several that ask at the same moment one ends the old link, and only that one sends a new one.
    """
    if one_time_links.end_expired(link, now):
        invite([link.user_id], actor=Actor("", link.user_id, ip), now=now, lifetime=lifetime)
