"""Who cannot get in finds a number to call, and when, on every page of the doors."""

from __future__ import annotations

import pytest

from tests.support.factories.people import make_member

DOORS = ("/inloggen/", "/inloggen/hulp", "/wachtwoord-vergeten", "/gebruikersnaam-vergeten", "/brief/", "/privacy")
LINK = '<a href="tel:+31301234567">+31 (0)30 123 45 67</a> (op werkdagen tot 17.00 uur)'


@pytest.fixture
def _known(app, monkeypatch):
    for name, value in {
        "CONTACT_PHONE": "+31 (0)30 123 45 67",
        "CONTACT_HOURS": "op werkdagen tot 17.00 uur",
        "CONTACT_HOURS_EN": "",
    }.items():
        monkeypatch.setitem(app.config, name, value)


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize("page", DOORS)
def test_the_footer_has_the_number_as_a_link_with_its_hours(client, db, page):
    footer = client.get(page).text.split("<footer")[1]
    assert LINK in footer


@pytest.mark.usefixtures("_known")
def test_help_and_pages_of_old_links_say_it_among_their_own_words(client, db):
    for page in ("/inloggen/hulp", "/brief/", "/uitnodiging/onbekend", "/privacy"):
        assert LINK in client.get(page).text.split("<footer")[0]


@pytest.mark.usefixtures("_known")
def test_who_is_signed_in_sees_it_too(client, sign_in_as):
    assert LINK in sign_in_as(client, make_member()).get("/").text


def test_hours_are_told_in_the_language_of_the_reader(client, db, app, monkeypatch):
    for name, value in {"CONTACT_HOURS": "van 9 tot 5", "CONTACT_HOURS_EN": "from 9 to 5"}.items():
        monkeypatch.setitem(app.config, name, value)
    assert "(from 9 to 5)" in client.get("/inloggen/", headers={"Accept-Language": "en"}).text
    assert "(van 9 tot 5)" in client.get("/inloggen/").text
    monkeypatch.setitem(app.config, "CONTACT_HOURS_EN", "")
    assert "(van 9 tot 5)" in client.get("/inloggen/", headers={"Accept-Language": "en"}).text


def test_a_portal_without_a_number_shows_none(client, db, app, monkeypatch):
    for name in ("CONTACT_PHONE", "CONTACT_EMAIL"):
        monkeypatch.setitem(app.config, name, "")
    page = client.get("/inloggen/hulp").text
    assert "tel:" not in page
    assert "mailto:" not in page
