"""Elections with their days, shifts, functions, polling stations and declarations."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import ImportKind
from app.phrases import phrase
from app.services.import_runs import count_left, given_left
from app.services.waiting import Badge
from app.views.labels.elections import AUDIT_WORDS
from app.views.staff.elections.elections import ElectionsView
from app.views.staff.elections.functions import FunctionsView
from app.views.staff.elections.parts import DeclarationTextsView, ElectionDaysView, PollingStationsView, ShiftsView
from app.views.staff.elections.station_import import StationImportView
from app.views.subject import ELECTIONS, Screen, Subject

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
    audit=[AUDIT_WORDS],
)
