"""A form made from a table: each column becomes the field that fits its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_appbuilder.fields import QuerySelectMultipleField
from flask_babel import lazy_gettext
from sqlalchemy import Boolean, Column, Date, Integer, Numeric, String, Text, Time, inspect
from sqlalchemy import types as sa_types
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.models.base import UtcDateTime
from app.views.forms.asked import AskedField
from app.views.forms.fields import (
    INT_MAX,
    INT_MIN,
    ClockField,
    DecimalCommaField,
    DutchDateField,
    MomentField,
    WholeNumberField,
)
from app.views.forms.forms import PortalForm
from app.views.tables.columns import Choices, WronglyDeclared, relation_of
from app.views.tables.relations import key_of, list_options, relation_field

DATE_HINT = lazy_gettext("For example 31-12-1980")
MOMENT_HINT = lazy_gettext("For example 31-12-2026 17:00")
TOO_LARGE = lazy_gettext("This number is larger than can be kept.")
CLOCK_HINT = lazy_gettext("For example 7:30")


class GeneratedForm(PortalForm):
    """A form made from a table."""


@dataclass(frozen=True, slots=True)
class FormPlan:
    """What a view says about its form, by column."""

    columns: Sequence[str]
    labels: Mapping[str, Any]
    hints: Mapping[str, Any] = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)
    validators: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    extra_fields: Mapping[str, UnboundField] = field(default_factory=dict)
    screen: str = ""  # the class of the view, by whose name a relation is looked up


def build_form(model: type[Any], plan: FormPlan) -> type[GeneratedForm]:
    """The form class for these columns. Raises WronglyDeclared for a column that no field fits."""
    fields = {name: plan.extra_fields.get(name) or _convert(model, name, plan) for name in plan.columns}
    return type(f"{model.__name__}Form", (GeneratedForm,), fields)


def _convert(model: type[Any], name: str, plan: FormPlan) -> UnboundField:
    relation = relation_of(model, name)
    if relation is not None:
        return _relation_field(relation, name, plan)
    column = inspect(model).columns.get(name)
    if column is None:
        raise WronglyDeclared(f"{model.__name__} has no column {name}; give it in add_/edit_form_extra_fields")
    if name in plan.choices:
        return _choice_field(column, name, plan)
    return _column_field(column, name, plan)


def _given(column: Column[Any], name: str, plan: FormPlan, *checks: Any, hint: Any = "") -> dict[str, Any]:
    presence = InputRequired() if is_required(column) else Optional()
    return {
        "label": plan.labels[name],
        "description": plan.hints.get(name, hint),
        "validators": [presence, *checks, *plan.validators.get(name, ())],
        "default": default_of(column),
        "filters": [_fill_in(column)],
    }


def is_required(column: Column[Any]) -> bool:
    """A column that may be empty, or that has a value by default, may be left empty on a form."""
    return not column.nullable and column.default is None and column.server_default is None


def default_of(column: Column[Any]) -> Any:
    """The plain value that a new row starts with, or None."""
    default: Any = column.default
    return default.arg if default is not None and default.is_scalar else None


def _fill_in(column: Column[Any]) -> Callable[[Any], Any]:
    """What an empty answer stands for: the column's default, or no value; and no spaces or NUL around a text."""
    empty = None if column.nullable else default_of(column)

    def fill(value: Any) -> Any:
        tidy = value.replace("\x00", "").strip() if isinstance(value, str) else value
        return empty if tidy is None or tidy == "" else tidy

    return fill


def _column_field(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    kind = column.type
    if isinstance(kind, Boolean):
        return BooleanField(plan.labels[name], description=plan.hints.get(name, ""), default=bool(default_of(column)))
    for types, make in _MAKERS:
        if isinstance(kind, types):
            return make(column, name, plan)
    raise WronglyDeclared(f"{name}: no field fits {type(kind).__name__}; give one in add_/edit_form_extra_fields")


def _text(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    is_long = isinstance(column.type, Text)
    length = getattr(column.type, "length", None)
    checks = [Length(max=length)] if length else []
    return (TextAreaField if is_long else StringField)(**_given(column, name, plan, *checks))


def _whole_number(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    return WholeNumberField(**_given(column, name, plan, NumberRange(INT_MIN, INT_MAX, TOO_LARGE)))


def _decimal(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    places = column.type.scale or 0  # type: ignore[attr-defined]
    largest = 10 ** ((column.type.precision or 18) - places) - 1  # type: ignore[attr-defined]
    return DecimalCommaField(places=places, **_given(column, name, plan, NumberRange(-largest, largest, TOO_LARGE)))


def _date(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    return DutchDateField(**_given(column, name, plan, hint=DATE_HINT))


def _moment(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    return MomentField(**_given(column, name, plan, hint=MOMENT_HINT))


def _clock(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    return ClockField(**_given(column, name, plan, hint=CLOCK_HINT))


_MAKERS: tuple[tuple[Any, Callable[[Column[Any], str, FormPlan], UnboundField]], ...] = (
    (UtcDateTime, _moment),
    (sa_types.Float, _decimal),
    (Numeric, _decimal),
    (Integer, _whole_number),
    (Date, _date),
    (Time, _clock),
    (String, _text),  # Text is a String
)


def _choice_field(column: Column[Any], name: str, plan: FormPlan) -> UnboundField:
    choices = list(plan.choices[name].items())
    if not column.nullable:  # what a row gets by itself is no answer of a person
        checks = plan.validators.get(name, ())
        return AskedField(plan.labels[name], checks, choices=choices, description=plan.hints.get(name, ""))
    choices = [("", lazy_gettext("(none)")), *choices]
    given = _given(column, name, plan)
    return SelectField(choices=choices, coerce=lambda value: "" if value is None else str(value), **given)


def _relation_field(relation: Any, name: str, plan: FormPlan) -> UnboundField:
    checks = list(plan.validators.get(name, ()))
    given = {"label": plan.labels[name], "description": plan.hints.get(name, "")}
    if relation.uselist:
        related = relation.mapper.class_
        options = {"query_func": lambda: list_options(related), "get_pk_func": key_of}
        return QuerySelectMultipleField(validators=[Optional(), *checks], **given, **options)
    is_needed = not all(column.nullable for column in relation.local_columns)
    return relation_field(relation.mapper.class_, f"{plan.screen}.{name}", checks, is_needed=is_needed, **given)
