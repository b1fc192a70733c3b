"""Whom everything is for that members can read now: the groups of general messages and documents, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, literal, select, union_all

from app.extensions import db
from app.models import Document, NewsItem
from app.services import documents, news


class GroupRow(NamedTuple):
    """The group of one message or document, as it is stored."""

    kind: str
    id: int
    conditions: list[dict[str, Any]]
    is_all: bool


class ShownGroups(NamedTuple):
    """The groups of what is shown now."""

    news: Sequence[GroupRow]
    documents: Sequence[GroupRow]


def read_shown_groups(now: datetime) -> ShownGroups:
    """Both kinds in one statement."""
    rows = [GroupRow(*row) for row in db.session.execute(union_all(_of_news(now), _of_documents(now)))]
    return ShownGroups([one for one in rows if one.kind == "news"], [one for one in rows if one.kind == "document"])


def read_document_groups(now: datetime) -> Sequence[GroupRow]:
    """The groups of the documents that are shown now."""
    return [GroupRow(*row) for row in db.session.execute(_of_documents(now))]


def _of_news(now: datetime) -> Select[Any]:
    kind = literal("news").label("kind")
    return select(kind, NewsItem.id, NewsItem.conditions, NewsItem.is_all).where(news.is_shown(now))


def _of_documents(now: datetime) -> Select[Any]:
    columns = (literal("document").label("kind"), Document.id, Document.conditions, Document.is_all)
    return select(*columns).where(documents.is_shown(now), Document.is_personal.is_(False))
