"""Words for the states of questions, as the team reads them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import ThreadState

THREAD_STATES = {
    ThreadState.NEW.value: _("new"),
    ThreadState.IN_PROGRESS.value: _("in progress"),
    ThreadState.ANSWERED.value: _("answered"),
    ThreadState.CLOSED.value: _("closed"),
}
