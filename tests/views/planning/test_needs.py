"""Needs and their templates on the generated screens."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ElectionState, NeedTemplate, StaffingNeed
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_staff
from tests.support.statements import seen_statements


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def need_form(shift, function, **values):
    return {"shift": shift.id, "function": function.id, "minimum": "1", "target": "2", **values}


def only(db, model):
    return db.session.scalars(select(model)).one()


def test_a_need_is_added_by_the_number_of_its_station_and_changed(team, db):
    election = make_election()
    station, shift, chair = make_station(election, 12), shifts_of(election)[0], make_function("voorzitter")
    form = team.get(f"/bezetting/add?election={election.id}").text
    assert f'<option value="{shift.id}">' in form
    assert team.post("/bezetting/add", data=need_form(shift, chair, number="12")).status_code == 302
    need = only(db, StaffingNeed)
    assert (need.election_id, need.station_id, need.minimum, need.target) == (election.id, station.id, 1, 2)
    assert team.post(f"/bezetting/edit/{need.id}", data={"minimum": "2", "target": "3"}).status_code == 302
    assert (only(db, StaffingNeed).minimum, only(db, StaffingNeed).target) == (2, 3)
    assert team.post(f"/bezetting/delete/{need.id}").status_code == 302
    assert db.session.scalars(select(StaffingNeed)).all() == []
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_type == "StaffingNeed"))
    assert set(actions) == {"staffing_need.created", "staffing_need.changed", "staffing_need.deleted"}


def test_a_template_is_added_and_changed(team, db):
    shift, member = shifts_of(make_election())[0], make_function("stembureaulid")
    assert team.post("/bezetting/standaard/add", data=need_form(shift, member, station_type="fixed")).status_code == 302
    template = only(db, NeedTemplate)
    assert template.station_type == "fixed"
    assert (
        "Dit staat al in de lijst"
        in team.post("/bezetting/standaard/add", data=need_form(shift, member, station_type="fixed")).text
    )
    team.post(f"/bezetting/standaard/edit/{template.id}", data={"minimum": "0", "target": "4"})
    assert only(db, NeedTemplate).target == 4
    assert team.post(f"/bezetting/standaard/delete/{template.id}").status_code == 302
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_type == "NeedTemplate"))
    assert set(actions) == {"need_template.created", "need_template.changed", "need_template.deleted"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"number": "99"}, "heeft geen stembureau 99"),
        ({"number": ""}, "Zeg welk"),
        ({"number": "12", "minimum": "3", "target": "2"}, "van het minimum (3)"),
        ({"number": "12", "target": "501"}, "500"),
    ],
)
def test_what_is_no_need_is_refused_at_its_field(team, db, values, said):
    election = make_election()
    make_station(election, 12)
    answer = team.post("/bezetting/add", data=need_form(shifts_of(election)[0], make_function("voorzitter"), **values))
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalars(select(StaffingNeed)).all() == []


def test_the_central_count_has_no_station_and_one_number_for_each_function(team, db):
    election = make_election(counting="CSO")
    make_station(election, 12)
    central, counter = shifts_of(election)[-1], make_function("teller")
    assert "op geen stembureau" in team.post("/bezetting/add", data=need_form(central, counter, number="12")).text
    assert team.post("/bezetting/add", data=need_form(central, counter)).status_code == 302
    assert "Dit staat al in de lijst" in team.post("/bezetting/add", data=need_form(central, counter)).text
    assert only(db, StaffingNeed).station_id is None
    assert "centraal tellen" in team.get("/bezetting/list/").text


def test_needs_of_a_closed_election_stay(team, db):
    election = make_election()
    make_station(election, 12)
    team.post("/bezetting/add", data=need_form(shifts_of(election)[0], make_function("voorzitter"), number="12"))
    need = only(db, StaffingNeed)
    need.election.state = ElectionState.CLOSED
    db.session.commit()
    assert team.post(f"/bezetting/edit/{need.id}", data={"minimum": "2", "target": "3"}).status_code == 422
    team.post(f"/bezetting/delete/{need.id}")
    assert only(db, StaffingNeed).target == 2


def test_the_list_is_narrowed_to_a_station_a_shift_and_a_function_in_few_statements(team, db):
    election = make_election()
    make_station(election, 12), make_station(election, 13, "Bibliotheek")
    early, late, *_count = shifts_of(election)
    chair, member = make_function("voorzitter"), make_function("stembureaulid")
    for number, shift, function in (("12", early, chair), ("13", early, member), ("13", late, chair)):
        team.post("/bezetting/add", data=need_form(shift, function, number=number))

    def found(query):
        return team.get(f"/bezetting/list/?election={election.id}&{query}").text.count('<th scope="row">')

    assert found("") == 3
    assert found("station=13") == 2
    assert found("station=biblio") == 2
    assert found(f"station=13&shift={late.id}") == 1
    assert found(f"function={member.id}") == 1
    with seen_statements(db.engine) as seen:
        team.get(f"/bezetting/list/?election={election.id}")
    assert len(seen) <= 8, seen
