"""Letting members answer again after the period, and telling them so: who is not told misses it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from app.models import Condition, Election, Group, Member, NotificationKind
from app.services.audit import Actor
from app.services.availability.answers import reopen_availability
from app.services.campaigns.campaigns import send_automatic

# What the notification says in the portal, in its two languages.
OPEN_AGAIN: Final = (
    "Je kunt je beschikbaarheid weer doorgeven of wijzigen",
    "You can give or change your availability again",
)


def reopen_and_tell(
    members: Sequence[Member], election: Election, *, until: datetime, actor: Actor, now: datetime
) -> None:
    """Let these members answer or change until `until` (UTC), and tell each of them. Raises RuleBroken."""
    for member in members:
        reopen_availability(member, election, until=until, actor=actor, now=now)
    send_automatic(
        NotificationKind.REOPENED,
        Group((Condition("picked", ids=tuple(member.id for member in members)),)),
        title=OPEN_AGAIN[0],
        title_en=OPEN_AGAIN[1],
        subject_id=None,
        election_id=election.id,
        due_at=until,
        actor=actor,
        now=now,
    )
