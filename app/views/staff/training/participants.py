"""The people of one session: adding somebody who calls, the list for the trainer's phone, and the one to print."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.models import SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.phrases import RuleBroken, phrase
from app.services.members.lookup import find_member
from app.services.training import attendance, seats
from app.views.base import Page
from app.views.labels.training import SEAT_OUTCOMES
from app.views.parts.paging import Listed, page_of
from app.views.staff.experience.services import OfMemberForm
from app.views.staff.training.sessions import name_session

PER_PAGE: Final = 40  # four buttons each
TAPS: Final = (SeatOutcome.PRESENT, SeatOutcome.ABSENT, SeatOutcome.PASSED, SeatOutcome.FAILED)


class TrainingParticipantsView(Page):
    """Wat er met de mensen van één training gebeurt."""

    route_base = "/trainingen/<int:session_id>"
    default_view = "attendance"

    @expose("/erbij", methods=["GET", "POST"])
    @has_access
    def add(self, session_id: int) -> ResponseReturnValue:
        """Somebody who calls gets a place, or one on the waiting list."""
        session, form, made = _find(session_id), OfMemberForm(), []
        here = url_for("TrainingSessionsView.show", pk=session_id)

        def give() -> None:
            found = find_member(form.member.data)
            if found is None:
                raise RuleBroken(phrase("This is gone."), field="member")
            made.append(seats.choose(session.id, found[1].id, actor=current_actor(), now=g.now, is_own=False))

        if form.validate_on_submit() and self._commit_or_refuse(give, form):
            jobs.deliver_mail()
            flash(_say_added(made[0]), "success")
            return redirect(here)
        title = gettext("Add somebody: %(name)s", name=name_session(session))
        return self._page("staff/form_page.html", session, title, form=form, label=gettext("Add"), back=here)

    @expose("/aanwezigheid", methods=["GET"])
    @has_access
    def attendance(self, session_id: int) -> ResponseReturnValue:
        """A big button for each answer, per person; made for a phone, and without a script."""
        session = _find(session_id)
        people = attendance.list_seats(session_id)
        only = request.args.get("alleen", "") == "open"
        shown = [seat for seat in people if not only or seat.outcome == SeatOutcome.NONE]
        kept = {"alleen": "open"} if only else {}
        listing = Listed(
            lambda *, limit, offset: shown[offset : offset + limit],
            len(shown),
            size=PER_PAGE,
            page_url=page_of(".attendance", session_id=session_id, **kept),
        )
        return self._page(
            "staff/training/attendance.html",
            session,
            gettext("Attendance: %(name)s", name=name_session(session)),
            listing=listing,
            counts=[
                (SEAT_OUTCOMES[outcome], sum(seat.outcome == outcome for seat in people)) for outcome in SeatOutcome
            ],
            total=len(people),
            only=only,
            present=sum(seat.outcome == SeatOutcome.PRESENT for seat in people),
            can_mark=attendance.can_mark(session, g.now),
            taps=TAPS,
            words=SEAT_OUTCOMES,
        )

    @expose("/aanwezigheid", methods=["POST"])
    @has_access
    def tap(self, session_id: int) -> ResponseReturnValue:
        """What became of one person: `seat:outcome`."""
        key, _colon, outcome = request.form.get("tap", "").partition(":")
        found = [seat for seat in attendance.list_seats(session_id) if str(seat.id) == key]
        if not found or outcome not in set(SeatOutcome):
            abort(404)
        self._commit_or_refuse(
            lambda: attendance.mark(found[0], SeatOutcome(outcome), actor=current_actor(), now=g.now), None
        )
        page, only = request.form.get("page", 1, type=int), request.form.get("alleen", "")
        kept: dict[str, Any] = {"alleen": only} if only == "open" else {}
        return redirect(url_for(".attendance", session_id=session_id, page=page, **kept, _anchor=f"lid-{key}"))

    @expose("/allemaal-geslaagd", methods=["POST"])
    @has_access
    def pass_present(self, session_id: int) -> ResponseReturnValue:
        """Everybody who was there passed: for a training without a test."""
        session, passed = _find(session_id), []

        def do() -> None:
            passed.append(attendance.pass_everybody_present(session, actor=current_actor(), now=g.now))

        if self._commit_or_refuse(do, None):
            flash(ngettext("%(num)s member passed.", "%(num)s members passed.", passed[0]), "success")
        return redirect(url_for(".attendance", session_id=session_id))

    @expose("/lijst", methods=["GET"])
    @has_access
    def sheet(self, session_id: int) -> ResponseReturnValue:
        """To print: names, numbers, and room to sign."""
        session = _find(session_id)
        title = gettext("Attendance list: %(name)s", name=name_session(session))
        return self._page("staff/training/sheet.html", session, title, people=attendance.list_seats(session_id))

    def _page(self, template: str, session: TrainingSession, title: str, **values: Any) -> ResponseReturnValue:
        crumbs = [
            (gettext("Trainings"), url_for("TrainingSessionsView.list")),
            (name_session(session), url_for("TrainingSessionsView.show", pk=session.id)),
            (title, None),
        ]
        page: str = self.render_template(template, session=session, title=title, breadcrumbs=crumbs, **values)
        return page


def _find(session_id: int) -> TrainingSession:
    return db.session.get(TrainingSession, session_id) or abort(404)


def _say_added(seat: TrainingSeat) -> str:
    if seat.state == SeatState.WAITING:
        return gettext("%(name)s is on the waiting list.", name=seat.member.full_name)
    return gettext("%(name)s has a place.", name=seat.member.full_name)
