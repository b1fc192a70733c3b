"""Counts are written with points on every page, and in the plural that fits: "Wacht op 3.112 antwoorden"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import render_template_string
from flask_babel import force_locale, gettext, ngettext

from app.i18n import COUNTS, translate
from app.phrases import counted, phrase

APP = Path(__file__).resolve().parents[3] / "app"
PLACE = re.compile(r"%\((\w+)\)s")
# A count shown on its own in a template: what stands in it goes through the filter `number`.
BARE = re.compile(r'class="count">\{\{\s*(?![^}]*\|\s*number)')


def messages():
    with (APP / "translations/nl/LC_MESSAGES/messages.po").open("rb") as file:
        return [message for message in read_po(file, locale="nl") if message.id]


@pytest.mark.parametrize(("locale", "written"), [("nl", "3.112"), ("en", "3,112")])
def test_every_text_with_a_number_writes_it_with_points(app, locale, written):
    plurals = [message.id for message in messages() if isinstance(message.id, tuple)]
    assert len(plurals) > 100
    with app.test_request_context(), force_locale(locale):
        for singular, plural in plurals:
            values = dict.fromkeys(set(PLACE.findall(singular + plural)) - {"num"}, "x")
            if "%(num)s" not in plural:
                continue
            said = ngettext(singular, plural, 3112, **values)
            assert written in said, plural
            assert said == translate(counted(singular, plural, 3112, **values))
            asked = "{{ ngettext(one, many, 3112, **values) }}"
            shown = render_template_string(asked, one=singular, many=plural, values=values)
            assert written in shown, plural


def test_other_counts_have_points_and_years_and_numbers_of_rows_have_none(app):
    with app.test_request_context(), force_locale("nl"):
        for name in COUNTS:
            assert gettext(f"%({name})s", **{name: 3112}) == "3.112"
            assert translate(phrase(f"%({name})s", **{name: 3112})) == "3.112"
            assert render_template_string(f"{{{{ _('%({name})s', {name}=3112) }}}}") == "3.112"
        for name in ("year", "row", "number", "days"):
            assert gettext(f"%({name})s", **{name: 2027}) == "2027"


def test_no_template_shows_a_count_without_points():
    bare = [path.name for path in APP.rglob("*.html") if BARE.search(path.read_text(encoding="utf-8"))]
    assert bare == []
