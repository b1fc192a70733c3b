"""The operator's console in a browser, with something on each page."""

from __future__ import annotations

import pytest

from app.clock import utc_now
from tests.support.console_rows import fill_console
from tests.support.factories.people import make_admin

PAGES = ("", "taken/", "imports/", "inloggen/", "sessies/")


@pytest.fixture
def rows(db):
    return fill_console(utc_now())


def test_each_page_of_the_console_is_sound_with_its_filters_open(page, check_page, enter_as, rows):
    enter_as(make_admin(username="hoofd"))
    for path in PAGES:
        page.goto(f"/console/{path}")
        check_page()
        filters = page.locator("main summary").first
        if filters.is_visible():  # on a wide screen they stand open
            filters.click()
            check_page()


def test_a_failed_mail_is_sent_again_after_a_question(page, check_page, enter_as, rows):
    enter_as(make_admin(username="hoofd"))
    page.goto("/console/")
    page.click("main a >> text=mislukt")
    check_page()
    page.click("tbody th a")
    check_page()
    page.click("main button >> text=Opnieuw versturen")
    check_page()
    page.click("main button >> text=Opnieuw versturen")
    check_page()
    assert "wordt opnieuw verstuurd" in page.inner_text("main")


def test_a_session_ends_after_a_question_and_is_out_of_the_list(page, check_page, enter_as, rows):
    enter_as(make_admin(username="hoofd"))
    page.goto("/console/sessies/?who=mick")
    page.click("tbody th a")
    check_page()
    page.click("main a >> text=Deze sessie beëindigen")
    check_page()
    page.click("main button >> text=Deze sessie beëindigen")
    check_page()
    assert "De sessie van mick is beëindigd." in page.inner_text("main")
    assert "0 gevonden" in page.inner_text("main")
