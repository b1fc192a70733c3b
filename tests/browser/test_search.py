"""The team's search: from the box in the header to a row and back, at the width of a phone and of a desk."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member, make_staff


def test_the_box_in_the_header_leads_to_a_row_and_back(db, page, enter_as, check_page):
    ask(
        make_member(first_name="Zoë", infix="de", surname="Vries"),
        "Sleutel",
        "Waar haal ik de sleutel van mevrouw De Vries?",
    )
    make_member(first_name="Fatma", infix="", surname="Vriesema")
    enter_as(make_staff())
    page.goto("/")
    page.get_by_role("searchbox", name="Zoek in alles").fill("de vries")
    page.keyboard.press("Enter")

    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("Zoeken naar “de vries”")
    expect(main.locator("#membersview")).to_contain_text("Leden")
    expect(main.locator("mark").first).to_have_text("Vries")
    expect(page.get_by_role("searchbox")).to_have_count(1)
    check_page()
    main.get_by_role("link", name="Zoë de Vries").click()
    expect(main.get_by_role("heading", level=1)).to_have_text("Zoë de Vries")
    main.get_by_role("link", name="Terug naar de lijst").click()
    expect(page.get_by_role("searchbox", name="Zoek in alles")).to_have_value("de vries")

    page.get_by_role("searchbox").fill("xq")
    page.keyboard.press("Enter")
    expect(main).to_contain_text("Er is niets gevonden.")
    expect(main).to_contain_text("minder dan drie letters")
    check_page()
