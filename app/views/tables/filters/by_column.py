"""Searching a generated list: one box, and a filter per column that fits what the column holds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from sqlalchemy import Boolean, ColumnElement, Date, DateTime, and_, or_
from wtforms import Form, SelectField, StringField

from app.clock import from_local
from app.models.base import UtcDateTime
from app.services.search.query import holds, read_search
from app.views.forms.fields import DutchDateField
from app.views.forms.forms import PortalForm
from app.views.tables.columns import Choices, attribute_of, reach

ANY = lazy_gettext("All")
TEXT_LIMIT = 100  # characters of a search; longer ones find nothing and cost time


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of the filter form: its argument in the address, its column and what it asks of a row."""

    argument: str
    label: str
    field: Any
    criterion: Callable[[Any], ColumnElement[bool]]
    words: Callable[[Any], str] = str
    shown: Hashable = None  # what its field shows, for one that is made anew at each request: its choices


def quick_criterion(model: type[Any], columns: tuple[str, ...], typed: str) -> ColumnElement[bool] | None:
    """Each word must be in one of the columns, whatever the case; None where nothing was typed.

    A table with a `search_text` (services.text_search) is searched by its index.
    """
    if columns == ("search_text",):
        search = read_search(typed)
        return None if search.is_empty else holds(model, search)
    words = typed[:TEXT_LIMIT].replace("\x00", "").split()
    if not words or not columns:
        return None
    return and_(*(or_(*(_contains(model, column, word) for column in columns)) for word in words))


def _contains(model: type[Any], name: str, word: str) -> ColumnElement[bool]:
    return reach(model, name, attribute_of(model, name).icontains(word, autoescape=True))


def make_filters(model: type[Any], columns: list[str], labels: Mapping[str, Any], choices: Choices) -> list[Filter]:
    """The filters for these columns: a choice, yes or no, two dates, or a part of the text."""
    return [made for name in columns for made in _make(model, name, labels[name], choices.get(name))]


def _make(model: type[Any], name: str, label: Any, choices: Mapping[str, Any] | None) -> list[Filter]:
    column = attribute_of(model, name)
    argument = name.replace(".", "-")

    def asks(criterion: Callable[[Any], ColumnElement[bool]]) -> Callable[[Any], ColumnElement[bool]]:
        return lambda value: reach(model, name, criterion(value))

    if choices is not None:
        named = {value: words for value, words in choices.items() if value}  # an empty answer asks nothing
        field = SelectField(label, choices=[("", ANY), *named.items()], default="")
        return [Filter(argument, label, field, asks(lambda v: column == v), lambda v: str(choices[v]))]
    if isinstance(column.type, Boolean):
        answers = {"yes": lazy_gettext("Yes"), "no": lazy_gettext("No")}
        field = SelectField(label, choices=[("", ANY), *answers.items()], default="")
        return [Filter(argument, label, field, asks(lambda v: column.is_(v == "yes")), lambda v: str(answers[v]))]
    if isinstance(column.type, (Date, DateTime, UtcDateTime)):
        return _date_filters(argument, label, column, asks)
    return [Filter(argument, label, StringField(label), asks(lambda v: column.icontains(v, autoescape=True)))]


def _date_filters(argument: str, label: Any, column: Any, asks: Callable[..., Any]) -> list[Filter]:
    is_moment = not isinstance(column.type, Date)
    since = lazy_gettext("%(label)s: on or after", label=label)
    until = lazy_gettext("%(label)s: on or before", label=label)

    def bound(day: Any, days: int = 0) -> Any:
        return from_local(datetime.combine(day, time()) + timedelta(days=days)) if is_moment else day

    def to(day: Any) -> ColumnElement[bool]:
        last: ColumnElement[bool] = column < bound(day, 1) if is_moment else column <= day
        return last

    def write(day: Any) -> str:
        return f"{day.day:02d}-{day.month:02d}-{day.year:04d}"

    return [
        Filter(f"{argument}-from", since, DutchDateField(since), asks(lambda day: column >= bound(day)), write),
        Filter(f"{argument}-until", until, DutchDateField(until), asks(to), write),
    ]


def read_form(filters: Sequence[Filter], arguments: Any) -> Form:
    """The filter form as the address fills it in. An empty answer asks nothing; an unknown one has an error."""
    fields: dict[str, Any] = {question.argument: question.field for question in filters}

    class Meta(PortalForm.Meta):
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            return formdata

        def is_optional(self, field: Any) -> bool:
            return False  # nobody needs to read behind every filter that it may stay empty

    form = type("FilterForm", (Form,), {**fields, "Meta": Meta})(formdata=arguments, prefix="")
    form.validate()
    return form


def asked(filters: list[Filter], form: Form) -> list[tuple[Filter, Any]]:
    """The filters that ask something, with what they ask; `faulty` are those whose answer is not understood."""
    pairs = [(question, form[question.argument].data) for question in filters if not form[question.argument].errors]
    tidy = [
        (question, value[:TEXT_LIMIT].replace("\x00", "").strip() if isinstance(value, str) else value)
        for question, value in pairs
    ]
    return [(question, value) for question, value in tidy if value not in (None, "")]


def faulty(filters: list[Filter], form: Form) -> list[tuple[Filter, str]]:
    """The filters whose answer in the address is none of theirs, with that answer: then nothing may be found."""
    return [(question, _typed(form[question.argument])) for question in filters if form[question.argument].errors]


def _typed(field: Any) -> str:
    raw = field.raw_data[0] if field.raw_data else ""
    return str(raw)[:TEXT_LIMIT].replace("\x00", "")


def say_faulty(question: Filter, typed: str) -> str:
    """Why nothing is found: "Status: “x” is onbekend"."""
    return str(gettext("%(label)s: “%(value)s” is not known", label=question.label, value=typed))


def say_filter(question: Filter, value: Any) -> str:
    """The filter in words: "Functie: voorzitter"."""
    return str(gettext("%(label)s: %(value)s", label=question.label, value=question.words(value)))
