"""Telling people what was changed that their account hangs on: by mail, and a member in the portal too.

A mail says only what kind of thing was changed and what to do about it. It goes to the address of before the change:
whoever takes an account over by another address is told on by the old one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import insert, select

from app.extensions import db
from app.models import (
    Account,
    Campaign,
    CampaignState,
    Member,
    MemberState,
    Notification,
    NotificationKind,
    OutboundMail,
    StopReason,
    User,
)
from app.models.guard.row_guard import everyone
from app.services.audit import Actor
from app.services.bulk import in_parts, insert_rows

TEMPLATE: Final = "account_changed"


class Changed(StrEnum):
    """What was changed of an account, as mail and notification tell it."""

    EMAIL = "email"
    IBAN = "iban"
    NAME = "name"
    ROLE = "role"
    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESIGNED = "resigned"
    MERGED = "merged"


# Title and text of the notification, in Dutch and in English: a campaign keeps both.
NOTICES: Final[dict[Changed, tuple[str, str]]] = {
    Changed.EMAIL: ("Je e-mailadres is gewijzigd", "Your e-mail address has been changed"),
    Changed.IBAN: ("Je rekeningnummer (IBAN) is gewijzigd", "Your account number (IBAN) has been changed"),
    Changed.SWITCHED_OFF: ("Je account is uitgezet", "Your account has been switched off"),
    Changed.SWITCHED_ON: ("Je account is weer aangezet", "Your account has been switched on again"),
    Changed.PAUSED: ("Je staat op pauze", "You have a pause"),
    Changed.RESUMED: ("Je bent weer actief", "You are active again"),
    Changed.RESIGNED: ("Je bent geen stembureaulid meer", "You are no longer a member"),
    Changed.MERGED: ("Je twee accounts zijn samengevoegd", "Your two accounts have been merged"),
}
ADVICE: Final = (
    "Klopt dit niet? Neem dan meteen contact op met het team verkiezingen.",
    "Is this not right? Then contact the election team at once.",
)
KNOW_NOTHING: Final = (MemberState.IMPORTED, MemberState.ANONYMISED)  # never invited, or nobody any more


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What was changed at once of one account; `address` is where its mail went before, if anywhere."""

    user_id: int
    address: str | None
    changed: tuple[Changed, ...]
    member_id: int | None = None


def tell_member(
    member: Member, *changed: Changed, state: str | None = None, address: str | None = None, actor: Actor, now: datetime
) -> None:
    """Tell a member, unless there is nothing to tell or somebody who does not know the portal yet.

    `state` and `address` are those of before the change, where that changed; an empty address: there was none.
    """
    if changed and (state or member.state) not in KNOW_NOTHING:
        known = member.email if address is None else address
        tell_of_changes([AccountChange(member.user_id, known, changed, member.id)], actor=actor, now=now)


@everyone("tell of a change of accounts")
def tell_of_changes(changes: Sequence[AccountChange], *, actor: Actor, now: datetime, is_bulk: bool = False) -> None:
    """Queue a mail to each, and a notification to each member. Set-based: a few statements for any number.

    Who died gets no mail. Somebody's own change is told by mail where the address or the IBAN was changed, and not in
    the portal.
    """
    _queue_mails(changes, now, is_bulk=is_bulk)
    members = defaultdict(list)
    for change in changes:
        if change.member_id is not None and change.user_id != actor.user_id:
            members[change.changed].append(change.member_id)
    for changed, member_ids in members.items():
        _notify(changed, member_ids, actor, now)


def _queue_mails(changes: Iterable[AccountChange], now: datetime, *, is_bulk: bool) -> None:
    told = {change.user_id: change for change in changes if change.address}
    for part in in_parts(told):
        people = select(User, Account.locale, Member).join(Account, Account.user_id == User.id)
        people = people.outerjoin(Member, Member.user_id == User.id).where(User.id.in_(part))
        rows = [
            {
                "recipient": told[user.id].address,
                "user_id": user.id,
                "locale": locale,
                "values": {
                    "name": member.full_name if member else user.get_full_name(),
                    "user_name": user.username,
                    "changed": [str(what) for what in told[user.id].changed],
                },
            }
            for user, locale, member in db.session.execute(people)
            if member is None or member.stop_reason != StopReason.DECEASED
        ]
        given = {"template": TEMPLATE, "is_bulk": is_bulk, "created_at": now, "next_attempt_at": now}
        if rows:
            db.session.execute(insert(OutboundMail).values(given), rows)


def _notify(changed: Sequence[Changed], member_ids: Sequence[int], actor: Actor, now: datetime) -> None:
    """One campaign for all who were changed alike: a notification takes its text from a campaign."""
    titles = [NOTICES[what] for what in changed]
    campaign = Campaign(
        kind=NotificationKind.ACCOUNT,
        title=". ".join(dutch for dutch, _english in titles),
        title_en=". ".join(english for _dutch, english in titles),
        body=ADVICE[0],
        body_en=ADVICE[1],
        is_mailed=False,  # the mail about it is one of its own
        is_automatic=True,
        state=CampaignState.DONE,
        created_at=now,
        created_by_user_id=actor.user_id,
        send_at=now,
        sent_at=now,
    )
    db.session.add(campaign)
    db.session.flush()
    rows = ((campaign.id, member_id, now) for member_id in member_ids)
    insert_rows(Notification.__table__, ("campaign_id", "member_id", "created_at"), rows)
