"""Spreadsheets and CSV become rows of strings; what would harm or cannot be read is refused with the reason."""

from __future__ import annotations

import zipfile
from datetime import date, datetime

import pytest

from app.importing.faults import FileRefused
from app.importing.limits import Limits
from app.importing.spreadsheets.tables import Tables, read_tables
from tests.importing import sheet_files


def rows_of(tables: Tables) -> list[tuple[int, list[str]]]:
    return list(tables.sheets[0].rows())


def read_csv(content: str | bytes, encoding: str = "utf-8") -> list[tuple[int, list[str]]]:
    data = content if isinstance(content, bytes) else content.encode(encoding)
    return rows_of(read_tables(data, "leden.csv"))


def refusal(data: bytes, name: str = "leden.xlsx", limits: Limits | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_all(data, name, limits)
    return caught.value


def read_all(data: bytes, name: str, limits: Limits | None) -> None:
    for sheet in read_tables(data, name, limits=limits).sheets:
        list(sheet.rows())


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_separator_of_a_csv_is_found(delimiter: str) -> None:
    content = f'naam{delimiter}plaats\r\n"Vries{delimiter} de"{delimiter}Utrecht\r\n'
    assert read_csv(content) == [(1, ["naam", "plaats"]), (2, [f"Vries{delimiter} de", "Utrecht"])]


def test_commas_in_cells_do_not_make_a_semicolon_file_a_comma_file() -> None:
    assert read_csv("naam;adres\nJan;Dam 1, Utrecht\nPiet;Dam 2, Utrecht\n")[1] == (2, ["Jan", "Dam 1, Utrecht"])


def test_the_separator_that_excel_names_itself_is_used_and_its_line_is_counted() -> None:
    assert read_csv("sep=,\nnaam,plaats;regio\n") == [(2, ["naam", "plaats;regio"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_with_accents_survive_every_usual_encoding(encoding: str) -> None:
    assert read_csv("naam;plaats\nZoë;Eé\n", encoding)[1] == (2, ["Zoë", "Eé"])


def test_blank_lines_of_a_csv_count() -> None:
    assert [number for number, cells in read_csv("a;b\n\n\nc;d\n") if cells] == [1, 4]


def test_a_cell_with_a_line_break_is_one_row() -> None:
    assert read_csv('a;b\n"1\n2";3\n4;5\n')[1:] == [(2, ["1\n2", "3"]), (3, ["4", "5"])]


def test_a_forgotten_quotation_mark_is_refused_with_its_row_instead_of_swallowing_the_rest() -> None:
    refused = refusal(b'a;b\n1;2\n"3;4\n5;6\n', "leden.csv")
    assert refused.text.values == {"row": 3}


def test_spreadsheet_cells_become_what_a_person_sees() -> None:
    data = sheet_files.xlsx(
        [
            ["nummer", "los", "tekst", "datum", "moment", "ja"],
            [1012345, 1.5, "0612", date(1970, 6, 6), datetime.fromisoformat("2026-03-18T07:30"), True],
        ]
    )
    assert rows_of(read_tables(data, "leden.xlsx"))[1] == (
        2,
        ["1012345", "1.5", "0612", "1970-06-06", "2026-03-18T07:30:00", "ja"],
    )


def test_empty_rows_above_and_columns_left_of_the_values_keep_their_place() -> None:
    data = sheet_files.xlsx([[], [], ["", "", "x"], ["", "y", ""]])
    assert [row for row in rows_of(read_tables(data, "a.xlsx")) if any(row[1])] == [
        (3, ["", "", "x"]),
        (4, ["", "y", ""]),
    ]


def test_an_ods_is_read() -> None:
    data = sheet_files.ods([["naam", "nummer"], ["Jan & Co", 12]])
    tables = read_tables(data, "leden.ods")
    assert (tables.kind, rows_of(tables)) == ("ods", [(1, ["naam", "nummer"]), (2, ["Jan & Co", "12"])])


def test_an_old_xls_is_read() -> None:
    data = sheet_files.xls({(0, 0): "naam", (0, 1): "nummer", (1, 0): "Zoë", (1, 1): 12.0})
    tables = read_tables(data, "leden.xls")
    assert (tables.kind, rows_of(tables)) == ("xls", [(1, ["naam", "nummer"]), (2, ["Zoë", "12"])])


def test_the_content_decides_what_a_file_is_and_a_wrong_name_is_told() -> None:
    tables = read_tables(sheet_files.xlsx([["naam"], ["Jan"]]), "leden.csv")
    assert tables.kind == "xlsx"
    assert tables.remark is not None
    assert tables.remark.values == {"name": "leden.csv", "kind": "Excel (.xlsx)"}


def test_a_right_name_needs_no_remark() -> None:
    assert read_tables(b"naam;nummer\n", "LEDEN.CSV").remark is None


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "empty"),
        (b" \r\n\x00", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>x", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><EML/>", "XML"),
        (b"abc\x00def;1", "no text"),
        (sheet_files.zip_of({"x.txt": "x", "y.txt": "y"}), "zip file"),
        (sheet_files.zip_of({"[Content_Types].xml": "", "word/document.xml": ""}), "Word"),
        (sheet_files.zip_of({"[Content_Types].xml": "", "xl/workbook.bin": ""}), ".xlsb"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged"),
    ],
)
def test_another_kind_of_file_is_refused_by_what_it_is(data: bytes, part: str) -> None:
    assert part in str(refusal(data).text)


def test_too_many_bytes_rows_columns_or_entries_are_refused() -> None:
    csv = b"a;b\n" * 50
    sheet = sheet_files.xlsx([["x"] * 5] * 5)
    assert refusal(csv, limits=Limits(max_bytes=100))
    assert refusal(csv, limits=Limits(max_rows=49))
    assert refusal(csv, limits=Limits(max_columns=1)).line == 1
    assert refusal(sheet, limits=Limits(max_rows=4))
    assert refusal(sheet, limits=Limits(max_columns=4))
    assert refusal(sheet, limits=Limits(max_entries=2))


def test_a_zip_bomb_is_refused_whatever_size_it_declares() -> None:
    honest = sheet_files.with_entry(sheet_files.xlsx([["x"]]), "xl/bomb.bin", bytes(30_000_000))
    lying = honest.replace((30_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    for data in (honest, lying):
        assert "unpacked" in str(refusal(data, limits=Limits(max_expanded=20_000_000)).text)


def test_parts_packed_in_a_way_that_no_spreadsheet_uses_are_refused() -> None:
    names = {"[Content_Types].xml": "", "xl/workbook.xml": "", "xl/bomb.bin": bytes(30_000_000)}
    packed = sheet_files.zip_of(names, compression=zipfile.ZIP_LZMA)
    assert "damaged" in str(refusal(packed, limits=Limits(max_expanded=20_000_000)).text)  # refused before unpacking


def xlsx_with_far_value(reference: str) -> bytes:
    small = sheet_files.xlsx([["x"]])
    sheet = f"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
        <row r="1"><c r="A1"><v>1</v></c></row><row><c {reference}><v>1</v></c></row></sheetData></worksheet>"""
    return sheet_files.with_entry(small, "xl/worksheets/sheet1.xml", sheet.encode())


# Each of these makes calamine ask for up to 400 GB and aborts the whole process: seen with python-calamine 0.9.1.
FAR = [
    'r="XFD1048576"',
    'r="A4294967295"',
    'r="A0000000004294967295"',
    'r="abcdef1"',
    "r='XFD1048576'",
    'r = "XFD1048576"',
    'r="AAA99999"',
]


@pytest.mark.parametrize("reference", FAR)
def test_one_value_in_a_far_corner_of_an_xlsx_is_refused_before_room_is_made_for_it(reference: str) -> None:
    assert "too large" in str(refusal(xlsx_with_far_value(reference)).text)


def test_one_huge_text_for_many_cells_is_refused() -> None:
    assert refusal(sheet_files.ods([["x" * 40_000]]), "a.ods")


def test_a_count_of_texts_that_cannot_be_is_refused() -> None:
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="99999999999"/>'
    data = sheet_files.with_entry(sheet_files.xlsx([["x"]]), "xl/sharedStrings.xml", texts)
    assert "too large" in str(refusal(data).text)


def test_a_far_corner_is_found_in_a_long_xlsx_too() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 30_000))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}'
    far = '<row r="1000000"><c r="ZZZ1000000"><v>1</v></c></row></sheetData></worksheet>'
    data = sheet_files.with_entry(sheet_files.xlsx([["x"]]), "xl/worksheets/sheet1.xml", (sheet + far).encode())
    assert "too large" in str(refusal(data).text)


CELL = '<table:table-cell {} office:value-type="float" office:value="1"/>'
ODS_BOMBS = {
    "value repeated over rows and columns": '<table:table-row table:number-rows-repeated="1000000">'
    + CELL.format('table:number-columns-repeated="1000"')
    + "</table:table-row>",
    "value in the last corner": '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/>'
    '</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="9999"/>'
    + CELL.format("")
    + "</table:table-row>",
}


@pytest.mark.parametrize("rows", ODS_BOMBS.values(), ids=ODS_BOMBS.keys())
def test_repeated_cells_that_fill_an_ods_are_refused(rows: str) -> None:
    data = sheet_files.ods_of(f'<table:table table:name="A">{rows}</table:table>')
    assert "too large" in str(refusal(data, "a.ods").text)


def test_the_empty_rows_and_columns_that_libreoffice_repeats_are_no_bomb() -> None:
    rows = (
        f'<table:table-row>{CELL.format("")}<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048575">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    data = sheet_files.ods_of(f'<table:table table:name="A">{rows}</table:table>')
    assert rows_of(read_tables(data, "a.ods")) == [(1, ["1"])]


def test_one_value_in_a_far_corner_of_an_xls_is_refused() -> None:
    assert "too large" in str(refusal(sheet_files.xls({(0, 0): 1.0, (65535, 65535): 1.0}), "a.xls").text)


def test_a_workbook_with_a_password_is_refused_with_that_reason() -> None:
    data = bytearray(sheet_files.xlsx([["x"]]))
    at = data.find(b"PK\x01\x02")
    while at != -1:  # the flag for encryption, in the directory and in front of each part
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    assert "password" in str(refusal(bytes(data)).text)
