"""One station on its day, for the team: the same list as the chair has, and who may keep it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import StationAccess
from app.phrases import RuleBroken, phrase
from app.services.attendance import access
from app.services.attendance.people import Day, find_day
from app.services.members.lookup import find_member
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.parts.station_day import StationDayPages, read_date


class AccessForm(PortalForm):
    """Whom the team lets keep the list."""

    member = LookupField(
        _("Member"),
        [InputRequired()],
        source=MEMBERS,
        description=_("Type a name, member number, user name or telephone number."),
    )


class StationDayView(StationDayPages):
    """Een stembureau op de dag."""

    route_base = "/verkiezingen/<code>/aanwezigheid/<int:station_id>/<day>"
    for_team = True

    def find_day(self, **address: Any) -> Day:
        """The station of this election."""
        found = find_day(address["station_id"], read_date(address["day"]))
        return found if found is not None and found.election.code == address["code"] else abort(404)

    def crumbs(self, day: Day) -> Sequence[tuple[Any, str | None]]:
        """By the overview of the day."""
        code = day.election.code
        return [
            (gettext("Elections"), url_for("ElectionsView.list")),
            (day.election.name, url_for("ElectionsView.show", pk=code)),
            (gettext("On the day"), url_for("AttendanceView.show", code=code, dag=day.date.isoformat())),
            (f"{day.station.number} {day.station.name}", None),
        ]

    @expose("/wie-houdt-bij", methods=["GET", "POST"])
    @has_access
    def access(self, **address: Any) -> ResponseReturnValue:
        """Who may keep the list besides who may preside; name somebody."""
        day, form = self.find_day(**address), AccessForm()

        def give() -> None:
            found = find_member(form.member.data)
            if found is None:
                raise RuleBroken(phrase("This is gone."), field="member")
            access.give_access(day, found[1], actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(give, form):
            flash(gettext("This member sees the list on home, from the evening before."), "success")
            return redirect(self._here("access"))
        title = gettext("Who keeps the list of polling station %(number)s", number=day.station.number)
        named = access.list_named(day.station.id, day.date)
        return self._render_day("access", day, title, form=form, named=named)

    @expose("/wie-houdt-bij/<int:access_id>/eindig", methods=["POST"])
    @has_access
    def end_access(self, access_id: int, **address: Any) -> ResponseReturnValue:
        """Not any longer."""
        day = self.find_day(**address)
        row = db.session.get(StationAccess, access_id)
        if row is None or (row.station_id, row.on_date) != (day.station.id, day.date):
            abort(404)
        if self._commit_or_refuse(lambda: access.end_access(row, actor=current_actor(), now=g.now), None):
            flash(gettext("This member may no longer keep the list."), "success")
        return redirect(url_for(".access", **address))
