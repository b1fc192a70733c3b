"""Fields as native HTML: no Bootstrap, select2 or date picker, whatever widget FAB gave the field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from flask_appbuilder.fields import QuerySelectMultipleField
from markupsafe import Markup, escape
from wtforms import BooleanField, Field, FileField, SelectField, SelectMultipleField, TextAreaField, widgets
from wtforms.fields.choices import RadioField, SelectFieldBase
from wtforms.widgets.core import clean_key

from app.views.parts.light_templates import write_out

# The browser would cut off a pasted text without a word, or judge it in its own language: the server explains.
LEFT_OUT = {"maxlength": False, "minlength": False, "min": False, "max": False, "step": False, "pattern": False}


_clean = lru_cache(maxsize=500)(clean_key)  # of names that stand in our code


def write_attributes(**given: Any) -> Markup:
    """What WTForms' `html_params` writes, in a quarter of its time: it was a tenth of a page with a form."""
    parts = []
    for key, value in sorted(given.items()):
        if value is True:
            parts.append(_clean(key))
        elif value is not False:
            parts.append(f'{_clean(key)}="{write_quoted(value)}"')
    return Markup(" ".join(parts))  # noqa: S704 (escaped above)


def write_quoted(value: Any) -> str:
    """A value within the quotes of an attribute."""
    written = write_out(value)
    return str(written).replace('"', "&quot;") if '"' in written else written


class LightInput(widgets.Input):
    """An input as WTForms writes it, without a look at all names of the flags."""

    def __call__(self, field: Field, **given: Any) -> Markup:
        """The input with what the field asks of what is typed."""
        own = {"id": field.id, "type": self.input_type, **_asked(self, field), **given, "name": field.name}
        if "value" not in own:
            own["value"] = field._value()
        return Markup(f"<input {write_attributes(**own)}>")  # noqa: S704 (escaped above)


def _asked(widget: Any, field: Field) -> dict[str, Any]:
    flags = vars(field.flags)
    return {name: flags[name] for name in widget.validation_attrs if name in flags}


class Line(LightInput, widgets.TextInput):
    """A line of text; most inputs are one."""


class Hidden(LightInput, widgets.HiddenInput):
    """What nobody sees."""


class Box(widgets.CheckboxInput, LightInput):
    """One box to tick."""


class Choice(widgets.Select):
    """A list to choose from, written as WTForms writes it, by `write_attributes`."""

    def __call__(self, field: Field, **given: Any) -> Markup:
        """The list with its choices, under headings where the field has them."""
        own = write_attributes(**{"id": field.id, **_asked(self, field), **given}, name=field.name)
        plain = map(self.render_option, field._iter_choices_normalized())
        choices = "".join(self._with_headings(field) if field.has_groups() else plain)
        return Markup(f"<select {own}>{choices}</select>")  # noqa: S704 (escaped above)

    def _with_headings(self, field: Field) -> Iterator[str]:
        for heading, choices in field._iter_groups_normalized():
            if heading is not None:
                yield f"<optgroup {write_attributes(label=heading)}>"
            yield from map(self.render_option, choices)
            if heading is not None:
                yield "</optgroup>"

    @classmethod
    def render_option(cls, choice: Any, **given: Any) -> Markup:
        """One choice of the list."""
        value = str(choice.value) if isinstance(choice.value, bool) else choice.value
        own = {"value": value, **(choice.render_kw or {}), **given, **({"selected": True} if choice.selected else {})}
        label = escape(choice.label or choice.value)
        return Markup(f"<option {write_attributes(**own)}>{label}</option>")  # noqa: S704 (escaped above)


class OptionList:
    """Radio buttons or check boxes under each other; the template sets them in a fieldset with the label as legend."""

    def __init__(self, input_type: str) -> None:
        self.input_type = input_type

    def __call__(self, field: Field, **attributes: Any) -> Markup:
        """One row per choice; `<id>-0` is the first, where an error links to."""
        rows = [self._row(field, number, choice) for number, choice in enumerate(field.iter_choices())]
        return Markup('<div class="options">{}</div>').format(Markup("").join(rows))

    def _row(self, field: Field, number: int, choice: Any) -> Markup:
        value, label, is_selected, extra = choice
        own = {**extra, "id": f"{field.id}-{number}", "type": self.input_type, "name": field.name, "value": value}
        own["checked"] = bool(is_selected)
        template = Markup('<div class="option"><input {}><label for="{}">{}</label></div>')
        return template.format(write_attributes(**own), own["id"], label)


CHECKS = OptionList("checkbox")
RADIOS = OptionList("radio")
LINES = {input_type: Line(input_type) for input_type in ("text", "email", "tel", "url", "search")}
SELECT = Choice()
TEXT = widgets.TextArea()
HIDDEN, BOX = Hidden(), Box()
LIGHT = {widgets.HiddenInput: HIDDEN, widgets.CheckboxInput: BOX}  # in the place of exactly these


def kind_of(field: Field) -> str:
    """`hidden`, `box` (label behind it), `options` (a fieldset) or `line` (label above it)."""
    return _kind_of(type(field), type(field.widget))  # type: ignore[arg-type]  # a class can be a key


@lru_cache(maxsize=500)  # each field is asked some five times
def _kind_of(field: type[Field], widget: type[Any]) -> str:
    if issubclass(widget, widgets.HiddenInput):
        return "hidden"
    if issubclass(field, BooleanField):
        return "box"
    return "options" if issubclass(field, (RadioField, SelectMultipleField, QuerySelectMultipleField)) else "line"


def is_optional(field: Field) -> bool:
    """Whether a label says "(optional)": it may stay empty. A box says nothing; a choice is made unless told."""
    if field.flags.required or kind_of(field) == "box":
        return False
    return bool(field.flags.optional) or not isinstance(field, SelectField) or isinstance(field, SelectMultipleField)


def native_widget(field: Field) -> Any:
    """The widget for this field, in place of whatever it was given."""
    widget: Any = field.widget
    input_type = getattr(widget, "input_type", "text")
    ours = _native(type(field), type(widget), input_type)  # type: ignore[arg-type]  # a class can be a key
    return ours or widget


@lru_cache(maxsize=500)
def _native(field: Any, widget: Any, input_type: str) -> Any:
    """None where its own widget stays."""
    if getattr(field, "is_lookup", False):
        return None
    if issubclass(field, RadioField):
        return RADIOS
    if issubclass(field, (SelectMultipleField, QuerySelectMultipleField)):
        return CHECKS
    if issubclass(field, SelectFieldBase):
        return SELECT
    if issubclass(field, TextAreaField):
        return TEXT
    if issubclass(field, (BooleanField, FileField)) or _kind_of(field, widget) == "hidden":
        return LIGHT.get(widget)
    return None if input_type in {"password", "submit"} else LINES.get(input_type, LINES["text"])


def render(field: Field, attributes: dict[str, Any]) -> Markup:
    """The field with its own and the given attributes, tied to hint and error."""
    given = {**(getattr(field, "render_kw", None) or {}), **attributes}
    kind, widget = kind_of(field), native_widget(field)
    if kind == "hidden":
        if field.type == "CSRFTokenField":
            given["id"] = False  # there are several forms on a page, and an id is there once
        return Markup(widget(field, **given))  # noqa: S704 (WTForms escapes)
    if kind == "line":
        given = {**LEFT_OUT, **_typing(field), **given}
    if isinstance(field, SelectField) or widget is SELECT:
        given["required"] = False  # HTML wants an empty first option for that
    if field.short_name.endswith("_en"):
        given.setdefault("lang", "en")
    described = described_by(field)
    if described and kind != "options":
        given.setdefault("aria-describedby", described)
    if field.errors and kind != "options":
        given["aria-invalid"] = "true"
    return Markup(widget(field, **given))  # noqa: S704 (WTForms escapes)


def has_hint(field: Field) -> bool:
    """Whether the hint is shown; a refused file is told the same in its error."""
    is_told = bool(field.errors) and getattr(field, "limits", None) == field.description
    return _is_said(field.description) and not is_told


def _is_said(text: Any) -> bool:
    """Whether there is a text; one of the catalogue is never empty, and need not be looked up to know that."""
    return bool(text) if isinstance(text, str) else text is not None


class Look(NamedTuple):
    """What the macro `field` of `forms.html` writes around an input."""

    kind: str
    id: str
    label: Markup
    hint: Markup  # empty where none is shown
    is_optional: bool
    errors: Sequence[Any]


def look_of(field: Field, *, is_optional: bool) -> Look:
    """All of it at once: in the template each would be asked some three times."""
    label, language = escape(field.label.text), getattr(field, "lang", None)
    if language:  # the label is in another language than the page
        label = Markup("<span{}>{}</span>").format(language, label)
    hint = escape(field.description) if has_hint(field) else Markup("")
    return Look(kind_of(field), field.id, label, hint, is_optional, field.errors)


def described_by(field: Field) -> str:
    """The ids of hint and error of this field, as the macros of `forms.html` write them."""
    parts = [f"{field.id}-hint"] if has_hint(field) else []
    return " ".join([*parts, f"{field.id}-error"] if field.errors else parts)


def _typing(field: Field) -> dict[str, str]:
    """The keyboard that a phone shows, and no spelling marks under what is no prose."""
    inputmode = getattr(field, "inputmode", None)
    return {"inputmode": inputmode, "spellcheck": "false"} if inputmode else {}
