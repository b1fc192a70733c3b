"""Words for the states of general messages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import NewsState

NEWS_STATES = {
    NewsState.DRAFT.value: _("draft"),
    NewsState.PUBLISHED.value: _("published"),
    NewsState.WITHDRAWN.value: _("withdrawn"),
}
