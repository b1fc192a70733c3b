"""The check of one row of a roster: each cell by its own rule, then the row as a whole and against earlier rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.importing.faults import Fault
from app.importing.rosters import values as read
from app.importing.rosters.addresses import split_address
from app.importing.rosters.bsn_mask import MASK, mask_bsn
from app.importing.rosters.columns import FIELDS, bsn_columns, column_titles
from app.importing.rosters.footers import is_heading
from app.importing.spreadsheets.damage import find_damage, may_be_damaged
from app.importing.spreadsheets.lost_letters import has_lost_letter, may_have_lost
from app.importing.spreadsheets.sheets_out import unguard_text
from app.importing.spreadsheets.tables import column_letter
from app.member_fields import MEMBER_FIELDS
from app.phrases import Phrase, phrase

LOST: Final = phrase("A letter got lost here. Save the file again as a spreadsheet (.xlsx) or as CSV with UTF-8.")
TOO_LONG: Final = phrase("This is too long. Is it the right column?")
SHOWN: Final = 60

# Whom a row is about: with a fault in one of these it is refused. Another bad cell costs only that field.
IDENTIFYING: Final = frozenset({"member_number", "surname"})
LETTERED: Final = (*MEMBER_FIELDS.names(lambda field: field.is_name), "street", "city")  # a letter may be lost here

Values = dict[str, Any]
CellReader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class CellRemark:
    """A cell that was not taken over, or whose letters got lost; `fault` says where it is and what is wrong."""

    field: str
    fault: Fault


@dataclass(slots=True)
class Checked:
    """A row that was read: its values without the empty ones.

    With `faults` the row is refused; the fields of `unread` are left as they were, and those of `lost` miss letters.
    """

    values: Values = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: list[CellRemark] = field(default_factory=list)
    lost: list[CellRemark] = field(default_factory=list)


class RowCheck:
    """Reads rows of one file; remembers the numbers it met, so use a new one for each file."""

    def __init__(self, mapping: Mapping[str, int | None], header: Sequence[str], today: date) -> None:
        readers: dict[str, CellReader | None] = {name: MEMBER_FIELDS[name].read_cell for name in FIELDS}
        readers["birth_date"] = lambda value: read.read_birth_date(value, today)
        readers["trained_on"] = lambda value: read.read_training_date(value, today)
        readers["surname"] = read.read_surname
        self._header = header
        self._titles = column_titles(header)
        self._columns = {name: index for name in FIELDS if (index := mapping.get(name)) is not None}
        self._secret = bsn_columns(header, mapping)
        self._plan = [
            (name, index, readers[name], MEMBER_FIELDS[name].max_length or SHOWN)
            for name, index in self._columns.items()
        ]
        self._width = max(self._columns.values(), default=-1) + 1
        self._splits_address = "street" in self._columns and "house_number" not in self._columns
        self._rows_by_key: dict[str, int] = {}

    def is_heading(self, cells: Sequence[str]) -> bool:
        """Whether the row is the header once more, as on each page of some exports."""
        index = self._columns.get("surname", 0)
        is_alike = index < len(cells) and index < len(self._header) and cells[index].strip() == self._header[index]
        return is_alike and is_heading(cells, self._header)

    def read(self, number: int, cells: Sequence[str]) -> Checked:
        """The values of the row, and what is wrong with it."""
        checked = Checked()
        values = checked.values
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        # Looking at the row at once spares most rows eighteen looks at a cell.
        whole = "|".join(cells)
        is_suspect = may_be_damaged(whole)
        is_plain = whole.isascii() and whole.isprintable() and "  " not in whole and "'" not in whole
        for name, index, reader, longest in self._plan:
            value = cells[index].strip() if is_plain else clean(cells[index])
            if not value:
                continue
            result: Any = find_damage(value) if is_suspect else None
            if result is None:
                result = reader(value) if reader is not None else value if len(value) <= longest else TOO_LONG
            if type(result) is Phrase:
                checked.unread.append(CellRemark(name, self._fault(number, name, result, value)))
            elif result is not None:
                values[name] = result
        self._check_whole(number, checked, whole)
        return checked

    def _check_whole(self, number: int, checked: Checked, whole: str) -> None:
        """What the cells say together, and beside the rows before."""
        values = checked.values
        self._require(number, {*values, *(remark.field for remark in checked.unread)}, checked.faults)
        self._split(values)
        self._find_doubles(number, values, checked.faults)
        if checked.unread or checked.faults:
            self._refuse(checked)
        if may_have_lost(whole):
            self._find_lost(number, checked)

    @staticmethod
    def _refuse(checked: Checked) -> None:
        """A fault in what identifies the member refuses the row, and then all of its faults are told."""
        needed = IDENTIFYING if "member_number" in checked.values else IDENTIFYING | {"email"}
        if checked.faults or any(remark.field in needed for remark in checked.unread):
            checked.faults[:0] = [remark.fault for remark in checked.unread]
            checked.unread.clear()

    def _find_lost(self, number: int, checked: Checked) -> None:
        for name in LETTERED:
            value = checked.values.get(name)
            if value and has_lost_letter(value):
                checked.lost.append(CellRemark(name, self._fault(number, name, LOST, value)))

    def _split(self, values: Values) -> None:
        """Take apart what one cell holds together; a column of its own always wins."""
        if "postcode" in values:
            values["postcode"], town = values["postcode"]
            _fill(values, "city", town)
        if "house_number" in values:
            values["house_number"], suffix = values["house_number"]
            _fill(values, "house_number_suffix", suffix)
        elif self._splits_address and "street" in values:
            values["street"], house_number, suffix = split_address(values["street"])
            _fill(values, "house_number", house_number)
            _fill(values, "house_number_suffix", suffix)
        if "," in values.get("surname", ""):
            values["surname"], infix = read.split_surname(values["surname"])
            _fill(values, "infix", infix)

    def _require(self, number: int, given: set[str], faults: list[Fault]) -> None:
        """`given` are the fields that were filled in, rightly or wrongly: nothing is called missing that is there."""
        if "surname" not in given:
            faults.append(self._fault(number, "surname", phrase("The surname is missing.")))
        if not given & {"member_number", "email"}:
            message = phrase("A member number or an e-mail address is needed.")
            faults.append(self._fault(number, "member_number", message))

    def _find_doubles(self, number: int, values: Values, faults: list[Fault]) -> None:
        """Remember this row; a fault for each thing that only one member can have and an earlier row has already."""
        known = self._rows_by_key
        if "member_number" in values:
            row = known.setdefault(f"number {values['member_number'].casefold()}", number)
            if row != number:
                faults.append(
                    self._fault(
                        number,
                        "member_number",
                        phrase("Row %(row)s has this member number too.", row=row),
                        values["member_number"],
                    )
                )
        if "bsn" in values:
            row = known.setdefault(f"bsn {values['bsn']}", number)
            if row != number:
                faults.append(self._fault(number, "bsn", phrase("Row %(row)s has this BSN too.", row=row)))
        person = self._person(values)
        if person is not None:
            row = known.setdefault(person, number)
            if row != number:
                message = phrase("Row %(row)s has the same e-mail address, name and date of birth.", row=row)
                faults.append(self._fault(number, "email", message))

    @staticmethod
    def _person(values: Values) -> str | None:
        """What makes two rows with one e-mail address the same person; None where too little is known."""
        if "email" not in values or "surname" not in values:
            return None
        if "birth_date" not in values and "member_number" in values:
            return None  # father and son may share an address and a name; their numbers tell them apart
        given = values.get("first_name") or values.get("initials") or ""
        name = f"{given}\n{values.get('infix', '')}\n{values['surname']}"
        return f"person {values['email']}\n{name}\n{values.get('birth_date')}".casefold()

    def _fault(self, number: int, name: str, message: Phrase, value: str | None = None) -> Fault:
        index = self._columns.get(name)
        column = None if index is None else self._title(index)
        is_shown = value is not None and name != "bsn" and index not in self._secret
        # Masked before it is cut: a cut number would no longer be recognised.
        shown = mask_bsn(value)[:SHOWN] if value is not None and is_shown else None
        return Fault(number, column, message, value_shown=shown)

    def _title(self, index: int) -> str:
        return mask_bsn(self._titles[index])[:80] if index < len(self._titles) else column_letter(index)


def _fill(values: Values, name: str, value: str) -> None:
    if value:
        values.setdefault(name, value)


def clean(cell: str) -> str:
    """A cell without outer and double spaces, invisible characters and our own guard against formulas."""
    value = cell.strip()
    if not value:
        return ""
    if "'" in value:
        value = unguard_text(value)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    if "  " in value or not value.isprintable():
        value = " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
    return "" if value == MASK else value
