"""Member rosters: a CSV file or spreadsheet → checked rows, or the row with everything that is wrong with it.

    roster = open_roster(data, file_name)
    for row in read_roster(roster.rows(), mapping, today=today, header=roster.header): ...

One pass, row by row; what must be remembered of earlier rows are their member numbers, BSNs and addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import dropwhile, islice
from typing import Final, Literal

from app.importing.faults import Fault, FileRefused
from app.importing.limits import Limits
from app.importing.rosters.bsn_mask import mask_bsn
from app.importing.rosters.check import CellRemark, RowCheck
from app.importing.rosters.columns import double_columns, recognise_columns
from app.importing.rosters.footers import is_footer, write_footer
from app.importing.spreadsheets.tables import Row, Sheet, read_tables
from app.phrases import Phrase, phrase

HEADER_WITHIN: Final = 10  # rows in which the headings may stand, below a title


@dataclass(frozen=True, slots=True)
class RosterFile:
    """An opened roster. `mapping` is what was recognised of `header` (row `header_row`); `rows()` starts below it.

    `remarks` are what a person should know: which sheet is read, two columns with one heading.
    """

    kind: str
    sheet: str
    header_row: int
    header: tuple[str, ...]
    mapping: dict[str, int]
    rows: Callable[[], Iterator[Row]]
    remarks: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One member, checked and in the portal's own spelling; what the file does not tell is None.

    Telephone numbers are E.164, postcodes "1234 AB" or "B-2000", IBAN and BSN without spaces. At least
    `member_number` or `email` is there. `language` is the one to write in, `languages` those the member speaks, as
    the file has them. The BSN is in no representation of the row.
    """

    row: int
    surname: str
    member_number: str | None = None
    initials: str | None = None
    first_name: str | None = None
    infix: str | None = None
    birth_date: date | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    street: str | None = None
    house_number: str | None = None
    house_number_suffix: str | None = None
    postcode: str | None = None
    city: str | None = None
    iban: str | None = None
    bsn: str | None = field(default=None, repr=False)
    is_civil_servant: bool | None = None
    trained_on: date | None = None
    language: Literal["nl", "en"] | None = None
    languages: str | None = None
    unread: tuple[CellRemark, ...] = field(default=(), repr=False)  # cells that were not taken over
    lost: tuple[CellRemark, ...] = field(default=(), repr=False)  # cells of which letters got lost


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be imported and why. `cells` are as in the file and may hold a BSN: show them `masked`."""

    row: int
    cells: tuple[str, ...] = field(repr=False)
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class FooterRow:
    """A row that is no member: a total, a note, or the headings once more."""

    row: int
    text: str


def open_roster(data: bytes, file_name: str, *, limits: Limits | None = None) -> RosterFile:
    """Open the file, find the sheet and the row with headings. Raises FileRefused if there is no row with values."""
    tables = read_tables(data, file_name, limits=limits)
    found = [heading for sheet in tables.sheets if (heading := _find_header(sheet)) is not None]
    if not found:
        raise FileRefused(phrase("There are no rows in this file."))
    best = max(found, key=_rank)
    mapping = recognise_columns(best.header)
    remarks = (*tables.remarks_on(best.sheet), *double_columns(best.header, mapping))

    def rows() -> Iterator[Row]:
        return dropwhile(lambda row: row[0] <= best.row, best.sheet.rows())

    return RosterFile(tables.kind, best.sheet.name, best.row, best.header, mapping, rows, remarks)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A row of a sheet that may be the headings, and how many of them are known."""

    known: int
    row: int
    header: tuple[str, ...]
    sheet: Sheet


def _rank(heading: _Heading) -> tuple[bool, bool, int]:
    """What can be seen comes first, unless only a hidden sheet has headings; then the most headings."""
    return heading.known > 0, not heading.sheet.is_hidden, heading.known


def _find_header(sheet: Sheet) -> _Heading | None:
    """The first of the upper rows with the most known headings; without any, the first row that is not empty."""
    best: _Heading | None = None
    for number, cells in islice(sheet.rows(), HEADER_WITHIN):
        if not any(map(str.strip, cells)):
            continue
        score = len(recognise_columns(cells))
        if best is None or score > best.known:
            # Masked, because in a file without headings this is somebody's data.
            best = _Heading(score, number, tuple(mask_bsn(cell.strip()) for cell in cells), sheet)
    return best


def read_roster(
    rows: Iterable[Row], mapping: Mapping[str, int | None], *, today: date, header: Sequence[str] = ()
) -> Iterator[RosterRow | RefusedRow | FooterRow]:
    """Check every row that is not empty, in the order of the file.

    `mapping` is field → index of its column (`roster_columns.FIELDS`; None or absent: not read); `header` only names
    the columns in faults. Of two rows with one member number or BSN the second is refused and names the first; a
    shared e-mail address is refused only with the same name and date of birth, because couples share one.
    """
    check = RowCheck(mapping, header, today)
    for number, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        if check.is_heading(cells):
            yield FooterRow(number, mask_bsn(write_footer(cells)))
            continue
        checked = check.read(number, cells)
        if not checked.faults:
            yield RosterRow(number, **checked.values, unread=tuple(checked.unread), lost=tuple(checked.lost))
        elif is_footer(cells):
            yield FooterRow(number, mask_bsn(write_footer(cells)))
        else:
            yield RefusedRow(number, tuple(cells), tuple(checked.faults))
