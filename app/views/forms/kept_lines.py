"""A line of a form, with its label and hint, is written once for each language: only what was filled in differs.

Kept where its words are of the catalogue and nothing was refused, so nothing that anybody typed is kept.
"""

from __future__ import annotations

from typing import Any, Final

from flask import current_app
from flask_babel import LazyString
from markupsafe import Markup
from wtforms import Field

from app.i18n import language_here
from app.memory import made_once
from app.views.forms.widgets import LINES, native_widget, write_quoted

MOST_KEPT: Final = 500  # lines: more than all forms have, in two languages
VALUE: Final = "\ue000"  # stands for the value; private use, so no text has it


def known_line(field: Field) -> Markup | None:
    """What the macro `field` of `forms.html` writes of this field; None where that has to be made."""
    widget = native_widget(field)
    if field.errors or widget not in OURS:
        return None
    label, hint, meta = field.label.text, field.description, field.meta
    if type(label) is not LazyString or (type(hint) is not LazyString and hint):
        return None
    language = vars(meta).get("language")
    if language is None:
        language = meta.language = language_here()
    own, asked = field.render_kw, vars(field.flags)
    by = (field.id, field.name, id(label), id(hint), *(own.items() if own else ()), *asked.items())
    key = (type(meta), type(field), language, getattr(field, "lang", None), getattr(field, "inputmode", None), *by)
    before, after, _texts = made_once("lines of forms", key, lambda: _write(field), most=MOST_KEPT)
    return Markup(f"{before}{write_quoted(field._value())}{after}")  # noqa: S704 (escaped)


OURS: Final = frozenset(LINES.values())


def _write(field: Field) -> tuple[str, str, Any]:
    """Before and after the value; with the texts, of which the key has the identity."""
    stand_in: Any = object.__new__(type(field))  # WTForms makes no field outside a form
    vars(stand_in).update(vars(field), _value=lambda: VALUE)
    macros: Any = current_app.jinja_env.get_template("parts/forms.html").module
    before, after = str(macros.made_field(stand_in, {})).split(VALUE)
    return before, after, (field.label.text, field.description)
