"""What staff fill in for a campaign, and whether it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from app.extensions import db
from app.models import ACTION_KINDS, Election, Group, NotificationKind
from app.phrases import RuleBroken, phrase
from app.services.audiences import groups
from app.typed.texts import is_blank

MOST_REMINDERS: Final = 5
LONGEST_BEFORE: Final = 90  # days
NEEDS_ELECTION: Final = frozenset({NotificationKind.GIVE_AVAILABILITY, NotificationKind.PREFER_FUNCTION})
BY_HAND: Final = (NotificationKind.INFORMATION, *sorted(ACTION_KINDS))  # what staff may choose; the rest is automatic


@dataclass(frozen=True, slots=True)
class CampaignText:
    """What staff fill in. `due_at` is a UTC instant, `reminder_days` whole days before it."""

    kind: str
    title: str
    group: Group
    title_en: str = ""
    body: str = ""
    body_en: str = ""
    election_id: int | None = None
    due_at: datetime | None = None
    reminder_days: Sequence[int] = field(default_factory=tuple)
    is_mailed: bool = True


def complete(wanted: CampaignText, now: datetime) -> CampaignText:
    """What is to be kept: complete, and with the end of the answering period where no due date was given.

    Raises RuleBroken with the field.
    """
    if wanted.kind not in BY_HAND:
        raise RuleBroken(phrase("Choose what it is about."), field="kind")
    if is_blank(wanted.title):
        raise RuleBroken(phrase("Fill in a title."), field="title")
    dated = _with_deadline(wanted, now)
    _check_due(dated, now)
    _check_reminders(dated)
    groups.check_group(dated.group)
    return dated


def _with_deadline(wanted: CampaignText, now: datetime) -> CampaignText:
    """What asks for availability is to be done before the period ends: later nobody can answer."""
    if wanted.kind not in NEEDS_ELECTION:
        return wanted
    election = db.session.get(Election, wanted.election_id) if wanted.election_id else None
    if election is None:
        raise RuleBroken(phrase("Choose the election that it is about."), field="election_id")
    closes_at = election.availability_closes_at
    if not election.is_answerable or (closes_at is not None and closes_at <= now):
        raise RuleBroken(phrase("Availability is not open for this election."), field="election_id")
    if wanted.due_at is not None and closes_at is not None and wanted.due_at > closes_at:
        raise RuleBroken(
            phrase("Members can answer until %(moment)s. Choose that moment or an earlier one.", moment=closes_at),
            field="due_at",
        )
    return replace(wanted, due_at=wanted.due_at or closes_at)


def _check_due(wanted: CampaignText, now: datetime) -> None:
    if wanted.due_at is None:
        return
    if wanted.kind not in ACTION_KINDS:
        raise RuleBroken(
            phrase("Information asks nothing, so it has no date by which it must be done."), field="due_at"
        )
    if wanted.due_at <= now:
        raise RuleBroken(phrase("The date by which it must be done is in the future."), field="due_at")


def _check_reminders(wanted: CampaignText) -> None:
    days = wanted.reminder_days
    if not days:
        return
    if wanted.kind not in ACTION_KINDS:
        raise RuleBroken(phrase("Only what asks to do something can be reminded of."), field="reminder_days")
    if wanted.due_at is None:
        raise RuleBroken(phrase("Fill in a date by which it must be done, to remind before it."), field="due_at")
    if len(days) > MOST_REMINDERS or not all(1 <= day <= LONGEST_BEFORE for day in days):
        raise RuleBroken(
            phrase(
                "Give at most %(most)s numbers of days, each from 1 to %(longest)s.",
                most=MOST_REMINDERS,
                longest=LONGEST_BEFORE,
            ),
            field="reminder_days",
        )
