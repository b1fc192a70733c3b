"""Words for the kinds of notifications and the states of campaigns."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import CampaignState, NotificationKind
from app.views.labels.audit import AuditWords

NOTIFICATION_KINDS = {
    NotificationKind.INFORMATION.value: _("information, nothing has to be done"),
    NotificationKind.CHECK_DATA.value: _("check the personal data"),
    NotificationKind.GIVE_BSN.value: _("fill in the BSN"),
    NotificationKind.GIVE_AVAILABILITY.value: _("give availability"),
    NotificationKind.PREFER_FUNCTION.value: _("choose preferred functions"),
    NotificationKind.NEWS.value: _("a general message"),
    NotificationKind.DOCUMENT.value: _("a document"),
    NotificationKind.QUESTION.value: _("the message box"),
    NotificationKind.ACCOUNT.value: _("a change of the account"),
    NotificationKind.REOPENED.value: _("an answer that is open again"),
    NotificationKind.TEAM_QUESTION.value: _("a question of the team in the message box"),
    NotificationKind.SURVEY.value: _("thanks and questions after an election"),
}
CAMPAIGN_STATES = {
    CampaignState.DRAFT.value: _("draft"),
    CampaignState.PLANNED.value: _("planned"),
    CampaignState.SENDING.value: _("being sent"),
    CampaignState.DONE.value: _("sent"),
    CampaignState.STOPPED.value: _("stopped"),
}
OPTIONAL_KIND_NAMES: dict[str, Any] = {
    NotificationKind.NEWS.value: _("New general messages"),
    NotificationKind.INFORMATION.value: _("Information for which you have to do nothing"),
}
AUDIT_WORDS = AuditWords(
    "message",
    _("Messages and mailings"),
    {
        "campaign.created": _("mailing made"),
        "campaign.changed": _("mailing changed"),
        "campaign.deleted": _("mailing deleted"),
        "campaign.planned": _("mailing planned"),
        "campaign.unplanned": _("mailing no longer planned"),
        "campaign.sent": _("mailing sent"),
        "campaign.reminded": _("reminder sent"),
        "campaign.reminders_stopped": _("reminders of a mailing stopped"),
        "campaign.reminders_started": _("reminders of a mailing started again"),
        "campaign.stopped": _("mailing stopped"),
        "campaign.tested": _("mailing tried out"),
    },
    subjects={"Campaign": _("mailing")},
    details={
        "days_before": _("Days before the end"),
        "members": _("Number of members"),
        "queued": _("Number of mails"),
        "without_address": _("Without e-mail address"),
    },
    values=OPTIONAL_KIND_NAMES,
)
