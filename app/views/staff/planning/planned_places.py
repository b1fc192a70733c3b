"""Every place of the plan as it is being made, on a generated screen: found by member or polling station."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, joinedload

from app.models import Assignment, Shift
from app.services.members.search import ONLY_BEGINNINGS
from app.services.planning.board.search import newest_first, places_found_by
from app.services.search.query import Search, read_search
from app.services.search.ranking import Asked
from app.views.labels.planning.places import PLACE_CELLS, PLACE_LABELS, write_station, write_times
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.planning.choices import function_filter, shift_filter, station_filter, write_function
from app.views.tables.filters.by_column import Filter
from app.views.tables.filters.by_member import member_filter

KNOWN = (
    joinedload(Assignment.member),
    joinedload(Assignment.election),
    joinedload(Assignment.station),
    joinedload(Assignment.shift).joinedload(Shift.day),
    joinedload(Assignment.function),
)


class PlannedPlacesView(OfElectionView):
    """Ingedeelde plekken: the draft, which members do not see. What is done with a place is done in the plan itself."""

    datamodel = SQLAInterface(Assignment)
    member_of = "member_id"
    route_base = "/indeling/plekken"
    include_route_methods = {"list", "show"}
    singular, plural = _("planned place"), _("planned places")
    base_order = ("id", "desc")
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by member, or by name, address or number of the polling station")
    label_columns = {
        **PLACE_LABELS,
        "is_locked": _("Locked"),
        "note": _("Note"),
    }
    cells = PLACE_CELLS
    list_columns = ["member", "station", "function", "shift", "times", "election"]
    more_columns = ("member_number", "is_locked", "note")
    show_columns = ["member", "election", "station", "function", "shift", "times", "is_locked", "note"]
    show_template = "staff/planning/planned_place.html"
    search_columns: list[str] = []
    order_columns: list[str] = []

    def row_name(self, item: Assignment) -> str:
        """Who stands where."""
        return f"{item.member.full_name}: {write_station(item.station)}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member, or the polling station."""
        search = read_search(typed)
        return None if search.is_empty else places_found_by(search)[-1]

    def filters_now(self) -> list[Filter]:
        """By election, station, shift, function and member."""
        return [
            *super().filters_now(),
            station_filter(Assignment),
            shift_filter(Assignment),
            function_filter(Assignment),
            member_filter(Assignment.member_id.in_),
        ]

    def rows(self) -> Query[Any]:
        """With all that is written of them."""
        return super().rows().options(*KNOWN)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            item = values["item"]
            values = {"in_plan": url_for("PlanPlacesView.edit", pk=item.election_id, place=item.id), **values}
        return super()._render(template, **values)


def _find(search: Search) -> Asked:
    return Asked(Assignment, places_found_by(search), order=newest_first(), options=KNOWN)


def _write(row: Any) -> Hit:
    place = row.Assignment
    details = (write_station(place.station), write_function(place.function), write_times(place), place.election.name)
    return Hit(place.id, place.member.full_name, details)


SEARCH = SearchGroup(_("Planned places"), "PlannedPlacesView", _find, _write, ONLY_BEGINNINGS)
