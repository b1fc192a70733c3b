"""Who presided writes a note on a phone; the team reads it and nobody else, also not whom it is about."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select

from app.models import AuditEvent, ChairNote, MemberAnswer
from tests.support.factories.appointments import appoint, decision_of, make_setup
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.evaluation import after
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.plans import publish_places
from tests.support.statements import seen_statements

HERE = "/mijn-ervaring/notities"
WORDS = "Anna was geweldig, maar het was koud"


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def station(election):
    return make_station(election, 12)


@pytest.fixture
def people(election, station, now):
    """A chair and two members of the station."""
    chair, anna, piet = (make_member(first_name=name, infix="", surname="Bos") for name in ("Kees", "Anna", "Piet"))
    early = shifts_of(election)[0]
    wanted = [(chair, "voorzitter"), (anna, "stembureaulid"), (piet, "stembureaulid")]
    publish_places(election, [(who, station, early, make_function(code)) for who, code in wanted], now=now)
    return chair, anna, piet


@pytest.fixture
def later(election):
    with time_machine.travel(after(election), tick=False):
        yield


@pytest.fixture
def phones(app, sign_in_as, people, later):
    """The chair, and the two members."""
    return [sign_in_as(app.test_client(), who) for who in people]


def write(phone, station, people, db):
    answer = phone.post(f"{HERE}/{station.id}", data={"body": WORDS, "about": str(people[1].id)})
    assert answer.status_code == 302, answer.text
    return db.session.scalars(select(ChairNote)).one()


def test_a_chair_finds_the_page_writes_and_changes_and_the_trail_does_not_tell_the_words(
    phones, station, people, election, db
):
    chair, _anna, _piet = phones
    assert f'href="{HERE}/{station.id}"' in chair.get("/mijn-ervaring/").text
    form = chair.get(f"{HERE}/{station.id}").text
    assert "Anna Bos" in form
    assert "Kees Bos</option>" not in form
    empty = chair.post(f"{HERE}/{station.id}", data={"body": " ", "about": "0"})
    assert empty.status_code == 422
    stranger = make_member()
    assert chair.post(f"{HERE}/{station.id}", data={"body": "x", "about": str(stranger.id)}).status_code == 422
    note = write(chair, station, people, db)
    assert WORDS in chair.get(f"{HERE}/{station.id}").text
    assert chair.post(f"{HERE}/wijzig/{note.id}", data={"body": "Toch niet koud"}).status_code == 302
    db.session.expire_all()
    assert (note.body, note.about_member_id) == ("Toch niet koud", people[1].id)
    events = list(
        db.session.scalars(
            select(AuditEvent).where(AuditEvent.action.startswith("chair_note.")).order_by(AuditEvent.id)
        )
    )
    assert [event.action for event in events] == ["chair_note.written", "chair_note.changed"]
    assert "koud" not in str([event.details for event in events])
    election.state = "closed"
    db.session.commit()
    assert chair.get(f"{HERE}/{station.id}").status_code == 404
    assert chair.post(f"{HERE}/wijzig/{note.id}", data={"body": "Na sluiting"}).status_code == 404


def test_nobody_else_of_the_members_reads_or_writes_it(phones, station, people, db):
    note = write(phones[0], station, people, db)
    for phone in phones[1:]:
        assert f"{HERE}/{station.id}" not in phone.get("/mijn-ervaring/").text
        for path in (f"{HERE}/{station.id}", f"{HERE}/wijzig/{note.id}", "/notities-van-voorzitters/list/"):
            assert phone.get(path).status_code in (403, 404), path
        assert phone.post(f"{HERE}/{station.id}", data={"body": "x", "about": "0"}).status_code == 404
        assert phone.post(f"{HERE}/wijzig/{note.id}", data={"body": "x"}).status_code == 404
        for page in ("/", "/mijn-ervaring/", "/mijn-benoeming/", "/mijn-indeling/"):
            assert "geweldig" not in phone.get(page).text, page


def test_the_team_reads_it_in_the_list_at_the_member_and_by_searching(phones, station, people, app, sign_in_as, db):
    note = write(phones[0], station, people, db)
    team = sign_in_as(app.test_client(), make_staff())
    with seen_statements(db.engine) as seen:
        listed = team.get("/notities-van-voorzitters/list/").text
    assert len(seen) <= 8, seen
    for page in (listed, team.get(f"/leden/show/{people[1].id}/achteraf").text, team.get("/zoeken/?q=geweldig").text):
        assert f"/notities-van-voorzitters/show/{note.id}" in page
    assert "geweldig" not in team.get(f"/leden/show/{people[2].id}/achteraf").text
    file = team.post("/notities-van-voorzitters/export", data={"format": "csv"})
    assert WORDS in file.data.decode("utf-8-sig")


def test_a_chair_who_said_no_presides_nowhere(election, station, people, app, sign_in_as, now, db):
    appoint(make_setup(election, now=now), now=now)
    decision_of(people[0]).answer = MemberAnswer.CANCELLED
    db.session.commit()
    with time_machine.travel(after(election), tick=False):
        phone = sign_in_as(app.test_client(), people[0])
        assert phone.get(f"{HERE}/{station.id}").status_code == 404


def test_before_the_work_begins_there_is_nothing_to_write(station, people, app, sign_in_as, now):
    with time_machine.travel(now, tick=False):
        assert sign_in_as(app.test_client(), people[0]).get(f"{HERE}/{station.id}").status_code == 404
