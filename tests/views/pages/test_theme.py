"""The colours of a light and of a dark screen: text can be read on what it stands on, as WCAG 2.2 counts contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "app/static"
TEXT, PART = 4.5, 3.0  # WCAG 1.4.3 and 1.4.11
GROUNDS = ("background", "surface", "error-background", "success-background", "warning-background", "info-background")
PAIRS = [
    *(("text", ground, TEXT) for ground in (*GROUNDS, "focus-background")),
    *(("link", ground, TEXT) for ground in GROUNDS),
    *(("text-subtle", ground, TEXT) for ground in ("background", "surface")),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-hover", TEXT),
    ("primary", "background", TEXT),
    ("primary", "surface", TEXT),
    ("on-header", "header", TEXT),
    ("on-header", "header-hover", TEXT),
    ("on-accent", "accent", TEXT),
    *(("error", ground, TEXT) for ground in ("background", "surface", "error-background")),
    *(("success", ground, TEXT) for ground in ("background", "success-background")),
    ("border", "background", PART),
    ("focus", "background", PART),
    ("focus", "surface", PART),
]


def read_theme(name: str) -> dict[str, str]:
    light, dark = (CSS / "tokens.css").read_text().split("@media screen and (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--portal-color-([\w-]+): (#[0-9a-f]{6});", light))
    if name == "dark":
        colours |= dict(re.findall(r"--portal-color-([\w-]+): (#[0-9a-f]{6});", dark))
    return colours


def brightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one_colour: str, other: str) -> float:
    dark, light = sorted((brightness(one_colour), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_what_stands_on_a_colour_can_be_read(theme, front, ground, least):
    colours = read_theme(theme)
    assert contrast(colours[front], colours[ground]) >= least


def look_of(classes: set[str], *, is_hovered: bool) -> dict[str, str]:
    """The tokens of text and ground of a button with these classes, as the rules of both sheets add up."""
    look: dict[str, str] = {}
    for sheet in ("portal.css", "tables.css"):
        for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", (CSS / sheet).read_text()):
            for selector in selectors.rpartition("*/")[2].split(","):
                found = re.fullmatch(r"\s*(?:\.wide main )?\.(button[\w-]*)(:hover)?\s*", selector)
                if found and found[1] in classes and (is_hovered or not found[2]):
                    named = re.findall(r"(?<![\w-])(color|background): var\(--portal-color-([\w-]+)\)", rules)
                    look.update(named)
    return look


KINDS = sorted(set(re.findall(r"\.(button(?:-[a-z]+)?)(?=[\s:,{])", (CSS / "portal.css").read_text())))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_hovered", [False, True], ids=["still", "hovered"])
def test_the_words_on_a_button_can_be_read_under_the_pointer_too(theme, kind, is_hovered):
    assert {"button", "button-danger", "button-plain", "button-secondary"} <= set(KINDS)
    colours, look = read_theme(theme), look_of({"button", kind}, is_hovered=is_hovered)
    assert contrast(colours[look["color"]], colours[look["background"]]) >= TEXT
    resting = look_of({"button", kind}, is_hovered=False)
    assert not is_hovered or look != resting, "the pointer changes nothing"


def test_every_colour_of_a_style_sheet_is_a_token_that_both_themes_have():
    used = {
        name
        for sheet in ("portal.css", "tables.css")
        for name in re.findall(r"--portal-color-([\w-]+)", (CSS / sheet).read_text())
    }
    assert used <= set(read_theme("light"))
    dark = re.findall(r"--portal-color-([\w-]+):", (CSS / "tokens.css").read_text().split("@media")[1])
    assert set(read_theme("light")) - set(dark) == {"accent", "on-accent"}  # the same on both


def test_pages_say_that_they_have_both(client):
    assert '<meta name="color-scheme" content="light dark">' in client.get("/inloggen/").text


def test_page_numbers_look_the_same_on_pages_that_are_no_list():
    classes = set(re.findall(r'class="(pages|jump)"', (CSS.parent / "templates/tables/pages.html").read_text()))
    assert classes == {"pages", "jump"}
    sheet = (CSS / "portal.css").read_text()  # what every page loads
    assert re.search(r"^\.pages ul \{[^}]*list-style: none", sheet, re.MULTILINE)
    assert re.search(r"^\.jump \{", sheet, re.MULTILINE)
