"""Places in sessions: who takes part, waits or gave it up, on a generated screen with acts on many."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Query, joinedload
from wtforms import SelectField

from app import jobs
from app.extensions import db
from app.models import SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.services.training import attendance, seats, sessions
from app.views.base import StaffView
from app.views.forms.asked import AskedField
from app.views.forms.fields import read_key
from app.views.forms.forms import PortalForm
from app.views.labels.training import SEAT_OUTCOMES, SEAT_STATES
from app.views.staff.training.sessions import name_session
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_member import member_filter

MOST_SESSIONS = 200  # in a list to choose from, the latest first


class MoveForm(PortalForm):
    """To which session."""

    session = AskedField(_("To which session?"), coerce=read_key)

    def __init__(self, seat: TrainingSeat, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = sessions.list_other_sessions(seat.session, g.now)
        self.session.choices = [(other.id, _say_room(other)) for other in others]


def _say_room(session: TrainingSession) -> str:
    room = (
        ngettext("%(num)s place free", "%(num)s places free", session.free)
        if session.free > 0
        else gettext("full: on the waiting list")
    )
    return f"{name_session(session)} ({room})"


class TrainingSeatsView(StaffView):
    """Deelnemers."""

    datamodel = SQLAInterface(TrainingSeat)
    member_of = "member_id"
    route_base = "/trainingsplaatsen"
    include_route_methods = {"list", "show", "action", "action_post", "move"}
    singular, plural = _("participant"), _("participants of trainings")
    base_order = ("queued_at", "desc")
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, e-mail address or telephone number")
    quick_search = ("outcome",)
    choices = {"state": SEAT_STATES, "outcome": SEAT_OUTCOMES}
    label_columns = {
        "member": _("Member"),
        "member.member_number": _("Member number"),
        "member.mobile": _("Mobile number"),
        "member.email": _("E-mail address"),
        "session": _("Session"),
        "state": _("State"),
        "queued_at": _("Signed up on"),
        "changed_at": _("Changed"),
        "outcome": _("What became of it"),
        "outcome_at": _("Filled in on"),
    }
    cells = {"session": lambda row: name_session(row.session)}
    list_columns = ["member", "session", "state", "outcome", "queued_at"]
    more_columns = ("member.member_number", "member.mobile", "member.email", "outcome_at", "changed_at")
    show_columns = ["member", "session", "state", "queued_at", "changed_at", "outcome", "outcome_at"]
    search_columns = ["state", "outcome"]
    order_columns = ["queued_at"]
    show_template = "staff/training/seat.html"

    def row_name(self, item: TrainingSeat) -> str:
        """Who, and in which session."""
        return f"{item.member.full_name}: {name_session(item.session)}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member."""
        return TrainingSeat.member.has(and_(*contains_words(typed))) if typed.strip() else None

    def filters_now(self) -> list[Filter]:
        """By session and member too."""
        return [_session_filter(), *super().filters_now(), member_filter(TrainingSeat.member_id.in_)]

    def rows(self) -> Query[Any]:
        """With their members and sessions."""
        return super().rows().options(joinedload(TrainingSeat.member), joinedload(TrainingSeat.session))

    def offers(self, act: str, item: TrainingSeat) -> bool:
        """What can still be done."""
        if act == "give_up":
            return item.state in seats.OPEN and item.session.starts_at > g.now
        return item.state == SeatState.SIGNED_UP and attendance.can_mark(item.session, g.now)

    def _mark(self, items: list[TrainingSeat], outcome: SeatOutcome) -> None:
        done = self.each(items, lambda item: attendance.mark(item, outcome, **self.by_whom()))
        if done:
            words = ngettext(
                "Filled in for %(num)s member: %(what)s.",
                "Filled in for %(num)s members: %(what)s.",
                done,
                what=SEAT_OUTCOMES[outcome],
            )
            flash(words, "success")

    @action("present", _("Was there"), "")
    def present(self, items: list[TrainingSeat]) -> None:
        """They were there."""
        self._mark(items, SeatOutcome.PRESENT)

    @action("absent", _("Was not there"), "")
    def absent(self, items: list[TrainingSeat]) -> None:
        """They were not."""
        self._mark(items, SeatOutcome.ABSENT)

    @action("passed", _("Passed"), "")
    def passed(self, items: list[TrainingSeat]) -> None:
        """They get a certificate."""
        self._mark(items, SeatOutcome.PASSED)

    @action("failed", _("Did not pass"), "")
    def failed(self, items: list[TrainingSeat]) -> None:
        """They were there, and get none."""
        self._mark(items, SeatOutcome.FAILED)

    @action("give_up", _("Take out"), _("Who waits longest gets the place, and is told. Who is taken out is not."))
    def give_up(self, items: list[TrainingSeat]) -> None:
        """The member does not come."""
        done = self.each(items, lambda item: seats.give_up(item.id, **self.by_whom()))
        if done:
            flash(ngettext("%(num)s member is taken out.", "%(num)s members are taken out.", done), "success")

    @expose("/verplaatsen/<pk>", methods=["GET", "POST"])
    @has_access
    def move(self, pk: str) -> ResponseReturnValue:
        """To another session, for a member who calls."""
        item = self.find_row(pk)
        form, back, moved = MoveForm(item), url_for("TrainingSessionsView.show", pk=item.session_id), []

        def move() -> None:
            chosen = form.session.data
            moved.append(seats.choose(chosen, item.member_id, is_own=False, **self.by_whom()))

        if form.validate_on_submit() and self._commit_or_refuse(move, form):
            jobs.deliver_mail()
            flash(_say_moved(moved[0]), "success")
            return redirect(back)
        title = gettext("Move %(name)s", name=item.member.full_name)
        return self._render("staff/form_page.html", title=title, form=form, label=gettext("Move"), back=back)


def _say_moved(seat: TrainingSeat) -> str:
    name, when = seat.member.full_name, name_session(seat.session)
    if seat.state == SeatState.WAITING:
        return gettext(
            "%(name)s is on the waiting list of %(when)s, and keeps the place elsewhere.", name=name, when=when
        )
    return gettext("%(name)s is moved to %(when)s.", name=name, when=when)


def _session_filter() -> Filter:
    rows = select(TrainingSession).order_by(TrainingSession.starts_at.desc(), TrainingSession.id).limit(MOST_SESSIONS)
    names = {str(found.id): name_session(found) for found in db.session.scalars(rows)}
    field = SelectField(_("Session"), choices=[("", ANY), *names.items()], default="")
    return Filter(
        "session",
        _("Session"),
        field,
        lambda value: TrainingSeat.session_id == int(value),
        lambda value: names[value],
    )
