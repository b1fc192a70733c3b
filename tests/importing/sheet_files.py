"""Small spreadsheets of every kind, made here: .xlsx by XlsxWriter, .ods and .xls by hand."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

Rows = Sequence[Sequence[Any]]
NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def xlsx(rows: Rows | Mapping[str, Rows]) -> bytes:
    """A workbook; dates and moments become real ones."""
    sheets = rows if isinstance(rows, Mapping) else {"Blad1": rows}
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "dd-mm-yyyy hh:mm", "strings_to_urls": False})
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                if cell not in (None, ""):
                    sheet.write(number, column, cell)
    book.close()
    return out.getvalue()


def ods(rows: Rows) -> bytes:
    """A workbook with one sheet of texts and numbers."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>" for line in rows)
    return ods_of(f'<table:table table:name="Blad1">{lines}</table:table>')


def ods_of(tables: str) -> bytes:
    """A workbook of ready-made XML."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="'
        'application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return zip_of(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


def _ods_cell(cell: Any) -> str:
    if cell in (None, ""):
        return "<table:table-cell/>"
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def zip_of(entries: Mapping[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip; the first entry is stored, as the formats ask for."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for index, (name, content) in enumerate(entries.items()):
            archive.writestr(name, content, zipfile.ZIP_STORED if index == 0 else compression)
    return out.getvalue()


def with_entry(data: bytes, name: str, content: bytes) -> bytes:
    """The same zip with one entry replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    return zip_of(entries | {name: content})


def xls(
    cells: Mapping[tuple[int, int], str | float], *, records: bytes = b"", style: int = 0, is_short: bool = False
) -> bytes:
    """An Excel 97 workbook with one sheet "Blad1"; cells by (row, column) from 0.

    `records` stand before those of the sheet, `style` is that of its numbers; `is_short` as small writers make it.
    """
    begin = struct.pack("<HHIHHHH", 0x0600, 0x0005, 0x07CC0DBB, 0, 0, 0, 0)[:16]
    end = _record(0x000A, b"")
    name = b"\x05\x00" + b"Blad1"
    globals_length = len(_record(0x0809, begin)) + len(records) + len(_record(0x0085, bytes(6) + name)) + len(end)
    sheet_begin = struct.pack("<HH", 0x0600, 0x0010) + begin[4:]
    bound = struct.pack("<IBB", globals_length, 0, 0) + name
    body = b"".join(_xls_cell(row, column, value, style) for (row, column), value in sorted(cells.items()))
    head = _record(0x0809, begin) + records + _record(0x0085, bound) + end
    stream = head + _record(0x0809, sheet_begin) + body + end
    if is_short:
        return compound_file({"Workbook": stream})
    return compound_file({"Workbook": stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")})


def number_format(code: str) -> bytes:
    """The records for style 1: numbers in this format."""
    text = struct.pack("<HHB", 164, len(code), 0) + code.encode()
    styles = [_record(0x00E0, struct.pack("<HH", 0, key) + bytes(16)) for key in (0, 164)]
    return _record(0x041E, text) + b"".join(styles)


def password_record() -> bytes:
    """What stands first in an .xls that is sealed."""
    return _record(0x002F, bytes(6))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _xls_cell(row: int, column: int, value: str | float, style: int) -> bytes:
    if isinstance(value, str):
        content = struct.pack("<HHHHB", row, column, 0, len(value), 1) + value.encode("utf-16-le")
        return _record(0x0204, content)
    return _record(0x0203, struct.pack("<HHHd", row, column, style, value))


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Header; sector 0: allocation table; sector 1: directory; 2: table of short streams; 3 and on: the streams.

    Short streams lie together, in sectors of 64 bytes.
    """
    shorts, short_table = b"", list[int]()
    sectors, chains = b"", list[int]()
    entries = []
    for name, content in streams.items():
        if len(content) < 4096:
            first, count = len(short_table), -(-len(content) // 64)
            short_table += [*range(first + 1, first + count), 0xFFFFFFFE]
            shorts += content.ljust(count * 64, b"\0")
        else:
            first, count = 3 + len(chains), -(-len(content) // 512)
            chains += [*range(first + 1, first + count), 0xFFFFFFFE]
            sectors += content.ljust(count * 512, b"\0")
        entries.append(_entry(name, 2, first, len(content)))
    start, count = 3 + len(chains), -(-len(shorts) // 512)
    chains += [*range(start + 1, start + count), 0xFFFFFFFE] if shorts else []
    sectors += shorts.ljust(count * 512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 2, 1, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, *chains]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    root = _entry("Root Entry", 5, start if shorts else 0xFFFFFFFE, len(shorts), child=1)
    directory = (root + b"".join(entries)).ljust(512, b"\0")
    return (
        header
        + table
        + directory
        + struct.pack("<128I", *short_table, *[0xFFFFFFFF] * (128 - len(short_table)))
        + sectors
    )


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return head + bytes(36) + struct.pack("<III", start, size, 0)
