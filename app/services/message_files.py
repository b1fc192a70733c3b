"""Who may read the files of messages: the member whose thread it is, and the team."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import MessageAttachment
from app.services.file_readers import FileReader, FileRight


def find_message_right(file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
    """A ground for the member of the thread, or for who may read questions."""
    wanted = select(MessageAttachment.id).where(MessageAttachment.file_id == file_id)
    if reader.member is not None:
        wanted = wanted.where(MessageAttachment.member_id == reader.member.id)
    elif not reader.may("can_show", "ThreadsView"):
        return None
    return FileRight() if db.session.scalar(wanted.limit(1)) is not None else None
