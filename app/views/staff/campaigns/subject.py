"""Campaigns, and the notifications that members get of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.messages.campaigns import AUDIT_WORDS
from app.views.member.notifications import NotificationsView
from app.views.staff.campaigns.campaigns import CampaignsView
from app.views.staff.campaigns.notifications import MemberNotificationsView
from app.views.subject import MESSAGES, Screen, Subject

SUBJECT = Subject(
    "campaigns",
    screens=[
        Screen(NotificationsView),
        Screen(CampaignsView, "Campaigns", _("Campaigns"), MESSAGES, 131),
        Screen(MemberNotificationsView, "Notifications per member", _("Notifications per member"), MESSAGES, 132),
    ],
    audit=[AUDIT_WORDS],
)
