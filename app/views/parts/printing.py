"""Sheets with tables as one PDF, in the language of who asks: what has more rows than a page may hold is printed so."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, g
from flask_babel import get_locale

from app.letters.press import SHEETS, Press
from app.letters.sheets import Sheet, Sheets
from app.models import Election


def print_sheets(election: Election, title: str, sheets: Sequence[Sheet]) -> bytes:
    """The PDF, each sheet on a page of its own. Raises RuleBroken."""
    settings = current_app.config
    language = "en" if str(get_locale()).startswith("en") else "nl"
    footer = f"{settings['MUNICIPALITY']} · {election.name}"
    whole = Sheets(language, title, settings["MUNICIPALITY"], footer, sheets, g.now)
    with Press(template=SHEETS) as press:
        return press.print_sheets(whole)
