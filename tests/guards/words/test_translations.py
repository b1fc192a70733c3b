"""Every text of the screens has its Dutch."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

from devtools.translations import TEMPLATE, find_problems

ROOT = Path(__file__).parents[3]
SAYS = ("gettext", "ngettext", "lazy_gettext", "_", "phrase")
NUMBER_OF_THINGS = re.compile(r"^%\((count|num|number)\)s \w+s\b|^\w+ %\((count|num|number)\)s \w+s$")


def test_every_text_is_collected_and_translated():
    assert list(find_problems()) == []


def test_a_text_about_a_number_of_things_has_a_singular():
    with TEMPLATE.open("rb") as file:
        single = [message.id for message in read_po(file) if isinstance(message.id, str)]

    assert [text for text in single if NUMBER_OF_THINGS.search(text)] == []


def test_no_text_stands_inside_a_formatted_string():
    """Texts there are not collected, so they stay English on the Dutch pages."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        for whole in ast.walk(ast.parse(path.read_text()))
        if isinstance(whole, ast.JoinedStr)
        for call in ast.walk(whole)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in SAYS
    ]

    assert hidden == []
