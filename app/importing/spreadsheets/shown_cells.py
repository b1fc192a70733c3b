"""What cells show beside their value: zeros of a number format, and errors, which calamine gives as empty.

Found only where a spreadsheet has such cells, so that an ordinary roster pays no more than a look at its bytes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from app.importing.faults import FileRefused
from app.importing.spreadsheets.grid_size import TOO_LARGE, BrokenXml, column_number, local_name, ods_rows, repeated
from app.importing.spreadsheets.number_formats import ShowNumber, zero_format
from app.importing.spreadsheets.package import parse_part

# A cell of an .xlsx with its value: attributes, then perhaps a formula.
CELL: Final = re.compile(rb"<(?:\w{1,9}:)?c\s([^<>]*)>\s*+(?:<f[^<>]*+>(?:[^<>]*+</f>)?\s*+)?<v[^<>]*+>([^<>]*+)</v>")
REFERENCE: Final = re.compile(rb'\br="([A-Za-z]{1,3})(\d{1,7})"')
STYLE: Final = re.compile(rb'\bs="(\d{1,6})"')
ERROR: Final = b't="e"'
ODS_ERROR: Final = b'value-type="error"'
ODS_ZERO: Final = re.compile(rb">0\d")
LONGEST_NUMBER: Final = 40  # characters
MOST: Final = 500_000  # cells in memory: two whole columns of the largest roster


class Shown:
    """The cells of one sheet that show more than their value: row → columns with their text, all counted from 0."""

    def __init__(self) -> None:
        self.rows: dict[int, list[tuple[int, str]]] = {}
        self._count = 0

    def add(self, row: int, column: int, text: str) -> None:
        """Raises FileRefused for more cells than a real roster has."""
        self._count += 1
        if self._count > MOST:
            raise FileRefused(TOO_LARGE)
        self.rows.setdefault(row, []).append((column, text))


def xlsx_formats(styles: bytes) -> dict[bytes, ShowNumber]:
    """The number of a style → what shows its numbers, for the styles that show zeros."""
    root = parse_part(styles)
    if root is None:
        return {}
    codes = {each.get("numFmtId"): str(each.get("formatCode", "")) for each in root.iter("{*}numFmt")}
    found = {}
    for place, style in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        show = zero_format(codes.get(style.get("numFmtId"), ""))
        if show is not None:
            found[str(place).encode()] = show
    return found


def xlsx_shown(sheet: bytes, formats: Mapping[bytes, ShowNumber]) -> Shown:
    """The cells of a sheet's XML that show more than their value."""
    shown = Shown()
    if ERROR not in sheet and not any(b's="%b"' % style in sheet for style in formats):
        return shown
    for cell in CELL.finditer(sheet):
        attributes, value = cell.groups()
        place = REFERENCE.search(attributes)
        if place is None:
            continue
        style = STYLE.search(attributes)
        show = formats.get(style[1]) if style else None
        text = value.decode("ascii", "replace") if ERROR in attributes else show and _show(show, value)
        if text:
            shown.add(int(place[2]) - 1, column_number(place[1]) - 1, text)
    return shown


def _show(show: ShowNumber, value: bytes) -> str | None:
    try:
        return show(float(value[:LONGEST_NUMBER]))
    except ValueError:
        return None


def ods_shown(content: bytes) -> dict[str, Shown]:
    """The same for each sheet of an .ods, by its name. Raises BrokenXml."""
    if ODS_ERROR not in content and ODS_ZERO.search(content) is None:
        return {}
    found: dict[str, Shown] = {}
    shown, row = Shown(), 0
    try:
        for name, element in ods_rows(content):
            if element is None:
                shown, row = found.setdefault(name, Shown()), 0
                continue
            height = repeated(element, "number-rows-repeated")
            for column, width, text in _ods_texts(element):
                for below, right in itertools.product(range(height), range(width)):
                    shown.add(row + below, column + right, text)
            row += height
    except etree.XMLSyntaxError as error:
        raise BrokenXml from error
    return found


def _ods_texts(row: etree._Element) -> Iterator[tuple[int, int, str]]:
    """Column, how many columns it goes on, and text."""
    column = 0
    for cell in row.iter("{*}table-cell", "{*}covered-table-cell"):
        width = repeated(cell, "number-columns-repeated")
        text = _ods_text(cell)
        if text:
            yield column, width, text
        column += width


def _ods_text(cell: etree._Element) -> str:
    """What an error or a number with zeros in front shows; empty for other cells."""
    kinds = [str(value) for key, value in cell.attrib.items() if local_name(key) == "value-type"]
    if "error" not in kinds and "float" not in kinds:
        return ""
    text = "".join(str(part) for paragraph in cell.iterfind("{*}p") for part in paragraph.itertext())
    if "error" in kinds:
        return text
    return text if text[:1] == "0" and text.isascii() and text.isdigit() and len(text) > 1 else ""
