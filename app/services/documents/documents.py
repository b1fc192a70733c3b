"""Documents as the team makes them: uploaded, published, replaced by a new version and withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.extensions import db
from app.models import (
    Document,
    DocumentCategory,
    DocumentGrant,
    DocumentState,
    DocumentVersion,
    Election,
    Group,
    NotificationKind,
    StoredFile,
)
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audiences import groups
from app.services.audit import Actor, record_event
from app.services.files.stored_files import forget_unused
from app.services.notifications.recall import retract_notifications
from app.services.search.folding import fold_text

LANGUAGES: Final = ("nl", "en", "other")
LONGEST_TITLE: Final = 140


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What staff fill in. `visible_from` and `visible_until` are UTC instants; a personal document has no group."""

    title: str
    category: str
    group: Group
    title_en: str = ""
    language: str = "nl"
    election_id: int | None = None
    visible_from: datetime | None = None
    visible_until: datetime | None = None
    is_announced: bool = False


def add_documents(wanted: DocumentText, files: Sequence[StoredFile], *, actor: Actor, now: datetime) -> list[Document]:
    """A draft of each file, all with what is filled in. Raises RuleBroken with the field.

    One file may have a title; without one, and where there are several, a document is called after its file.
    """
    if len(files) > 1 and (wanted.title.strip() or wanted.title_en.strip()):
        raise RuleBroken(
            phrase("With several files each document is called after its file. Leave the title empty."), field="title"
        )
    check_text(wanted, now, group=wanted.group)
    rows = []
    for file in files:
        row = Document(created_at=now, created_by_user_id=actor.user_id, state=DocumentState.DRAFT, version_number=1)
        fill_in(row, wanted, now)
        give_title(row, wanted.title.strip() or title_of(file.name))
        row.group = wanted.group
        row.versions = [_version(1, file, actor, now)]
        db.session.add(row)
        rows.append(row)
    db.session.flush()
    for row in rows:
        record_event(actor, "document.created", now=now, subject=row)
    return rows


def title_of(file_name: str) -> str:
    """A title from the name of a file: without its ending, with spaces."""
    stem = file_name.rpartition(".")[0] or file_name
    return " ".join(stem.replace("_", " ").split())[:LONGEST_TITLE] or file_name


def _version(number: int, file: StoredFile, actor: Actor, now: datetime) -> DocumentVersion:
    return DocumentVersion(number=number, file=file, created_at=now, created_by_user_id=actor.user_id)


def fill_in(row: Document, wanted: DocumentText, now: datetime) -> None:
    """Everything but the title and whom it is for."""
    row.title_en, row.category, row.language = wanted.title_en.strip(), wanted.category, wanted.language
    row.election_id, row.is_announced, row.changed_at = wanted.election_id, wanted.is_announced, now
    row.visible_from, row.visible_until = wanted.visible_from, wanted.visible_until


def give_title(row: Document, title: str) -> None:
    """The title, and both titles as searches find them. After `fill_in`."""
    row.title, row.search_text = title, fold_text(f"{title} {row.title_en}".strip())


def check_text(wanted: DocumentText, now: datetime, *, group: Group | None) -> None:
    """Raises RuleBroken with the field. `group` is None where there is no audience to check."""
    if wanted.category not in set(DocumentCategory):
        raise RuleBroken(phrase("Choose what kind of document it is."), field="category")
    if wanted.language not in LANGUAGES:
        raise RuleBroken(phrase("Choose the language that it is written in."), field="language")
    if wanted.election_id and db.session.get(Election, wanted.election_id) is None:
        raise RuleBroken(phrase("This election is gone. Choose another one."), field="election_id")
    until = wanted.visible_until
    if until is not None and until <= now:
        raise RuleBroken(phrase("The end is in the future."), field="visible_until")
    if until is not None and wanted.visible_from is not None and until <= wanted.visible_from:
        raise RuleBroken(phrase("The end is after the beginning."), field="visible_until")
    if group is not None:
        groups.check_group(group)


def change_document(document: Document, wanted: DocumentText, *, actor: Actor, now: datetime) -> None:
    """Change what is said of it. Raises RuleBroken.

    Whom a published document is for stays: members read it, and nobody looked at the new count.
    """
    if not wanted.title.strip():
        raise RuleBroken(phrase("Fill in a title."), field="title")
    check_text(wanted, now, group=None if document.is_personal else wanted.group)
    if not document.is_personal:
        if document.state == DocumentState.PUBLISHED and wanted.group != document.group:
            raise RuleBroken(
                phrase("Members read this document already. Withdraw it first to change who it is for."),
                field="audience",
            )
        document.group = wanted.group
    appeared_at = document.visible_from
    fill_in(document, wanted, now)
    give_title(document, wanted.title.strip())
    if document.state == DocumentState.PUBLISHED:
        document.visible_from = wanted.visible_from or appeared_at
    db.session.flush()
    record_event(actor, "document.changed", now=now, subject=document)


def read_document(document: Document) -> DocumentText:
    """What staff filled in, to show it again."""
    return DocumentText(
        title=document.title,
        category=document.category,
        group=document.group,
        title_en=document.title_en,
        language=document.language,
        election_id=document.election_id,
        visible_from=document.visible_from,
        visible_until=document.visible_until,
        is_announced=document.is_announced,
    )


def publish_documents(documents: Iterable[Document], *, actor: Actor, now: datetime) -> None:
    """Members see them from `visible_from`, or at once; all or none. Raises RuleBroken.

    What was filled in is checked again, because a draft can be old.
    """
    for document in documents:
        check_text(read_document(document), now, group=document.group)
        if document.is_personal and not _has_grants(document):
            raise RuleBroken(phrase("No file of this document is for a member."))
        _move(document, (DocumentState.DRAFT, DocumentState.WITHDRAWN), DocumentState.PUBLISHED)
        document.visible_from = document.visible_from or now
        document.changed_at = now
        db.session.flush()
        record_event(
            actor, "document.published", now=now, subject=document, at=document.visible_from.isoformat("T", "minutes")
        )


def _has_grants(document: Document) -> bool:
    granted = exists().where(DocumentGrant.document_id == document.id, DocumentGrant.withdrawn_at.is_(None))
    return bool(db.session.scalar(select(granted)))


def withdraw_document(document: Document, *, actor: Actor, now: datetime) -> None:
    """Nobody sees it any more, and what told of it is taken back. Published again, members are told again."""
    _move(document, (DocumentState.PUBLISHED,), DocumentState.WITHDRAWN)
    document.announced_at, document.changed_at = None, now
    retract_notifications(NotificationKind.DOCUMENT, document.id, now)
    db.session.flush()
    record_event(actor, "document.withdrawn", now=now, subject=document)


def withdraw_grant(grant: DocumentGrant, *, actor: Actor, now: datetime) -> None:
    """Take a personal file back from its member."""
    if grant.withdrawn_at is not None:
        raise RuleBroken(phrase("This file was taken back already."))
    grant.withdrawn_at = now
    db.session.flush()
    record_event(actor, "document.taken_back", now=now, subject=grant.document, member_id=grant.member_id)


def delete_document(document: Document, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away, with its files. Raises RuleBroken for what was published once: it stays on record."""
    if document.state not in (DocumentState.DRAFT, DocumentState.UPLOADING):
        raise RuleBroken(phrase("Only a draft can be deleted. A document that was published can be withdrawn."))
    record_event(actor, "document.deleted", now=now, subject=document)
    granted = select(DocumentGrant.file_id).where(DocumentGrant.document_id == document.id)
    file_ids = [version.file_id for version in document.versions] + list(db.session.scalars(granted))
    db.session.delete(document)
    db.session.flush()
    forget_unused(file_ids)


def add_version(document: Document, file: StoredFile, *, tells: bool, actor: Actor, now: datetime) -> None:
    """The file replaces the one that members read; earlier versions are kept. Raises RuleBroken.

    Who read an earlier version sees "new version"; with `tells` all members are told of it.
    """
    if document.is_personal:
        raise RuleBroken(phrase("A personal document has no versions. Take the file back and give a new one."))
    before = document.version_number
    is_latest = Document.version_number == before
    if not change_if(Document, Document.id == document.id, is_latest, version_number=before + 1):
        raise RuleBroken(phrase("Somebody else has just changed this document. Look again."))
    document.versions.insert(0, _version(before + 1, file, actor, now))
    document.changed_at = now
    if tells:
        document.is_announced, document.announced_at = True, None
    db.session.flush()
    record_event(actor, "document.replaced", now=now, subject=document, version=before + 1)


def is_shown(now: datetime) -> ColumnElement[bool]:
    """Whether a document is published and within its period."""
    return and_(
        Document.state == DocumentState.PUBLISHED,
        Document.visible_from <= now,
        or_(Document.visible_until.is_(None), Document.visible_until > now),
    )


def _move(document: Document, before: tuple[DocumentState, ...], after: DocumentState) -> None:
    """One atomic UPDATE, so that of two at once one wins. Raises RuleBroken for the other."""
    if not change_if(Document, Document.id == document.id, Document.state.in_(before), state=after):
        raise RuleBroken(phrase("Somebody else has just changed this document. Look again."))
