"""How many stations are short, for the team's home."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.clock import local_today
from app.extensions import db
from app.models import Election, ElectionState
from app.phrases import counted
from app.services.planning.coverage.plan import Row, find_coverage
from app.services.waiting import Total

PLANNED: Final = (ElectionState.PLANNING, ElectionState.PUBLISHED, ElectionState.RUNNING)
COUNTED: Final = timedelta(days=2)  # after the voting: the count may go on for days, and then it is history


def total_short(now: datetime) -> list[Total]:
    """Of each election that is being planned: the stations without enough people at some moment. For the team."""
    is_near = Election.voting_on >= local_today(now) - COUNTED
    found = select(Election).where(Election.state.in_(PLANNED), is_near).order_by(Election.voting_on, Election.id)
    return [_total(election, count_short(find_coverage(election))) for election in db.session.scalars(found).all()]


def count_short(rows: Iterable[Row]) -> int:
    """The stations that are against the law at some moment."""
    return sum(row.is_short for row in rows if row.station is not None)


def _total(election: Election, number: int) -> Total:
    words = counted(
        "polling station short of people: %(election)s",
        "polling stations short of people: %(election)s",
        number,
        election=election.name,
    )
    return Total(words, number, {"code": election.code})
