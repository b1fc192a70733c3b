"""What browsers look for by a fixed name."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests.support.factories.people import make_member


def test_a_password_manager_finds_where_the_password_is_changed(client, sign_in_as):
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer.location) == (302, "/account/wachtwoord")
    assert client.get(answer.location).location == "/inloggen/?next=/account/wachtwoord"
    sign_in_as(client, make_member())
    assert client.get("/.well-known/change-password", follow_redirects=True).status_code == 200


def test_a_name_that_is_not_known_is_no_page(client, db):
    """Password managers try whether a portal says yes to everything."""
    name = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
    assert client.get(name).status_code == 404


def test_the_manifest_names_the_portal_and_icons_that_are_there(client, db, app):
    page = client.get("/inloggen/").text
    assert '<link rel="manifest" href="/app.webmanifest">' in page
    answer = client.get("/app.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json(force=True)
    assert app.config["MUNICIPALITY"] in manifest["name"]
    assert manifest["start_url"] == manifest["scope"] == "/"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(client.get(icon["src"]).data))
        assert icon["sizes"] == "{}x{}".format(*picture.size)


def test_its_colours_are_those_of_the_tokens(client, db):
    manifest = client.get("/app.webmanifest").get_json(force=True)
    tokens = client.get("/static/tokens.css").text
    assert f"--portal-color-primary: {manifest['theme_color']};" in tokens
    assert f"--portal-color-background: {manifest['background_color']};" in tokens


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_is_in_the_language_of_the_reader(client, db, language):
    answer = client.get("/app.webmanifest", headers={"Accept-Language": language})
    assert answer.get_json(force=True)["lang"] == language
