"""Help for who forgot the password: a link for each account that the typed name or address has, in one mail.

Nobody is told which there are, not by the time it takes either: the statements are the same for one, several and none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.models import LinkKind, MailedLink
from app.models.guard.row_guard import everyone
from app.services.access import one_time_links
from app.services.access.one_time_links import RESET_LIFETIME
from app.services.access.people import Person
from app.services.accounts.link_mail import mail_link
from app.services.audit import Actor, describe_event, record_event, record_events
from app.services.mail import outbox
from app.services.members import states

NOBODY = 0  # no user has this id
MAIL_OF = {LinkKind.RESET: "password_reset", LinkKind.INVITATION: "invitation"}


@everyone("help with a forgotten password")
def help_with_password(people: Sequence[Person], *, ip: str, now: datetime, lifetime: timedelta) -> None:
    """Queue what helps: a reset link, or a new invitation, good for `lifetime`, for who never chose a password."""
    known = [person for person in people if person.is_active and person.email]
    with outbox.as_much_work(is_wanted=bool(known)):
        if known:
            _send_links(known, ip, now, lifetime)
        else:
            _pretend_to_help(now)
        user_ids = [person.user.id for person in known] or [NOBODY]
        states.note_invited(user_ids, actor=Actor("", user_ids[0] or None, ip), now=now)


def _send_links(people: Sequence[Person], ip: str, now: datetime, lifetime: timedelta) -> None:
    wanted = {person.user.id: _link_for(person, lifetime) for person in people}
    link_of = {link.user_id: link for link in one_time_links.make_links(wanted, now)}
    helped = [person for person in people if person.user.id in link_of]  # the others are helped in another window
    if len(helped) > 1:
        _mail_several(helped, link_of, now)
    else:
        for person in helped:
            link = link_of[person.user.id]
            mail_link(person, link, MAIL_OF[LinkKind(link.kind)], now)
    if helped:
        record_events([_event(person, link_of[person.user.id], ip, now) for person in helped])


def _link_for(person: Person, lifetime: timedelta) -> tuple[LinkKind, timedelta]:
    is_new = person.user.password is None
    return (LinkKind.INVITATION, lifetime) if is_new else (LinkKind.RESET, RESET_LIFETIME)


def _mail_several(people: Sequence[Person], link_of: dict[int, MailedLink], now: datetime) -> None:
    """One mail to the address that they share, which names each user name with its own link."""
    links = [
        {
            "link_id": link_of[person.user.id].id,
            "mail": MAIL_OF[LinkKind(link_of[person.user.id].kind)],
            "user_name": person.user.username,
        }
        for person in people
    ]
    outbox.queue_mail(
        "password_resets",
        recipient=people[0].email or "",
        user_id=None,  # it is not of one of them
        locale=people[0].account.locale,
        values={"links": links},
        now=now,
        deduplication_key=f"password_resets:{links[0]['link_id']}",
    )


def _event(person: Person, link: MailedLink, ip: str, now: datetime) -> dict[str, Any]:
    actor = Actor("", person.user.id, ip)
    if link.kind == LinkKind.INVITATION:
        return describe_event(actor, "invitation.sent", now=now, queued=1, without_address=0)
    return describe_event(actor, "password.reset_asked", now=now, subject=person.user, member_id=person.member_id)


def _pretend_to_help(now: datetime) -> None:
    """As a link, a mail and a line in the audit trail."""
    one_time_links.end_links([NOBODY], [LinkKind.RESET], now)
    nobody: dict[str, Any] = {"recipient": "", "user_id": None, "locale": "", "values": {}, "now": now}
    outbox.queue_mail("", **nobody)
    outbox.queue_mail("", **nobody, deduplication_key="nobody")
    record_event(Actor(""), "password.reset_asked", now=now)
