"""A chair keeps who is here on a phone without a connection: no tap is lost, counts twice or becomes another's."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.clock import local_today, utc_now
from app.models import Attendance, AttendanceEvent
from app.services.attendance import notes
from app.services.attendance.people import find_day
from app.services.audit import COMMAND
from tests.support.factories.attendance import make_running_election, make_team, note
from tests.support.factories.people import make_staff

CUT = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def team(db):
    election = make_running_election(voting_on=local_today(utc_now()))
    return make_team(election, codes=("voorzitter", "plv_voorzitter", "stembureaulid"), now=utc_now())


def states(db) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Attendance.state).order_by(Attendance.member_id)))


def test_taps_wait_for_a_connection_survive_a_reload_and_are_of_one_person(page, watch, check_page, enter_as, db, team):
    station, (chair, deputy, other), places = team
    enter_as(chair)
    page.goto("/")
    page.click("text=Wie is er?")
    check_page()
    url = page.url

    page.on("dialog", lambda asked: asked.accept())  # leave, although something was not sent
    page.context.set_offline(True)
    page.click(f"#w-p{places[0].id} button:has-text('Is er')")
    page.click(f"#w-p{places[1].id} button:has-text('Is er')")
    page.wait_for_selector("text=2 tikken wachten op verbinding")
    assert "1 persoon te weinig" in page.inner_text("[data-bureau]")
    page.click(f"#w-p{places[2].id} button:has-text('Is er')")
    page.wait_for_selector("text=3 tikken wachten op verbinding")
    assert "Er is een wettig stembureau." in page.inner_text("[data-bureau]")
    page.click(f"#w-p{places[2].id} [data-change]")
    page.fill("#edit-at", "7.0")
    page.click("[data-edit-save]")
    assert page.is_visible("#edit-at-fault")
    page.click("[data-edit-undo]")
    assert page.is_hidden(f"#w-p{places[2].id} [data-said]")
    enter_as(deputy)  # another person takes the phone, before the page goes
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(url)
    page.wait_for_timeout(300)
    watch.errors[:] = [error for error in watch.errors if not any(told in error for told in (CUT, "400", "409"))]
    assert states(db) == []
    assert page.is_hidden("[data-net]")

    enter_as(chair)
    page.goto(url)
    page.wait_for_selector("text=Alles is verstuurd.")
    check_page()
    assert states(db) == ["here", "here", "expected"]
    assert db.session.scalar(select(func.count(AttendanceEvent.id))) == 4
    assert page.evaluate("localStorage.length") == 0
    assert (station.number, other.id) == (12, places[2].member_id)
    assert page.is_visible(f"#w-p{places[0].id} button:has-text('Gaat naar huis')")


def test_the_team_sees_all_stations_one_of_them_and_the_record(page, check_page, enter_as, db, team):
    station, _members, places = team
    day = find_day(station.id, station.election.voting_on)
    notes.take_one(day, note(f"p{places[0].id}", "here", utc_now()), actor=COMMAND, now=utc_now())
    db.session.commit()
    enter_as(make_staff())
    base = f"/verkiezingen/{station.election.code}"
    for address in ("aanwezigheid/", f"aanwezigheid/{station.id}/{station.election.voting_on}/", "op-papier/"):
        page.goto(f"{base}/{address}")
        check_page()
    page.goto(f"{base}/aanwezigheid/{station.id}/{station.election.voting_on}/wie-houdt-bij")
    check_page()
    page.goto(f"{base}/aanwezigheid/{station.id}/{station.election.voting_on}/wie/p{places[0].id}")
    check_page()
