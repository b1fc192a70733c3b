"""Benoemingen: every decision with the member's answer, on a generated screen."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Query, joinedload

from app.i18n import write_date, write_moment
from app.models import Appointment
from app.services.appointments.lists import list_places
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.labels.appointments import APPOINTMENT_STATES, CAPACITIES, MEMBER_ANSWERS
from app.views.parts.markdown import in_language
from app.views.staff.elections.parts import OfElectionView


class AppointmentsView(OfElectionView):
    """Decisions never change: this screen shows them, with what members answered."""

    datamodel = SQLAInterface(Appointment)
    member_of = "member_id"
    route_base = "/benoemingen"
    include_route_methods = {"list", "show"}
    singular, plural = _("appointment"), _("appointments")
    base_order = ("number", "desc")
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, e-mail address or telephone number")
    quick_search = ("decision_number",)
    choices = {"state": APPOINTMENT_STATES, "answer": MEMBER_ANSWERS}
    label_columns = {
        "number": _("Number"),
        "decision_number": _("Decision"),
        "member": _("Member"),
        "election": _("Election"),
        "state": _("State"),
        "answer": _("Answer"),
        "answered_at": _("Answered on"),
        "decline_reason": _("Reason"),
        "answer_until": _("Members answer before"),
        "issued_at": _("Made on"),
        "ended_at": _("Ended on"),
        "superseded_by": _("Superseded by"),
        "on_paper": _("On paper"),
        "printed_at": _("Printed on"),
        "reminded_at": _("Reminded on"),
        "mandate": _("Mandate"),
        "signatory_name": _("Who signs"),
        "signatory_role": _("Function of who signs"),
    }
    list_columns = ["decision_number", "member", "answer", "answered_at", "state", "on_paper"]
    more_columns = ("decline_reason", "issued_at", "printed_at", "reminded_at", "election")
    show_columns = [
        *("member", "election", "state", "answer", "answered_at", "decline_reason", "answer_until", "issued_at"),
        *("ended_at", "superseded_by", "mandate", "signatory_name", "signatory_role", "on_paper", "printed_at"),
    ]
    standard_views = (
        (_("No answer yet"), {"answer": "", "state": "issued"}),
        (_("Declined"), {"answer": "declined", "state": "issued"}),
    )
    search_columns = ["state", "answer", "on_paper", "issued_at"]
    order_columns = ["decision_number", "answered_at", "issued_at"]
    order_keys = {"decision_number": (Appointment.election_id, Appointment.number)}
    show_template = "staff/appointments/appointment.html"

    def row_name(self, item: Appointment) -> str:
        """The number and the member."""
        return f"{item.decision_number}, {item.member.full_name}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member."""
        return Appointment.member.has(and_(*contains_words(typed))) if typed.strip() else None

    def rows(self) -> Query[Any]:
        """With their members."""
        return super().rows().options(joinedload(Appointment.member))

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            places = [(place, _say(place, capacity)) for place, capacity in list_places(values["item"].id)]
            values = {"places": places, **values}
        return super()._render(template, **values)


def _say(place: Any, capacity: str) -> str:
    station = f"{place.station.number} {place.station.name}" if place.station else gettext("central count")
    when = f"{write_date(place.starts_at)}, {write_moment(place.starts_at)}"
    return ", ".join((when, station, in_language(place.function, "name"), str(CAPACITIES[capacity])))


def link_of(appointment: Appointment) -> str:
    """The page of a decision."""
    return url_for("AppointmentsView.show", pk=appointment.id)
