"""Documents as the team makes them: uploaded, published, replaced by a new version and withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

from app.extensions import db
from app.models import (
    Document,
    DocumentCategory,
    DocumentGrant,
    DocumentVersion,
    Election,
    Group,
    NotificationKind,
    PublicationState,
    StoredFile,
)
from app.phrases import RuleBroken, phrase
from app.services import publishing
from app.services.atomic import change_if
from app.services.audiences import groups
from app.services.audit import Actor, record_event
from app.services.files.stored_files import forget_unused
from app.services.publishing import Publication, Publisher
from app.services.search.folding import fold_text
from app.typed.texts import is_blank

LANGUAGES: Final = ("nl", "en", "other")
LONGEST_TITLE: Final = 140


DOCUMENTS: Final = Publisher(
    Document,
    NotificationKind.DOCUMENT,
    already_read=phrase("Members read this document already. Withdraw it first to change who it is for."),
    overtaken=phrase("Somebody else has just changed this document. Look again."),
    only=(Document.is_personal.is_(False),),
)


@dataclass(frozen=True, slots=True)
class DocumentText(Publication):
    """What staff fill in; a personal document has no group."""

    title: str
    category: str
    title_en: str = ""
    language: str = "nl"
    election_id: int | None = None


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
        row = Document(created_at=now, created_by_user_id=actor.user_id, state=PublicationState.DRAFT, version_number=1)
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
    row.election_id = wanted.election_id
    publishing.fill_in(row, wanted, now)


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
    publishing.check_period(wanted, now)
    if group is not None:
        groups.check_group(group)


def change_document(document: Document, wanted: DocumentText, *, actor: Actor, now: datetime) -> None:
    """Change what is said of it. Raises RuleBroken.

    Whom a published document is for stays: members read it, and nobody looked at the new count.
    """
    if is_blank(wanted.title):
        raise RuleBroken(phrase("Fill in a title."), field="title")
    check_text(wanted, now, group=None if document.is_personal else wanted.group)
    if not document.is_personal:
        DOCUMENTS.check_group_stays(document, wanted.group)
        document.group = wanted.group
    fill_in(document, wanted, now)
    give_title(document, wanted.title.strip())
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
        publish_from=document.publish_from,
        publish_until=document.publish_until,
        is_announced=document.is_announced,
    )


def publish_documents(documents: Iterable[Document], *, actor: Actor, now: datetime) -> None:
    """Members see them from `publish_from`, or at once; all or none. Raises RuleBroken.

    What was filled in is checked again, because a draft can be old.
    """
    for document in documents:
        check_text(read_document(document), now, group=document.group)
        if document.is_personal and not _has_grants(document):
            raise RuleBroken(phrase("No file of this document is for a member."))
        DOCUMENTS.publish(document, actor=actor, now=now)


def _has_grants(document: Document) -> bool:
    granted = exists().where(DocumentGrant.document_id == document.id, DocumentGrant.withdrawn_at.is_(None))
    return bool(db.session.scalar(select(granted)))


def withdraw_grant(grant: DocumentGrant, *, actor: Actor, now: datetime) -> None:
    """Take a personal file back from its member."""
    if grant.withdrawn_at is not None:
        raise RuleBroken(phrase("This file was taken back already."))
    grant.withdrawn_at = now
    db.session.flush()
    record_event(actor, "document.taken_back", now=now, subject=grant.document, member_id=grant.member_id)


def check_document_goes(document: Document) -> None:
    """Raises RuleBroken for what was published once: it stays on record."""
    if document.state not in (PublicationState.DRAFT, PublicationState.UPLOADING):
        raise RuleBroken(phrase("Only a draft can be deleted. A document that was published can be withdrawn."))


def delete_document(document: Document, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away, with its files. Raises RuleBroken for what was published once: it stays on record."""
    check_document_goes(document)
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
        raise RuleBroken(DOCUMENTS.overtaken)
    document.versions.insert(0, _version(before + 1, file, actor, now))
    document.changed_at = now
    if tells:
        document.is_announced, document.announced_at = True, None
    db.session.flush()
    record_event(actor, "document.replaced", now=now, subject=document, version=before + 1)
