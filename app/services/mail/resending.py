"""What the team does with a mail in the outbox: send it again, or keep it from leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.models import MailState, Member, OutboundMail, User
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, counted, phrase
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.waiting import Total, how_many

MAY_BE_RESENT: Final = (MailState.FAILED, MailState.RETRYING, MailState.CANCELLED)
ABOUT_ADDRESS: Final = ("email_old", "email_new", "account_changed")  # whoever reads mail there must know
MAY_BE_CANCELLED: Final = (MailState.QUEUED, MailState.RETRYING, MailState.FAILED)
# What tells people that somebody is at their account: nobody keeps it from them, also not who did it.
WARNINGS: Final = ("account_changed", "password_changed", "sign_in_locked", "codes_locked", "email_old", "new_admin")


@everyone("send a mail again")
def resend(mail: OutboundMail, *, actor: Actor, now: datetime) -> None:
    """Try a mail that failed, was cancelled or waits for its next try again now, to the present address. Commit after.

    Two days of trying begin anew. Raises RuleBroken for one that is on its way or arrived: it would come twice. A mail
    with a link that was replaced or is too old is cancelled by the worker, not sent.
    """
    anew = {"state": MailState.QUEUED, "attempts": 0, "resends": OutboundMail.resends + 1, "error": ""}
    at_once = {"recipient": _present_address(mail), "first_tried_at": None, "sent_at": None, "next_attempt_at": now}
    if not change_if(
        OutboundMail, OutboundMail.id == mail.id, OutboundMail.state.in_(MAY_BE_RESENT), **anew, **at_once
    ):
        raise RuleBroken(phrase("A mail that is on its way or was sent is not sent again."))
    record_event(actor, "mail.resent", now=now, subject=mail, member_id=_member_id(mail), template=mail.template)


@everyone("keep a mail from leaving")
def cancel(mail: OutboundMail, *, actor: Actor, now: datetime) -> None:
    """A mail that waits does not leave, one that failed is put aside. Raises RuleBroken when it is too late.

    A warning is put aside only after it failed.
    """
    aside = {"state": MailState.CANCELLED, "deduplication_key": None}  # the same may be asked for again
    if not change_if(OutboundMail, OutboundMail.id == mail.id, OutboundMail.state.in_(may_be_cancelled(mail)), **aside):
        if mail.template in WARNINGS:
            raise RuleBroken(phrase("This mail warns somebody about the own account, so nobody keeps it from leaving."))
        raise RuleBroken(phrase("Only a mail that waits or failed can be cancelled."))
    record_event(actor, "mail.cancelled", now=now, subject=mail, member_id=_member_id(mail), template=mail.template)


def may_be_cancelled(mail: OutboundMail) -> tuple[MailState, ...]:
    """The states in which this mail can be kept from leaving, or put aside."""
    return (MailState.FAILED,) if mail.template in WARNINGS else MAY_BE_CANCELLED


def find_names(mails: Sequence[OutboundMail]) -> dict[int, str]:
    """By mail id the name of who it is for. One statement."""
    ids = {mail.user_id for mail in mails if mail.user_id is not None}
    people = select(User, Member).outerjoin(Member, Member.user_id == User.id).where(User.id.in_(ids))
    names = {
        user.id: member.full_name if member else f"{user.first_name} {user.last_name}".strip()
        for user, member in db.session.execute(people)
    }
    return {mail.id: names[mail.user_id] for mail in mails if mail.user_id in names}


def _present_address(mail: OutboundMail) -> str:
    """A mail to the old address of a member goes to the new one, but for one that is about that very address."""
    if mail.template in ABOUT_ADDRESS:
        return mail.recipient
    address = db.session.scalar(select(Member.email).where(Member.user_id == mail.user_id)) if mail.user_id else None
    return address or mail.recipient


def _member_id(mail: OutboundMail) -> int | None:
    if mail.user_id is None:
        return None
    found: int | None = db.session.scalar(select(Member.id).where(Member.user_id == mail.user_id))
    return found


def total_failed(_now: datetime) -> list[Total]:
    """For the team's home: mails that could not be delivered."""
    name = counted("mail that could not be delivered", "mails that could not be delivered")
    return [Total(name, _FAILED, {"state": MailState.FAILED.value})]


_FAILED: Final = how_many(select(OutboundMail.id).where(OutboundMail.state == MailState.FAILED))
