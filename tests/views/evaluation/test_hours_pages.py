"""The team takes the hours over, confirms them in bulk, corrects some, and gives the payroll a file."""

from __future__ import annotations

from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select

from app.jobs import due
from app.models import AuditEvent, HoursState, Service, WorkedHours
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.evaluation import after, place
from tests.support.factories.people import make_member, make_staff
from tests.support.statements import seen_statements


@pytest.fixture
def election(db):
    election = make_election()
    make_function("stembureaulid").fee = Decimal("145.00")
    db.session.commit()
    return election


@pytest.fixture
def team(client, sign_in_as, election):
    """Somebody of the team, the morning after."""
    with time_machine.travel(after(election), tick=False):
        yield sign_in_as(client, make_staff())


@pytest.fixture
def here(election):
    return f"/verkiezingen/{election.code}/uren/"


@pytest.fixture
def members(election, team, here):
    """Three members with open hours."""
    people = [make_member() for _ in range(3)]
    place(election, *people)
    assert team.post(f"{here}overnemen").status_code == 302
    return people


def hours_of(db):
    db.session.expire_all()
    return list(db.session.scalars(select(WorkedHours).order_by(WorkedHours.id)))


def test_hours_are_taken_over_once_and_shown_per_shift_and_member(team, election, here, members, db):
    assert len(hours_of(db)) == 3
    team.post(f"{here}overnemen")
    assert len(hours_of(db)) == 3
    with seen_statements(db.engine) as seen:
        page = team.get(here).text
    assert len(seen) <= 8, seen
    assert "Bekijk 3 dagdelen om te bevestigen" in page
    assert page.count(members[0].full_name) >= 1
    assert "145,00" not in page  # nothing is confirmed yet


def test_the_list_is_confirmed_in_bulk_and_the_fee_follows(team, election, here, members, db):
    with seen_statements(db.engine) as seen:
        page = team.get(f"/uren/list/?election={election.id}&state=open").text
    assert len(seen) <= 8, seen
    assert "te bevestigen" in page
    keys = [row.id for row in hours_of(db)]
    asked = team.post("/uren/action_post", data={"action": "confirm", "rowid": keys[:2]})
    assert "worden ervaring" in asked.text
    assert (
        team.post("/uren/action_post", data={"action": "confirm", "rowid": keys[:2], "sure": "yes"}).status_code == 302
    )
    assert [row.state for row in hours_of(db)] == ["confirmed", "confirmed", "open"]
    page = team.get(here).text
    assert "290,00" in page
    assert len(list(db.session.scalars(select(Service)))) == 2
    team.post(f"/uren/action/take_back/{keys[0]}", data={"sure": "yes"})
    assert hours_of(db)[0].state == HoursState.OPEN
    assert len(list(db.session.scalars(select(Service)))) == 1


def test_all_that_is_found_is_confirmed_by_the_worker(team, election, members, db):
    found = f"/uren/action_post?election={election.id}"
    answer = team.post(found, data={"action": "confirm", "scope": "found", "sure": "yes", "seen": "3/3"})
    assert answer.status_code == 302, answer.text
    due.run_bulk(int(answer.location.rstrip("/").rpartition("/")[2].split("?")[0]), lambda: False)
    assert {row.state for row in hours_of(db)} == {"confirmed"}


def test_a_correction_keeps_what_was_typed_until_it_is_right(team, election, members, db):
    (row, *_others) = hours_of(db)
    form = f"/uren/edit/{row.id}"
    assert 'value="07:30"' in team.get(form).text or 'name="starts"' in team.get(form).text
    wrong = team.post(form, data={"starts": "07:00", "ends": "half drie", "reason": "hertelling"})
    assert wrong.status_code == 422
    assert 'value="half drie"' in wrong.text
    empty = team.post(form, data={"starts": "07:00", "ends": "15:00", "reason": ""})
    assert empty.status_code == 422
    assert team.post(form, data={"starts": "07:00", "ends": "15:10", "reason": "hertelling"}).status_code == 302
    corrected = hours_of(db)[0]
    assert (corrected.minutes, corrected.state, corrected.reason) == (490, "confirmed", "hertelling")
    shown = team.get(f"/uren/show/{row.id}").text
    assert "8 uur 10 min" in shown
    assert "hertelling" in shown


def test_the_payroll_gets_who_worked_without_bsn_or_account_and_the_trail_notes_it(team, election, here, members, db):
    keys = [row.id for row in hours_of(db)]
    team.post("/uren/action_post", data={"action": "confirm", "rowid": keys[:1], "sure": "yes"})
    file = team.post(f"{here}export", data={"format": "csv"})
    lines = file.data.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 2
    assert "BSN" not in lines[0]
    assert "IBAN" not in lines[0]
    assert "145,00" in lines[1]
    assert "hours.exported" in set(db.session.scalars(select(AuditEvent.action)))


def test_a_member_has_nothing_to_do_with_it(client, sign_in_as, election, here, db):
    phone = sign_in_as(client, make_member())
    for path in (here, "/uren/list/"):
        assert phone.get(path).status_code in (403, 404)
    assert phone.post(f"{here}overnemen").status_code in (403, 404)


def added(member, election, **values):
    """What the team types of somebody whom nobody expected."""
    shift, station = shifts_of(election)[0], make_station(election, 31, "Sporthal")
    known = {"member": member.user.username, "shift": shift.id, "station": "31", "reason": "Viel in"}
    times = {"function": make_function("stembureaulid").id, "starts": "8:00", "ends": "12:30"}
    return station, {**known, **times, **values}


def test_hours_of_somebody_who_was_not_planned_count_at_once_and_stay(team, election, here, db):
    helper = make_member()
    station, typed = added(helper, election)
    page = f"/verkiezingen/{election.code}/uren-toevoegen/"
    assert page in team.get(here).text
    assert team.post(page, data=typed).location == here
    (hours,) = hours_of(db)
    assert (hours.member_id, hours.station_id, hours.minutes) == (helper.id, station.id, 270)
    assert (hours.state, hours.source, hours.reason) == (HoursState.CONFIRMED, "team", "Viel in")
    assert db.session.scalars(select(Service.member_id)).all() == [helper.id]
    assert "hours.added" in db.session.scalars(select(AuditEvent.action)).all()
    team.post("/uren/action_post", data={"action": "take_back", "rowid": str(hours.id)})
    team.post(f"{here}overnemen")
    assert [row.id for row in hours_of(db)] == [hours.id]


@pytest.mark.parametrize("wrong", [{"station": ""}, {"ends": "7:60"}, {"reason": " "}, {"member": "zomaar iemand"}])
def test_added_hours_that_cannot_be_are_refused_and_stay_typed(team, election, db, wrong):
    _station, typed = added(make_member(), election)
    answer = team.post(f"/verkiezingen/{election.code}/uren-toevoegen/", data={**typed, **wrong})
    assert answer.status_code == 422
    assert f'href="#{next(iter(wrong))}"' in answer.text
    assert 'value="8:00"' in answer.text
    assert hours_of(db) == []


def test_who_has_hours_in_a_shift_gets_no_second_ones(team, election, members, db):
    _station, typed = added(members[0], election)
    answer = team.post(f"/verkiezingen/{election.code}/uren-toevoegen/", data=typed)
    assert answer.status_code == 422
    assert "heeft al uren in dit dagdeel" in answer.text
    assert len(hours_of(db)) == 3
