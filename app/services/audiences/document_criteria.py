"""What is true of a member and a document, as criteria on a row of `Member`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists

from app.models import Document, DocumentGrant, DocumentReading, Member


def has_file_of(document_ids: Sequence[int]) -> ColumnElement[bool]:
    """The member has a personal file of one of these documents, that was not taken back."""
    return exists().where(
        DocumentGrant.member_id == Member.id,
        DocumentGrant.document_id.in_(document_ids),
        DocumentGrant.withdrawn_at.is_(None),
    )


def has_read(document: Document) -> ColumnElement[bool]:
    """The member opened the version of now."""
    return exists().where(
        DocumentReading.member_id == Member.id,
        DocumentReading.document_id == document.id,
        DocumentReading.version_number == document.version_number,
    )
