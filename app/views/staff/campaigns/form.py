"""The forms of a campaign: what it says and for whom, and when it is sent."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.models import Campaign
from app.services.campaigns import campaigns
from app.services.campaigns.checks import BY_HAND, CampaignText
from app.views.forms.asked import AskedField
from app.views.forms.audience import AudienceForm
from app.views.forms.fields import MomentField
from app.views.forms.forms import PortalForm
from app.views.labels.messages.campaigns import NOTIFICATION_KINDS
from app.views.tables.converter import MOMENT_HINT

DAYS = re.compile(r"[\s,;]+")


class CampaignForm(AudienceForm):
    """What it says, and for whom."""

    kind = AskedField(
        _("What is it about?"), choices=[(kind.value, NOTIFICATION_KINDS[kind.value]) for kind in BY_HAND]
    )
    title = StringField(_("Title"), [InputRequired(), Length(max=160)])
    body = TextAreaField(
        _("Explanation"),
        [Optional(), Length(max=5000)],
        description=_("Members read this in the portal. The e-mail only says that something waits."),
    )
    title_en = StringField(_("Title in English"), [Optional(), Length(max=160)])
    body_en = TextAreaField(_("Explanation in English"), [Optional(), Length(max=5000)])
    election_id = SelectField(_("About the election"), coerce=int)
    due_at = MomentField(
        _("To be done before"),
        [Optional()],
        description=_("For example 31-12-2026 17:00. Empty where availability is asked: the end of that period."),
    )
    reminder_days = StringField(
        _("Remind so many days before"),
        [Optional()],
        description=_(
            "For example 7, 2. Only who did not do it by then gets a reminder, never between 21 and 8 hours."
        ),
    )
    is_mailed = BooleanField(_("Send an e-mail that says that something waits in the portal"), default=True)

    def __init__(
        self, *args: Any, obj: Campaign | None = None, proposed: CampaignText | None = None, **kwargs: Any
    ) -> None:
        known = campaigns.read_campaign(obj) if obj is not None else proposed
        if known is not None:
            names = ("kind", "title", "title_en", "body", "body_en", "election_id", "due_at", "is_mailed")
            days = ", ".join(str(day) for day in known.reminder_days)
            kwargs.update(group=known.group, data={n: getattr(known, n) for n in names} | {"reminder_days": days})
        super().__init__(*args, **kwargs)
        self.election_id.choices = self.audience_election.choices

    def validate_reminder_days(self, field: Any) -> None:
        """Whole numbers."""
        if not all(day.isascii() and day.isdecimal() and len(day) < 4 for day in self._days()):
            raise ValidationError(_("Write whole numbers with commas between them, such as 7, 2."))

    def _days(self) -> list[str]:
        return [day for day in DAYS.split(self.reminder_days.data or "") if day]

    def wanted(self) -> CampaignText:
        """What was filled in. Raises RuleBroken for an audience that cannot be read."""
        return CampaignText(
            kind=self.kind.data,
            title=self.title.data or "",
            group=self.group(),
            title_en=self.title_en.data or "",
            body=self.body.data or "",
            body_en=self.body_en.data or "",
            election_id=self.election_id.data or None,
            due_at=self.due_at.data,
            reminder_days=[int(day) for day in self._days()],
            is_mailed=self.is_mailed.data,
        )


class SendForm(PortalForm):
    """Now, or at a moment."""

    @property
    def is_now(self) -> bool:
        """Whether it goes at once."""
        return bool(self.when.data == "now")

    when = RadioField(_("When?"), [InputRequired()], choices=[("now", _("Now")), ("later", _("At a moment"))])
    send_at = MomentField(_("Moment"), description=MOMENT_HINT)

    def validate_send_at(self, field: Any) -> None:
        """Needed for a later moment."""
        if self.when.data == "later" and field.data is None and not field.errors:
            raise ValidationError(_("Fill in the moment."))
