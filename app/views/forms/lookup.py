"""A field for one of very many rows: typed, and found by what was typed; never a list of all.

With a script it is a combobox that asks while one types (static/lookup.js, views.staff.lists.lookups). Without one the
form looks for what was typed when it is sent: one row is taken, of several one chooses, and of none one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from flask import g, url_for
from flask_babel import gettext
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import StopValidation

from app.views.forms.widgets import LINES, write_attributes

SHOWN: Final = 10  # rows that a search offers
LONGEST: Final = 100  # characters of what is searched


class Option(NamedTuple):
    """A row to choose: what stands for it in a form, and what it is called."""

    key: str
    label: str


class Source(NamedTuple):
    """Where rows are found: by words, by their key, or by what alone means one; and the address of the search."""

    find: Callable[[str, int], Sequence[Option]]
    find_key: Callable[[str], Option | None]
    find_exact: Callable[[str], Option | None]
    url: Callable[[], str]


class LazyUrl:
    """An address that is made when it is written: a filter is declared before there are requests."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    def __str__(self) -> str:
        return url_for(self._endpoint)


class LookupWidget:
    """The line, what stands for the chosen row, and after a search without a script the rows to choose from."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        """The inputs, and once on a page the script."""
        found = gettext("%(count)s found", count=0)  # the script says how many
        given = {"data-lookup": field.source.url(), "data-found": found, "autocomplete": "off", **attributes}
        key = {"type": "hidden", "name": f"{field.name}-key", "value": field.chosen_key}
        parts = [
            LINES["text"](field, **given),
            Markup("<input {}>").format(write_attributes(**key)),
            self._choices(field),
        ]
        return Markup("").join([*parts, _script()])

    @staticmethod
    def _choices(field: Any) -> Markup:
        if not field.candidates:
            return Markup("")
        rows = []
        for number, option in enumerate(field.candidates):
            own = {"type": "radio", "name": f"{field.name}-choice", "value": option.key, "id": f"{field.id}-{number}"}
            row = Markup('<div class="option"><input {}><label for="{}">{}</label></div>')
            rows.append(row.format(write_attributes(**own), own["id"], option.label))
        legend = gettext("Which one do you mean?")
        return Markup("<fieldset><legend>{}</legend>{}</fieldset>").format(legend, Markup("").join(rows))


def _script() -> Markup:
    """The script, the first time that a page asks it."""
    if g.get("has_lookup_script"):
        return Markup("")
    g.has_lookup_script = True
    from app.views.frame import asset  # the frame knows the visitor, who has forms

    return Markup('<script src="{}" defer></script>').format(asset("lookup.js"))


class LookupField(StringField):
    """`data` is the key of the chosen row, empty where nothing was typed."""

    widget = LookupWidget()
    is_lookup = True

    def __init__(self, label: Any = None, validators: Any = None, *, source: Source, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.source = source
        self.typed, self.candidates = "", list[Option]()
        self._key, self._choice = "", ""

    def process(self, formdata: Any, data: Any = ..., extra_filters: Any = None) -> None:
        """What was typed, the row that the script chose, and the one chosen of several."""
        if data is ...:
            super().process(formdata, extra_filters=extra_filters)
        else:
            super().process(formdata, data, extra_filters=extra_filters)
        if formdata is not None:
            self._key = str(formdata.get(f"{self.name}-key", ""))
            self._choice = str(formdata.get(f"{self.name}-choice", ""))

    def process_data(self, value: Any) -> None:
        """A key that is known; the line shows what it is called."""
        key = "" if value is None else str(value)
        option = self.source.find_key(key) if key else None
        self.data, self.typed = (option.key, option.label) if option else ("", key)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Kept as typed until it is validated."""
        if valuelist:
            self.typed = self.data = str(valuelist[0]).replace("\x00", "").strip()

    @property
    def chosen_key(self) -> str:
        """The key of the chosen row."""
        return self.data or ""

    def _value(self) -> str:
        return self.typed

    def pre_validate(self, form: Any) -> None:
        """Find the row that is meant."""
        self.data = self._resolve()

    def _resolve(self) -> str:
        chosen = self.source.find_key(self._choice) if self._choice else None
        known = self.source.find_key(self._key) if self._key and chosen is None else None
        if chosen is None and known is not None and known.label == self.typed:
            chosen = known
        if chosen is None and self.typed:
            chosen = self._search(self.typed[:LONGEST])
        if chosen is None:
            return ""
        self.typed = chosen.label
        return chosen.key

    def _search(self, typed: str) -> Option:
        exact = self.source.find_exact(typed)
        if exact is not None:
            return exact
        found = list(self.source.find(typed, SHOWN))
        if not found:
            self.data = ""
            raise StopValidation(gettext("Nothing was found for “%(typed)s”. Type something else.", typed=typed))
        if len(found) > 1:
            self.data, self.candidates = "", found
            raise StopValidation(gettext("More than one was found. Choose below which one you mean."))
        return found[0]
