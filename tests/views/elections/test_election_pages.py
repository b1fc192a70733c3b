"""The team's pages for elections, stations and answers."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from app.clock import local
from app.extensions import db as portal_db
from app.models import Audience, AuditEvent, Election, ImportRun, PollingStation
from app.services.audit import COMMAND
from app.services.campaigns import campaigns
from app.services.campaigns.asking import propose_asking
from app.services.elections.declarations import list_current_texts
from tests.conftest import make_app
from tests.support.factories.elections import (
    LONG_AGO,
    give_availability,
    make_election,
    make_open_election,
    make_station,
)
from tests.support.factories.people import make_member, make_staff
from tests.support.files.election_files import election_file, station, stations_csv, stations_eml

BASE = "/verkiezingen/GR2026_Voorbeeldstad"


@pytest.fixture
def team(db, client, sign_in_as, clock):
    """A browser of the team, with the clock in the period."""
    return sign_in_as(client, make_staff())


def election_of(db):
    return db.session.scalars(select(Election)).one()


def upload(client, address, content, name="bestand.eml.xml"):
    return client.post(address, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_the_team_imports_an_election_and_its_stations(db, team):
    assert upload(team, "/verkiezingen/importeren", election_file()).status_code == 302
    checked = upload(team, f"{BASE}/stembureaus/importeren", stations_eml([(1, "Raadhuis")]))
    assert db.session.scalar(select(func.count()).select_from(PollingStation)) == 0
    assert team.get(checked.headers["Location"]).status_code == 200
    assert team.post(checked.headers["Location"]).status_code == 302
    assert db.session.scalar(select(PollingStation.name)) == "Raadhuis"
    assert "Raadhuis" in team.get(f"/stembureaus/list/?election={election_of(db).id}").text
    assert team.get(BASE).status_code == 200
    assert team.get("/verkiezingen/").status_code == 200


def test_the_file_of_another_municipality_is_asked_about_once(db, team, app, monkeypatch):
    monkeypatch.setitem(app.config, "MUNICIPALITY", "Gemeente Ergens")
    first = team.get("/verkiezingen/importeren")
    asked = upload(team, "/verkiezingen/importeren", election_file())
    assert 'name="is_sure"' not in first.text
    assert asked.status_code == 422
    assert 'id="is_sure-error"' in asked.text
    assert "Gemeente Ergens" in asked.text
    assert "Staat het bestand niet meer hierboven? Kies het dan opnieuw." in asked.text  # without a script it is gone
    data = {"file": (io.BytesIO(election_file()), "a.xml"), "is_sure": "y"}
    assert team.post("/verkiezingen/importeren", data=data, content_type="multipart/form-data").status_code == 302
    assert election_of(db).domain_name == "Voorbeeldstad"


def test_stations_of_another_municipality_are_told_before_the_import(db, team, app, monkeypatch):
    monkeypatch.setitem(app.config, "MUNICIPALITY", "Gemeente Ergens")
    make_election()
    file = stations_eml([(1, "Raadhuis")]).replace(
        b"<ElectionEvent>", b"<AuthorityIdentifier>Elders</AuthorityIdentifier><ElectionEvent>"
    )
    checked = upload(team, f"{BASE}/stembureaus/importeren", file)
    assert "is van Elders" in team.get(checked.headers["Location"]).text
    assert team.post(checked.headers["Location"]).status_code == 302
    assert db.session.scalar(select(PollingStation.name)) == "Raadhuis"


@pytest.mark.parametrize(("faults", "rest"), [(5, None), (6, "Nog 1 opmerking over het bestand"), (8, "Nog 3 opmerk")])
def test_of_many_remarks_the_first_five_stand_in_the_open_and_the_rest_is_folded(db, team, faults, rest):
    make_election()
    file = stations_eml((number, f"School {number}") for number in range(1, faults + 1))
    address = upload(team, f"{BASE}/stembureaus/importeren", file.replace(b"1234AB", b"1011")).headers["Location"]
    page = team.get(address).text
    assert page.count("“1011” is geen postcode") == faults
    assert page.count('<p class="notice">Regel') == 5
    assert ("opmerking" in page) is (rest is not None)
    assert rest is None or f"<summary>{rest}" in page


def test_a_file_with_faults_is_shown_and_not_imported(db, team):
    make_election()
    checked = upload(team, f"{BASE}/stembureaus/importeren", stations_csv([station(1), station("", "B")]), "s.csv")
    page = team.get(checked.headers["Location"])
    assert "Nummer stembureau" in page.text
    team.post(checked.headers["Location"])
    assert db.session.scalar(select(func.count()).select_from(PollingStation)) == 0


def test_the_form_of_an_earlier_election_can_be_used_with_its_hours_on_the_day_of_this_one(db, team):
    make_election()
    hours = {"Openingstijd": "2025-10-29T07:30:00", "Sluitingstijd": "2025-10-29T21:00:00"}
    file = stations_csv([station(1, **hours), station(2, "School", **hours)])
    address = upload(team, f"{BASE}/stembureaus/importeren", file, "s.csv").headers["Location"]
    told = team.get(address).text
    assert "De stembureaus in dit bestand zijn open op" in told
    assert "Gebruik dit met de tijden op" in told
    assert "Stembureau 2 is open op" not in told  # once, not at each station
    assert team.post(address).status_code == 302
    assert db.session.scalar(select(func.count()).select_from(PollingStation)) == 0
    team.post(f"{address}/dag")
    assert "van een eerdere verkiezing" in team.get(address).text
    assert team.post(address).status_code == 302
    opening = select(PollingStation.opens_at, PollingStation.closes_at).where(PollingStation.number == 2)
    opens, closes = db.session.execute(opening).one()
    assert (f"{local(opens):%Y-%m-%d %H:%M}", f"{local(closes):%Y-%m-%d %H:%M}") == (
        "2026-03-18 07:30",
        "2026-03-18 21:00",
    )


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
    period["explanation_en"] = "Please be **quick**"
    preview = team.post("/verkiezingen/GR2026_Hier/openstellen", data=period)
    assert "<strong>snel</strong>" in preview.text
    assert 'name="explanation_en" value="Please be **quick**"' in preview.text
    election = db.session.scalars(select(Election)).one()
    assert (election.state, election.availability_opens_at) == ("draft", None)
    again = team.post("/verkiezingen/GR2026_Hier/openstellen", data={**period, "back": "yes"})
    assert "Graag **snel**" in again.text
    assert team.post("/verkiezingen/GR2026_Hier/openstellen", data={**period, "sure": "yes"}).status_code == 302
    db.session.refresh(election)
    assert (election.name, election.state, len(election.days)) == ("Nieuw", "recruiting", 2)
    assert election.availability_explanation_en == "Please be **quick**"


def test_who_opens_the_period_is_told_that_nothing_was_sent_and_gets_the_campaign_filled_in(db, team, now):
    election = make_election()
    period = {"opens_on": "1-2-2026 9:00", "closes_on": "1-3-2026 23:59", "explanation": "", "sure": "yes"}
    opened = team.post(f"/verkiezingen/{election.code}/openstellen", data=period)
    page = team.get(opened.location).text
    assert "niets verstuurd" in page
    assert f"Geef je beschikbaarheid door: {election.name}" in page
    assert "01-03-2026 23:59" in page
    make_asking(election, now)
    again = team.post(f"/verkiezingen/{election.code}/openstellen", data=period)
    assert again.location.endswith(f"/verkiezingen/{election.code}")


def make_asking(election, now):
    campaign = campaigns.write_campaign(propose_asking(election), None, actor=COMMAND, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    portal_db.session.commit()


def test_a_list_of_elections_costs_at_most_eight_statements(db, team, statements):
    counts = []
    for more in (range(2), range(2, 20)):
        for number in more:
            make_election(code=f"GR2026_{number}")
        team.get("/verkiezingen/")
        with statements() as seen:
            assert (
                "GR2026" not in team.get("/verkiezingen/?type=GR&q=voorbeeld&sort=-voting_on").text.split("<tbody>")[0]
            )
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_an_election_that_was_only_prepared_can_be_deleted(db, team):
    make_station(make_election(), 1)
    assert "Verwijderen" in team.get(BASE).text
    assert team.post(f"{BASE}/verwijderen").status_code == 302
    for table in (Election, PollingStation):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.scalar(select(AuditEvent.details).where(AuditEvent.action == "election.deleted")) == {
        "code": "GR2026_Voorbeeldstad"
    }


def test_an_election_that_asked_members_something_stays(db, team):
    make_open_election()
    assert f"{BASE}/verwijderen" not in team.get(BASE).text
    assert "daarom kun je die niet verwijderen" in team.post(f"{BASE}/verwijderen").text
    assert election_of(db).state == "recruiting"


def test_an_election_that_an_audience_names_stays(db, team):
    election = make_election()
    db.session.add(
        Audience(
            name="Wie", is_all=True, conditions=[{"kind": "answered", "election_id": election.id}], created_at=LONG_AGO
        )
    )
    db.session.commit()
    assert "doelgroep gaat over deze verkiezing" in team.post(f"{BASE}/verwijderen").text
    assert election_of(db).id == election.id


def test_an_unknown_election_is_not_found(team):
    for address in ("/verkiezingen/GR2026_Nergens", "/verkiezingen/GR2026_Nergens/antwoorden/"):
        assert team.get(address).status_code == 404


def test_a_list_of_parts_is_narrowed_to_one_election(db, team):
    election, other = make_election(), make_election(code="PS2027", name="Provinciale Staten")
    make_station(election, 1, "Raadhuis")
    make_station(other, 2, "Sporthal")
    page = team.get(f"/stembureaus/list/?election={election.id}").text
    assert "Raadhuis" in page
    assert "Sporthal" not in page
    for address in ("verkiezingsdagen", "dagdelen", "verklaringen"):
        whole, narrow = (team.get(f"/{address}/list/{asked}").text for asked in ("", f"?election={other.id}"))
        assert whole.count("<tr>") > narrow.count("<tr>") > 1


def test_members_have_no_access_to_the_teams_pages(db, client, sign_in_as, clock):
    make_open_election()
    sign_in_as(client, make_member())
    for address in ("/verkiezingen/", BASE, f"{BASE}/antwoorden/", f"{BASE}/antwoorden/totalen"):
        assert client.get(address).status_code == 403
    assert client.post(f"{BASE}/antwoorden/export").status_code == 403


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


def test_a_refused_file_is_named_and_no_file_is_imported(app, db, tmp_path):
    good, bad = tmp_path / "goed.xml", tmp_path / "fout.xml"
    good.write_bytes(election_file())
    bad.write_bytes(b"geen xml")
    done = app.test_cli_runner().invoke(args=["portal", "import-election", str(good), str(bad)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("fout.xml: ")
    assert db.session.scalar(select(func.count()).select_from(Election)) == 0


def test_a_command_without_a_database_says_so_with_status_2(database, smtp, tmp_path):
    fresh = make_app(f"sqlite:///{tmp_path}/empty.db", smtp.port, tmp_path)
    done = fresh.test_cli_runner().invoke(args=["portal", "create-admin", "beheer", "beheer@voorbeeld.nl"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "portal setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_filled_button_of_an_election_is_the_next_step(client, sign_in_as):
    team, election = sign_in_as(client, make_staff()), make_election()
    address = f"/verkiezingen/{election.code}"
    assert 'class="button" href="' + address + '/stembureaus/importeren"' in team.get(address).text
    make_station(election, 1)
    assert 'class="button" href="' + address + '/openstellen"' in team.get(address).text
