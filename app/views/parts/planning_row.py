"""The row of links on each page of an election's planning: what is asked, who stands where, what was sent of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _

from app.extensions import db
from app.models import Election
from app.views.tables.filters.by_election import elections_now


class Step(NamedTuple):
    """A page of the row: its name, its endpoint, what the address takes of the election, and whose pages it leads."""

    label: Any
    endpoint: str
    takes: dict[str, str]
    views: tuple[str, ...]
    more: dict[str, str] = {}
    asks: str = ""  # the permission, where it is not named after the endpoint


BY_CODE, BY_KEY, BY_FILTER = {"code": "code"}, {"pk": "id"}, {"election": "id"}
BOARD = ("PlanBoardView", "PlanStationsView", "PlanPlacesView", "PlanMembersView")  # `pk` is the election
STEPS = (
    Step(_("Staffing"), "NeedPages.totals", BY_CODE, ("NeedPages", "StaffingNeedsView")),
    Step(
        _("Who may be appointed"),
        "EligibilityFindingsView.list",
        BY_FILTER,
        ("EligibilityFindingsView", "EligibilityRulesView", "CandidateMatchesView", "CandidatesImportView"),
        {"who": "yes"},
    ),
    Step(
        _("Plan"),
        "PlanBoardView.show",
        BY_KEY,
        (*BOARD, "PlannedPlacesView"),
    ),
    Step(_("Proposal"), "ProposalsView.ask", BY_CODE, ("ProposalsView",)),
    Step(_("Coverage"), "CoverageView.show", BY_CODE, ("CoverageView",)),
    Step(_("Files"), "PlanFilesView.show", BY_CODE, ("PlanFilesView", "PlanImportView")),
    Step(_("Publish"), "PublishView.preview", BY_CODE, ("PublishView", "PlanVersionsView", "PublishedPlacesView")),
    Step(
        _("Appointing"),
        "AppointView.of_election",
        BY_CODE,
        ("AppointView", "AppointmentSetupsView", "AppointmentsView", "LetterTextsView"),
        asks="look",
    ),
    Step(
        _("Replacement"),
        "VacanciesView.list",
        BY_FILTER,
        ("VacanciesView", "ReservesView", "ReplacementAsksView"),
        {"looked": "open"},
    ),
    Step(
        _("On the day"),
        "AttendanceView.show",
        BY_CODE,
        ("AttendanceView", "StationDayView", "DayPaperView", "CentralCountView", "AttendancesView"),
    ),
    Step(
        _("Afterwards"),
        "HoursPage.show",
        BY_CODE,
        ("HoursPage", "AddedHoursPage", "HoursView", "SurveysView", "ChairNotesView"),
    ),
)


class Link(NamedTuple):
    """Its name, its address, and whether the page is of it."""

    label: Any
    url: str
    is_here: bool


def init_app(app: Flask) -> None:
    """Give the frame what it asks."""
    app.jinja_env.globals.update(planning_row=planning_row, planning_links=planning_links)


def planning_row(election: Any) -> list[Link]:
    """The links for a page of planning that is about one election, else nothing. `election` is that of the page."""
    view = (request.endpoint or "").partition(".")[0]
    if not any(view in step.views for step in STEPS):
        return []
    if not isinstance(election, Election) and view in BOARD:
        election = db.session.get(Election, (request.view_args or {}).get("pk", 0))
    if isinstance(election, Election):
        return planning_links(election.id, election.code)
    asked = request.args.get("election", "")
    found = [(key, code) for key, _name, code in elections_now() if str(key) == asked]
    return planning_links(*found[0]) if found else []


def planning_links(pk: int, code: str) -> list[Link]:
    """The pages of planning of an election that this person may open."""
    view = (request.endpoint or "").partition(".")[0]
    known: dict[str, Any] = {"id": pk, "code": code}
    links = []
    for step in STEPS:
        if _may_open(step):
            values: dict[str, Any] = {name: known[key] for name, key in step.takes.items()} | step.more
            links.append(Link(step.label, url_for(step.endpoint, **values), view in step.views))
    return links


def _may_open(step: Step) -> bool:
    view, _dot, method = step.endpoint.partition(".")
    granted: bool = current_app.extensions["appbuilder"].sm.has_access(f"can_{step.asks or method}", view)
    return granted
