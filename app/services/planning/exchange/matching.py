"""What the rows of a file mean: the station, the shift, the function and the member, or why one is not found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import select

from app.extensions import db
from app.importing.elections.plan import PlanRow
from app.importing.spreadsheets.headings import bare
from app.models import Assignment, Capacity, Election, Function, Member, PollingStation, Shift, ShiftKind
from app.phrases import Phrase, RuleBroken, phrase, quote
from app.services.bulk import among
from app.services.elections.functions import list_active_functions
from app.services.planning.board.places import Place
from app.services.planning.needs.choices import list_shifts
from app.services.planning.times import nearest, shift_hours
from app.typed.dates import read_day
from app.typed.texts import fit

# What municipalities write for a function of a capacity, without case and spaces.
CAPACITY_WORDS: Final = {
    **dict.fromkeys(("voorzitter", "vz", "vzt", "chair"), Capacity.CHAIR),
    **dict.fromkeys(
        ("plaatsvervanger", "plaatsvervangendvoorzitter", "plvvoorzitter", "plvvz", "plv", "deputy"), Capacity.DEPUTY
    ),
    **dict.fromkeys(("lid", "stembureaulid", "tweedelid", "2elid", "derdelid", "3elid", "member"), Capacity.MEMBER),
    **dict.fromkeys(("teller", "telster", "counter"), Capacity.COUNTER),
    **dict.fromkeys(("ondersteuner", "supporter"), Capacity.SUPPORTER),
}
WHOLE_DAY: Final = frozenset({"heledag", "geheledag", "dag", "wholeday"})
LONGEST_DAY: Final = 40  # characters
LATEST_HOUR: Final = 29  # five in the morning of the next day
_CLOCK: Final = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[ t])?([0-9]{1,2})(?:[:.h]([0-9]{2}))?(?::[0-9]{2})?(?: ?u(?:ur)?)?"
)
MEMBER_FIELDS: Final = ("member_number", "name", "surname")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place that a row asks for; a row of a whole day asks for several."""

    row: PlanRow
    place: Place


class Matcher:
    """Knows the parts of one election, and the members that the rows name. Seven statements, however many rows."""

    def __init__(self, election: Election, rows: Iterable[PlanRow]) -> None:
        listed = select(PollingStation).where(PollingStation.election_id == election.id)
        stations = db.session.scalars(listed.order_by(PollingStation.number)).all()
        self._by_number = {station.number: station for station in stations}
        self._by_name: dict[str, list[PollingStation]] = defaultdict(list)
        for station in stations:
            self._by_name[bare(station.name)].append(station)
        self._shifts: Sequence[Shift] = list_shifts(election.id)
        self._functions = list_active_functions()
        self._members = _Members(rows)

    def match(self, row: PlanRow) -> list[Wanted]:
        """The places of this row. Raises RuleBroken for what is not found; of an open place there is none."""
        if not any(name in row.cells for name in MEMBER_FIELDS):
            return []
        shifts = self._find_shifts(row)
        function, member = self._find_function(row), self._members.find(row)
        note = fit(row.cells.get("note", ""), Assignment.note)
        return [
            Wanted(row, Place(member.id, self._find_station(row, shift), shift.id, function.id, *hours, note=note))
            for shift, hours in zip(shifts, _own_hours(row, shifts), strict=True)
        ]

    def _find_station(self, row: PlanRow, shift: Shift) -> int | None:
        """The station by its number; without one by its name, or by both in one cell ("12 De Brug")."""
        if shift.kind == ShiftKind.CENTRAL_COUNT:
            return None
        typed, name = row.cells.get("number", ""), row.cells.get("station", "")
        station = self._numbered(typed or name)  # "Stembureau" often holds the number
        named = self._by_name.get(bare(name), []) if name and not typed else []
        if station is None and len(named) == 1:
            station = named[0]
        if station is None and not typed:
            begin, _space, rest = name.partition(" ")
            both = self._numbered(begin)
            station = both if both is not None and bare(rest) == bare(both.name) else None
        if station is not None:
            return station.id
        shown = quote(" ".join(filter(None, (typed, name))))
        if len(named) > 1:
            raise RuleBroken(phrase("Several polling stations are called “%(name)s”. Give the number.", name=shown))
        raise RuleBroken(phrase("There is no polling station “%(name)s”.", name=shown))

    def _numbered(self, typed: str) -> PollingStation | None:
        digits = typed.removesuffix(".0")
        is_number = digits.isascii() and digits.isdecimal() and len(digits) < 7
        return self._by_number.get(int(digits)) if is_number else None

    def _find_shifts(self, row: PlanRow) -> list[Shift]:
        typed = row.cells.get("shift", "")
        asked, day = bare(typed), _day(row.cells.get("day", ""))
        known = [shift for shift in self._shifts if day is None or shift.day.date == day]
        if asked in WHOLE_DAY:
            whole = [shift for shift in known if shift.kind == ShiftKind.VOTING]
            if whole:
                return whole
        same = [shift for shift in known if asked and asked in (bare(shift.name), bare(shift.name_en))]
        found = same or [shift for shift in known if asked and asked in bare(shift.name)]
        if len(found) == 1:
            return found
        names = ", ".join(f"“{shift.name}”" for shift in self._shifts)
        raise RuleBroken(
            phrase("It is not clear which shift “%(name)s” is. Known are %(known)s.", name=quote(typed), known=names)
        )

    def _find_function(self, row: PlanRow) -> Function:
        typed = row.cells.get("function", "")
        asked = bare(typed)
        for function in self._functions:
            if asked and asked in (bare(function.name), bare(function.name_en), bare(function.code)):
                return function
        capacity = CAPACITY_WORDS.get(asked)
        for function in self._functions:
            if capacity is not None and function.capacity == capacity:
                return function
        raise RuleBroken(phrase("There is no function “%(name)s”.", name=quote(typed)))


def _own_hours(row: PlanRow, shifts: Sequence[Shift]) -> list[tuple[datetime | None, datetime | None]]:
    """Of each shift when the person comes and goes, where the row says another time than the shift has.

    Of a whole day the first one begins and the last one ends so. Raises RuleBroken for what is no time.
    """
    starts, ends = (_read_clock(row.cells.get(name, "")) for name in ("starts", "ends"))
    hours = []
    for number, shift in enumerate(shifts):
        begins = nearest(starts, shift, end=False) if starts is not None and number == 0 else None
        leaves = nearest(ends, shift, end=True) if ends is not None and number == len(shifts) - 1 else None
        usual = shift_hours(shift)
        hours.append((None if begins == usual[0] else begins, None if leaves == usual[1] else leaves))
    return hours


def _read_clock(typed: str) -> time | None:
    """A time as people and spreadsheets write it: "7.00", "07:00:00", "7 uur"; after midnight also "24:30"."""
    if not typed:
        return None
    found = _CLOCK.fullmatch(typed.casefold())
    if not found or int(found[1]) > LATEST_HOUR or int(found[2] or 0) > 59:
        raise RuleBroken(phrase("“%(typed)s” is no time: write it as 7:30.", typed=quote(typed)))
    return time(int(found[1]) % 24, int(found[2] or 0))


class _Members:
    """The members whom the rows name, by number and by birth date. Two statements."""

    def __init__(self, rows: Iterable[PlanRow]) -> None:
        numbers = {row.cells["member_number"] for row in rows if "member_number" in row.cells}
        days = {day for row in rows if (day := _day(row.cells.get("birth_date", ""))) is not None}
        by_number = db.session.scalars(select(Member).where(among(Member.member_number, numbers))).all()
        self._by_number: Mapping[str, Member] = {str(member.member_number): member for member in by_number}
        self._by_day: dict[date | None, list[Member]] = defaultdict(list)
        for member in db.session.scalars(select(Member).where(among(Member.birth_date, days))):
            self._by_day[member.birth_date].append(member)

    def find(self, row: PlanRow) -> Member:
        """By number; without one by birth date and name. Raises RuleBroken."""
        number = row.cells.get("member_number")
        if number is not None:
            member = self._by_number.get(number)
            if member is None:
                raise RuleBroken(phrase("There is no member with the number %(number)s.", number=quote(number)))
            return member
        name = _name(row.cells)
        if "birth_date" not in row.cells:
            raise RuleBroken(phrase("Of “%(name)s” the member number or the birth date is needed.", name=quote(name)))
        day = _day(row.cells["birth_date"])
        if day is None:
            typed = quote(row.cells["birth_date"])
            raise RuleBroken(phrase("“%(typed)s” is no birth date: write it as 31-12-1980.", typed=typed))
        found = [member for member in self._by_day[day] if bare(name) in _spellings(member)]
        if not found:
            raise RuleBroken(phrase("No member is called “%(name)s” with this birth date.", name=quote(name)))
        if len(found) > 1:
            raise RuleBroken(phrase("Several members are called “%(name)s” with this birth date.", name=quote(name)))
        return found[0]


def match_all(election: Election, rows: Sequence[PlanRow]) -> tuple[list[Wanted], list[tuple[PlanRow, Phrase]], int]:
    """The places, the rows that are not understood with the reason, and how many rows are open places."""
    matcher = Matcher(election, rows)
    wanted: list[Wanted] = []
    refused: list[tuple[PlanRow, Phrase]] = []
    empty = 0
    for row in rows:
        try:
            found = matcher.match(row)
        except RuleBroken as error:
            refused.append((row, error.text))
            continue
        wanted += found
        empty += not found
    return wanted, refused, empty


def _name(cells: Mapping[str, str]) -> str:
    if "surname" in cells:
        return " ".join(cells[part] for part in ("first_name", "infix", "surname") if part in cells)
    return cells.get("name", "")


def _spellings(member: Member) -> set[str]:
    """The ways in which a list may write the name."""
    first = {member.first_name, member.initials, ""}
    last = {" ".join(filter(None, (member.infix, member.surname))), member.surname}
    names: Any = {f"{before} {behind}" for before in first for behind in last}
    names |= {f"{behind}, {before}" for before in first for behind in last} | {member.sort_name}
    return {bare(name) for name in names}


def _day(typed: str) -> date | None:
    """A day as people and spreadsheets write it; None for what is none."""
    try:
        return read_day(typed.removesuffix(" 00:00:00")[:LONGEST_DAY]) if typed else None
    except ValueError:
        return None
