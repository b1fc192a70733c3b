"""Where I am expected: the places of the published plan, with the way there and what to bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.auth.visitor import signed_in_member
from app.models import Election, PollingStation, PublishedPlace
from app.services.appointments.answers import list_decided
from app.services.planning.versions.for_member import SHOWN, OwnPlan, list_own_plans
from app.views.base import MemberModelView
from app.views.labels.planning.places import write_times


@dataclass(frozen=True, slots=True)
class AtStation:
    """The places at one station (None: the central count), with what one needs to get there."""

    station: PollingStation | None
    places: list[PublishedPlace]
    accessibility: list[tuple[str, str]]


class MyPlacesView(MemberModelView):
    """Mijn indeling. Only what was published, and only the own places: the row guard sees to it as well."""

    datamodel = SQLAInterface(PublishedPlace)
    route_base = "/mijn-indeling"
    include_route_methods = {"list"}
    singular, plural = _("my place"), _("my places")
    base_order = ("id", "asc")
    label_columns = {"station": _("Polling station"), "function": _("Function"), "starts_at": _("From")}
    list_columns = show_columns = ["station", "function", "starts_at"]

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """By election, and in it by station."""
        member_id = signed_in_member().id
        plans = list_own_plans(member_id)
        return self._render(
            "member/places.html",
            title=gettext("Where you help"),
            plans=[(plan.election, group_by_station(plan)) for plan in plans],
            decided=list_decided(member_id),
            write_times=write_times,
            breadcrumbs=[],
        )


def group_by_station(plan: OwnPlan) -> list[AtStation]:
    """The places in the order of time, those at one station together."""
    found: dict[int | None, AtStation] = {}
    for place in plan.places:
        known = found.get(place.station_id)
        if known is None:
            known = found[place.station_id] = AtStation(place.station, [], say_accessibility(place.station))
        known.places.append(place)
    return [*found.values()]


def say_accessibility(station: PollingStation | None) -> list[tuple[str, str]]:
    """What is known of how accessible the station is, as the open data standard names it."""
    return [(name, answer) for name, answer in (station.accessibility if station else {}).items() if answer]


def find_own_plans(member_id: int, elections: Iterable[Election]) -> list[dict[str, Any]]:
    """In short where the member is expected at one of these elections: `member/places_short.html`.

    One statement where the plan of one of them is published; else none.
    """
    shown = {election.id for election in elections if election.state in SHOWN}
    plans = [plan for plan in list_own_plans(member_id) if plan.election.id in shown] if shown else []
    return [
        {"election": plan.election, "places": [(place, write_times(place)) for place in plan.places]} for plan in plans
    ]
