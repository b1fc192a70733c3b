"""Where the steps of an election are done (services.overview.next_steps): the addresses of their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import url_for

from app.models import Election
from app.services.overview.course_step import CourseStep
from app.services.overview.next_steps import Course
from app.views.addresses import kept_url

PLACES: Final[dict[str, Callable[[Election], str]]] = {
    "members": lambda election: url_for("RosterImportView.upload"),
    "stations": lambda election: url_for("StationImportView.upload", code=election.code),
    "invite": lambda election: url_for("MembersView.list", state="imported"),
    "period": lambda election: url_for("ElectionsView.open_period", pk=election.code),
    "campaign": lambda election: url_for("CampaignsView.add", election=election.id),
    "answers": lambda election: url_for("AnswersView.list", code=election.code, answered="no"),
    "needs": lambda election: url_for("NeedPages.totals", code=election.code),
    "fill": lambda election: url_for("PlanBoardView.show", pk=election.id),
    "appoint": lambda election: url_for("AppointView.of_election", code=election.code),
    "replies": lambda election: kept_url("AppointmentsView.list", election=election.id, said="none", state="issued"),
    "vacancies": lambda election: kept_url("VacanciesView.list", election=election.id, looked="open"),
    "day": lambda election: url_for("AttendanceView.show", code=election.code),
    "hours": lambda election: url_for("HoursPage.show", code=election.code),
    "publish": lambda election: url_for("PublishView.preview", code=election.code),
    "move": lambda election: url_for("ElectionsView.show", pk=election.code),
}


def steps_with_places(course: Course) -> list[tuple[CourseStep, str, bool]]:
    """The steps of this election in their order, each with its page and whether it is the one to do now."""
    return [(step, PLACES[step.kind](course.election), step is course.next_step) for step in course.steps]
