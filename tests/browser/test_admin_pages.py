"""What an administrator does, in a browser: the states that no link leads to."""

from __future__ import annotations

import pytest

from tests.support.factories.people import make_admin, make_member, make_staff

PASSWORD = "paarse fiets zonder bel 7"


@pytest.fixture
def colleague(db):
    return make_staff(username="mick", first_name="Mick", last_name="de Werker", password=PASSWORD)


def open_filters(page):
    """On a wide screen they stand open."""
    summary = page.locator("main summary", has_text="Filters")
    if summary.is_visible():
        summary.click()


def test_an_administrator_switches_somebody_off_and_finds_it_in_the_trail(page, check_page, enter_as, colleague):
    enter_as(make_admin(password=PASSWORD))
    page.goto("/gebruikers/list/")
    open_filters(page)
    check_page()
    page.click("a >> text=Mick de Werker")
    check_page()
    page.click("button >> text=Uitzetten")
    check_page()
    page.click("button >> text=Uitzetten")
    check_page()
    assert "Mick de Werker: uitgezet." in page.inner_text("main")
    page.goto("/logboek/list/?about=mick")
    open_filters(page)
    check_page()
    assert "account uitgezet" in page.inner_text("tbody")


def test_a_colleague_is_added_invited_and_given_another_role(page, check_page, enter_as, next_mail):
    enter_as(make_admin(password=PASSWORD))
    page.goto("/gebruikers/add")
    page.click("button >> text=Toevoegen en uitnodigen")
    check_page()
    answers = {"first_name": "Nora", "last_name": "Nieuw", "user_name": "nora", "email": "nora@gemeente.example"}
    for name, answer in answers.items():
        page.fill(f"#{name}", answer)
    page.check("text=Team verkiezingen")
    page.click("button >> text=Toevoegen en uitnodigen")
    next_mail("nora@gemeente.example")
    page.click("a >> text=Wijzigen")
    check_page()
    page.check("#role-1")
    page.click("button >> text=Opslaan")
    page.goto("/logboek/list/?what=user")
    page.click("tbody th a >> nth=0")
    check_page()
    assert "Was: Team verkiezingen" in page.inner_text("main")
    assert "Werd: Beheerder" in page.inner_text("main")


def test_a_member_is_seen_without_a_form(page, check_page, enter_as):
    enter_as(make_admin(password=PASSWORD))
    member = make_member(password=PASSWORD)
    page.goto(f"/gebruikers/show/{member.user_id}")
    check_page()
    assert page.locator("main a >> text=Wijzigen").count() == 0
    assert page.locator("main button >> text=Sessies beëindigen").count() == 1
