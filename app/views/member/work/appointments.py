"""My appointment: where and when a member helps, the answer, "I cannot come after all", and who else is there."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor, signed_in_member
from app.member_fields import show_phone
from app.models import Appointment, AppointmentState, MemberAnswer
from app.services.appointments import answers
from app.services.appointments.answers import LONGEST_REASON
from app.services.appointments.colleagues import list_colleagues
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.labels.appointments import NO_REASONS


class CannotComeForm(PortalForm):
    """Why."""

    why = RadioField(
        _("Why can you not come?"),
        [InputRequired(_("Choose one of the list."))],
        choices=list(NO_REASONS.items()),
        description=_("Are you ill? Choose personal circumstances: you need not say more."),
    )
    reason = StringField(
        _("Something else, namely"),
        [Optional(), Length(max=LONGEST_REASON)],
        description=_("A few words, not about your health. Only the election team reads it, for a month."),
    )


class MyAppointmentsView(Page):
    """Mijn benoeming."""

    route_base = "/mijn-benoeming"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """What holds now, with the places, and what the member can say."""
        own = answers.list_own(signed_in_member().id)
        coming = [
            found for found in own if found.state == AppointmentState.ISSUED and not answers.is_over(found, g.now)
        ]
        return self.render_template(
            "member/appointments.html",
            title=gettext("My appointment"),
            shown=[(found, answers.places_of(found), list_colleagues(found)) for found in coming],
            earlier=[found for found in own if found not in coming],
            show_phone=show_phone,
            cannot=(MemberAnswer.DECLINED, MemberAnswer.CANCELLED),
        )

    @expose("/<int:appointment_id>/ja", methods=["POST"])
    @has_access
    def accept(self, appointment_id: int) -> ResponseReturnValue:
        """I come."""
        appointment = _find(appointment_id)
        if self._commit_or_refuse(lambda: answers.accept(appointment, **_by_me()), None):
            flash(gettext("Thank you! We count on you."), "success")
        return redirect(url_for(".list"))

    @expose("/<int:appointment_id>/nee", methods=["GET", "POST"])
    @has_access
    def decline(self, appointment_id: int) -> ResponseReturnValue:
        """I cannot come, or cannot come after all."""
        appointment, form = _find(appointment_id), CannotComeForm()
        is_late = appointment.answer == MemberAnswer.ACCEPTED

        def say_no() -> None:
            reason = answers.choose_reason(form.why.data, form.reason.data or "")
            answers.say_no(appointment, reason, **_by_me())

        if form.validate_on_submit() and self._commit_or_refuse(say_no, form):
            flash(gettext("We received it, and look for somebody else. Thank you for telling us."), "success")
            return redirect(url_for(".list"))
        return self.render_template(
            "member/appointment_no.html",
            title=gettext("I cannot come after all") if is_late else gettext("I cannot come"),
            appointment=appointment,
            form=form,
            breadcrumbs=[(gettext("My appointment"), url_for(".list"))],
        )


def _find(appointment_id: int) -> Appointment:
    found = answers.find_own(signed_in_member().id, appointment_id)
    return found or abort(404)


def _by_me() -> dict[str, Any]:
    return {"actor": current_actor(), "now": g.now}
