"""Polling stations by what the team types: a name, a street, a postcode with or without its space, a number."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_

from app.models import PollingStation
from app.services.search.query import Search

_COLUMNS: Final = (PollingStation.name, PollingStation.street, PollingStation.postcode, PollingStation.city)
_POSTCODE: Final = re.compile(r"(\d{4})([a-z]{2})")
_LONGEST_NUMBER: Final = 6  # digits


def stations_found_by(search: Search) -> list[ColumnElement[bool]]:
    """From the best to the widest: the name begins so, each word stands somewhere. A few thousand rows: no index."""
    begins = or_(*(PollingStation.name.istartswith(words[0], autoescape=True) for words in search.alternatives))
    anywhere = or_(*(and_(*(_holds(word) for word in words)) for words in search.alternatives))
    return [and_(begins, anywhere), anywhere]


def latest_first() -> tuple[Any, ...]:
    """Stations of the latest election first, by number."""
    return PollingStation.election_id.desc(), PollingStation.number.asc()


def _holds(word: str) -> ColumnElement[bool]:
    postcode = _POSTCODE.fullmatch(word)
    written = f"{postcode[1]} {postcode[2]}" if postcode else word
    parts = [column.icontains(written, autoescape=True) for column in _COLUMNS]
    if word.isascii() and word.isdecimal() and len(word) <= _LONGEST_NUMBER:
        parts.append(PollingStation.number == int(word))
    return or_(*parts)
