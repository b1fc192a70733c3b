"""Lines of a form that are kept look as if each was made for who reads it, and hold nothing of who read it before."""

from __future__ import annotations

import re

import pytest

from tests.support.factories.people import make_member, make_staff

OWN = re.compile(r'value="[^"]{40,}"|data-csrf="[^"]*"|nonce="[^"]*"|data-idle-seconds="\d+"')
NASTY = 'Kaap "de" <Goede> & Hoop\''


@pytest.fixture
def team(clock, db, client, sign_in_as):
    return sign_in_as(client, make_staff())


def kept(app):
    return app.extensions.get("memory of lines of forms", {})


def read(browser, path):
    page = browser.get(path)
    assert page.status_code == 200
    return OWN.sub("", page.text)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "path", ["/leden/edit/{}", "/leden/add", "/functies/add", "/verkiezingen/nieuw", "/berichtenbeheer/add"]
)
def test_a_kept_line_is_what_would_be_made(app, team, monkeypatch, language, path):
    with team.session_transaction() as session:
        session["locale"] = language
    path = path.format(make_member(city=NASTY, street="Straat").id)
    with monkeypatch.context() as without:
        without.setattr("app.views.forms.forms.known_line", lambda _field: None)
        made = read(team, path)
    assert read(team, path) == made  # and so they are kept
    assert kept(app)
    assert read(team, path) == made


def test_what_stands_in_a_line_is_of_its_own_row(app, team):
    for city, iban in (("Hier", "1111"), (NASTY, "2222"), ("", "")):
        page = team.get(f"/leden/edit/{make_member(city=city, iban_ending=iban).id}").text
        written = city.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
        assert f'name="city" type="text" value="{written.replace(chr(39), "&#39;")}"' in page
        assert re.findall(r"•••• (\d+)", page) == ([iban] if iban else [])
    assert not any("•" in "".join(line[:2]) or "Hier" in "".join(line[:2]) for line in kept(app).values())


def test_a_line_that_is_refused_says_so_and_the_next_reader_sees_nothing_of_it(team):
    path = f"/leden/edit/{make_member().id}"
    team.get(path)
    refused = team.post(path, data={"surname": "", "email": "geen adres"})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert "aria-invalid" not in team.get(path).text
