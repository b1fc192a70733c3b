"""E-mails that the portal sends."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.services.mail import bulk_acts
from app.services.mail.resending import total_failed
from app.views.addresses import kept_url
from app.views.labels.messages.mail import AUDIT_WORDS
from app.views.staff.mail.mails import MailsView
from app.views.subject import MESSAGES, HomeTotals, Screen, Subject

SUBJECT = Subject(
    "mail",
    screens=[Screen(MailsView, "E-mails", _("E-mails"), MESSAGES, 133)],
    totals=[HomeTotals(total_failed, lambda only: kept_url("MailsView.list", **only))],
    audit=[AUDIT_WORDS],
    bulk_acts={"MailsView.resend": bulk_acts.RESEND, "MailsView.cancel": bulk_acts.CANCEL},
)
