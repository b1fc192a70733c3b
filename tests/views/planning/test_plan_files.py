"""The plan as a file and on paper, and a plan from a file: by the routes of the team."""

from __future__ import annotations

import csv
import io

import pikepdf
import pytest
from sqlalchemy import func, select

from app.jobs import due
from app.models import Assignment, AuditEvent, ImportRun, PollingStation, StaffingNeed
from app.services.planning.exchange import importing
from app.views.staff.planning import plan_files
from tests.support.factories.elections import make_function, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.staffing import fill_needs, make_place
from tests.support.files.valid_pdfs import find_faults
from tests.support.statements import seen_statements


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.fixture
def election(db):
    election = make_open_election()
    db.session.execute(db.text("DELETE FROM eligibility_rule"))
    make_station(election, 12, "De Brug", street="Kade 1"), make_station(election, 13, "Bibliotheek")
    fill_needs(election)
    return election


def first_station(db, election):
    return db.session.scalars(select(PollingStation).order_by(PollingStation.number)).first()


def lines_of(team, election, form):
    answer = team.post(f"/verkiezingen/{election.code}/indeling/export", data={"form": form, "format": "csv"})
    return list(csv.reader(answer.data.decode("utf-8-sig").splitlines(), delimiter=";"))


def test_the_plan_is_a_file_with_a_row_for_each_place_and_open_ones_where_asked(team, db, election):
    member = make_member(member_number="L7", first_name="Jan", infix="de", surname="Vries", mobile="+31612345678")
    make_place(member, first_station(db, election), shifts_of(election)[0], make_function("voorzitter"))
    assert (
        f"/verkiezingen/{election.code}/indeling/importeren"
        in team.get(f"/verkiezingen/{election.code}/indeling/bestanden").text
    )
    header, *planned = lines_of(team, election, "members")
    assert header[:5] == ["Nummer van het stembureau", "Stembureau", "Datum", "Dagdeel", "Functie"]
    assert [line[0] for line in planned] == ["12"]
    assert "Jan de Vries" in planned[0]
    _header, *places = lines_of(team, election, "places")
    assert len(places) == db.session.scalar(select(func.sum(StaffingNeed.target)))
    header, *stations = lines_of(team, election, "stations")
    assert len(stations) == 1
    assert "Jan de Vries" in stations[0]
    xlsx = team.post(f"/verkiezingen/{election.code}/indeling/export", data={"form": "places", "format": "xlsx"})
    assert xlsx.data[:2] == b"PK"
    assert db.session.scalars(select(AuditEvent.action)).all().count("plan.exported") == 4


def test_what_was_downloaded_can_be_read_again_and_changes_nothing(team, db, election):
    make_place(
        make_member(member_number="L7"), first_station(db, election), shifts_of(election)[0], make_function("teller")
    )
    answer = team.post(f"/verkiezingen/{election.code}/indeling/export", data={"form": "places", "format": "xlsx"})
    address = f"/verkiezingen/{election.code}/indeling/importeren"
    asked = team.post(address, data={"file": (io.BytesIO(answer.data), "indeling.xlsx")})
    page = team.get(asked.location).text
    assert '<span class="count">1</span> staan al in de indeling' in page
    assert "Dit bestand geeft niemand een plek." in page
    assert "Kolommen die niet worden gebruikt" not in page


def test_sheets_to_print_are_one_valid_pdf_with_a_page_for_each_station(team, db, election):
    with seen_statements(db.engine) as seen:
        whole = team.post(f"/verkiezingen/{election.code}/indeling/bladen").data
    assert len(seen) <= 12, seen  # two of them are for the trail
    assert find_faults(whole) == []
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        assert len(pdf.pages) == 2
    own = team.post(f"/verkiezingen/{election.code}/indeling/bladen", data={"station": "13"}).data
    with pikepdf.open(io.BytesIO(own)) as pdf:
        assert len(pdf.pages) == 1
    assert db.session.scalars(select(AuditEvent.action)).all().count("plan.exported") == 2


def test_a_sheet_to_print_tells_who_is_expected_and_what_is_open(team, db, election, monkeypatch):
    member = make_member(first_name="Jan", infix="de", surname="Vries", mobile="+31612345678")
    make_place(member, first_station(db, election), shifts_of(election)[0], make_function("voorzitter"))
    printed = []
    monkeypatch.setattr(plan_files, "print_sheets", lambda _election, _title, sheets: printed.extend(sheets) or b"%PDF")
    team.post(f"/verkiezingen/{election.code}/indeling/bladen", data={"station": "12"})
    (sheet,) = printed
    rows = [row for table in sheet.tables for row in table.rows]
    assert sheet.title == "12 De Brug"
    assert "Kade 1" in sheet.lines[0]
    assert rows[0][:3] == ["Voorzitter", "Jan de Vries", "06 12345678"]
    assert [row[1] for row in rows].count("open") == len(rows) - 1 == 15


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("99", "Op stembureau 99 is niemand"),
        ("abc", "heel getal"),
        ("0", "moet tussen 1 en 999999"),
        ("1000000", "moet tussen 1 en 999999"),
    ],
)
def test_a_sheet_of_a_station_that_is_none_is_told_at_its_field(team, election, typed, said):
    answer = team.post(f"/verkiezingen/{election.code}/indeling/bladen", data={"station": typed}, follow_redirects=True)
    assert answer.mimetype == "text/html"
    assert said in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_plan_is_uploaded_looked_at_and_imported(team, db, election):
    make_member(member_number="L7", first_name="Jan", infix="de", surname="Vries")
    content = b"Stembureau;Dagdeel;Functie;Lidnummer;Kleur\r\n12;ochtend;voorzitter;L7;rood\r\n12;nacht;lid;L7;\r\n"
    address = f"/verkiezingen/{election.code}/indeling/importeren"
    assert team.post(address, data={"file": (io.BytesIO(b"a;b\r\n1;2\r\n"), "plan.csv")}).status_code == 422
    asked = team.post(address, data={"file": (io.BytesIO(content), "plan.csv")})
    page = team.get(asked.location).text
    assert "Kolommen die niet worden gebruikt: Kleur." in page
    assert "Niet duidelijk is welk dagdeel “nacht” is" in page
    assert db.session.scalar(select(func.count(Assignment.id))) == 0
    done = team.post(asked.location)
    assert done.location == f"/verkiezingen/{election.code}/dekking/"
    assert db.session.scalar(select(func.count(Assignment.id))) == 1
    assert "1 plek is ge" in team.get(asked.location).text
    other = make_open_election(code="TK2027", type="TK")
    run = db.session.scalars(select(ImportRun)).one()
    assert team.get(f"/verkiezingen/{other.code}/indeling/importeren/{run.id}").status_code == 404


def test_a_file_is_thrown_away_without_changing_anything(team, db, election):
    make_member(member_number="L7")
    content = b"Stembureau;Dagdeel;Functie;Lidnummer\r\n12;ochtend;voorzitter;L7\r\n"
    asked = team.post(
        f"/verkiezingen/{election.code}/indeling/importeren", data={"file": (io.BytesIO(content), "plan.csv")}
    )
    team.post(f"{asked.location}/weggooien")
    assert db.session.scalars(select(ImportRun)).all() == []
    assert db.session.scalar(select(func.count(Assignment.id))) == 0


def test_a_large_plan_is_followed_on_its_page(team, db, election, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 0)
    make_member(member_number="L7")
    content = b"Stembureau;Dagdeel;Functie;Lidnummer\r\n12;ochtend;voorzitter;L7\r\n"
    address = f"/verkiezingen/{election.code}/indeling/importeren"
    page = team.post(address, data={"file": (io.BytesIO(content), "plan.csv")}).location
    assert team.post(page).location == page
    told = team.get(page).text
    assert "Je kunt deze pagina verlaten" in told
    assert 'data-goes-on="3"' in told
    assert due.run_due_work(lambda: True)
    assert "1 plek geïmporteerd" in team.get(page).text
    assert db.session.query(Assignment).count() == 1
