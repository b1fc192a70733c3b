"""What froze a worker once, sent again over HTTP: a search, an .ods of a kilobyte, a moment of pumped digits."""

from __future__ import annotations

import io
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.services.search.query import LONGEST
from app.views.forms.fields import LONGEST_TYPED, MomentField, parse_moment
from tests.importing import sheet_files
from tests.support.client import PortalClient
from tests.support.factories.elections import make_election
from tests.support.factories.people import make_staff

PATIENCE_SECONDS = 60  # far more than any of these takes: what it stops would go on for hours


@pytest.fixture(autouse=True)
def _ends_at_last() -> Iterator[None]:
    """A hang becomes a failure: the signal is noticed within a pattern too."""

    def stop(*_: object) -> None:
        raise AssertionError("this request did not end")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def team(client: PortalClient, sign_in_as: Callable[..., PortalClient]) -> PortalClient:
    return sign_in_as(client, make_staff())


@pytest.mark.parametrize("digits", [8, 9, 12])
def test_a_search_of_digits_with_letters_between_is_answered(team: PortalClient, digits: int) -> None:
    typed = ("1" + "a" * (98 // digits - 1)) * digits
    answer = team.get("/zoeken/", query_string={"q": typed})
    assert answer.status_code == 200
    assert ("BSN" in answer.text.split("<main", 1)[1]) == (digits == 9)


def test_a_search_is_cut_before_anything_looks_at_it(team: PortalClient) -> None:
    answer = team.get("/zoeken/", query_string={"q": "1a" * 20_000})
    assert answer.status_code == 200
    assert "1a" * (LONGEST // 2 + 1) not in answer.text.split("<main", 1)[1].split("</main", 1)[0]


ODS = {
    "rows that never end": "<table:table-row " * 40_000,
    "rows in rows": "<table:table-row><table:table-cell>" * 4_000,
    "repeats in repeats": '<table:table-row table:number-rows-repeated="9999"><table:table-cell '
    'table:number-columns-repeated="9999">' * 500,
    "cells that never end": "<table:table-row>" + "<table:table-cell " * 40_000,
    "whitespace": "<table:table-row" + " " * 400_000,
    "attributes": "<table:table-row " + 'table:number-rows-repeated="1" ' * 20_000 + "/>",
}


@pytest.mark.parametrize("rows", ODS.values(), ids=ODS.keys())
def test_a_crafted_ods_is_refused(team: PortalClient, rows: str) -> None:
    data = sheet_files.ods_of(f'<table:table table:name="A">{rows}')
    assert len(data) < 10_000
    answer = team.post("/leden-importeren/", data={"file": (io.BytesIO(data), "leden.ods")})
    assert answer.status_code == 422
    assert "file-error" in answer.text


XLSX = {
    "cells that never end": "<c " * 100_000,
    "cells without values": '<c r="A1" s="1">' * 50_000,
    "spaces in a cell": '<c r="A1" s="1">' + " " * 400_000,
    "formulas that never end": '<c r="A1" s="1"><f' * 50_000,
    "dimension": "<dimension " + " " * 400_000,
}


@pytest.mark.parametrize("cells", XLSX.values(), ids=XLSX.keys())
def test_a_crafted_xlsx_is_refused(team: PortalClient, cells: str) -> None:
    sheet = (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>{cells} t="e"'
    )
    data = sheet_files.with_entry(sheet_files.xlsx([["x"]]), "xl/worksheets/sheet1.xml", sheet.encode())
    answer = team.post("/leden-importeren/", data={"file": (io.BytesIO(data), "leden.xlsx")})
    assert answer.status_code == 422
    assert "file-error" in answer.text


@pytest.mark.parametrize("pumped", ["1 ", "1", "1-", " ", "1:", "1-1-2026 ", "1T", "9 uur "])
def test_of_a_moment_only_the_beginning_is_read(
    team: PortalClient, monkeypatch: pytest.MonkeyPatch, pumped: str
) -> None:
    read: list[str] = []

    def parse(typed: str) -> Any:
        read.append(typed)
        return parse_moment(typed)

    monkeypatch.setattr(MomentField, "parse", staticmethod(parse))
    election = make_election()
    typed = pumped * (100_000 // len(pumped)) + "x"
    answer = team.post(f"/verkiezingen/{election.code}/openstellen", data={"opens_on": typed, "closes_on": typed})
    assert answer.status_code == 422
    assert "opens_on-error" in answer.text
    assert read
    assert max(map(len, read)) <= LONGEST_TYPED + 1
