"""Words for the kinds of notifications and the states of campaigns."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import CampaignState, NotificationKind

NOTIFICATION_KINDS = {
    NotificationKind.INFORMATION.value: _("information, nothing has to be done"),
    NotificationKind.CHECK_DATA.value: _("check the personal data"),
    NotificationKind.GIVE_BSN.value: _("fill in the BSN"),
    NotificationKind.GIVE_AVAILABILITY.value: _("give availability"),
    NotificationKind.PREFER_FUNCTION.value: _("choose preferred functions"),
    NotificationKind.NEWS.value: _("a general message"),
    NotificationKind.DOCUMENT.value: _("a document"),
    NotificationKind.QUESTION.value: _("the message box"),
    NotificationKind.TEAM_QUESTION.value: _("a question of the team in the message box"),
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
