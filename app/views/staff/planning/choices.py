"""Shifts and functions to choose from, on forms and filters of planning."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from app.models import Function, PollingStation, Shift
from app.services.elections.functions import list_active_functions
from app.services.planning.needs.choices import list_shifts
from app.views.forms.fields import read_key
from app.views.labels.availability import shift_label
from app.views.parts.markdown import in_language
from app.views.tables.filters.by_column import ANY, Filter

LONGEST_NUMBER = 6  # digits of the number of a station


def key_or_none(typed: str) -> int | None:
    """The key of a row in an address; None for what cannot be one."""
    try:
        return read_key(typed) or None
    except ValueError:
        return None


def shifts_now() -> list[Shift]:
    """The shifts of the election in the address; without one those of the latest elections. One statement."""
    if "planning_shifts" not in g:
        asked = key_or_none(request.args.get("election", ""))
        g.planning_shifts = list_shifts(asked) if asked else list_shifts()
    known: list[Shift] = g.planning_shifts
    return known


def functions_now() -> list[Function]:
    """The functions in use. One statement."""
    if "planning_functions" not in g:
        g.planning_functions = list_active_functions()
    known: list[Function] = g.planning_functions
    return known


def write_shift(shift: Shift) -> str:
    """The day and the name, and the election where several stand together."""
    several = len({known.day.election_id for known in g.get("planning_shifts", [])}) > 1
    return f"{shift.day.election.name}: {shift_label(shift)}" if several else shift_label(shift)


def write_function(function: Function) -> str:
    """Its name in the reader's language."""
    return in_language(function, "name")


class ShiftField(SelectField):
    """One of the shifts; its `row` is the shift."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label or _("Shift"), [InputRequired()], **kwargs)

    def iter_choices(self) -> Any:
        """Read when the form is shown."""
        self.choices = [("", _("Choose…")), *((str(shift.id), write_shift(shift)) for shift in shifts_now())]
        return super().iter_choices()

    def pre_validate(self, form: Any) -> None:
        """One of those that can be chosen."""
        list(self.iter_choices())
        super().pre_validate(form)

    @property
    def row(self) -> Shift:
        """The chosen shift."""
        return next(shift for shift in shifts_now() if str(shift.id) == self.data)


class FunctionField(SelectField):
    """One of the functions in use; its `row` is the function."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label or _("Function"), [InputRequired()], **kwargs)

    def iter_choices(self) -> Any:
        """Read when the form is shown."""
        names = ((str(function.id), write_function(function)) for function in functions_now())
        self.choices = [("", _("Choose…")), *names]
        return super().iter_choices()

    def pre_validate(self, form: Any) -> None:
        """One of those that can be chosen."""
        list(self.iter_choices())
        super().pre_validate(form)

    @property
    def row(self) -> Function:
        """The chosen function."""
        return next(function for function in functions_now() if str(function.id) == self.data)


def shift_filter(model: Any) -> Filter:
    """The filter `shift` of a list whose rows have a shift. One statement."""
    names = {str(shift.id): write_shift(shift) for shift in shifts_now()}
    field = SelectField(_("Shift"), choices=[("", ANY), *names.items()], default="")
    return Filter("shift", _("Shift"), field, lambda value: model.shift_id == int(value), lambda value: names[value])


def function_filter(model: Any) -> Filter:
    """The filter `function` of a list whose rows have a function. One statement."""
    names = {str(function.id): write_function(function) for function in functions_now()}
    field = SelectField(_("Function"), choices=[("", ANY), *names.items()], default="")
    return Filter(
        "function", _("Function"), field, lambda value: model.function_id == int(value), lambda value: names[value]
    )


def station_filter(model: Any) -> Filter:
    """The filter `station` of a list whose rows have a station: by its number, or a part of its name."""

    def criterion(typed: str) -> ColumnElement[bool]:
        if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER:
            found: ColumnElement[bool] = model.station.has(PollingStation.number == int(typed))
        else:
            found = model.station.has(PollingStation.name.icontains(typed, autoescape=True))
        return found

    label = _("Polling station (number or name)")
    return Filter("station", label, StringField(label), criterion)
