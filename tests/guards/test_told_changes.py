"""What a script changes on a page without a reload is told to who cannot see it (WCAG 4.1.3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

APP = Path(__file__).parents[2] / "app"
SCRIPTS = {path.name: path.read_text() for path in (APP / "static").glob("*.js")}
TEMPLATES = {path: path.read_text() for path in (APP / "templates").rglob("*.html")}
# Elements of a template in which a script writes: how it finds them → how it is told.
WRITTEN_IN = {
    "data-draft-status": "role=status on it",
    "data-ticked": "aria-live around it",
    "data-offline": "role=status on it",
    'id="suggestions"': "aria-live on it",
    "data-net": "role=status on it",
    'id="sending"': "aria-live on it",
}
# The script says it there: who cannot see it hears of it in other ways.
TOLD_OTHERWISE = {
    "[data-preview-part]": "a preview repeats what one typed oneself",
    "[data-live]": "portal.js tells it in #sending",
}
WRITES = re.compile(r"\.(?:textContent|innerHTML) (?:\|\|)?= |\.replaceChildren\(")
MADE_HERE = {  # scripts that make the elements in which they tell, with a role or an aria-live
    "uploads.js": 1,
    "lookup.js": 1,
    "portal.js": 1,
}


@pytest.mark.parametrize("mark", WRITTEN_IN)
def test_where_a_script_writes_is_a_live_region(mark: str) -> None:
    found = 0
    for path, text in TEMPLATES.items():
        for tag in re.finditer(rf"<[^<>]*{re.escape(mark)}[^<>]*>", text):
            found += 1
            before = text[max(0, tag.start() - 200) : tag.end()]
            assert re.search(r'role="status"|aria-live="polite"', before if mark == "data-ticked" else tag[0]), path
    assert found, f"{mark} stands in no template any more"


def test_a_script_that_writes_elsewhere_says_how_it_is_told() -> None:
    writers = {name for name, text in SCRIPTS.items() if WRITES.search(text)}
    assert writers == {
        "attendance.js",
        "forms.js",
        "lookup.js",
        "message_box.js",
        "portal.js",
        "tables.js",
        "uploads.js",
    }
    for name, least in MADE_HERE.items():
        assert SCRIPTS[name].count('setAttribute("role", "status")') >= least, name
    assert 'document.getElementById("sending").textContent' in SCRIPTS["portal.js"]
    assert all(mark.strip("[]") in "".join(SCRIPTS.values()) for mark in TOLD_OTHERWISE)


def test_the_place_where_sending_is_told_is_on_every_page(client) -> None:
    page = html.fromstring(client.get("/inloggen/").text)
    assert page.xpath("//*[@id='sending'][@aria-live='polite']")
