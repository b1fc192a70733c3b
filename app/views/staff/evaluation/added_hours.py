"""Hours of somebody who worked without a place in the plan: typed by the team, and confirmed with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor
from app.clock import from_local
from app.models import Election
from app.phrases import RuleBroken, phrase
from app.services.elections.functions import list_active_functions
from app.services.evaluation.hours.adding import Added, add_hours
from app.services.evaluation.hours.confirming import LONGEST_REASON
from app.services.members.lookup import find_member
from app.services.planning.needs.choices import list_shifts
from app.views.base import Page
from app.views.forms.asked import AskedField
from app.views.forms.fields import ClockField, read_key
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS, stations_of
from app.views.labels.availability import shift_label
from app.views.parts.markdown import in_language
from app.views.staff.elections.station_import import find_election


class AddedHoursPage(Page):
    """Uren van iemand die niet was ingedeeld."""

    route_base = "/verkiezingen/<code>/uren-toevoegen"
    default_view = "add"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def add(self, code: str) -> ResponseReturnValue:
        """Who, where and when."""
        election = find_election(code)
        shifts = {shift.id: shift for shift in list_shifts(election.id)}
        form = _make_form(election)
        form.shift.choices = [(shift.id, shift_label(shift)) for shift in shifts.values()]
        form.function.choices = [(each.id, in_language(each, "name")) for each in list_active_functions()]

        def work() -> None:
            found = find_member(form.member.data or "")
            if found is None:
                raise RuleBroken(phrase("This is gone."), field="member")
            shift = shifts[form.shift.data]
            starts_at, ends_at = _times(shift.day.date, form)
            station_id = int(form.station.data) if form.station.data else None
            added = Added(shift, form.function.data, station_id, starts_at, ends_at, form.reason.data or "")
            add_hours(election, found[1], added, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(work, form):
            flash(gettext("The hours are added, and count."), "success")
            return redirect(url_for("HoursPage.show", code=code))
        return self.render_template(
            "staff/form_page.html",
            title=gettext("Hours of somebody who was not planned: %(name)s", name=election.name),
            form=form,
            label=gettext("Add these hours"),
            back=url_for("HoursPage.show", code=code),
            breadcrumbs=[
                (gettext("Elections"), url_for("ElectionsView.list")),
                (election.name, url_for("ElectionsView.show", pk=election.code)),
                (gettext("Hours: %(name)s", name=election.name), url_for("HoursPage.show", code=code)),
                (gettext("Add hours"), None),
            ],
        )


def _make_form(election: Election) -> Any:
    """In this order; the polling stations are those of the election."""
    fields = {
        "member": LookupField(
            _("Member"), [InputRequired()], source=MEMBERS, description=_("A name, member number or user name.")
        ),
        "shift": AskedField(_("Shift"), coerce=read_key),
        "station": LookupField(
            _("Polling station"),
            [Optional()],
            source=stations_of(election.id),
            description=_("Type the number or a part of the name. Leave it empty for the central count."),
        ),
        "function": AskedField(_("Function"), coerce=read_key),
        "starts": ClockField(_("From"), [InputRequired()]),
        "ends": ClockField(_("Until"), [InputRequired()], description=_("Past midnight is the night after.")),
        "reason": TextAreaField(
            _("Why?"),
            [InputRequired(), Length(max=LONGEST_REASON)],
            description=_("Such as: came to help with the count. It stays with the hours."),
        ),
    }
    form: type[PortalForm] = type("AddedHoursForm", (PortalForm,), fields)
    return form()


def _times(day: Any, form: Any) -> tuple[datetime, datetime]:
    """What was typed, on the day of the shift; an end before the beginning is in the night after."""
    starts_at = from_local(datetime.combine(day, form.starts.data))
    ends_at = from_local(datetime.combine(day, form.ends.data))
    return starts_at, ends_at if ends_at > starts_at else ends_at + timedelta(days=1)
