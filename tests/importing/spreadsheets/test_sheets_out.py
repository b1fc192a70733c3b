"""What staff download opens safely: no cell is a formula or a link, and everything arrives as it was."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.importing.spreadsheets.sheets_out import csv_bytes, guard_text, unguard_text, xlsx_bytes
from app.importing.spreadsheets.tables import read_tables

DANGEROUS = ["=1+1", "+31612345678+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", " =1"]
SIGNS = tuple("=+-@＝＋－＠")
PHONE = re.compile(r"\+[0-9]{6,15}")
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ODD_TEXT = st.text(st.sampled_from("=+-@＝,;\t\r\n\" \u00a0'a1"), max_size=12)


def read_back(data: bytes) -> list[list[str]]:
    return [cells for _, cells in read_tables(data, "x").sheets[0].rows()]


def xml_of(data: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("value", DANGEROUS)
def test_what_could_be_a_formula_gets_an_apostrophe_in_csv(value: str) -> None:
    assert csv_bytes(["x"], [[value]]).decode("utf-8-sig").splitlines()[1].startswith(("'", "\"'"))


@settings(deadline=None)
@given(st.one_of(ANY_TEXT, ODD_TEXT))
@example("x,=1+1")
@example('"x", =1')
@example("x\n=1")
def test_no_part_of_a_text_starts_like_a_formula_however_a_program_splits_it(value: str) -> None:
    content = csv_bytes(["kop"], [["eerst", value, "x"]]).decode("utf-8-sig")
    for splitter in ";,\t":
        for row in csv.reader(io.StringIO(content, newline=""), delimiter=splitter):
            for cell in row:
                start = cell.lstrip(" \u00a0")
                assert not start.startswith(SIGNS) or PHONE.match(start), (splitter, cell)


@settings(deadline=None)
@given(st.one_of(ANY_TEXT, ODD_TEXT))
def test_what_was_disarmed_is_read_back_as_it_was(value: str) -> None:
    assume(unguard_text(value) == value)  # somebody's own apostrophe before a sign is taken for ours
    assert unguard_text(guard_text(value)) == value


@pytest.mark.parametrize("number", ["0612345678", "+31612345678", "+3228001234"])
def test_a_telephone_number_leaves_as_it_is(number: str) -> None:
    content = csv_bytes(["telefoon"], [[number, "x"]]).decode("utf-8-sig")
    assert content.splitlines()[1] == f"{number};x"


@settings(deadline=None)
@given(st.one_of(ODD_TEXT, st.sampled_from(DANGEROUS)))
def test_xlsx_holds_each_text_as_it_is_and_no_formula(value: str) -> None:
    data = xlsx_bytes(["=x"], [[value], ["x"]])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    assert sheet.to_python()[0] == ["=x"]
    assert sheet.to_python()[1][0].replace("\r", "") == value.replace("\r", "")
    assert "<f>" not in xml_of(data)


def test_headings_are_disarmed_too() -> None:
    assert read_back(csv_bytes(["=x"], []))[0] == ["'=x"]


def test_csv_is_what_a_dutch_excel_expects() -> None:
    rows = [["Zoë; 'x'", 12, Decimal("1.50"), date(2026, 3, 18), time(7, 30), None]]
    content = csv_bytes(["a", "b", "c", "d", "e", "f"], rows)
    assert content == b"\xef\xbb\xbfa;b;c;d;e;f\r\n" + "\"Zoë; 'x'\";12;1,50;18-03-2026;07:30;\r\n".encode()


def test_xlsx_has_numbers_and_dates_as_such() -> None:
    data = xlsx_bytes(["a", "b", "c", "d"], [["007", 12, Decimal("1.5"), date(2026, 3, 18)]])
    assert read_back(data)[1] == ["007", "12", "1.5", "2026-03-18"]


def test_moments_are_told_by_the_dutch_clock() -> None:
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert read_back(csv_bytes(["x"], [[moment]]))[1] == ["02-07-2026 00:30"]
    assert read_back(xlsx_bytes(["x"], [[moment]]))[1] == ["2026-07-02T00:30:00"]


def test_xlsx_has_headings_that_stay_and_a_filter_and_no_links() -> None:
    data = xlsx_bytes(["site", "lid"], [["https://voorbeeld.nl", "x"]] * 3, sheet_name="Wie [kan]: ma/di?")
    xml = xml_of(data)
    assert '<autoFilter ref="A1:B4"/>' in xml
    assert 'state="frozen"' in xml
    assert "hyperlink" not in xml
    assert read_tables(data, "x.xlsx").sheets[0].name == "Wie  kan   ma di"


def test_a_text_longer_than_a_cell_is_cut_visibly() -> None:
    assert read_back(xlsx_bytes(["x"], [["x" * 40_000]]))[1] == ["x" * 32_766 + "…"]


def test_yes_and_no_must_be_written_in_the_readers_language() -> None:
    with pytest.raises(TypeError):
        csv_bytes(["x"], [[True]])


def test_nothing_to_export_is_still_a_file_with_headings() -> None:
    assert read_back(xlsx_bytes(["a", "b"], [])) == [["a", "b"]]
