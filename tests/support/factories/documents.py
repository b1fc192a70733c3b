"""Documents for tests: kept, published, or given to one member."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from app.extensions import db as portal_db
from app.models import Document, DocumentGrant, Member, StoredFile
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from app.services.files.stored_files import keep_file
from tests.support.files import sample_files as files


def keep(now: datetime, name: str = "Gids.pdf", content: bytes | None = None) -> StoredFile:
    return keep_file(io.BytesIO(content or files.pdf()), name, actor=COMMAND, now=now)


def wanted(**values: Any) -> DocumentText:
    return DocumentText(**{"title": "Handleiding", "category": "manual", "group": groups.everybody(), **values})


def publish(now: datetime, **values: Any) -> Document:
    (document,) = documents.add_documents(wanted(**values), [keep(now)], actor=COMMAND, now=now)
    documents.publish_documents([document], actor=COMMAND, now=now)
    portal_db.session.commit()
    return document


def give(now: datetime, member: Member, **values: Any) -> Document:
    wanted = {"title": "Benoeming", "category": "letter", **values}
    document = Document(is_personal=True, created_at=now, changed_at=now, **wanted)
    portal_db.session.add(document)
    portal_db.session.flush()
    grant = DocumentGrant(document_id=document.id, member_id=member.id, file=keep(now), created_at=now)
    portal_db.session.add(grant)
    documents.publish_documents([document], actor=COMMAND, now=now)
    portal_db.session.commit()
    return document
