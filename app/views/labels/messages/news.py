"""Words for the states of general messages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import PublicationState
from app.views.labels.audit import AuditWords

NEWS_STATES = {
    PublicationState.DRAFT.value: _("draft"),
    PublicationState.PUBLISHED.value: _("published"),
    PublicationState.WITHDRAWN.value: _("withdrawn"),
}
AUDIT_WORDS = AuditWords(
    "message",
    _("Messages and mailings"),
    {
        "news_item.created": _("general message written"),
        "news_item.changed": _("general message changed"),
        "news_item.published": _("general message published"),
        "news_item.withdrawn": _("general message withdrawn"),
        "news_item.file_added": _("image or attachment added to a general message"),
        "news_item.file_removed": _("image or attachment taken away from a general message"),
        "news_item.deleted": _("general message deleted"),
    },
    subjects={"NewsItem": _("message")},
)
