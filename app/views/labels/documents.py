"""Words for the categories, languages and states of documents."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import DocumentCategory, DocumentState

DOCUMENT_CATEGORIES = {
    DocumentCategory.INSTRUCTION.value: _("work instruction"),
    DocumentCategory.MANUAL.value: _("manual"),
    DocumentCategory.LETTER.value: _("letter"),
    DocumentCategory.FORM.value: _("form"),
    DocumentCategory.OTHER.value: _("other"),
}
DOCUMENT_LANGUAGES = {"nl": _("Dutch"), "en": _("English"), "other": _("another language")}
DOCUMENT_STATES = {
    DocumentState.UPLOADING.value: _("being taken in"),
    DocumentState.DRAFT.value: _("draft"),
    DocumentState.PUBLISHED.value: _("published"),
    DocumentState.WITHDRAWN.value: _("withdrawn"),
}
