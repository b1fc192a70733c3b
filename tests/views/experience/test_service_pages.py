"""Experience on the screens: added by the team, seen by the member, filtered on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Service
from app.services.audit import COMMAND
from app.services.elections.functions import add_default_functions
from app.services.experience import services
from app.services.experience.services import ServiceText
from tests.support.factories.elections import make_election, make_function
from tests.support.factories.people import make_member, make_staff
from tests.support.member_pages import read_member


@pytest.fixture
def team(db, client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.fixture
def chair(db):
    add_default_functions()
    return make_function("voorzitter")


def write(member, function, now):
    wanted = ServiceText(function.id, election_name="Tweede Kamer 2012", worked_on=date(2012, 9, 12), station="De Brug")
    return services.write_service(member, wanted, None, actor=COMMAND, now=now)


def test_the_team_adds_changes_and_deletes_experience_from_the_page_of_a_member(team, db, chair):
    member = make_member(username="jdevries")
    make_election()
    page = read_member(team, member.id)
    assert "We weten van geen verkiezing waarbij dit lid werkte." in page
    assert "/ervaring/add?member=jdevries" in page
    form = team.get("/ervaring/add?member=jdevries").text
    assert form.index(">Lid<") < form.index(">Functie<")
    assert 'name="member-key" type="hidden" value="jdevries"' in form
    typed = {"member": "jdevries", "election_id": "0", "election_name": "", "worked_on": "12-9-2012"}
    refused = team.post("/ervaring/add", data={**typed, "function_id": chair.id})
    assert refused.status_code == 422
    assert "Kies een verkiezing, of typ de naam van een eerdere." in refused.text
    typed["election_name"] = "Tweede Kamer 2012"
    assert team.post("/ervaring/add", data={**typed, "function_id": ""}).status_code == 422
    assert team.post("/ervaring/add", data={**typed, "function_id": chair.id}).status_code == 302
    row = db.session.scalars(select(Service)).one()
    page = read_member(team, member.id)
    assert "Tweede Kamer 2012" in page
    assert "wo 12 september 2012" in page
    change = {**typed, "function_id": chair.id, "station": "De Brug"}
    assert team.post(f"/ervaring/edit/{row.id}", data=change).status_code == 302
    db.session.expire_all()
    assert row.station_name == "De Brug"
    assert team.post(f"/ervaring/delete/{row.id}").status_code == 302
    assert db.session.scalars(select(Service)).all() == []
    trail = select(AuditEvent.action).where(AuditEvent.member_id == member.id, AuditEvent.action.like("service.%"))
    assert set(db.session.scalars(trail)) == {"service.added", "service.changed", "service.deleted"}


def test_members_are_filtered_by_experience(team, db, now, chair):
    write(make_member(surname="Aarts"), chair, now)
    make_member(surname="Bos")
    db.session.commit()

    def found(query):
        page = team.get(f"/leden/list/?{query}").text
        return "Aarts, " in page, "Bos, " in page

    assert found("experience=never") == (False, True)
    assert found("experience=ever") == (True, False)
    assert found(f"experience={chair.id}") == (True, False)
    assert found("worked_at=Tweede Kamer 2012") == (True, False)
    assert found("experience=onzin") == (False, False)
    assert found("account=not_opened") == (False, False)


def test_the_list_of_members_with_experience_takes_few_statements(team, db, now, chair, statements):
    write(make_member(surname="Aarts"), chair, now)
    db.session.commit()
    team.get("/leden/list/")
    with statements() as seen:
        team.get("/leden/list/")
    assert len(seen) <= 8, [str(statement)[:120] for statement in seen]
    with statements() as seen:
        assert "Aarts" in team.get("/ervaring/list/").text
    assert len(seen) <= 8


def test_an_audience_of_who_did_a_function_keeps_what_was_chosen(team, db, now, chair):
    write(make_member(surname="Aarts", languages="Turks"), chair, now)
    make_member(surname="Bos")
    db.session.commit()
    typed = {"name": "Ervaren", "audience_saved": "0", "audience_election": "0", "audience_match": "all"}
    typed |= {"audience_worked_as": str(chair.id), "audience_worked_at": "Tweede Kamer 2012"}
    made = team.post("/doelgroepen/add", data={**typed, "audience_languages": "Turks", "audience_found": "0"})
    assert made.status_code == 302, made.text
    page = team.get("/doelgroepen/edit/1").text
    for name, value in (("worked_as", chair.id), ("worked_at", "Tweede Kamer 2012"), ("languages", "Turks")):
        assert f'checked id="audience_{name}-0" name="audience_{name}" type="checkbox" value="{value}"' in page
    shown = team.get("/doelgroepen/show/1").text
    assert "Deed de functie (Voorzitter)" in shown
    assert "Aarts, " in shown
    assert "Bos, " not in shown


def test_a_member_sees_the_own_experience_only(client, app, db, now, sign_in_as, chair):
    member = make_member()
    write(make_member(), chair, now)
    db.session.commit()
    mine = sign_in_as(client, member)
    assert "Waar je eerder hielp" not in mine.get("/mijn-gegevens/").text
    write(member, chair, now)
    db.session.commit()
    page = mine.get("/mijn-gegevens/").text
    assert page.count("Tweede Kamer 2012") == 1
    assert "De Brug" in page
    assert mine.get("/ervaring/list/").status_code == 403


def test_who_reads_english_reads_the_english_names_of_functions(team, db, chair, now):
    member = make_member()
    write(member, chair, now)
    db.session.commit()
    team.post("/taal/en")
    for page in (team.get("/ervaring/list/"), team.get("/ervaring/add"), team.get(f"/leden/show/{member.id}/werk")):
        assert "Chair" in page.text
        assert "Voorzitter" not in page.text
