"""Days, shifts, polling stations and declaration texts of elections, on generated screens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import g
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement

from app.auth.visitor import current_actor
from app.clock import from_local
from app.i18n import write_date, write_hours, write_moment
from app.models import DeclarationText, ElectionDay, ImportKind, PollingStation, Shift
from app.services.elections import change_rules, declarations
from app.views.base import StaffView
from app.views.labels.elections import DECLARATION_KINDS, SHIFT_KINDS, STATION_FIELDS, STATION_TYPES
from app.views.parts.markdown import in_language
from app.views.staff.planning.station_acts import NeedActs
from app.views.tables.filters.by_column import Filter
from app.views.tables.filters.by_election import election_crumbs, election_filter
from app.views.tables.filters.by_import import import_filter
from app.views.tables.words import sentence


def write_accessibility(known: dict[str, str]) -> str:
    """Each field of the standard with its answer, as the file names them."""
    return "; ".join(f"{name}: {answer}" for name, answer in known.items())


def write_stops(stops: list[dict[str, str]]) -> str:
    """Where a mobile station stands, and when; the times are stored as Dutch clocks show them."""
    return "; ".join(_write_stop(**stop) for stop in stops)


def _write_stop(place: str, opens_at: str, closes_at: str) -> str:
    times = [write_moment(from_local(datetime.fromisoformat(at))) for at in (opens_at, closes_at) if at]
    return " ".join(filter(None, (place, " – ".join(times))))


class OfElectionView(StaffView):
    """Rows of elections: the list can be narrowed to one."""

    def filters_now(self) -> list[Filter]:
        """With the elections to choose from."""
        return [election_filter(self.is_of), *self.filters]

    def _render(self, template: str, **values: Any) -> str:
        crumbs = election_crumbs() if template == self.list_template else []
        if crumbs:
            values = {"breadcrumbs": [*crumbs, (values["title"], None)], **values}
        return super()._render(template, **values)

    def is_of(self, election_id: int) -> ColumnElement[bool]:
        """What makes a row one of this election."""
        criterion: ColumnElement[bool] = self.datamodel.obj.election_id == election_id
        return criterion


class ElectionPartView(OfElectionView):
    """A part of an election: `check` and `check_deleted` are asked before it changes or goes."""

    check: Callable[[Any, dict[str, Any]], None]
    check_deleted: Callable[[Any], None]

    def create_row(self, form: Any) -> Any:
        """Add it."""
        type(self).check(None, form.data)
        return super().create_row(form)

    def change_row(self, item: Any, form: Any) -> Any:
        """Change it."""
        type(self).check(item, form.data)
        return super().change_row(item, form)

    def check_goes(self, item: Any) -> None:
        """Whether no answer of a member goes with it."""
        type(self).check_deleted(item)

    def delete_row(self, item: Any) -> None:
        """Delete it, if no answer of a member goes with it."""
        self.check_goes(item)
        super().delete_row(item)


class ElectionDaysView(ElectionPartView):
    """The days with work."""

    check, check_deleted = staticmethod(change_rules.check_day), staticmethod(change_rules.check_day_can_be_deleted)

    datamodel = SQLAInterface(ElectionDay)
    route_base = "/verkiezingsdagen"
    singular, plural = _("election day"), _("election days")
    base_order = ("date", "desc")
    label_columns = {"election": _("Election"), "date": _("Date")}
    list_columns = show_columns = add_columns = edit_columns = ["election", "date"]
    search_columns = ["date"]
    order_columns = ["date"]

    def row_name(self, item: ElectionDay) -> str:
        """The date, as it is written."""
        return write_date(item.date)


class ShiftsView(ElectionPartView):
    """The parts of a day that members can be asked for."""

    check, check_deleted = staticmethod(change_rules.check_shift), staticmethod(change_rules.check_shift_goes)

    datamodel = SQLAInterface(Shift)
    route_base = "/dagdelen"
    singular, plural = _("shift"), _("shifts")
    base_order = ("day_id", "desc")
    choices = {"kind": SHIFT_KINDS}
    label_columns = {
        "day": _("Election day"),
        "name": _("Name"),
        "name_en": _("Name in English"),
        "kind": _("Work"),
        "starts": _("Begins"),
        "ends": _("Ends"),
    }
    list_columns = ["name", "day", "kind", "starts", "ends"]
    formatters_columns = {"day": lambda day: write_date(day.date)}
    show_columns = add_columns = edit_columns = ["day", "name", "name_en", "kind", "starts", "ends"]
    search_columns = ["kind"]
    order_columns = ["name", "starts"]

    def row_name(self, item: Shift) -> str:
        """The name and the hours, as they are written."""
        return f"{in_language(item, 'name')} ({write_hours(item.starts, item.ends)})"

    def is_of(self, election_id: int) -> ColumnElement[bool]:
        """By its day."""
        return Shift.day.has(ElectionDay.election_id == election_id)


class PollingStationsView(NeedActs, ElectionPartView):
    """All polling stations."""

    check, check_deleted = staticmethod(change_rules.check_station), staticmethod(change_rules.check_station_goes)

    datamodel = SQLAInterface(PollingStation)
    route_base = "/stembureaus"
    singular, plural = _("polling station"), _("polling stations")
    base_order = ("number", "asc")
    quick_search = ("name", "street", "postcode")
    choices = {"type": STATION_TYPES}
    label_columns = {**STATION_FIELDS, "election": _("Election"), "created_at": _("Added on")}
    list_columns = ["number", "name", "type", "street", "postcode", "election"]
    more_columns = (
        "city",
        "opens_at",
        "closes_at",
        "is_count_location",
        "voter_count",
        "contact",
        "address_note",
        "bag_id",
    )
    add_fieldsets = edit_fieldsets = [
        (_("Which one"), {"fields": ["election", "number", "name", "type"]}),
        (_("Where it is"), {"fields": ["street", "postcode", "city", "bag_id", "address_note"]}),
        (_("Voting and counting"), {"fields": ["opens_at", "closes_at", "is_count_location", "voter_count"]}),
        (_("More about it"), {"fields": ["information", "contact", "website"]}),
    ]
    show_fieldsets = [
        *add_fieldsets[:2],
        (_("Voting and counting"), {"fields": ["opens_at", "closes_at", "stops", "is_count_location", "voter_count"]}),
        (_("More about it"), {"fields": ["accessibility", "information", "contact", "website"]}),
    ]
    formatters_columns = {"accessibility": write_accessibility, "stops": write_stops}
    search_columns = ["type", "postcode", "is_count_location", "created_at"]
    order_columns = ["number", "name", "postcode"]

    def filters_now(self) -> list[Filter]:
        """With the imports to choose from."""
        imports = import_filter(ImportKind.STATIONS, lambda run_id: PollingStation.import_run_id == run_id)
        return [*super().filters_now(), imports]

    def create_row(self, form: Any) -> Any:
        """With the moment at which it was added."""
        station = super().create_row(form)
        station.created_at = g.now
        return station


class DeclarationTextsView(OfElectionView):
    """The declarations; a text that somebody answered gets a new version instead of a change."""

    datamodel = SQLAInterface(DeclarationText)
    route_base = "/verklaringen"
    singular, plural = _("declaration"), _("declarations")
    base_order = ("election_id", "desc")
    choices = {"kind": DECLARATION_KINDS}
    label_columns = {
        "election": _("Election"),
        "kind": _("Declaration"),
        "version": _("Version"),
        "body_nl": _("Text in Dutch"),
        "body_en": _("Text in English"),
        "is_required": _("Needed to help"),
        "position": _("Place in the order"),
    }
    list_columns = ["body_nl", "kind", "version", "is_required", "election"]
    show_columns = ["election", "kind", "version", "body_nl", "body_en", "is_required", "position"]
    add_columns = ["election", "kind", "body_nl", "body_en", "is_required", "position"]
    edit_columns = ["body_nl", "body_en", "is_required", "position"]
    search_columns = ["kind", "is_required"]
    order_columns = ["kind", "version"]

    def row_name(self, item: DeclarationText) -> str:
        """What is declared, and the version."""
        return sentence(
            gettext("%(name)s (version %(number)s)", name=DECLARATION_KINDS[item.kind], number=item.version)
        )

    def create_row(self, form: Any) -> DeclarationText:
        """Version 1 of a declaration that the election lacks."""
        change_rules.check_election(form.election.data)
        return declarations.add_text(form.election.data, form.kind.data, **_wording(form))

    def change_row(self, item: DeclarationText, form: Any) -> None:
        """A new version once somebody answered."""
        change_rules.check_election(item.election)
        declarations.change_text(item, **_wording(form))

    def check_goes(self, item: DeclarationText) -> None:
        """Only when nobody answered it."""
        change_rules.check_election(item.election)
        declarations.check_text_goes(item)

    def delete_row(self, item: DeclarationText) -> None:
        """Only when nobody answered it."""
        change_rules.check_election(item.election)
        declarations.remove_text(item, actor=current_actor(), now=g.now)


def _wording(form: Any) -> dict[str, Any]:
    names = ("body_nl", "body_en", "is_required", "position")
    return {name: form[name].data for name in names} | {"actor": current_actor(), "now": g.now}
