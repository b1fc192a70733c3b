"""Words for the kinds of messages that a member has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import ThreadState
from app.services.overview.inbox import MessageKind

MESSAGE_KINDS = {
    MessageKind.NOTIFICATION: _("Notification"),
    MessageKind.NEWS: _("General message"),
    MessageKind.CONVERSATION: _("Message box"),
    MessageKind.DOCUMENT: _("Document"),
}
ALL_OF_A_KIND = {
    MessageKind.NOTIFICATION: _("Notifications"),
    MessageKind.NEWS: _("General messages"),
    MessageKind.CONVERSATION: _("Message box"),
    MessageKind.DOCUMENT: _("Documents"),
}
OWN_THREAD_STATES = {  # as the member reads them
    ThreadState.NEW.value: _("sent"),
    ThreadState.IN_PROGRESS.value: _("somebody is working on it"),
    ThreadState.ANSWERED.value: _("answered"),
    ThreadState.CLOSED.value: _("closed"),
}
