"""Documents as one member has them: for a group that the member is in, told of or read before, and personal ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    Campaign,
    Document,
    DocumentGrant,
    DocumentReading,
    DocumentVersion,
    Notification,
    NotificationKind,
    StoredFile,
)
from app.services.audiences.groups import Groups, holds_member, kept_by_groups
from app.services.documents.documents import DOCUMENTS
from app.services.waiting import MEMBER_ID, NOW, asked_of, how_many


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """A document with its file for this member, when it was first read, and whether an earlier version was read."""

    document: Document
    file: StoredFile
    received_at: datetime
    read_at: datetime | None
    is_new_version: bool


def visible_to(member_id: int, now: datetime) -> ColumnElement[bool]:
    """Which documents this member sees now. Reads the groups in one statement."""
    return _visible_to(member_id, now, DOCUMENTS.is_for(member_id, now))


def _visible_to(member_id: Any, now: Any, inside: ColumnElement[bool]) -> ColumnElement[bool]:
    """Who was told of a document, or read it, keeps it after leaving the group, until it is withdrawn or over."""
    general = and_(Document.is_personal.is_(False), or_(_had_before(member_id), inside))
    return and_(Document.is_shown(now), or_(general, _has_file(member_id)))


def _had_before(member_id: Any) -> ColumnElement[bool]:
    told = select(Notification.id).where(
        Notification.member_id == member_id,
        Notification.withdrawn_at.is_(None),
        Notification.campaign_id == Campaign.id,
        Campaign.kind == NotificationKind.DOCUMENT,
        Campaign.subject_id == Document.id,
    )
    read = select(DocumentReading.id).where(_reading_of(member_id))
    return or_(told.correlate(Document).exists(), read.correlate(Document).exists())


def _reading_of(member_id: Any) -> ColumnElement[bool]:
    return and_(DocumentReading.member_id == member_id, DocumentReading.document_id == Document.id)


def _has_file(member_id: Any) -> ColumnElement[bool]:
    return select(DocumentGrant.id).where(_grant_of(member_id)).correlate(Document).exists()


def _grant_of(member_id: Any) -> ColumnElement[bool]:
    return and_(
        DocumentGrant.document_id == Document.id,
        DocumentGrant.member_id == member_id,
        DocumentGrant.withdrawn_at.is_(None),
    )


def may_read(member_id: int, document: Document, now: datetime) -> bool:
    """Whether the member sees this document, of an audience, now."""
    inside = or_(_had_before(member_id), holds_member(document.group, member_id))
    seen = select(Document.id).where(Document.id == document.id, Document.is_shown(now), inside)
    return db.session.scalar(seen) is not None


def has_document(member_id: int, document_id: int, now: datetime) -> bool:
    """Whether the member sees the document with this id now, of an audience or a personal one."""
    wanted = select(Document.id).where(Document.id == document_id, visible_to(member_id, now))
    return db.session.scalar(wanted) is not None


def is_unread(member_id: Any) -> ColumnElement[bool]:
    """Whether the version of now was never opened by this member."""
    is_current = DocumentReading.version_number == Document.version_number
    return ~select(DocumentReading.id).where(_reading_of(member_id), is_current).correlate(Document).exists()


def count_unread(member_id: Any, now: Any, groups: Groups) -> ColumnElement[int]:
    """For a badge: how many documents this member sees and did not open, of what is for these groups."""
    shown = _visible_to(member_id, now, DOCUMENTS.is_for_groups(groups))
    return how_many(select(Document.id).where(shown, is_unread(member_id)).correlate(None))


RECEIVED_AT: Final = func.coalesce(DocumentGrant.created_at, DocumentVersion.created_at)
FILE_ID: Final = func.coalesce(DocumentGrant.file_id, DocumentVersion.file_id)
# A member received it when it appeared, or when its version of now came, whichever was later.
APPEARED_AT: Final = case((Document.publish_from > RECEIVED_AT, Document.publish_from), else_=RECEIVED_AT)


def with_file(*columns: Any) -> Select[Any]:
    """A SELECT of documents with the version of now, and with the file of MEMBER_ID of a personal one: FILE_ID."""
    is_current = and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.version_number)
    return (
        select(*columns)
        .select_from(Document)
        .outerjoin(DocumentVersion, is_current)
        .outerjoin(DocumentGrant, _grant_of(MEMBER_ID))
    )


def was_read_before() -> ColumnElement[bool]:
    """Whether MEMBER_ID read a version of it, of now or earlier."""
    return select(DocumentReading.id).where(_reading_of(MEMBER_ID)).correlate(Document).exists()


# Document, file, received at, first read at, and whether any version was read. Built once, for any member.
_OF_MEMBER: Select[Any] = (
    with_file(Document, StoredFile, APPEARED_AT, DocumentReading.first_read_at, was_read_before())
    .join(StoredFile, StoredFile.id == FILE_ID)
    .outerjoin(DocumentReading, and_(_reading_of(MEMBER_ID), DocumentReading.version_number == Document.version_number))
    .options(joinedload(Document.election))
    .order_by(Document.publish_from.desc(), Document.id.desc())
)


def is_for_groups(groups: Groups) -> ColumnElement[bool]:
    """Which documents MEMBER_ID sees at NOW, of what is for these groups."""
    return _visible_to(MEMBER_ID, NOW, DOCUMENTS.is_for_groups(groups))


@kept_by_groups
def _of_groups(groups: Groups) -> Select[Any]:
    """What MEMBER_ID sees, of what is for these groups."""
    return _OF_MEMBER.where(is_for_groups(groups))


def list_own_documents(member_id: int, now: datetime) -> list[OwnDocument]:
    """All that the member may read, the latest first. Two statements."""
    own = DOCUMENTS.own_groups(member_id, now)
    found = db.session.execute(_of_groups(own.groups), asked_of(member_id, now) | own.given)
    return [
        OwnDocument(document, file, received_at, read_at, is_new_version=read_at is None and was_read)
        for document, file, received_at, read_at, was_read in found
    ]
