"""The team says how an election appoints, and writes the letter while looking at it on a real member."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.models import AppointmentSetup, AuditEvent, LetterText, StoredFile
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.statements import seen_statements

SETUP = {"series": "SB-GR2026", "mandate": "Besluit 4", "signatory_name": "M. Bakker", "signatory_role": "teamleider"}


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


@pytest.fixture
def election(team, db):
    election = make_election()
    answer = team.post("/benoemen/add", data={"election": election.id, **SETUP})
    assert answer.status_code == 302, answer.text
    return election


def text_of(db, language="nl"):
    return db.session.scalars(select(LetterText).where(LetterText.language == language)).one()


def actions_of(db):
    return set(db.session.scalars(select(AuditEvent.action)))


def test_settings_are_added_with_a_proposal_and_changed(team, db):
    election = make_election()
    form = team.get(f"/benoemen/add?election={election.id}").text
    assert 'value="SB-GR2026"' in form
    assert team.post("/benoemen/add", data={"election": election.id, **SETUP}).status_code == 302
    setup = db.session.scalars(select(AppointmentSetup)).one()
    assert team.post(f"/benoemen/edit/{setup.id}", data={**SETUP, "mandate": "Besluit 5"}).status_code == 302
    db.session.refresh(setup)
    assert setup.mandate == "Besluit 5"
    assert "heeft deze instellingen al" in team.post("/benoemen/add", data={"election": election.id, **SETUP}).text
    assert {"appointment_setup.created", "appointment_setup.changed"} <= actions_of(db)


def test_an_unknown_fill_in_is_told_at_the_text_with_its_line_and_what_was_typed_stays(team, election, db):
    text = text_of(db)
    answer = team.post(f"/benoemingsbrief/edit/{text.id}", data={"title": "Titel", "body": "Beste {{naam}}\n{{nam}}"})
    assert answer.status_code == 422
    assert "Regel 2: het invulveld {{nam}} bestaat niet. Bedoel je {{naam}}?" in answer.text
    assert "{{nam}}</textarea>" in answer.text
    assert team.post(f"/benoemingsbrief/edit/{text.id}", data={"title": "Titel", "body": "Dag"}).status_code == 302
    assert text_of(db).body == "Dag"
    assert "letter_text.changed" in actions_of(db)


def test_the_preview_shows_what_was_typed_on_a_real_member_and_keeps_nothing(team, election, db, now):
    member = make_member(first_name="Anna", infix="", surname="Bos")
    other = make_member(first_name="Piet", infix="", surname="Zon")
    place = (member, make_station(election, 12), shifts_of(election)[0], make_function("voorzitter"))
    publish_places(election, [place], now=now)
    text = text_of(db)
    here = f"/benoemingsbrief/voorbeeld/{text.id}"
    typed = {"title": "Brief", "body": "Dag {{naam}}, *kom*\n\n{{dagdelen}}\n\n<script>x</script>"}
    part = team.post(here, data={**typed, "part": "1"}).text
    assert "Dag Anna Bos, <em>kom</em>" in part
    assert "Stembureau 12 Stadhuis" in part
    assert "<script>x" not in part
    assert "<html" not in part
    assert "Dag Piet Zon" in team.post(here, data={**typed, "member": other.member_number}).text
    pdf = team.post(here, data={**typed, "pdf": "1"})
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")
    assert "no-store" in pdf.headers["Cache-Control"]
    assert "bestaat niet" in team.post(here, data={"title": "x", "body": "{{nee}}", "part": "1"}).text
    assert text_of(db).title != "Brief"


def test_the_pages_take_few_statements(team, election, db, now):
    setup = db.session.scalars(select(AppointmentSetup)).one()
    for page in (f"/benoemen/show/{setup.id}", "/benoemen/list/", "/benoemingsbrief/list/"):
        with seen_statements(db.engine) as seen:
            assert team.get(page).status_code == 200
        assert len(seen) <= 8, (page, seen)
    assert "Beste" in team.get(f"/benoemingsbrief/edit/{text_of(db).id}").text
    assert team.get(f"/benoemingsbrief/show/{text_of(db).id}").status_code == 200


def test_a_logo_is_drawn_anew_shown_to_the_team_only_and_taken_away(team, election, db, client, sign_in_as):
    setup = db.session.scalars(select(AppointmentSetup)).one()
    picture = io.BytesIO()
    Image.new("RGB", (800, 900), "navy").save(picture, "JPEG")
    picture.seek(0)
    answer = team.post(f"/benoemen/logo/{setup.id}", data={"file": (picture, "wapen.jpg")})
    assert answer.status_code == 302, answer.text
    db.session.refresh(setup)
    file = setup.logo
    assert (file.media_type, file.name) == ("image/png", "logo.png")
    address = f"/bestanden/{file.id}/logo.png"
    assert team.get(address).status_code == 200
    assert address in team.get(f"/benoemen/show/{setup.id}").text
    assert "appointment_setup.logo" in actions_of(db)
    sign_in_as(client, make_member())
    assert client.get(address).status_code == 404
    sign_in_as(client, make_staff())
    assert team.post(f"/benoemen/logo/{setup.id}/weg").status_code == 302
    assert db.session.scalars(select(StoredFile)).all() == []


def test_what_is_no_picture_is_refused_as_logo(team, election, db):
    setup = db.session.scalars(select(AppointmentSetup)).one()
    answer = team.post(f"/benoemen/logo/{setup.id}", data={"file": (io.BytesIO(b"<svg/>"), "logo.svg")})
    assert answer.status_code == 422
    assert db.session.scalars(select(StoredFile)).all() == []
