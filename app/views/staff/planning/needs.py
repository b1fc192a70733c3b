"""How many people are needed, and the templates that fill it: two generated screens."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound
from wtforms import SelectField
from wtforms.validators import Optional

from app.models import NeedTemplate, PollingStation, StaffingNeed
from app.services.planning.needs import needs
from app.views.forms.fields import WholeNumberField
from app.views.labels.availability import shift_label
from app.views.labels.elections import STATION_TYPES
from app.views.labels.planning.plan import CENTRAL, TEMPLATE_TYPES
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.planning.choices import (
    FunctionField,
    ShiftField,
    function_filter,
    key_or_none,
    shift_filter,
    station_filter,
    write_function,
)
from app.views.staff.planning.numbers import NumbersForm, minimum_field, numbers_of, target_field
from app.views.tables.filters.by_column import Filter
from app.views.tables.lists.acts import MOST_ROWS


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


ORDER = (StaffingNeed.station_id, StaffingNeed.shift_id, StaffingNeed.function_id)


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
            description=_(
                "The numbers are for each polling station of this type; at the central count they are in all."
            ),
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
    order_keys = {"station": ORDER}
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

    @action("change", _("Change the numbers"))
    def choose_numbers(self, items: list[StaffingNeed]) -> Any:
        """To the page that asks which."""
        return redirect(url_for(".numbers", lid=[need.id for need in items], next=self.get_redirect()))

    @action("remove", _("Delete"), _("Are you sure? What is deleted asks for nobody any more."))
    def remove_chosen(self, items: list[StaffingNeed]) -> None:
        """Nobody is needed there."""
        done = self.each(items, lambda need: needs.remove(need, **self.by_whom()))
        flash(ngettext("%(num)s row deleted.", "%(num)s rows deleted.", done), "success")

    def bulk_form(self, name: str) -> NumbersForm | None:
        """Which numbers."""
        return NumbersForm() if name == "change" else None

    def bulk_parameters(self, name: str, form: Any) -> dict[str, Any]:
        """Which numbers."""
        if name != "change":
            return {}
        numbers_of(form).check()
        return {"minimum": form.minimum.data, "target": form.target.data}

    @expose("/aantallen", methods=["GET", "POST"])
    @has_access
    def numbers(self) -> ResponseReturnValue:
        """Other numbers for the chosen rows."""
        keys = [key for typed in request.args.getlist("lid")[:MOST_ROWS] if (key := key_or_none(typed))]
        items = self.rows().filter(StaffingNeed.id.in_(keys)).order_by(*ORDER).all()
        form, back = NumbersForm(), self.get_redirect()
        if not items:
            raise NotFound

        def change() -> None:
            for need in items:
                needs.change_numbers(need, numbers_of(form), **self.by_whom())

        if form.validate_on_submit() and self._commit_or_refuse(change, form):
            flash(ngettext("%(num)s row changed.", "%(num)s rows changed.", len(items)), "success")
            return redirect(back)
        title, names = gettext("Change the numbers"), [self.row_name(need) for need in items]
        return self._render("staff/notes/tag_chosen.html", title=title, form=form, names=names, back=back)

    def say_added(self, item: StaffingNeed) -> str:
        """What was added."""
        return str(gettext("Added: %(name)s.", name=self.row_name(item)))

    def create_row(self, form: Any) -> StaffingNeed:
        """Of the election of the shift."""
        return needs.add_need(form.shift.row, form.function.row, form.number.data, numbers_of(form), **self.by_whom())
