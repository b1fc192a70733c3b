"""The central count on its days: the team sees who is expected, and prints sheets of it."""

from __future__ import annotations

import io

import pikepdf
import pytest
from sqlalchemy import select

from app.models import AuditEvent, ShiftKind
from tests.support.factories.attendance import make_running_election, make_team
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.files.valid_pdfs import find_faults
from tests.support.statements import seen_statements


@pytest.fixture
def election(db, now):
    return make_running_election(counting="CSO")


@pytest.fixture
def counters(election, now):
    """Two people who count centrally, beside a team at a station."""
    make_team(election, now=now)
    (shift,) = (each for each in shifts_of(election) if each.kind == ShiftKind.CENTRAL_COUNT)
    names = ("Truus", "Teun")
    people = [make_member(first_name=name, infix="", surname="Telster", mobile="+31612345678") for name in names]
    publish_places(election, [(who, None, shift, make_function("teller")) for who in people], now=now)
    return people


@pytest.fixture
def staff(client, sign_in_as, clock, election):
    return sign_in_as(client, make_staff())


@pytest.mark.usefixtures("counters")
def test_the_team_sees_who_is_expected_at_the_central_count_and_nobody_of_a_station(staff, election, db):
    here = f"/verkiezingen/{election.code}/centrale-telling/"
    assert here in staff.get(f"/verkiezingen/{election.code}/aanwezigheid/").text
    with seen_statements(db.engine) as seen:
        page = staff.get(here).text
    assert len(seen) <= 8, seen
    for wanted in ("Truus Telster", "Teun Telster", "06 12345678", "Er worden 2 mensen verwacht"):
        assert wanted in page, wanted
    assert "Persoon12a" not in page


@pytest.mark.usefixtures("counters")
def test_the_sheets_of_the_central_count_are_a_valid_pdf_in_the_trail(staff, election, db):
    answer = staff.post(f"/verkiezingen/{election.code}/centrale-telling/bladen")
    assert answer.mimetype == "application/pdf"
    assert find_faults(answer.data) == []
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) == 1
    assert "attendance.sheets" in db.session.scalars(select(AuditEvent.action)).all()


def test_an_election_without_counters_says_so(staff, election):
    here = f"/verkiezingen/{election.code}/centrale-telling/"
    assert "Niemand is ingedeeld bij de centrale telling" in staff.get(here).text
    assert staff.post(f"{here}bladen").status_code == 302
