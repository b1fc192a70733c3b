"""The team's pages for elections, stations and answers."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.extensions import db as portal_db
from app.models import AuditEvent, Availability, Election, ImportRun, PollingStation
from app.services import availability_lists
from app.services.availability_lists import AnswerFilter
from app.services.declarations import list_current_texts
from tests.election_files import election_file, station, stations_csv, stations_eml
from tests.factories import make_member, make_staff
from tests.factories_elections import (
    choices_of,
    filled_in,
    give_availability,
    make_election,
    make_function,
    make_open_election,
    shifts_of,
)

BASE = "/verkiezingen/GR2026_Voorbeeldstad"


@pytest.fixture
def team(db, client, sign_in_as, clock):
    """A browser of the team, with the clock in the period."""
    return sign_in_as(client, make_staff())


def upload(client, address, content, name="bestand.eml.xml"):
    return client.post(address, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_the_team_imports_an_election_and_its_stations(db, team):
    assert upload(team, "/verkiezingen/importeren", election_file()).status_code == 302
    checked = upload(team, f"{BASE}/stembureaus/importeren", stations_eml([(1, "Raadhuis")]))
    assert db.session.scalar(select(func.count()).select_from(PollingStation)) == 0
    assert team.get(checked.headers["Location"]).status_code == 200
    assert team.post(checked.headers["Location"]).status_code == 302
    assert db.session.scalar(select(PollingStation.name)) == "Raadhuis"
    assert "Raadhuis" in team.get(f"{BASE}/stembureaus").text
    assert team.get(BASE).status_code == 200
    assert team.get("/verkiezingen/").status_code == 200


def test_a_file_with_faults_is_shown_and_not_imported(db, team):
    make_election()
    checked = upload(team, f"{BASE}/stembureaus/importeren", stations_csv([station(1), station("", "B")]), "s.csv")
    page = team.get(checked.headers["Location"])
    assert "Nummer stembureau" in page.text
    team.post(checked.headers["Location"])
    assert db.session.scalar(select(func.count()).select_from(PollingStation)) == 0


def test_a_preview_of_stations_can_be_thrown_away(db, team, app):
    make_election()
    checked = upload(team, f"{BASE}/stembureaus/importeren", stations_csv([station(1)]), "s.csv")
    address = checked.headers["Location"]
    [run] = db.session.scalars(select(ImportRun))
    file = app.config["INSTANCE_DIR"] / "uploads" / run.file_name
    assert file.exists()
    team.post(f"{address}/weggooien")
    assert not file.exists()
    assert team.get(address).status_code == 404
    assert "s.csv" not in team.get("/").text


def test_a_wrong_file_comes_back_with_the_reason(db, team):
    answer = upload(team, "/verkiezingen/importeren", b"geen xml")
    assert answer.status_code == 422
    assert "file-error" in answer.text


def test_the_team_makes_changes_and_opens_an_election(db, team):
    form = {"code": "GR2026_Hier", "name": "Raad", "type": "GR", "voting_on": "18-3-2026", "counting": "CSO"}
    assert team.post("/verkiezingen/nieuw", data=form).status_code == 302
    assert team.post("/verkiezingen/GR2026_Hier/wijzigen", data={**form, "name": "Nieuw"}).status_code == 302
    period = {"opens_on": "1-2-2026 9:00", "closes_on": "1-3-2026 23:59", "explanation": "Graag **snel**"}
    preview = team.post("/verkiezingen/GR2026_Hier/openstellen", data=period)
    assert "<strong>snel</strong>" in preview.text
    election = db.session.scalars(select(Election)).one()
    assert (election.state, election.availability_opens_at) == ("draft", None)
    again = team.post("/verkiezingen/GR2026_Hier/openstellen", data={**period, "back": "yes"})
    assert "Graag **snel**" in again.text
    assert team.post("/verkiezingen/GR2026_Hier/openstellen", data={**period, "sure": "yes"}).status_code == 302
    db.session.refresh(election)
    assert (election.name, election.state, len(election.days)) == ("Nieuw", "recruiting", 2)


def test_the_list_names_who_did_not_answer_and_filters(db, team):
    election, member = make_open_election(), make_member(surname="Bakkersma")
    make_member(surname="Zwijger", is_civil_servant=True)
    give_availability(member, election, choices=choices_of(election, {0: "no"}), remark="=1+1")
    first = shifts_of(election)[0].id

    everybody = team.get(f"{BASE}/antwoorden/").text
    assert "Bakkersma" in everybody
    assert "Zwijger" in everybody
    for question, seen in (
        ("beantwoord=nee", "Zwijger"), ("beantwoord=ja", "Bakkersma"), ("ambtenaar=ja", "Zwijger"),
        (f"dagdeel={first}&antwoord=no", "Bakkersma"),
    ):  # fmt: skip
        page = team.get(f"{BASE}/antwoorden/?{question}").text
        assert seen in page
        assert ({"Bakkersma", "Zwijger"} - {seen}).pop() not in page


def test_an_export_is_safe_logged_and_filtered(db, team):
    election, member = make_open_election(), make_member(surname="Bakkersma")
    make_member(surname="Zwijger")
    give_availability(member, election, remark="=1+1")
    content = team.get(f"{BASE}/antwoorden/export.csv?beantwoord=ja").data.decode("utf-8-sig")
    assert "'=1+1" in content
    assert "Zwijger" not in content
    assert team.get(f"{BASE}/antwoorden/export.xlsx").data[:2] == b"PK"
    exported = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "availability.exported")
    assert db.session.scalar(exported) == 2


def test_the_team_types_in_an_answer_and_reopens_one(db, client, sign_in_as, clock):
    election, member = make_open_election(), make_member()
    clock.shift(timedelta(days=29))
    team = sign_in_as(client, make_staff())
    assert team.get(f"{BASE}/antwoorden/{member.id}").status_code == 200
    assert team.post(f"{BASE}/antwoorden/{member.id}", data=filled_in(election)).status_code == 302
    assert team.post(
        f"{BASE}/antwoorden/{member.id}/heropenen", data={"until_on": "10-3-2026 12:00"}
    ).status_code == 302  # fmt: skip
    row = db.session.scalars(select(Availability)).one()
    assert row.entered_by_user_id is not None
    assert row.reopened_until is not None


def test_totals_count_answers_and_first_choices(db, team):
    election = make_open_election()
    teller = make_function("teller")
    give_availability(make_member(), election, functions=[teller.id])
    give_availability(make_member(), election, choices=choices_of(election, "no"), declarations={})
    make_member()
    totals = availability_lists.find_totals(election)
    assert (totals.asked, totals.answered, totals.functions) == (3, 2, {teller.id: 1})
    assert totals.shifts[shifts_of(election)[0].id] == {"yes": 1, "maybe": 0, "no": 1}
    assert team.get(f"{BASE}/antwoorden/totalen").status_code == 200


def test_statements_of_the_list_do_not_grow_with_the_members(db, statements):
    election = make_open_election()
    counts = []
    for more in (3, 30):
        for _ in range(more):
            give_availability(make_member(), election)
        portal_db.session.expire_all()
        with statements() as seen:
            availability_lists.list_answers(election, AnswerFilter(), limit=50)
            availability_lists.find_totals(election)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_members_have_no_access_to_the_teams_pages(db, client, sign_in_as, clock):
    make_open_election()
    sign_in_as(client, make_member())
    for address in ("/verkiezingen/", BASE, f"{BASE}/antwoorden/", f"{BASE}/antwoorden/export.csv"):
        assert client.get(address).status_code in (302, 403, 404)


def test_the_commands_import_and_refuse(app, db, tmp_path):
    runner = app.test_cli_runner()
    election, good, bad = tmp_path / "110a.xml", tmp_path / "good.csv", tmp_path / "bad.csv"
    election.write_bytes(election_file())
    good.write_bytes(stations_csv([station(1), station(2, "School")]))
    bad.write_bytes(stations_csv([station(1), station("", "X")]))
    code = ["--election", "GR2026_Voorbeeldstad"]

    first = runner.invoke(args=["portal", "import-election", str(election)])
    stations = runner.invoke(args=["portal", "import-stations", str(good), *code])
    refused = runner.invoke(args=["portal", "import-stations", str(bad), *code])

    assert (first.exit_code, stations.exit_code, refused.exit_code) == (0, 0, 2)
    assert "2" in stations.stdout.splitlines()[-1]
    assert "Nummer stembureau" in refused.stderr


@pytest.mark.parametrize("address", ["verkiezingsdagen", "dagdelen", "stembureaus", "verklaringen"])
def test_the_generated_screens_open(db, team, address):
    make_open_election()
    assert team.get(f"/{address}/list/").status_code == 200
    assert team.get(f"/{address}/add").status_code == 200


def test_a_used_declaration_gets_a_new_version_on_its_screen(db, team):
    election = make_open_election()
    give_availability(make_member(), election)
    text = list_current_texts(election.id)[0]
    team.post(f"/verklaringen/edit/{text.id}", data={"body_nl": "Nieuw", "is_required": "y", "position": "1"})
    assert (list_current_texts(election.id)[0].version, list_current_texts(election.id)[0].body_nl) == (2, "Nieuw")
