"""Images and attachments of a general message: added, taken away, and read by whom the message is for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import NewsFile, NewsItem, StoredFile
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.files.readers import FileReader, FileRight
from app.services.files.stored_files import forget_unused, kind_of
from app.services.news.for_member import find_own_news
from app.typed.texts import is_blank

MOST_FILES: Final = 20  # more is no newsletter but a folder: those are documents


def add_file(item: NewsItem, file: StoredFile, caption: str, *, actor: Actor, now: datetime) -> NewsFile:
    """Give the message a kept file. Raises RuleBroken for an image without words for who cannot see it (WCAG 1.1.1)."""
    if kind_of(file).is_image and is_blank(caption):
        raise RuleBroken(phrase("Write what is on the image, for who cannot see it."), field="caption")
    known = db.session.scalar(select(func.count(NewsFile.id)).where(NewsFile.item_id == item.id)) or 0
    if known >= MOST_FILES:
        raise RuleBroken(phrase("A message has at most %(most)s files.", most=MOST_FILES), field="files")
    row = NewsFile(item_id=item.id, file_id=file.id, caption=caption.strip())
    db.session.add(row)
    item.changed_at = now
    db.session.flush()
    record_event(actor, "news_item.file_added", now=now, subject=item, file_id=file.id)
    return row


def remove_file(item: NewsItem, news_file_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a file away; it is deleted when nothing else uses it. Raises RuleBroken when it is gone already."""
    found = select(NewsFile).where(NewsFile.id == news_file_id, NewsFile.item_id == item.id)
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise RuleBroken(phrase("This file is gone already."))
    file_id = row.file_id
    db.session.delete(row)
    item.changed_at = now
    db.session.flush()
    forget_unused([file_id])
    record_event(actor, "news_item.file_removed", now=now, subject=item, file_id=file_id)


def list_files(item_id: int) -> Sequence[NewsFile]:
    """The files of a message in the order in which they came. One statement."""
    found = select(NewsFile).where(NewsFile.item_id == item_id).options(joinedload(NewsFile.file))
    return db.session.scalars(found.order_by(NewsFile.id)).all()


def find_news_right(file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
    """Who may read the message may read its files: the team, and members who see it now."""
    item_ids = db.session.scalars(select(NewsFile.item_id).where(NewsFile.file_id == file_id)).all()
    if reader.member is None:
        return FileRight() if item_ids and reader.is_shown_all else None
    member_id = reader.member.id
    return FileRight() if any(find_own_news(member_id, item_id, now) for item_id in item_ids) else None
