"""The main job, end to end: the team imports, asks and invites; a member opens the account on a phone and answers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.clock import local
from tests.browser.checks import PHONE
from tests.browser.test_getting_in import PASSWORD, save_password, sign_in_with
from tests.support.factories.people import make_staff
from tests.support.files.election_files import election_file, stations_eml
from tests.support.mailbox import code_in, link_in

ROSTER = (
    "Lidnummer;Voornaam;Tussenvoegsel;Achternaam;E-mail;Geboortedatum;Straat;Huisnummer;Postcode;Woonplaats\n"
    "1001;Fatma;;Yılmaz;fatma@post.example;6-6-1970;Dorpsstraat;1;1234 AB;Voorbeeldstad\n"
    "1002;Jan;de;;geen-adres;6-6-1971;Dorpsstraat;2;1234 AB;Voorbeeldstad\n"
)
BSN = "111222333"


@pytest.fixture
def dates(asking_now):
    """The same election in both official files, eight weeks from today."""
    opens_at, closes_at, voting_on = asking_now
    values = {"voting_on": str(voting_on), "nomination_on": str(local(opens_at).date())}
    return values, f"{local(opens_at):%d-%m-%Y %H:%M}", f"{local(closes_at):%d-%m-%Y %H:%M}"


def button(page, name):
    return page.get_by_role("main").get_by_role("button", name=name)


def give_file(page, name, content):
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})


def send_file(page, name):
    """The file goes by a script, which then goes on to the next page."""
    with page.expect_navigation():
        button(page, name).click()


def import_election(page, check_page, dates):
    values, opens_on, closes_on = dates
    page.goto("/verkiezingen/importeren")
    give_file(page, "verkiezing.eml.xml", election_file(**values))
    send_file(page, "Importeren")
    code = page.url.rsplit("/", 1)[-1]
    page.goto(f"/verkiezingen/{code}/stembureaus/importeren")
    give_file(page, "stembureaus.eml.xml", stations_eml([(1, "Stadhuis"), (2, "Wijkcentrum")], **values))
    send_file(page, "Uploaden")
    check_page()
    page.locator("main form button").first.click()
    expect(page.get_by_role("main")).to_contain_text("2 stembureaus: 2 nieuw")
    page.goto(f"/verkiezingen/{code}/openstellen")
    page.locator("#opens_on").fill(opens_on)
    page.locator("#closes_on").fill(closes_on)
    button(page, "Eerst bekijken").click()
    check_page()
    button(page, "Terug om te wijzigen").click()
    expect(page.locator("#closes_on")).to_have_value(closes_on)
    button(page, "Eerst bekijken").click()
    button(page, "Beschikbaarheid openstellen").click()
    check_page()
    return code


def import_and_invite(page, check_page):
    page.goto("/leden-importeren/")
    give_file(page, "leden.csv", ROSTER.encode())
    send_file(page, "Uploaden")
    button(page, "Bestand controleren").click()
    expect(page.get_by_role("main")).to_contain_text("Geweigerde rijen")
    check_page()
    page.get_by_role("main").get_by_role("button", name="1").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leden geïmporteerd")
    page.goto("/leden/list/")
    page.get_by_role("checkbox", name="Fatma Yılmaz").check()
    button(page, "Uitnodigen per e-mail").click()
    check_page()
    button(page, "Uitnodigen per e-mail").click()
    expect(page.get_by_role("main")).to_contain_text("1 uitnodiging is onderweg")


def open_account(page, next_mail, check_page):
    page.goto(link_in(next_mail("fatma@post.example")))
    check_page()
    save_password(page)
    page.goto("/")
    sign_in_with(page, "fyilmaz", PASSWORD)
    page.get_by_label("Inlogcode").fill(code_in(next_mail("fatma@post.example")))
    button(page, "Inloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat moet ik doen?")
    check_page()


def answer_everything(page, check_page, code):
    page.goto("/mijn-gegevens/bsn")
    page.locator("#bsn").fill("123456789")
    page.locator("main form button").first.click()
    check_page()
    page.locator("#bsn").fill(BSN)
    page.locator("main form button").first.click()
    expect(page.get_by_role("main")).to_contain_text("111 222 333")
    check_page()
    button(page, "Ja, dit is mijn BSN").click()
    expect(page.get_by_role("main")).to_contain_text("We hebben nu je BSN")
    page.goto("/mijn-gegevens/bsn")
    assert page.locator("#bsn").count() == 0
    page.goto(f"/beschikbaarheid/{code}/invullen")
    check_page()
    page.locator("input[name=can_help][value=yes]").check()
    for shift in page.locator("fieldset[id^=shift_]").all():
        shift.get_by_label("Ja", exact=True).check()
    page.locator("select[name=function_1]").select_option(index=1)
    page.locator("select[name=station_1]").select_option(index=1)
    for box in page.locator("input[type=checkbox][name^=declaration_]").all():
        box.check()
    for choice in page.locator("fieldset[id^=declaration_] input[value=true]").all():
        choice.check()
    button(page, "Mijn beschikbaarheid doorgeven").click()
    expect(page.get_by_role("main")).to_contain_text("Je beschikbaarheid is doorgegeven")
    check_page()


def test_the_main_job_from_the_official_files_to_an_answer_that_the_team_sees(
    page, check_page, next_mail, enter_as, dates, db
):
    team = make_staff()
    enter_as(team)
    code = import_election(page, check_page, dates)
    import_and_invite(page, check_page)
    page.context.clear_cookies()

    page.set_viewport_size(PHONE)
    open_account(page, next_mail, check_page)
    answer_everything(page, check_page, code)
    page.context.clear_cookies()

    enter_as(team)
    page.goto(f"/verkiezingen/{code}/antwoorden/")
    expect(page.get_by_role("main")).to_contain_text("Yılmaz")
    check_page()
    page.goto("/leden/list/")
    row = page.get_by_role("row").filter(has_text="Yılmaz")
    expect(row).to_contain_text("bekend")
    assert BSN not in page.content()
