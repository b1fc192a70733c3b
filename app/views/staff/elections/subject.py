"""Elections with their days, shifts, functions, polling stations and declarations."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import joinedload

from app.models import ImportKind, PollingStation
from app.phrases import phrase
from app.services.elections.stations.station_search import latest_first, stations_found_by
from app.services.import_runs import count_left, given_left
from app.services.search.query import Search
from app.services.search.ranking import Asked
from app.services.waiting import Badge
from app.views.labels.elections import AUDIT_WORDS
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.elections.elections import ElectionsView
from app.views.staff.elections.functions import FunctionsView
from app.views.staff.elections.parts import DeclarationTextsView, ElectionDaysView, PollingStationsView, ShiftsView
from app.views.staff.elections.station_import import StationImportView
from app.views.subject import ELECTIONS, Screen, Subject


def _find(search: Search) -> Asked:
    with_election = joinedload(PollingStation.election)
    return Asked(PollingStation, stations_found_by(search), order=latest_first(), options=[with_election])


def _write(row: Any) -> Hit:
    station = row.PollingStation
    return Hit(station.id, repr(station), (station.street, station.postcode, station.city, station.election.name))


SUBJECT = Subject(
    "elections",
    screens=[
        Screen(ElectionsView, "All elections", _("All elections"), ELECTIONS, 120),
        Screen(ElectionDaysView, "Election days", _("Election days"), ELECTIONS, 121),
        Screen(ShiftsView, "Shifts", _("Shifts"), ELECTIONS, 122),
        Screen(PollingStationsView, "Polling stations", _("Polling stations"), ELECTIONS, 123),
        Screen(DeclarationTextsView, "Declarations", _("Declarations"), ELECTIONS, 124),
        Screen(FunctionsView, "Functions", _("Functions"), ELECTIONS, 125),
        Screen(StationImportView),
    ],
    badges=[
        Badge(
            "All elections",
            phrase("imports that wait for you"),
            count_left(ImportKind.STATIONS),
            given_left,
            is_of_team=True,
        )
    ],
    search=[SearchGroup(_("Polling stations"), "PollingStationsView", _find, _write)],
    audit=[AUDIT_WORDS],
)
