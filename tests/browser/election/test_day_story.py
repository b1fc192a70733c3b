"""The day, end to end: members are appointed, one cannot come, the first of three reserves wins, the list is kept."""

from __future__ import annotations

from datetime import time, timedelta
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from sqlalchemy import select

from app.clock import local_today, utc_now
from app.extensions import storage
from app.models import Appointment, AppointmentRun, Attendance, ElectionState, EligibilityRule, ReplacementAsk, RunState
from app.services.appointments.replacement import reserves
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from app.services.planning.versions import publishing
from tests.browser.checks import DESKTOP
from tests.support.factories.appointments import make_setup
from tests.support.factories.elections import make_function, make_open_election, make_station, shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.planning import make_available, make_need, places_of
from tests.support.files.valid_pdfs import find_faults

CUT = "ERR_INTERNET_DISCONNECTED"
CUT_SECONDS = 3
PATIENCE = 120_000  # milliseconds: letters are printed beside it
TEAM = ("voorzitter", "stembureaulid", "stembureaulid", "stembureaulid")
RESERVES = ("Anna", "Bo", "Cas")


@pytest.fixture
def day(db):
    """Two stations on a voting day that is today, the whole day long, with a published plan and three reserves."""
    now = utc_now()
    asked = {"opens_at": now - timedelta(days=40), "closes_at": now - timedelta(days=20)}
    election = make_open_election(voting_on=local_today(now), **asked)
    db.session.query(EligibilityRule).filter_by(election_id=election.id).delete()
    shift = shifts_of(election)[0]
    shift.starts, shift.ends = time(0, 0), time(23, 59)
    stations = [make_station(election, number, f"School {number}") for number in (1, 2)]
    for station in stations:
        make_need(station, shift.id, "voorzitter", 1, 1)
        make_need(station, shift.id, "stembureaulid", 2, 3)
    people = {station.number: [make_available(election) for _code in TEAM] for station in stations}
    for station in stations:
        wanted = zip(people[station.number], TEAM, strict=True)
        places = [Place(who.id, station.id, shift.id, make_function(code).id) for who, code in wanted]
        acts.assign_many(election, places, confirmed={"all"}, actor=COMMAND, now=now)
    in_reserve = [make_available(election, first_name=name, infix="", surname="Reserve") for name in RESERVES]
    for member in in_reserve:
        reserves.put_on(member, shift, actor=COMMAND, now=now)
    election.state = ElectionState.PLANNING
    publishing.publish(election, actor=COMMAND, now=now)
    setup = make_setup(election, sender_address="Raadhuisplein 1\n1234 AA Voorbeeldstad", now=now)
    db.session.commit()
    return SimpleNamespace(
        election=election,
        shift=shift,
        stations=stations,
        setup=setup,
        staff=make_staff(),
        reserves=in_reserve,
        **{
            "chair": people[1][0],
            "comes": people[1][1],
            "leaves": people[1][2],
            "moves": people[2][3],
            "people": people,
        },
    )


def button(page, name):
    return page.get_by_role("main").get_by_role("button", name=name)


def wait_for_letters(page, db, count):
    """The worker makes them by itself."""
    for _ in range(600):
        db.session.rollback()
        runs = db.session.scalars(select(AppointmentRun.state)).all()
        if len(runs) == count and set(runs) == {RunState.DONE}:
            return
        page.wait_for_timeout(200)
    raise AssertionError(runs)


def decisions(db):
    db.session.rollback()
    rows = db.session.scalars(select(Appointment).order_by(Appointment.id)).all()
    return {row.id: (row.member_id, row.state) for row in rows}


def check_letters(db):
    for row in db.session.scalars(select(Appointment)):
        assert find_faults(b"".join(storage.store.open(row.file.key))) == []


def appoint(page, check_page, db, day, runs):
    page.set_viewport_size(DESKTOP)
    page.goto(f"/benoemen/{day.setup.id}/wie")
    check_page()
    page.locator("main form button").first.click()
    wait_for_letters(page, db, runs)
    page.reload()
    check_page()


def answer_on_a_phone(page, check_page, enter_as, day):
    enter_as(day.comes)
    page.goto("/mijn-benoeming/")
    check_page()
    button(page, "Ja, ik kom").click()
    expect(page.get_by_role("main")).to_contain_text("We rekenen op je")
    enter_as(day.leaves)
    page.goto("/mijn-benoeming/")
    page.get_by_role("link", name="Nee, ik kan niet komen").click()
    check_page()
    page.get_by_label("Persoonlijke omstandigheden").check()
    page.get_by_label("Iets anders, namelijk").fill("Griep")
    button(page, "Meld het team dat ik niet kan komen").click()
    expect(page.locator(".error-summary")).to_contain_text("Kies ‘Iets anders’")
    page.get_by_label("Iets anders, namelijk").fill("")
    button(page, "Meld het team dat ik niet kan komen").click()
    expect(page.get_by_role("main")).to_contain_text("zoeken iemand anders")


def ask_three_reserves(page, check_page, enter_as, day):
    enter_as(day.staff)
    page.goto("/vervanging/list/?looked=open")
    check_page()
    page.get_by_role("main").get_by_role("link", name="School 1").first.click()
    check_page()
    expect(page.get_by_role("main")).to_contain_text("Persoonlijke omstandigheden")
    here = page.url
    page.get_by_role("link", name="Bellijst").click()
    check_page()
    page.goto(here)
    for name in RESERVES:
        page.get_by_role("checkbox", name=f"{name} Reserve").check()
    button(page, "Vraag wie is aangevinkt").click()
    expect(page.get_by_role("main")).to_contain_text("Aan 3 leden is de vraag gesteld")
    check_page()
    page.goto("about:blank")  # it looks by itself how it stands, with the session of whoever comes after
    return here


def two_tap_at_once(page, enter_as, db, day, new_page):
    """Two phones, each on the question, whose buttons are pressed within a moment; gives the winner and the other."""
    rows = {row.member_id: row.id for row in db.session.scalars(select(ReplacementAsk))}
    phones = {}
    for member in day.reserves[:2]:
        phones[member.id] = new_page(member)
        phones[member.id].goto(f"/inspringen/{rows[member.id]}")
        phones[member.id].wait_for_selector("main form button")
    for phone in phones.values():
        phone.evaluate("setTimeout(() => document.querySelector('main form button').click(), 400)")
    came = {}
    for key, phone in phones.items():
        phone.wait_for_selector("text=/Je komt. Dank je wel!|Iemand anders was je net voor/")
        came[key] = "Je komt. Dank je wel!" in phone.inner_text("main")
    assert sorted(came.values()) == [False, True]
    winner = next(member for member in day.reserves if came.get(member.id))
    return winner, phones[winner.id]


def read_calendar(address):
    """As a program does that subscribed."""
    with urlopen(address) as answer:
        return Calendar.from_ical(answer.read()).walk("VEVENT")


def subscribe(phone):
    phone.goto("/mijn-agenda/")
    button(phone, "Maak een privéadres").click()
    return phone.locator("#address").input_value()


def move_to_the_other_station(page, check_page, enter_as, db, day, runs):
    """A planner moves one member; only that member gets a decision anew."""
    before = decisions(db)
    (place,) = places_of(day.moves)
    key = {"station_id": day.stations[0].id, "shift_id": place.shift_id, "function_id": place.function_id}
    acts.move(place, seen=place.version, **key, confirmed={"all"}, actor=COMMAND, now=utc_now())
    publishing.publish(day.election, actor=COMMAND, now=utc_now())
    db.session.commit()
    enter_as(day.staff)
    appoint(page, check_page, db, day, runs)
    after = decisions(db)
    changed = {after[key][0] for key in after if after[key] != before.get(key)}
    assert changed == {day.moves.id}


def keep_the_list(page, watch, check_page, enter_as, db, day, winner):
    enter_as(day.chair)
    page.goto("/")
    page.click("text=Wie is er?")
    check_page()
    assert winner.full_name in page.inner_text("main")
    assert day.leaves.full_name not in page.inner_text("main")
    page.context.set_offline(True)
    for member in (day.chair, day.comes, winner):
        page.get_by_role("button", name=f"Is er : {member.full_name}", exact=True).click()
    page.wait_for_selector("text=3 tikken wachten op verbinding")
    page.wait_for_timeout(1000 * CUT_SECONDS)
    db.session.rollback()
    assert db.session.scalars(select(Attendance.id)).all() == []
    page.context.set_offline(False)
    page.wait_for_selector("text=Alles is verstuurd.")
    watch.errors[:] = [error for error in watch.errors if CUT not in error]
    check_page()


def read_the_record(page, check_page, enter_as, day, here):
    """The list of presence on paper names who was there."""
    enter_as(day.staff)
    page.goto(f"/verkiezingen/{day.election.code}/op-papier/?station={day.stations[0].id}")
    check_page()
    record = page.get_by_role("table").inner_text()
    for member in here:
        assert member.full_name in record


def test_from_appointment_to_the_record_of_the_day(
    page, browser, watch, check_page, enter_as, db, day, app, base_url, browser_context_args
):
    def new_page(member):
        enter_as(member)
        cookies = page.context.cookies()
        context = browser.new_context(**browser_context_args)
        context.add_cookies(cookies)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    page.set_default_timeout(PATIENCE)
    enter_as(day.staff)
    appoint(page, check_page, db, day, 1)
    first = decisions(db)
    assert len(first) == 8
    answer_on_a_phone(page, check_page, enter_as, day)
    vacancy = ask_three_reserves(page, check_page, enter_as, day)
    winner, phone = two_tap_at_once(page, enter_as, db, day, new_page)
    wait_for_letters(page, db, 2)
    now = decisions(db)
    assert {now[key][0] for key in now if now[key] != first.get(key)} == {day.leaves.id, winner.id}
    enter_as(day.staff)
    page.goto(vacancy)
    check_page()
    page.goto("about:blank")
    address = subscribe(phone)
    (event,) = read_calendar(address)
    assert "School 1" in str(event["LOCATION"])

    moving = subscribe(new_page(day.moves))
    (before,) = read_calendar(moving)
    move_to_the_other_station(page, check_page, enter_as, db, day, 3)
    (after,) = read_calendar(moving)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert ("School 2" in str(before["LOCATION"]), "School 1" in str(after["LOCATION"])) == (True, True)
    assert read_calendar(address) == [event]
    check_letters(db)

    keep_the_list(page, watch, check_page, enter_as, db, day, winner)
    read_the_record(page, check_page, enter_as, day, [day.chair, day.comes, winner])
    noted = db.session.scalars(select(Attendance).order_by(Attendance.id)).all()
    assert {row.member_id for row in noted} == {day.chair.id, day.comes.id, winner.id}
    assert {row.state for row in noted} == {"here"}
