"""Words for the categories, languages and states of documents."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import DocumentCategory, PublicationState
from app.views.labels.audit import AuditWords

DOCUMENT_CATEGORIES = {
    DocumentCategory.INSTRUCTION.value: _("work instruction"),
    DocumentCategory.MANUAL.value: _("manual"),
    DocumentCategory.LETTER.value: _("letter"),
    DocumentCategory.FORM.value: _("form"),
    DocumentCategory.OTHER.value: _("other"),
}
DOCUMENT_LANGUAGES = {"nl": _("Dutch"), "en": _("English"), "other": _("another language")}
DOCUMENT_STATES = {
    PublicationState.UPLOADING.value: _("being taken in"),
    PublicationState.DRAFT.value: _("draft"),
    PublicationState.PUBLISHED.value: _("published"),
    PublicationState.WITHDRAWN.value: _("withdrawn"),
}
AUDIT_WORDS = AuditWords(
    "document",
    _("Documents"),
    {
        "document.created": _("document uploaded"),
        "document.changed": _("document changed"),
        "document.published": _("document published"),
        "document.replaced": _("new version of a document"),
        "document.withdrawn": _("document withdrawn"),
        "document.taken_back": _("personal document taken back"),
        "document.deleted": _("document deleted"),
        "document.reminded": _("reminder of a document sent"),
        "document.looked_at": _("personal document of a member read"),
    },
    subjects={"Document": _("document")},
    details={"version": _("Version")},
)
