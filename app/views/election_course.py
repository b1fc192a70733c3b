"""Where the steps of an election are done (services.overview.next_steps): the addresses of their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import url_for

from app.models import Election
from app.services.overview.next_steps import Course, CourseStep

PLACES: Final[dict[str, Callable[[Election], str]]] = {
    "members": lambda election: url_for("RosterImportView.upload"),
    "stations": lambda election: url_for("StationImportView.upload", code=election.code),
    "invite": lambda election: url_for("MembersView.list", state="imported"),
    "period": lambda election: url_for("ElectionsView.open_period", pk=election.code),
    "campaign": lambda election: url_for("CampaignsView.add", election=election.id),
    "answers": lambda election: url_for("AnswersView.list", code=election.code, answered="no"),
    "publish": lambda election: url_for("PublishView.preview", code=election.code),
    "move": lambda election: url_for("ElectionsView.show", pk=election.code),
}


def steps_with_places(course: Course) -> list[tuple[CourseStep, str, bool]]:
    """The steps of this election in their order, each with its page and whether it is the one to do now."""
    return [(step, PLACES[step.kind](course.election), step is course.next_step) for step in course.steps]
