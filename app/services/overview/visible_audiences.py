"""Whom everything is for that members can read now: the groups of general messages and documents, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import union_all

from app.services.audiences.groups import GroupRow, read_groups
from app.services.documents import for_member as documents
from app.services.news import for_member as news


class ShownGroups(NamedTuple):
    """The groups of what is visible now."""

    news: Sequence[GroupRow]
    documents: Sequence[GroupRow]


def read_shown_groups(now: datetime) -> ShownGroups:
    """Both kinds in one statement."""
    rows = read_groups(union_all(news.select_groups(now), documents.select_groups(now)))
    of_news = [row for row in rows if row.kind == "news"]
    return ShownGroups(of_news, [row for row in rows if row.kind == "document"])
