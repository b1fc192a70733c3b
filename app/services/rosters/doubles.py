"""Rows that would make a member anew who seems to be there already, under another number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, or_, select

from app.extensions import db
from app.importing.rosters.refused_rows import NAMES
from app.importing.rosters.roster import RosterRow
from app.models import Member, MemberState
from app.services.bulk import among
from app.services.rosters.matching import given_names_agree
from app.services.search.folding import fold_text


class Likeness(StrEnum):
    """What two people have in common beside their name."""

    BIRTH = "birth"
    ADDRESS = "address"


_COMPARED: Final = (*NAMES, "birth_date", "postcode", "house_number")
_COLUMNS: Final = (Member.id, Member.member_number, *(getattr(Member, name) for name in _COMPARED))


@dataclass(frozen=True, slots=True)
class Double:
    """A row that is new by its number, and who it may be: a known member, or an earlier new row of the file."""

    row: int
    why: Likeness
    member_id: int | None = None
    other_row: int | None = None


def find_doubles(rows: Sequence[RosterRow]) -> list[Double]:
    """For each of these new rows the first likely double, if there is one. Reads only; a statement for any number."""
    seen: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for known in _load(rows):
        _remember(seen, known)
    found = []
    for row in rows:
        double = _find(row, seen)
        if double is not None:
            found.append(double)
        _remember(seen, row)
    return found


def _load(rows: Sequence[RosterRow]) -> Iterable[Row[Any]]:
    births = {row.birth_date for row in rows if row.birth_date}
    postcodes = {row.postcode for row in rows if row.postcode and row.house_number}
    asked = [among(Member.birth_date, births)] * bool(births) + [among(Member.postcode, postcodes)] * bool(postcodes)
    if not asked:
        return ()
    return db.session.execute(select(*_COLUMNS).where(or_(*asked), Member.state != MemberState.ANONYMISED))


def _keys(person: Any) -> list[tuple[tuple[Any, ...], Likeness]]:
    surname = fold_text(person.surname)
    keys: list[tuple[tuple[Any, ...], Likeness]] = []
    if person.birth_date:
        keys.append(((surname, person.birth_date), Likeness.BIRTH))
    if person.postcode and person.house_number:
        keys.append(((surname, person.postcode, person.house_number), Likeness.ADDRESS))
    return keys


def _remember(seen: dict[tuple[Any, ...], list[Any]], person: Any) -> None:
    for key, _why in _keys(person):
        seen[key].append(person)


def _find(row: RosterRow, seen: dict[tuple[Any, ...], list[Any]]) -> Double | None:
    for key, why in _keys(row):
        for other in seen.get(key, ()):
            if _may_be_called_so(row, other) and not _has_other_birth(row, other):
                if isinstance(other, RosterRow):
                    return Double(row.row, why, other_row=other.row)
                return Double(row.row, why, member_id=other.id)
    return None


def _may_be_called_so(row: RosterRow, other: Any) -> bool:
    """As in matching; and who wrote an initial as the first name is not somebody else for it."""
    given = [fold_text(person.first_name or "") for person in (row, other)]
    if all(given) and any(name.endswith(".") or len(name) == 1 for name in given):
        return given[0][:1] == given[1][:1]
    return given_names_agree(row, other)


def _has_other_birth(row: RosterRow, other: Any) -> bool:
    """Father and son share an address and perhaps a name."""
    return bool(row.birth_date and other.birth_date and row.birth_date != other.birth_date)
