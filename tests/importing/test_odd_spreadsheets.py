"""Spreadsheets as the field makes them: hidden sheets, passwords, odd writers, formats, errors, cut numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.importing.faults import FileRefused
from app.importing.rosters.roster import RefusedRow, RosterFile, RosterRow, open_roster, read_roster
from app.importing.spreadsheets.grid_size import MOST_HELD, ods_rows
from app.importing.spreadsheets.number_formats import zero_format
from app.importing.spreadsheets.package import LARGEST_TREE, parse_part
from app.importing.spreadsheets.shown_cells import MOST
from app.importing.spreadsheets.tables import read_tables
from tests.importing import sheet_files

HEADER = ["Lidnummer", "Achternaam"]
ROWS = [HEADER, ["7", "Bos"]]
CASES = Path(__file__).parents[3] / "shared" / "data" / "cases"  # files of the field, where they are present


def members(roster: RosterFile) -> list[Any]:
    return list(read_roster(roster.rows(), roster.mapping, today=date(2026, 2, 2), header=roster.header))


def numbers(data: bytes) -> list[str | None]:
    read = members(open_roster(data, "leden.xlsx"))
    assert all(isinstance(row, RosterRow) for row in read), read
    return [row.member_number for row in read if isinstance(row, RosterRow)]


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        open_roster(data, "leden.xlsx")
    return str(refused.value)


def book(sheets: dict[str, Sequence[Sequence[Any]]], *, hidden: Sequence[str] = ()) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        elif not made.worksheet_meta.activesheet:
            sheet.activate()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    made.close()
    return out.getvalue()


OLD = [[*HEADER, "Voornaam", "E-mail"], ["9", "Oud", "Jan", "jan@post.example"]]


@pytest.mark.parametrize(
    ("sheets", "hidden", "read"),
    [
        ({"Leden": ROWS, "Oud": OLD}, ["Oud"], "Leden"),
        ({"Oud": OLD, "Leden": ROWS}, ["Oud"], "Leden"),
        ({"Uitleg": [["Lees dit eerst"]], "Oud": OLD, "Leden": ROWS}, ["Oud"], "Leden"),
        ({"Uitleg": [["Lees dit eerst"]], "Leden": ROWS}, ["Leden"], "Leden"),  # nothing else has headings
        ({"Leden": ROWS, "Meer": OLD}, [], "Meer"),
        ({"Leden": ROWS, "Ook": ROWS}, [], "Leden"),
        ({"Leeg": [], "Leden": ROWS}, [], "Leden"),
        ({"Leeg": [], "Oud": OLD, "Leden": [["Achternaam"], ["Bos"]]}, ["Oud"], "Leden"),
        ({"Uitleg": [["x"]], "A": OLD, "B": OLD, "Leden": ROWS}, ["A", "B"], "Leden"),
        ({"Uitleg": [["Lidnummer, achternaam en e-mail staan op blad 2"]], "Leden": ROWS}, [], "Leden"),
    ],
)
def test_a_sheet_that_can_be_seen_is_read_first_and_named(sheets: dict[str, Any], hidden: list[str], read: str) -> None:
    roster = open_roster(book(sheets, hidden=hidden), "leden.xlsx")
    assert roster.sheet == read
    said = " ".join(map(str, roster.remarks))
    assert f"The sheet “{read}” is read" in said
    assert all(f"“{other}”" in said for other in sheets)
    assert (f"“{read}” is hidden" in said) == (read in hidden)


def test_the_sheet_that_is_read_is_named_also_where_it_is_the_only_one() -> None:
    assert [str(remark) for remark in open_roster(book({"Leden": ROWS}), "leden.xlsx").remarks] == [
        "The sheet “Leden” is read."
    ]


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


FORMATS = {
    "0000000000": "0000012345",
    "000000": "012345",
    "00000;-00000": "12345",
    "0########": "000012345",
    '"L"000000': "L012345",
    "L\\-0000000": None,
    "\\L\\-0000000": "L-0012345",
    "[$-413]0000000": "0012345",
    "[Red]000000000": "000012345",
    "0000 0000": "0001 2345",
    "000-000": "012-345",
    "#######0": None,
    "0": None,
    "General": None,
    "#,##0": None,
    "0.00": None,
    "00%": None,
    "dd-mm-yyyy": None,
    "0" * 200: None,
}


@pytest.mark.parametrize(("code", "shown"), FORMATS.items())
def test_zeros_of_a_number_format_are_shown(code: str, shown: str | None) -> None:
    show = zero_format(code)
    assert (show and show(12345.0)) == shown


def test_a_number_that_a_format_does_not_show_whole_is_left_as_it_is() -> None:
    show = zero_format("00000")
    assert show is not None
    assert [show(value) for value in (-5.0, 1.5, 1e15, 123456.0)] == [None, None, None, "123456"]


def xlsx_in_format(code: str, rows: int = 1) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet, style = made.add_worksheet("Leden"), made.add_format({"num_format": code})
    sheet.write_row(0, 0, HEADER)
    for row in range(1, rows + 1):
        sheet.write_number(row, 0, 12345 + row - 1, style)
        sheet.write_string(row, 1, f"Bos{row}")
    made.close()
    return out.getvalue()


def ods_of_cells(*cells: str) -> bytes:
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{title}</text:p></table:table-cell>' for title in HEADER
    )
    name = '<table:table-cell office:value-type="string"><text:p>Bos</text:p></table:table-cell>'
    rows = "".join(f"<table:table-row>{cell}{name}</table:table-row>" for cell in cells)
    return sheet_files.ods_of(
        f'<table:table table:name="Leden"><table:table-row>{head}</table:table-row>{rows}</table:table>'
    )


def ods_number(value: str, shown: str, more: str = "") -> str:
    attributes = f'office:value-type="float" office:value="{value}" {more}'
    return f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"


def test_zeros_that_only_the_format_shows_are_read_from_every_kind() -> None:
    xls = sheet_files.xls(
        {(0, 0): "Lidnummer", (0, 1): "Achternaam", (1, 0): 12345.0, (1, 1): "Bos"},
        records=sheet_files.number_format("0000000000"),
        style=1,
    )
    assert numbers(xlsx_in_format("0000000000")) == ["0000012345"]
    assert numbers(xls) == ["0000012345"]
    assert numbers(ods_of_cells(ods_number("12345", "0000012345"))) == ["0000012345"]


def test_of_an_ods_only_zeros_in_front_count_as_shown() -> None:
    assert numbers(ods_of_cells(ods_number("12345", "12.345"), ods_number("7", "007"))) == ["12345", "007"]


def test_a_whole_column_in_a_format_is_read() -> None:
    assert numbers(xlsx_in_format("00000000", rows=300))[-1] == "00012644"


def test_more_shown_cells_than_a_roster_has_are_refused() -> None:
    row = ods_number("7", "007", 'table:number-columns-repeated="1000"')
    bomb = f'<table:table-row table:number-rows-repeated="{MOST // 1000 + 1}">{row}</table:table-row>'
    assert "too large" in refusal(sheet_files.ods_of(f'<table:table table:name="A">{bomb}</table:table>'))


def faults_of(content: bytes, name: str = "leden.csv") -> list[str]:
    [row] = members(open_roster(content, name))
    if isinstance(row, RosterRow):
        return [str(remark.fault.message) for remark in row.unread]
    return [str(fault.message) for fault in row.faults]


@pytest.mark.parametrize(
    "error",
    [
        "#N/B",
        "#N/A",
        "#NAAM?",
        "#NAME?",
        "#VERW!",
        "#REF!",
        "#DEEL/0!",
        "#DIV/0!",
        "#WAARDE!",
        "#GETAL!",
        "#LEEG!",
        "Err:502",
    ],
)
def test_an_error_of_the_spreadsheet_is_no_value(error: str) -> None:
    for row in (f"{error};Bos", f"7;{error}", f"7; {error} "):
        assert [error in fault for fault in faults_of(f"Lidnummer;Achternaam\n{row}\n".encode())] == [True]


@pytest.mark.parametrize("cell", ["###", "########"])
def test_a_column_that_was_too_narrow_is_told(cell: str) -> None:
    assert "too narrow" in faults_of(f"Lidnummer;Achternaam;Geboortedatum\n7;Bos;{cell}\n".encode())[0]


def test_an_error_cell_of_a_spreadsheet_is_told_too() -> None:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_formula(1, 0, "=VLOOKUP(1,A1:A1,1)", None, "#N/A")
    sheet.write_string(1, 1, "Bos")
    made.close()
    ods = ods_of_cells(
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    for data in (out.getvalue(), ods):
        assert "#N/A" in faults_of(data, "leden.xlsx")[0]


@pytest.mark.parametrize("name", ["#1 Bos", "Bos #2", "E+", "Err", "C#", "#"])
def test_a_name_with_a_sign_is_a_name(name: str) -> None:
    [row] = members(open_roster(f"Lidnummer;Achternaam\n7;{name}\n".encode(), "leden.csv"))
    assert isinstance(row, RosterRow)
    assert row.surname == name


@pytest.mark.parametrize(
    "cut", ["1,2E+09", "1.2E+09", "1,23457E+11", "6E+08", "1,2e+09", "-1,2E+09", "9,99E+14", "1E+16"]
)
def test_a_number_that_was_cut_is_no_number(cut: str) -> None:
    assert "cut this number" in faults_of(f"Lidnummer;Achternaam\n{cut};Bos\n".encode())[0]
    assert "cut this number" in faults_of(f"Achternaam;Lidnummer;Mobiel\nBos;7;{cut}\n".encode())[0]


@pytest.mark.parametrize("number", [1234567890123450, 1.2e19, 1e300])
def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_refused(number: float) -> None:
    assert "cut this number" in faults_of(sheet_files.xlsx([HEADER, [number, "Bos"]]), "leden.xlsx")[0]


def test_the_longest_number_that_is_kept_whole_is_read() -> None:
    assert numbers(sheet_files.xlsx([HEADER, [999_999_999_999_999, "Bos"]])) == ["999999999999999"]


TITLES = [
    ("Lidnummer;Achternaam;E-mail;E-mail", "C, D", "C"),
    ("E-mail;Lidnummer;Achternaam;E-mail", "A, D", "A"),
    ("Lidnummer;Achternaam;E-mail;e-mail ", "C, D", "C"),
    ("Lidnummer;Achternaam;E-mail;Email", "C, D", "C"),
    ("Lidnummer;Lidnummer;Achternaam;E-mail", "A, B", "A"),
    ("Lidnummer;Achternaam;Achternaam;Achternaam", "B, C, D", "B"),
    ("Lidnummer;Achternaam;;E-mail;E-mail;", "D, E", "D"),
]


@pytest.mark.parametrize(("header", "columns", "read"), TITLES)
def test_two_columns_with_one_heading_are_told_with_their_letters(header: str, columns: str, read: str) -> None:
    roster = open_roster(f"{header}\n1;2;3;4\n".encode(), "leden.csv")
    [remark] = roster.remarks
    assert (remark.values["columns"], remark.values["read"]) == (columns, read)


def test_a_fault_names_which_of_two_columns_it_is() -> None:
    [row] = members(open_roster(b"Lidnummer;Achternaam;E-mail;E-mail\n7;Bos;x;y@post.example\n", "leden.csv"))
    assert isinstance(row, RosterRow)
    assert row.unread[0].fault.column == "E-mail (C)"


ADDRESSES = [
    ("Professor Pieter Willemsstraat 23 B 03", ("Professor Pieter Willemsstraat", "23", "B 03")),
    ("Amperelaan 7 8", ("Amperelaan", "7", "8")),
    ("Kade 12 boot 3", ("Kade", "12", "boot 3")),
    ("Kade 12 ark 14a", ("Kade", "12", "ark 14a")),
    ("Dorpsstraat 1-3 hoog", ("Dorpsstraat", "1", "3 hoog")),
    ("Dorpsstraat 1 3 hoog", ("Dorpsstraat", "1", "3 hoog")),
    ("Dorpsstraat 12 kamer 101", ("Dorpsstraat", "12", "kamer 101")),
    ("Dorpsstraat 12 app. 4", ("Dorpsstraat", "12", "app. 4")),
    ("Dorpsstraat 12 A 3", ("Dorpsstraat", "12", "A 3")),
    ("Dorpsstraat 12, 3 hoog", ("Dorpsstraat", "12", "3 hoog")),
    ("Plein 1944", ("Plein 1944", None, None)),
    ("Plein 1944 23 B 03", ("Plein 1944", "23", "B 03")),
    ("Plein 1944 7 8", ("Plein 1944", "7", "8")),
    ("Laan 1940-1945 12", ("Laan 1940-1945", "12", None)),
    ("Laan van 1945 3", ("Laan van 1945", "3", None)),
    ("5 mei 1945-plein", ("5 mei 1945-plein", None, None)),
    ("Polderweg 1944", ("Polderweg", "1944", None)),
    ("Straat van de 3 koningen 12", ("Straat van de 3 koningen", "12", None)),
    ("Straat 15 bis", ("Straat", "15", "bis")),
    ("1e Dwarsstraat 5 A", ("1e Dwarsstraat", "5", "A")),
]


@pytest.mark.parametrize(("address", "parts"), ADDRESSES)
def test_an_address_of_the_field_is_taken_apart(address: str, parts: tuple[str, str | None, str | None]) -> None:
    [row] = members(open_roster(f'Lidnummer;Achternaam;Adres\n7;Bos;"{address}"\n'.encode(), "leden.csv"))
    assert isinstance(row, RosterRow), row
    assert (row.street, row.house_number, row.house_number_suffix) == parts


MOMENTS = [
    "1-2-1980 0:00",
    "01-02-1980 00:00",
    "1-2-1980 0:00:00",
    "1/2/1980 0:00",
    "1.2.1980 00:00:00",
    "1980-02-01 0:00",
]
MOMENTS += ["1980-02-01T00:00:00", "1980/2/1 0:00", "1 2 1980 0:00", "1-2-1980T0:00"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_midnight_behind_a_date_of_birth_means_nothing(moment: str) -> None:
    [row] = members(open_roster(f"Lidnummer;Achternaam;Geboortedatum\n7;Bos;{moment}\n".encode(), "leden.csv"))
    assert isinstance(row, RosterRow)
    assert row.birth_date == date(1980, 2, 1)


def test_another_hour_behind_a_date_of_birth_is_no_date() -> None:
    assert faults_of(b"Lidnummer;Achternaam;Geboortedatum\n7;Bos;1-2-1980 7:30\n")


LETTERS = [
    ["Renée", "Müller"],
    ["Zoë", "Çelik"],
    ["André", "Brügmann", "Köhler"],
    ["Hélène", "Noël"],
    ["Anaïs", "België", "José"],
    ["Citroën", "Coupé"],
    ["Jürgen", "Öztürk"],
    ["Thérèse", "Façade", "Zeeën"],
    ["Loïs", "Daniël"],
    ["Élise", "Désiré", "Ruïne"],
]


@pytest.mark.parametrize("names", LETTERS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_letters_of_windows_mac_and_dos_are_told_apart(names: list[str], encoding: str, end: str) -> None:
    plain = [f"{number};Jansen" for number in range(20)]
    rows = [*plain, *(f"{number};{name}" for number, name in enumerate(names, 20))]
    read = members(open_roster(end.join(["Lidnummer;Achternaam", *rows, ""]).encode(encoding), "leden.csv"))
    assert [row.surname for row in read if isinstance(row, RosterRow)][20:] == names


@pytest.mark.parametrize("word", ["d’Hondt", "’t Hart", "’s-Gravenhage", "Oranje – Nassau", "€ 10", "“Bos”"])
def test_the_quotes_and_dashes_of_windows_stay(word: str) -> None:
    [(_, _head), (_, cells)] = read_tables(f"a;b\n1;{word}\n".encode("cp1252"), "leden.csv").sheets[0].rows()
    assert cells[1] == word


@pytest.mark.parametrize("word", [b"Bj\x9brn", b"\x91 \x8d \x81", b"S\x8cren \x8f", bytes(range(128, 255))])
def test_letters_that_nothing_tells_apart_are_refused_with_advice(word: bytes) -> None:
    assert "CSV UTF-8" in refusal(b"Lidnummer;Achternaam\n7;" + word + b"\n")


FIELD_FILES = {
    "csv_macroman_CR_only.csv": ["102", "103"],
    "lead0_a.csv": ["0000012345"],
    "lead0_b_format_0000000000.xlsx": ["0000012345"],
    "xls_small_workbook_in_ministream.xls": ["101", "102"],
    "xlsx_dimension_rows_only.xlsx": ["101"],
    "xlsx_hidden_sheet_more_columns.xlsx": ["101"],
    "xlsx_workbook_at_root.xlsx": ["1"],
    "csv_duplicate_headers.csv": ["101"],
    "adressen.csv": ["1", "2", "3", "4", "5"],
}


@pytest.mark.parametrize(("name", "found"), FIELD_FILES.items())
def test_a_file_of_the_field_is_read(name: str, found: list[str]) -> None:
    if not (CASES / name).exists():
        pytest.skip("the files of the field are not here")
    assert numbers((CASES / name).read_bytes()) == found


@pytest.mark.parametrize("name", ["csv_sci_member_number.csv"])
def test_every_row_of_these_files_of_the_field_is_refused(name: str) -> None:
    if not (CASES / name).exists():
        pytest.skip("the files of the field are not here")
    assert all(isinstance(row, RefusedRow) for row in members(open_roster((CASES / name).read_bytes(), name)))


@pytest.mark.parametrize(
    "rows",
    [
        "<table:table-row>" + "<table:table-cell/>" * (MOST_HELD + 1) + "</table:table-row>",
        "<table:table-column/>" * (MOST_HELD + 1),
    ],
    ids=["cells", "columns"],
)
def test_more_elements_than_any_row_has_are_refused_before_they_fill_the_memory(rows: str) -> None:
    assert "too large" in refusal(sheet_files.ods_of(f'<table:table table:name="A">{rows}</table:table>'))


def test_rows_that_were_read_are_forgotten() -> None:
    table = '<a xmlns:table="t"><table:table table:name="A">' + "<table:table-row/>" * 50_000 + "</table:table></a>"
    parents = (row.getparent() for _, row in ods_rows(table.encode()) if row is not None)
    held = [len(parent) for parent in parents if parent is not None]
    assert len(held) == 50_000
    assert max(held) < 5_000  # what one piece of the file holds is parsed at once


def test_a_part_that_is_too_large_for_a_tree_is_not_made_into_one() -> None:
    assert parse_part(b"<a>" + b"<b/>" * (LARGEST_TREE // 4) + b"</a>") is None
    assert parse_part(b"<a/>") is not None
