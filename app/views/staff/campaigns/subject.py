"""Campaigns, and the notifications that members get of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.phrases import phrase
from app.services.notifications.notifications import count_open
from app.services.waiting import Badge
from app.views.labels.campaigns import AUDIT_WORDS
from app.views.member.notifications import NotificationsView
from app.views.staff.campaigns.campaigns import CampaignsView
from app.views.staff.campaigns.notifications import MemberNotificationsView
from app.views.subject import MESSAGES, Screen, Subject

SUBJECT = Subject(
    "campaigns",
    screens=[
        Screen(NotificationsView, "My notifications", _("My notifications"), place=20),
        Screen(CampaignsView, "Campaigns", _("Campaigns"), MESSAGES, 131),
        Screen(MemberNotificationsView, "Notifications per member", _("Notifications per member"), MESSAGES, 132),
    ],
    badges=[Badge("My notifications", phrase("new or to do"), count_open)],
    audit=[AUDIT_WORDS],
)
