"""What the team's pages of a document list: versions, who has a personal file, and how many read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.models import Document, DocumentGrant, DocumentReading, DocumentVersion, Member
from app.services.documents.readings import ReaderCounts, count_readers

__all__ = ["ReaderCounts", "count_grants", "count_readers", "find_grant", "list_grants", "list_versions"]


def list_versions(document: Document) -> Sequence[DocumentVersion]:
    """All versions, the latest first, with their files and who made them."""
    statement = select(DocumentVersion).where(DocumentVersion.document_id == document.id)
    loaded = statement.options(joinedload(DocumentVersion.file), joinedload(DocumentVersion.created_by))
    return db.session.scalars(loaded.order_by(DocumentVersion.number.desc())).all()


def count_grants(document: Document) -> int:
    """How many members have a file of a personal document, those that were taken back too."""
    return db.session.scalar(select(func.count(DocumentGrant.id)).where(DocumentGrant.document_id == document.id)) or 0


def list_grants(document: Document, *, limit: int, offset: int) -> list[tuple[DocumentGrant, datetime | None]]:
    """Who has which file, by surname, and when it was first read."""
    is_read = and_(
        DocumentReading.member_id == DocumentGrant.member_id, DocumentReading.document_id == DocumentGrant.document_id
    )
    found = db.session.execute(
        select(DocumentGrant, DocumentReading.first_read_at)
        .join(Member, Member.id == DocumentGrant.member_id)
        .outerjoin(DocumentReading, is_read)
        .where(DocumentGrant.document_id == document.id)
        .options(contains_eager(DocumentGrant.member), joinedload(DocumentGrant.file))
        .order_by(*Member.by_name())
        .limit(limit)
        .offset(offset)
    )
    return [(grant, first_read_at) for grant, first_read_at in found]


def find_grant(document: Document, grant_id: int) -> DocumentGrant | None:
    """A member's file of this document."""
    statement = select(DocumentGrant).where(DocumentGrant.id == grant_id, DocumentGrant.document_id == document.id)
    return db.session.scalars(statement).first()
