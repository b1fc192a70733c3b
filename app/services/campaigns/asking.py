"""The campaign that asks members for their availability, as it is offered when the period opens."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select

from app.extensions import db
from app.models import Campaign, CampaignState, Election, NotificationKind
from app.models.base import is_any_of
from app.services.audiences.groups import everybody
from app.services.campaigns.checks import CampaignText

# The two languages of members, whatever the language of who sends it. The team can change them.
TITLE: Final = "Geef je beschikbaarheid door: {name}"
TITLE_EN: Final = "Give your availability: {name}"
LONGEST_TITLE: Final = 160
REMIND_BEFORE: Final = (7, 2)  # days


def propose_asking(election: Election) -> CampaignText:
    """To all active members, until the period ends, with two reminders."""
    return CampaignText(
        kind=NotificationKind.GIVE_AVAILABILITY,
        title=TITLE.format(name=election.name)[:LONGEST_TITLE],
        title_en=TITLE_EN.format(name=election.name)[:LONGEST_TITLE],
        group=everybody(),
        election_id=election.id,
        due_at=election.availability_closes_at,
        reminder_days=REMIND_BEFORE,
    )


def asks_for(election_id: Any) -> ColumnElement[bool]:
    """Whether a mailing asks for the availability of this election (an id or a column), or is planned to."""
    return exists().where(
        Campaign.election_id == election_id,
        Campaign.is_automatic.is_(False),
        Campaign.kind == NotificationKind.GIVE_AVAILABILITY,
        is_any_of(Campaign.state, (CampaignState.PLANNED, CampaignState.SENDING, CampaignState.DONE)),
    )


def is_asked(election: Election) -> bool:
    """Whether a campaign asks for the availability of this election, or will."""
    return bool(db.session.scalar(select(asks_for(election.id))))
