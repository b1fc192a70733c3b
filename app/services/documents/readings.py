"""Who read a document, when first, and who did not yet; and a reminder to those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.extensions import db
from app.models import Campaign, Condition, Document, DocumentReading, Group, Member, NotificationKind
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.audiences import criteria
from app.services.audit import Actor, record_event
from app.services.bulk import insert_unless_there
from app.services.documents.announcements import REMINDER, tell_members
from app.services.notifications.notifications import mark_subject_read

PAUSE: Final = timedelta(hours=1)  # between two notifications of the same document: a double click sends one


@dataclass(frozen=True, slots=True)
class ReaderCounts:
    """Of the members that the document is for now: how many read the version of now, and how many did not."""

    read: int
    unread: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.read + self.unread


@everyone("note that a member opened a document")
def note_reading(member_id: int, document: Document, now: datetime) -> None:
    """The member opened it: the first time counts, and what told of it is read with that."""
    insert_unless_there(
        DocumentReading,
        member_id=member_id,
        document_id=document.id,
        version_number=document.version_number,
        first_read_at=now,
    )
    mark_subject_read(member_id, NotificationKind.DOCUMENT, document.id, now)


def _reading_of_now(document: Document) -> ColumnElement[bool]:
    return and_(
        DocumentReading.member_id == Member.id,
        DocumentReading.document_id == document.id,
        DocumentReading.version_number == document.version_number,
    )


def count_readers(document: Document, narrower: Group | None = None) -> ReaderCounts:
    """Counted over whom it is for now and, where given, who is in another group too. One statement."""
    read = func.count(DocumentReading.id)
    statement = (
        select(read, func.count(Member.id))
        .select_from(Member)
        .outerjoin(DocumentReading, _reading_of_now(document))
        .where(criteria.criterion_of(document.group))
    )
    if narrower is not None:
        statement = statement.where(criteria.criterion_of(narrower))
    found = db.session.execute(statement).one()
    return ReaderCounts(found[0], found[1] - found[0])


def list_readers(
    document: Document, *, has_read: bool, narrower: Group | None, limit: int, offset: int
) -> list[tuple[Member, datetime | None]]:
    """Members by surname with when they first read the version of now, or (`has_read` false) who did not."""
    statement = _of_document(document, has_read=has_read)
    if narrower is not None:
        statement = statement.where(criteria.criterion_of(narrower))
    found = db.session.execute(statement.order_by(*Member.by_name()).limit(limit).offset(offset))
    return [(member, first_read_at) for member, first_read_at in found]


def select_reader_ids(document: Document, *, has_read: bool, narrower: Group | None) -> Select[Any]:
    """The ids of the same members, however many."""
    statement = _of_document(document, has_read=has_read).with_only_columns(Member.id)
    return statement if narrower is None else statement.where(criteria.criterion_of(narrower))


def _of_document(document: Document, *, has_read: bool) -> Select[Member, datetime | None]:
    statement = select(Member, DocumentReading.first_read_at).outerjoin(DocumentReading, _reading_of_now(document))
    asked = DocumentReading.id.is_not(None) if has_read else DocumentReading.id.is_(None)
    return statement.where(criteria.criterion_of(document.group), asked)


def remind_unread(document: Document, *, actor: Actor, now: datetime) -> int:
    """Tell those who did not read it yet, by notification and mail; gives how many. Raises RuleBroken."""
    if not document.is_shown(now):
        raise RuleBroken(phrase("Members cannot read this document now."))
    _check_pause(document, now)
    count = count_readers(document).unread
    if not count:
        raise RuleBroken(phrase("Everybody has read it."))
    unread = Group((Condition("not_read", ids=(document.id,)),))
    tell_members(document, unread, actor=actor, now=now, words=REMINDER)
    record_event(actor, "document.reminded", now=now, subject=document, members=count)
    return count


def _check_pause(document: Document, now: datetime) -> None:
    lately = exists().where(
        Campaign.kind == NotificationKind.DOCUMENT,
        Campaign.subject_id == document.id,
        Campaign.created_at > now - PAUSE,
        or_(Campaign.stopped_at.is_(None), Campaign.stopped_at > now),
    )
    if db.session.scalar(select(lately)):
        raise RuleBroken(phrase("Members were told of this document less than an hour ago."))
