"""Workbooks as writers other than Excel pack them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.importing.spreadsheets.odd_sheets import ROWS, book, numbers


def rezipped(rename: Callable[[str], str], change: Callable[[str, bytes], bytes] = lambda _name, data: data) -> bytes:
    """A workbook of ours as another writer would pack it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book({"Leden": ROWS}))) as source, zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            info = zipfile.ZipInfo()
            info.filename = rename(name)
            archive.writestr(info, change(name, source.read(name)))
    return out.getvalue()


def with_dimension(reference: str) -> bytes:
    def change(name: str, data: bytes) -> bytes:
        changed = data.replace(b'<dimension ref="A1:B2"/>', f'<dimension ref="{reference}"/>'.encode())
        assert name != "xl/worksheets/sheet1.xml" or changed != data
        return changed

    return rezipped(str, change)


def at_root(name: str) -> str:
    return name.removeprefix("xl/")


def rooted(name: str, data: bytes) -> bytes:
    return data.replace(b"xl/workbook.xml", b"workbook.xml") if name == "_rels/.rels" else data


ODD = {
    "backslashes": rezipped(lambda name: name.replace("/", "\\")),
    "capitals": rezipped(str.upper),
    "at the root": rezipped(at_root, rooted),
    "rows only": with_dimension("1:3"),
    "columns only": with_dimension("A:B"),
    "empty": with_dimension(""),
    "dollars": with_dimension("$A$1:$B$2"),
    "small letters": with_dimension("a1:b2"),
    "with the sheet": with_dimension("Leden!A1:B2"),
    "no reference": with_dimension("#REF!"),
    "two ranges": with_dimension("A1:B2 C3:D4"),
    "too far": with_dimension("A1:XFD1048576"),
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD.keys())
def test_what_odd_writers_make_is_read(data: bytes) -> None:
    assert numbers(data) == ["7"]
