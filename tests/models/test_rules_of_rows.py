"""A rule of one row and the same rule in SQL say the same of every row."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from app.models import Document, NewsItem, PublicationState

DAY = timedelta(days=1)


def make_news(**values) -> NewsItem:
    return NewsItem(title="Titel", body="Tekst", **values)


def make_document(**values) -> Document:
    return Document(title="Titel", category="manual", **values)


@pytest.mark.parametrize("make", [make_news, make_document])
def test_what_is_shown(db, now: datetime, make):
    moments = (None, now - DAY, now, now + DAY)
    rows = [
        make(state=state.value, publish_from=begin, publish_until=end, created_at=now, changed_at=now)
        for state, begin, end in product(PublicationState, moments, moments)
    ]
    db.session.add_all(rows)
    db.session.flush()
    model = type(rows[0])

    shown = set(db.session.scalars(select(model.id).where(model.is_shown(now))))

    assert shown == {row.id for row in rows if row.is_shown(now)}
    assert len(shown) == 4  # begun yesterday or now, without an end or with one tomorrow
