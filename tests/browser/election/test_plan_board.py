"""The board in a browser: thirty places by keyboard alone, two planners at once, and each of its pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from app.models import Assignment, PlanAct
from app.services.audit import Actor
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from tests.browser.checks import PHONE
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.planning import make_available, make_planned_election, stations_of
from tests.support.factories.planning_crowd import make_crowd, place_stations


@pytest.fixture
def election(db):
    found = make_planned_election(1, 2, 3, 4)
    place_stations(stations_of(found))
    make_crowd(found, stations_of(found), 60)
    return found


def test_thirty_places_by_keyboard_alone(page: Page, enter_as, db, election):
    enter_as(make_staff())
    page.goto(f"/indeling/{election.id}")
    page.get_by_role("link", name="Volgende open plek").focus()
    page.keyboard.press("Enter")
    for number in range(30):
        radio = page.locator("input[name=member]:focus")
        expect(radio).to_be_checked()
        if number % 5 == 1:
            page.keyboard.press("ArrowDown")
        if number % 7 == 2:
            before = page.url
            page.keyboard.press("o")
            page.wait_for_url(lambda url, before=before: url != before)
            expect(page.locator("input[name=member]:focus")).to_be_checked()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Ingedeeld:")).to_be_visible()
        expect(page.get_by_text(f"{number + 1} van 36 zijn gevuld.")).to_be_visible()
    db.session.rollback()
    assert db.session.query(Assignment).count() == 30
    page.keyboard.press("z")
    expect(page.get_by_text("Het is ongedaan gemaakt.")).to_be_visible()
    db.session.rollback()
    assert db.session.query(Assignment).count() == 29
    assert db.session.query(PlanAct).count() == 31


def test_what_no_link_reaches_of_the_plan_is_well_made(page: Page, enter_as, db, election, now, check_page):
    """What links reach, the crawl of all pages looks at."""
    member = make_available(election, surname="Achternaam")
    place = Place(member.id, stations_of(election)[0].id, shifts_of(election)[0].id, make_function("voorzitter").id)
    acts.assign_many(election, [place], actor=Actor("team"), now=now)
    db.session.commit()
    enter_as(make_staff())
    page.goto(f"/indeling/{election.id}?deel=zoek")
    check_page()
    page.goto(f"/indeling/{election.id}/open-plek")
    check_page()
    page.get_by_text("Iemand anders").click()
    page.locator("#member").fill(member.member_number)
    page.get_by_role("button", name="Deel dit lid in").click()
    check_page()


def test_two_planners_see_each_other_and_never_overwrite(page: Page, enter_as, db, election, browser: Browser, now):
    me, colleague = make_staff(), make_staff(first_name="Sam", last_name="de Boer")
    enter_as(me)
    page.goto(f"/indeling/{election.id}/open-plek")
    best = int(page.locator("input[name=member]:checked").get_attribute("value") or 0)
    station, shift, function = page.url.split("/")[-1].split("-")
    place = Place(best, int(station), int(shift), int(function))
    acts.assign_many(election, [place], actor=Actor(colleague.username, colleague.id), now=now)
    db.session.commit()
    expect(page.get_by_text("Sam de Boer heeft zojuist 1 plek gewijzigd.")).to_be_visible(timeout=15_000)
    page.locator("input[name=member]:checked").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("heeft in dit dagdeel al een plek")).to_be_visible()
    db.session.rollback()
    assert db.session.query(Assignment).count() == 1


def test_on_a_phone_the_row_of_planning_folds_behind_the_name_of_the_page(page: Page, enter_as, election):
    """By keyboard too, and without a script."""
    enter_as(make_staff())
    page.goto(f"/indeling/{election.id}")
    row = page.get_by_role("navigation", name="Planning van deze verkiezing")
    link = row.get_by_role("link", name="Dekking")
    expect(link).to_be_visible()
    expect(row.locator("summary")).to_be_hidden()
    page.set_viewport_size(PHONE)
    expect(link).to_be_hidden()
    assert row.bounding_box()["height"] < 60  # one line
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    page.keyboard.press("Tab")
    expect(row.get_by_role("link", name="Bezetting")).to_be_focused()
    link.click()
    expect(page.get_by_role("heading", name="Dekking", level=1, exact=False)).to_be_visible()
