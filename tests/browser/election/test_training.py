"""Trainings in a browser: a member chooses on a phone, and the trainer ticks off who is there, without a script."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from app.clock import utc_now
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.training import make_session, sign_up


def test_a_member_chooses_and_moves_and_the_trainer_ticks_off(db, page, enter_as, check_page):
    now = utc_now()
    make_session(now, capacity=1)
    make_session(now, starts_at=now + timedelta(days=20))
    today = make_session(now - timedelta(days=14), starts_at=now - timedelta(minutes=5), title="Training teller")
    sign_up(today, make_member(first_name="Ali", infix="", surname="Bakker"), now - timedelta(days=14))
    enter_as(make_member())
    page.goto("/mijn-training/")
    main = page.get_by_role("main")
    main.get_by_role("button", name="Ik kom hier").first.click()
    expect(main).to_contain_text("Je hebt een plek.")
    check_page()
    main.get_by_role("button", name="Verplaats mij hiernaartoe").click()
    expect(main.get_by_role("button", name="Verplaats mij hiernaartoe")).to_be_visible()
    main.get_by_role("link", name="Ik kom niet").click()
    check_page()

    enter_as(make_staff())
    page.goto(f"/trainingen/{today.id}/aanwezigheid")
    people = main.get_by_role("group", name="Ali Bakker")
    assert people.get_by_role("button", name="aanwezig").bounding_box()["height"] >= 44
    people.get_by_role("button", name="aanwezig").click()
    expect(people.get_by_role("button", name="aanwezig")).to_have_attribute("aria-pressed", "true")
    check_page()
    page.goto(f"/trainingen/show/{today.id}")
    check_page()
