"""Who read a document, when first, and who did not yet; and a reminder to those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from app.extensions import db
from app.models import (
    Campaign,
    Condition,
    Document,
    DocumentReading,
    Group,
    Member,
    MemberState,
    NotificationKind,
    User,
)
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.audiences import criteria
from app.services.audiences.reach import EVERY_STATE, Gap, why_not_reached
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
    missed: int  # who should read it but is told nothing, and did not read it before

    @property
    def total(self) -> int:
        """Who can read it."""
        return self.read + self.unread

    def of(self, which: Readers) -> int:
        """How many members are listed."""
        all_unread = self.unread + self.missed
        return {
            Readers.UNREAD: all_unread,
            Readers.TOLD: self.unread,
            Readers.MISSED: self.missed,
            Readers.READ: self.read,
        }[which]


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
    told, read = Member.state == MemberState.ACTIVE, DocumentReading.id.is_not(None)
    asked = (and_(told, read), and_(told, ~read), and_(~told, ~read))
    counts = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in asked]
    statement = (
        select(*counts)
        .select_from(Member)
        .outerjoin(DocumentReading, _reading_of_now(document))
        .where(criteria.criterion_of(document.group, states=EVERY_STATE))
    )
    if narrower is not None:
        statement = statement.where(criteria.criterion_of(narrower, states=EVERY_STATE))
    return ReaderCounts(*db.session.execute(statement).one())


class Readers(StrEnum):
    """Which of the members that should read a document are listed."""

    UNREAD = ""  # did not read it yet, also who cannot
    TOLD = "bereikt"  # of these, who finds it in the portal
    MISSED = "niet-bereikt"  # of these, who is told nothing
    READ = "gelezen"


class Reader(NamedTuple):
    """A member who should read a document: when first, and why this member is not reached."""

    member: Member
    first_read_at: datetime | None
    gap: Gap | None


def list_readers(
    document: Document, which: Readers, *, narrower: Group | None, limit: int, offset: int = 0
) -> list[Reader]:
    """Members by surname, each with when the version of now was first read, or why it does not reach them."""
    found = db.session.execute(
        _readers(document, which, narrower).order_by(*Member.by_name()).limit(limit).offset(offset)
    )
    return [Reader(member, first_read_at, Gap(why) if why else None) for member, first_read_at, why in found]


def select_reader_ids(document: Document, which: Readers, *, narrower: Group | None) -> Select[Any]:
    """The ids of the same members, however many."""
    return _readers(document, which, narrower).with_only_columns(Member.id)


def _readers(document: Document, which: Readers, narrower: Group | None) -> Select[Member, datetime, str]:
    """Everybody that the document is meant for, whatever the state, as far as this is asked."""
    everybody = criteria.criterion_of(document.group, states=EVERY_STATE)
    told = Member.state == MemberState.ACTIVE
    asked = {
        Readers.UNREAD: [DocumentReading.id.is_(None), everybody],
        Readers.TOLD: [DocumentReading.id.is_(None), everybody, told],
        Readers.MISSED: [DocumentReading.id.is_(None), everybody, ~told],
        Readers.READ: [DocumentReading.id.is_not(None), everybody, told],
    }[which]
    if narrower is not None:
        asked.append(criteria.criterion_of(narrower, states=EVERY_STATE))
    return (
        select(Member, DocumentReading.first_read_at, why_not_reached(NotificationKind.DOCUMENT))
        .join(User, User.id == Member.user_id)
        .outerjoin(DocumentReading, _reading_of_now(document))
        .where(*asked)
    )


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
