"""Files of messages: who may read them, and documents of the library that go with an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import Document, DocumentVersion, MessageAttachment
from app.phrases import RuleBroken, phrase
from app.services.files.readers import FileReader, FileRight

LOOKED_AT: Final = 100  # messages with the same file


def find_message_right(file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
    """A ground for the member of the thread, or for who may read questions; not for a document that was withdrawn."""
    wanted = select(MessageAttachment).where(MessageAttachment.file_id == file_id)
    if reader.member is not None:
        wanted = wanted.where(MessageAttachment.member_id == reader.member.id)
    elif not reader.is_shown_all:
        return None
    found = db.session.scalars(wanted.options(joinedload(MessageAttachment.document)).limit(LOOKED_AT)).all()
    return FileRight() if any(attachment.is_there(now) for attachment in found) else None


def find_in_library(document_id: int, now: datetime) -> DocumentVersion:
    """The version of now. Raises RuleBroken with field "document_id" for what is not in the library any more."""
    wanted = select(Document).where(Document.id == document_id, Document.is_shown(now), Document.is_personal.is_(False))
    document = db.session.scalars(wanted.options(selectinload(Document.versions))).one_or_none()
    if document is None:
        raise RuleBroken(phrase("This document is no longer there. Choose another one."), field="document_id")
    return next(version for version in document.versions if version.number == document.version_number)


def attach_document(message_id: int, member_id: int, version: DocumentVersion) -> None:
    """Let the document go with the message; flushed."""
    db.session.add(
        MessageAttachment(
            message_id=message_id, member_id=member_id, file_id=version.file_id, document_id=version.document_id
        )
    )
    db.session.flush()
