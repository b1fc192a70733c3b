"""Benoemingen: every decision with the member's answer, on a generated screen."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Query, joinedload
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.i18n import write_date, write_time
from app.models import Appointment, AppointmentState, MemberAnswer
from app.services.appointments import answers, reminders
from app.services.appointments.answers import LONGEST_REASON
from app.services.appointments.lists import list_places
from app.services.appointments.plans import GONE
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.forms.forms import PortalForm
from app.views.labels.appointments import APPOINTMENT_STATES, CAPACITIES, MEMBER_ANSWERS, NO_REASONS, say_reason
from app.views.parts.markdown import in_language
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_member import member_filter

SAID = [("yes", _("Yes")), ("no", _("No"))]


class AnswerForm(PortalForm):
    """What a member said by telephone or letter."""

    comes = RadioField(_("Does the member come?"), [InputRequired()], choices=SAID)
    why = RadioField(
        _("Why not?"),
        [Optional()],
        choices=list(NO_REASONS.items()),
        description=_("That somebody is ill is not written down: choose personal circumstances."),
    )
    reason = StringField(
        _("Something else, namely"),
        [Optional(), Length(max=LONGEST_REASON)],
        description=_("A few words, never about somebody's health. They are kept for a month."),
    )


class AppointmentsView(OfElectionView):
    """Decisions never change: this screen shows them, with what members answered."""

    datamodel = SQLAInterface(Appointment)
    member_of = "member_id"
    route_base = "/benoemingen"
    include_route_methods = {"list", "show", "action", "action_post", "answer"}
    singular, plural = _("appointment"), _("appointments")
    base_order = ("number", "desc")
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, decision, e-mail address or telephone number")
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
    cells = {"decline_reason": lambda appointment: say_reason(appointment.decline_reason)}
    list_columns = ["decision_number", "member", "answer", "answered_at", "state", "on_paper"]
    more_columns = ("decline_reason", "issued_at", "printed_at", "reminded_at", "election")
    show_columns = [
        *("member", "election", "state", "answer", "answered_at", "decline_reason", "answer_until", "issued_at"),
        *("ended_at", "superseded_by", "mandate", "signatory_name", "signatory_role", "on_paper", "printed_at"),
    ]
    standard_views = (
        (_("No answer yet"), {"said": "none", "state": "issued"}),
        (_("Cannot come"), {"said": "cannot", "state": "issued"}),
    )
    search_columns = ["state", "on_paper", "issued_at"]
    order_columns = ["decision_number", "answered_at", "issued_at"]
    order_keys = {"decision_number": (Appointment.election_id, Appointment.number)}
    show_template = "staff/appointments/appointment.html"

    def row_name(self, item: Appointment) -> str:
        """The number and the member."""
        return f"{item.decision_number}, {item.member.full_name}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member, or the number of the decision."""
        if not typed.strip():
            return None
        of_member = Appointment.member.has(and_(*contains_words(typed)))
        return or_(Appointment.decision_number.icontains(typed.strip(), autoescape=True), of_member)

    def filters_now(self) -> list[Filter]:
        """By what the member said too."""
        return [*super().filters_now(), _said_filter(), member_filter(Appointment.member_id.in_)]

    def rows(self) -> Query[Any]:
        """With their members."""
        return super().rows().options(joinedload(Appointment.member))

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            places = [(place, _say(place, capacity)) for place, capacity in list_places(values["item"].id)]
            values = {"places": places, "can_answer": can_answer(values["item"]), **values}
        return super()._render(template, **values)

    def offers(self, act: str, item: Appointment) -> bool:
        """Who did not answer is reminded."""
        return item.state == AppointmentState.ISSUED and item.answer == MemberAnswer.NONE

    @action("remind", _("Remind"), _("They get a mail that asks for an answer."))
    def remind(self, items: list[Appointment]) -> None:
        """Remind who did not answer."""
        done = self.each(items, lambda item: reminders.remind(item, **self.by_whom()))
        flash(ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", done), "success")

    @expose("/antwoord/<pk>", methods=["GET", "POST"])
    @has_access
    def answer(self, pk: str) -> ResponseReturnValue:
        """Type in what a member says who calls or writes."""
        item, form = self.find_row(pk), AnswerForm()
        here = url_for(".show", pk=pk)

        def record() -> None:
            if form.comes.data == "yes":
                answers.accept(item, **self.by_whom())
            else:
                reason = answers.choose_reason(form.why.data or "", form.reason.data or "")
                answers.say_no(item, reason, **self.by_whom())

        if form.validate_on_submit() and self._commit_or_refuse(record, form):
            flash(gettext("The answer of %(name)s has been saved.", name=item.member.full_name), "success")
            return redirect(here)
        title = gettext("Answer of %(name)s", name=item.member.full_name)
        return self._render("staff/form_page.html", title=title, form=form, label=gettext("Save"), back=here)


def _said_filter() -> Filter:
    asked = {
        "none": Appointment.answer == MemberAnswer.NONE,
        "late": and_(Appointment.answer == MemberAnswer.NONE, Appointment.answer_until < g.now),
        "accepted": Appointment.answer == MemberAnswer.ACCEPTED,
        "cannot": Appointment.answer.in_(GONE),
    }
    words = {
        "none": gettext("no answer yet"),
        "late": gettext("no answer, and the date is over"),
        "accepted": gettext("accepted"),
        "cannot": gettext("cannot come"),
    }
    field = SelectField(_("Answer"), choices=[("", ANY), *words.items()], default="")
    return Filter("said", _("Answer"), field, lambda value: asked[value], lambda value: words[value])


def can_answer(item: Appointment) -> bool:
    """Whether there is anything left to say to it."""
    return item.state == AppointmentState.ISSUED and item.answer in answers.OPEN


def _say(place: Any, capacity: str) -> str:
    station = f"{place.station.number} {place.station.name}" if place.station else gettext("central count")
    when = f"{write_date(place.starts_at)}, {write_time(place.starts_at)} – {write_time(place.ends_at)}"
    return ", ".join((when, station, in_language(place.function, "name"), str(CAPACITIES[capacity])))
