"""How many people are needed, and the templates that fill it: two generated screens."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.models import NeedTemplate, PollingStation, StaffingNeed
from app.services.planning.needs import needs
from app.services.planning.needs.needs import MOST, Numbers
from app.views.forms.fields import WholeNumberField
from app.views.labels.availability import shift_label
from app.views.labels.elections import STATION_TYPES
from app.views.labels.planning import CENTRAL, TEMPLATE_TYPES
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.planning.choices import (
    FunctionField,
    ShiftField,
    function_filter,
    shift_filter,
    station_filter,
    write_function,
)
from app.views.tables.filters.by_column import Filter

MINIMUM_HINT = _("With fewer it is short.")
TARGET_HINT = _("How many you plan for.")


def minimum_field() -> WholeNumberField:
    """Fewer is too few."""
    return WholeNumberField(_("Minimum"), [InputRequired(), NumberRange(0, MOST)], description=MINIMUM_HINT)


def target_field() -> WholeNumberField:
    """What one plans for."""
    return WholeNumberField(_("Number wanted"), [InputRequired(), NumberRange(0, MOST)], description=TARGET_HINT)


def numbers_of(form: Any) -> Numbers:
    """What the form says."""
    return Numbers(form.minimum.data, form.target.data)


def write_station(station: PollingStation | None) -> str:
    """Its number and name; without one it is the central count."""
    return f"{station.number} {station.name}" if station else str(CENTRAL)


class NumbersView(OfElectionView):
    """What the two screens share: rows of an election with a shift, a function and two numbers."""

    label_columns = {
        "election": _("Election"),
        "station_type": _("Type of polling station"),
        "station": _("Polling station"),
        "number": _("Number of the polling station"),
        "shift": _("Shift"),
        "shift.day": _("Election day"),
        "function": _("Function"),
        "minimum": _("Minimum"),
        "target": _("Number wanted"),
    }
    formatters_columns = {"shift": shift_label, "function": write_function, "station": write_station}
    edit_columns = ["minimum", "target"]
    search_columns: list[str] = []

    def filters_now(self) -> list[Filter]:
        """By election, shift and function."""
        return [*super().filters_now(), shift_filter(self.model), function_filter(self.model)]

    def change_row(self, item: Any, form: Any) -> None:
        """Other numbers."""
        needs.change_numbers(item, numbers_of(form), **self.by_whom())

    def delete_row(self, item: Any) -> None:
        """Nobody is needed there."""
        needs.remove(item, **self.by_whom())


class NeedTemplatesView(NumbersView):
    """What a station of a type needs; it fills the needs of an election."""

    datamodel = SQLAInterface(NeedTemplate)
    route_base = "/bezetting/standaard"
    singular, plural = _("template of needs"), _("templates of needs")
    base_order = ("id", "asc")
    choices = {"station_type": TEMPLATE_TYPES}
    list_columns = show_columns = ["station_type", "shift", "function", "minimum", "target", "election"]
    add_columns = ["shift", "station_type", "function", "minimum", "target"]
    add_form_extra_fields = {
        "shift": ShiftField(),
        "station_type": SelectField(
            _("Type of polling station"),
            choices=[("", _("None: the central count")), *STATION_TYPES.items()],
            validators=[Optional()],
        ),
        "function": FunctionField(),
        "minimum": minimum_field(),
        "target": target_field(),
    }
    edit_form_extra_fields = {"minimum": minimum_field(), "target": target_field()}
    search_columns = ["station_type"]
    order_columns: list[str] = []

    def row_name(self, item: NeedTemplate) -> str:
        """The type, the shift and the function."""
        parts = (str(TEMPLATE_TYPES[item.station_type]), shift_label(item.shift), write_function(item.function))
        return ", ".join(parts)

    def create_row(self, form: Any) -> NeedTemplate:
        """Of the election of the shift."""
        shift, function = form.shift.row, form.function.row
        kind = form.station_type.data or ""
        return needs.add_template(shift, function, kind, numbers_of(form), **self.by_whom())


class StaffingNeedsView(NumbersView):
    """Bezetting: people needed per station, shift and function; without a station at the central count."""

    datamodel = SQLAInterface(StaffingNeed)
    route_base = "/bezetting"
    singular, plural = _("staffing need"), _("staffing needs")
    base_order = ("station", "asc")
    order_keys = {"station": (StaffingNeed.station_id, StaffingNeed.shift_id, StaffingNeed.function_id)}
    list_columns = ["station", "shift", "function", "minimum", "target", "election"]
    show_columns = ["election", "station", "shift", "function", "minimum", "target"]
    add_columns = ["shift", "number", "function", "minimum", "target"]
    add_form_extra_fields = {
        "shift": ShiftField(),
        "number": WholeNumberField(
            _("Number of the polling station"), [Optional()], description=_("Leave it empty for the central count.")
        ),
        "function": FunctionField(),
        "minimum": minimum_field(),
        "target": target_field(),
    }
    edit_form_extra_fields = {"minimum": minimum_field(), "target": target_field()}
    order_columns = ["station"]

    def filters_now(self) -> list[Filter]:
        """By station too."""
        return [*super().filters_now(), station_filter(StaffingNeed)]

    def row_name(self, item: StaffingNeed) -> str:
        """The station, the shift and the function."""
        return ", ".join((write_station(item.station), shift_label(item.shift), write_function(item.function)))

    def say_added(self, item: StaffingNeed) -> str:
        """What was added."""
        return str(gettext("Added: %(name)s.", name=self.row_name(item)))

    def create_row(self, form: Any) -> StaffingNeed:
        """Of the election of the shift."""
        return needs.add_need(form.shift.row, form.function.row, form.number.data, numbers_of(form), **self.by_whom())
