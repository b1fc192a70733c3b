"""May this visitor read this stored file? Each subject answers for its own files; without an answer nobody may."""

from __future__ import annotations

from datetime import datetime

from app.services.documents.rights import find_document_right, find_personal_right
from app.services.files.readers import FileReader, FileRight, Finder
from app.services.message_box.attachments import find_message_right
from app.services.news.files import find_news_right

# Each subject that shows files adds its finder here: (id of the file, reader, now) → FileRight, or None.
FINDERS: list[Finder] = [find_news_right, find_document_right, find_personal_right, find_message_right]


def find_right(file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
    """The first ground on which the visitor may read the file at `now`, or None."""
    return next((right for find in FINDERS if (right := find(file_id, reader, now)) is not None), None)
