"""Somebody is ill or cannot come, and says so by telephone: the team notes it, and the places become free at once."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Member
from app.services.appointments.answers import LONGEST_REASON, choose_reason
from app.services.appointments.replacement import leaving
from app.services.members.lookup import find_member
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.labels.appointments import NO_REASONS
from app.views.labels.planning.places import write_place


class WhoForm(PortalForm):
    """Who calls."""

    member = LookupField(
        _("Member"), [InputRequired()], source=MEMBERS, description=_("A name, member number or user name.")
    )


class LeavingForm(PortalForm):
    """Which places become free, and why."""

    places = {"places": "left"}
    # Which are still the member's is looked at when it is done: who sends it twice is told so.
    left = SelectMultipleField(_("Which places become free?"), [InputRequired()], coerce=int, validate_choice=False)
    why = RadioField(
        _("Why?"),
        [InputRequired(_("Choose one of the list."))],
        choices=list(NO_REASONS.items()),
        description=_("That somebody is ill is not written down: choose personal circumstances."),
    )
    reason = StringField(
        _("Something else, namely"),
        [Optional(), Length(max=LONGEST_REASON)],
        description=_("A few words, never about somebody's health. They are kept for a month."),
    )


class LeavingView(Page):
    """Iemand valt uit."""

    route_base = "/vervanging/uitval"
    default_view = "who"
    names_others = True

    @expose("/", methods=["GET", "POST"])
    @has_access
    @permission_name("note")
    def who(self) -> ResponseReturnValue:
        """Who it is."""
        form = WhoForm()
        if form.validate_on_submit():
            found = find_member(form.member.data or "")
            if found is not None:
                return redirect(url_for(".note", member_id=found[1].id))
        return self.render_template(
            "staff/form_page.html",
            title=gettext("Somebody cannot come"),
            form=form,
            label=gettext("Go on"),
            back=url_for("VacanciesView.list", looked="open"),
        )

    @expose("/<int:member_id>", methods=["GET", "POST"])
    @has_access
    def note(self, member_id: int) -> ResponseReturnValue:
        """Which places become free."""
        member = db.session.get(Member, member_id)
        if member is None:
            abort(404)
        places, form = leaving.list_places(member.id, g.now), LeavingForm()
        form.left.choices = [(place.id, write_place(place)) for place in places]

        def work() -> None:
            chosen = [place for place in places if place.id in (form.left.data or ())]
            by_whom: dict[str, Any] = {"actor": current_actor(), "now": g.now}
            leaving.note_leaving(chosen, choose_reason(form.why.data, form.reason.data or ""), **by_whom)

        if form.validate_on_submit() and self._commit_or_refuse(work, form):
            flash(
                gettext("Noted. The places of %(name)s are free; choose whom to ask.", name=member.full_name), "success"
            )
            return redirect(url_for("VacanciesView.list", looked="open"))
        return self.render_template(
            "staff/appointments/replacement/leaving.html",
            title=gettext("%(name)s cannot come", name=member.full_name),
            member=member,
            places=places,
            form=form,
            back=url_for("VacanciesView.list", looked="open"),
        )
