"""Groups by documents. No form offers them, so that no document can be for who did not read itself."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from app.extensions import db
from app.models import Condition, Document, DocumentGrant, DocumentReading, Member
from app.phrases import phrase
from app.services.audience_kinds import Kind
from app.services.audiences.criteria import criterion_of


def _granted(asked: Condition) -> ColumnElement[bool]:
    """Who has a personal file of one of these documents, that was not taken back."""
    return exists().where(
        DocumentGrant.member_id == Member.id,
        DocumentGrant.document_id.in_(asked.ids),
        DocumentGrant.withdrawn_at.is_(None),
    )


def _not_read(asked: Condition) -> ColumnElement[bool]:
    """Whom the documents are for, who did not open the version of now."""
    documents = db.session.scalars(select(Document).where(Document.id.in_(asked.ids)))
    return or_(false(), *(and_(criterion_of(document.group), ~_has_read(document)) for document in documents))


def _has_read(document: Document) -> ColumnElement[bool]:
    return exists().where(
        DocumentReading.member_id == Member.id,
        DocumentReading.document_id == document.id,
        DocumentReading.version_number == document.version_number,
    )


KINDS: Final[dict[str, Kind]] = {
    "granted": Kind(phrase("Has a personal file of this document"), _granted, is_offered=False),
    "not_read": Kind(phrase("Did not read the document yet"), _not_read, is_offered=False, is_lasting=False),
}
