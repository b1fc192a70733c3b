"""How many stations are short, kept for as long as nothing of what says so has changed.

What the count reads is put into one text per election by the database, in one statement for all elections. As long as
that text is the same the number is: so it is never that of another plan, and nobody who changes a plan has to know.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, String, bindparam, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.extensions import db
from app.models import Assignment, Election, ElectionDay, Function, PollingStation, Shift, ShiftKind, StaffingNeed
from app.services.bulk import is_postgresql

MOST_KEPT: Final = 50  # elections; one that is over is not asked for any more
NONE: Final = "-"
_IDS: Final[Any] = bindparam("short_election_ids", expanding=True)
_kept: dict[int, tuple[bytes, int]] = {}  # of an election by id: the text in short, and the number


def count_kept(elections: Sequence[Election], count: Callable[[Election], int]) -> dict[int, int]:
    """By the id of the election what `count` gives for it; asked anew only where something changed. One statement."""
    texts = _read_texts([election.id for election in elections])
    return {election.id: _kept_or_counted(election, texts[election.id], count) for election in elections}


def _kept_or_counted(election: Election, text: bytes, count: Callable[[Election], int]) -> int:
    known = _kept.get(election.id)
    if known is not None and known[0] == text:
        return known[1]
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    number = count(election)
    _kept[election.id] = (text, number)
    return number


def _read_texts(election_ids: Sequence[int]) -> dict[int, bytes]:
    """What the count reads of each election, in short."""
    texts: dict[int, Any] = defaultdict(lambda: hashlib.blake2b(digest_size=32))
    rows = db.session.execute(_statement(is_short=is_postgresql()), {_IDS.key: election_ids})
    for election_id, text, number in sorted(rows, key=lambda row: row[2]):
        texts[election_id].update(f"{number}:{text};".encode())
    return {key: texts[key].digest() for key in election_ids}


@cache
def _statement(*, is_short: bool) -> Any:
    """Made once; `is_short`: the database itself makes the texts short, so that little travels."""
    counting = Shift.kind == ShiftKind.STATION_COUNT
    parts = (
        (Election.id, select(Election), (Election.voting_on,)),
        (
            Assignment.election_id,
            select(Assignment)
            .join(Function, Function.id == Assignment.function_id)
            .where(Assignment.station_id.is_not(None)),
            (
                *(Assignment.station_id, Assignment.shift_id, Assignment.member_id, Function.capacity),
                *(Assignment.starts_at, Assignment.ends_at),
            ),
        ),
        (
            StaffingNeed.election_id,
            select(StaffingNeed)
            .join(Shift, Shift.id == StaffingNeed.shift_id)
            .where(counting, StaffingNeed.target > 0),
            (StaffingNeed.station_id, StaffingNeed.shift_id),
        ),
        (
            PollingStation.election_id,
            select(PollingStation),
            (PollingStation.id, PollingStation.opens_at, PollingStation.closes_at, PollingStation.stops),
        ),
        (
            ElectionDay.election_id,
            select(Shift).join(ElectionDay, ElectionDay.id == Shift.day_id),
            (Shift.id, Shift.kind, Shift.starts, Shift.ends, ElectionDay.date),
        ),
    )
    read = []
    for number, (key, rows, columns) in enumerate(parts):
        shown = (key, _all_lines(_line(columns), is_short=is_short), literal(number))
        read.append(rows.with_only_columns(*shown).where(key.in_(_IDS)).group_by(key))
    return union_all(*read)


def _all_lines(line: ColumnElement[str], *, is_short: bool) -> Any:
    """In the order of the lines on PostgreSQL, which reads rows as it likes; SQLite reads them in the same order."""
    if not is_short:
        return func.aggregate_strings(line, ",")
    return func.md5(func.string_agg(line, aggregate_order_by(literal(","), line)))


def _line(columns: Sequence[Any]) -> ColumnElement[str]:
    """The row in one text."""
    words = [func.coalesce(cast(column, String), NONE) for column in columns]
    line: ColumnElement[str] = words[0]
    for word in words[1:]:
        line = line + "|" + word
    return line
