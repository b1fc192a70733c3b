"""Every text of the screens has its Dutch."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from devtools.translations import TEMPLATE, find_problems

NUMBER_OF_THINGS = re.compile(r"^%\((count|num|number)\)s \w+s\b|^\w+ %\((count|num|number)\)s \w+s$")


def test_every_text_is_collected_and_translated():
    assert list(find_problems()) == []


def test_a_text_about_a_number_of_things_has_a_singular():
    with TEMPLATE.open("rb") as file:
        single = [message.id for message in read_po(file) if isinstance(message.id, str)]

    assert [text for text in single if NUMBER_OF_THINGS.search(text)] == []
