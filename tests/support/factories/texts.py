"""General messages and documents for tests, made through the services: drafts, for everybody."""

from __future__ import annotations

import io
from datetime import datetime

from app.extensions import db
from app.models import Document, NewsItem
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from app.services.files.stored_files import keep_file
from app.services.news import news
from app.services.news.news import NewsText
from tests.support.files import sample_files


def make_news(title: str, *, now: datetime, body: str = "Tekst") -> NewsItem:
    """A general message."""
    wanted = NewsText(title=title, body=body, group=groups.everybody())
    row = news.write_news(wanted, None, actor=COMMAND, now=now)
    db.session.commit()
    return row


def make_document(title: str, *, now: datetime) -> Document:
    """A document."""
    file = keep_file(io.BytesIO(sample_files.pdf()), "gids.pdf", actor=COMMAND, now=now)
    wanted = DocumentText(title=title, category="manual", group=groups.everybody())
    (row,) = documents.add_documents(wanted, [file], actor=COMMAND, now=now)
    db.session.commit()
    return row
