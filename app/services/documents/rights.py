"""Who may read the file of a document: the team by its role, a member by audience or because it is theirs."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.models import Document, DocumentGrant, DocumentVersion
from app.services.audit import record_event
from app.services.documents.for_member import may_read
from app.services.documents.readings import note_reading
from app.services.files.readers import FileReader, FileRight


def find_document_right(file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
    """A member reads the version of now; when it is first opened is noted. The team reads every version."""
    of_version = select(DocumentVersion).where(DocumentVersion.file_id == file_id)
    version = db.session.scalars(of_version.options(joinedload(DocumentVersion.document))).first()
    if version is None:
        return None
    if reader.member is None:
        return FileRight() if reader.is_shown_all else None
    document = version.document
    if version.number != document.version_number or not may_read(reader.member.id, document, now):
        return None
    return FileRight(partial(note_reading, reader.member.id, document))


def find_personal_right(file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
    """A personal file is its member's; that somebody of the team opened it is recorded."""
    of_grant = select(DocumentGrant).join(Document).where(DocumentGrant.file_id == file_id)
    of_grant = of_grant.options(contains_eager(DocumentGrant.document))
    member = reader.member
    if member is not None:
        mine = of_grant.where(DocumentGrant.member_id == member.id, DocumentGrant.withdrawn_at.is_(None))
        grant = db.session.scalars(mine.where(Document.is_shown(now))).first()
        return FileRight(partial(note_reading, member.id, grant.document)) if grant else None
    grant = db.session.scalars(of_grant).first() if reader.is_shown_all else None
    return FileRight(partial(_record_look, grant, reader), is_each_piece_noted=True) if grant else None


def _record_look(grant: DocumentGrant, reader: FileReader, now: datetime) -> None:
    record_event(reader.actor, "document.looked_at", now=now, subject=grant.document, member_id=grant.member_id)
