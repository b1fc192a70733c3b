"""My calendar: download the own places, or subscribe to them with a private address that can be renewed and ended."""

from __future__ import annotations

from flask import Response, current_app, flash, g, make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import get_locale, gettext
from werkzeug.exceptions import NotFound

from app.auth.visitor import current_actor, signed_in_member
from app.extensions import db
from app.mail.mails import public_url
from app.services.appointments import calendars
from app.services.appointments.office import Office
from app.views.base import Page

TYPE = "text/calendar; charset=utf-8"


class MyCalendarView(Page):
    """Agenda."""

    route_base = "/mijn-agenda"
    default_view = "show"

    @expose("/", methods=["GET"])
    @has_access
    def show(self) -> ResponseReturnValue:
        """What can be done with it."""
        return self._page("")

    @expose("/ledenportal.ics", methods=["GET"])
    @has_access
    def download(self) -> ResponseReturnValue:
        """The places as they are now, as a file."""
        language = "en" if str(get_locale()) == "en" else "nl"
        office = Office.read(current_app.config)
        calendar = calendars.make_calendar(signed_in_member(), office, language=language, now=g.now)
        answer = make_response(calendar)
        answer.headers["Content-Type"] = TYPE
        answer.headers["Content-Disposition"] = 'attachment; filename="ledenportal.ics"'
        return answer

    @expose("/adres", methods=["POST"])
    @has_access
    def make(self) -> ResponseReturnValue:
        """A new private address; it is shown on this page only, once."""
        made: list[str] = []
        member, actor = signed_in_member(), current_actor()
        if not self._commit_or_refuse(lambda: made.append(calendars.make_link(member, actor=actor, now=g.now)), None):
            return redirect(url_for(".show"))
        return self._page(public_url(f"/agenda/{made[0]}.ics"))

    @expose("/adres/weg", methods=["POST"])
    @has_access
    def end(self) -> ResponseReturnValue:
        """It no longer works."""
        member, actor = signed_in_member(), current_actor()
        if self._commit_or_refuse(lambda: calendars.end_link(member, actor=actor, now=g.now), None):
            flash(gettext("The private address no longer works."), "success")
        return redirect(url_for(".show"))

    def _page(self, address: str) -> ResponseReturnValue:
        page: str = self.render_template(
            "member/calendar.html",
            title=gettext("In your own calendar"),
            link=calendars.find_link(signed_in_member().id),
            address=address,
            breadcrumbs=[(gettext("My appointment"), url_for("MyAppointmentsView.list"))],
        )
        return page


class CalendarFeedView(Page):
    """Open to who has the private address, without signing in: calendar programs ask by themselves."""

    route_base = "/agenda"
    default_view = "read"

    @expose("/<token>.ics", methods=["GET"])
    def read(self, token: str) -> ResponseReturnValue:
        """The calendar; the same 404 for an address that never was and one that ended."""
        calendar = calendars.make_feed(token, Office.read(current_app.config), now=g.now)
        db.session.commit()
        if calendar is None:
            raise NotFound
        answer: Response = make_response(calendar)
        answer.headers["Content-Type"] = TYPE
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer
