"""Files with a password, other documents of old, and small or broken .xls files: read, or told as such."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.importing.faults import FileRefused
from app.importing.rosters.roster import open_roster
from tests.importing import sheet_files
from tests.importing.spreadsheets.odd_sheets import ROWS, members, numbers, refusal


def ods_with(manifest: str) -> bytes:
    data = sheet_files.ods(ROWS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        old = archive.read("META-INF/manifest.xml").decode()
    made = sheet_files.with_entry(data, "META-INF/manifest.xml", old.replace("</manifest:manifest>", manifest).encode())
    return sheet_files.with_entry(made, "content.xml", b"\x8f sealed \x00")


SEALED = {
    "xlsx of Excel": sheet_files.compound_file({"EncryptionInfo": b"x" * 200, "EncryptedPackage": b"y" * 9000}),
    "small xlsx": sheet_files.compound_file({"EncryptedPackage": b"y" * 900, "EncryptionInfo": b"x" * 10}),
    "other order": sheet_files.compound_file({"EncryptionInfo": b"x" * 5000, "EncryptedPackage": b"y" * 5000}),
    "capitals": sheet_files.compound_file({"ENCRYPTEDPACKAGE": b"y" * 9000}),
    "xls": sheet_files.xls({(0, 0): "x"}, records=sheet_files.password_record()),
    "short xls": sheet_files.xls({(0, 0): "x"}, records=sheet_files.password_record(), is_short=True),
    "ods": ods_with('<manifest:encryption-data manifest:checksum="x"/></manifest:manifest>'),
    "new ods": sheet_files.zip_of({"mimetype": "x", "META-INF/manifest.xml": "", "encrypted-package": b"\x00"}),
}


@pytest.mark.parametrize("data", SEALED.values(), ids=SEALED.keys())
def test_a_password_is_told_as_such(data: bytes) -> None:
    assert "password" in refusal(data)


def test_a_word_document_of_old_is_told_as_such() -> None:
    assert "Word document" in refusal(sheet_files.compound_file({"WordDocument": b"x" * 5000}))


@pytest.mark.parametrize("count", [1, 3, 5, 8, 10, 15, 20, 25, 30])
def test_a_small_xls_is_read(count: int) -> None:
    cells: dict[tuple[int, int], str | float] = {(0, 0): "Lidnummer", (0, 1): "Achternaam"}
    for row in range(1, count + 1):
        cells |= {(row, 0): float(row), (row, 1): f"Bos{row}"}
    assert numbers(sheet_files.xls(cells, is_short=True)) == [str(row) for row in range(1, count + 1)]


@pytest.mark.parametrize("at", [48, 60, 68, 76, 512, 520, 1024, 1140, 1144, 1536])
def test_a_broken_compound_file_is_refused(at: int) -> None:
    data = bytearray(sheet_files.xls({(0, 0): "Achternaam", (1, 0): "Bos"}, is_short=True))
    data[at : at + 4] = b"\x01\x00\x00\x00"  # a circle, or another place
    try:
        members(open_roster(bytes(data), "a.xls"))
    except FileRefused:
        return
