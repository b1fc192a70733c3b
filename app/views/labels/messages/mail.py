"""Words for mails and their states."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import MailState
from app.views.labels.audit import AuditWords

MAIL_STATES: dict[str, Any] = {
    MailState.QUEUED.value: _("waits"),
    MailState.SENDING.value: _("is leaving now"),
    MailState.RETRYING.value: _("is tried again"),
    MailState.SENT.value: _("sent"),
    MailState.FAILED.value: _("failed"),
    MailState.CANCELLED.value: _("cancelled"),
}
MAIL_TEMPLATES: dict[str, Any] = {
    "waiting": _("something waits in the portal"),
    "availability_received": _("availability received"),
    "invitation": _("invitation"),
    "password_reset": _("link for a new password"),
    "password_resets": _("links for new passwords, of several accounts with one address"),
    "email_old": _("another e-mail address: question to the old one"),
    "email_new": _("another e-mail address: question to the new one"),
    "user_names": _("user name forgotten"),
    "sign_in_locked": _("wrong password too often"),
    "codes_locked": _("wrong sign-in code too often"),
    "password_changed": _("password changed"),
    "account_changed": _("something of the account changed"),
    "new_admin": _("somebody became administrator"),
}
AUDIT_WORDS = AuditWords(
    "message",
    _("Messages and mailings"),
    {
        "mail.resent": _("mail sent again"),
        "mail.cancelled": _("mail cancelled"),
        "mail.reported": _("report that a mail did not arrive"),
        "email.broken": _("e-mail address does not work"),
        "email.works": _("e-mail address works again"),
        "email.marking_stopped": _("too many e-mail addresses reported: no more marked"),
    },
    subjects={"OutboundMail": _("e-mail")},
    details={"template": _("Which mail")},
)
