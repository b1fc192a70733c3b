"""Documents for groups of members, personal ones, and who read them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import Document
from app.services.documents import documents
from app.services.documents.audience_kinds import KINDS
from app.services.documents.rights import find_document_right, find_personal_right
from app.services.search.query import Search, holds
from app.services.search.ranking import Asked
from app.views.labels.documents import AUDIT_WORDS, DOCUMENT_CATEGORIES, DOCUMENT_STATES
from app.views.member.documents import MyDocumentsView
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.documents.documents import DocumentsView
from app.views.staff.documents.personal_documents import PersonalDocumentsView
from app.views.staff.documents.readers import DocumentReadersView
from app.views.subject import DOCUMENTS, FileRule, Screen, Subject

TEAM_NEEDS = ("can_show", "DocumentsView")


def _find(search: Search) -> Asked:
    return Asked(Document, [holds(Document, search)], order=(Document.changed_at.desc(), Document.id.desc()))


def _write(row: Any) -> Hit:
    item = row.Document
    details = (DOCUMENT_CATEGORIES[item.category], DOCUMENT_STATES[item.state], item.publish_from)
    return Hit(item.id, item.title, details)


SUBJECT = Subject(
    "documents",
    screens=[
        Screen(MyDocumentsView, "My documents", _("Documents"), place=40),
        Screen(DocumentsView, "All documents", _("All documents"), DOCUMENTS, 150),
        Screen(PersonalDocumentsView, "Personal documents", _("Personal documents"), DOCUMENTS, 151),
        Screen(DocumentReadersView),
    ],
    visible={"document": documents.DOCUMENTS.select_groups},
    file_rules=[FileRule(find_document_right, TEAM_NEEDS), FileRule(find_personal_right, TEAM_NEEDS)],
    search=[SearchGroup(_("Documents"), "DocumentsView", _find, _write)],
    audit=[AUDIT_WORDS],
    audience_kinds=KINDS,
)
