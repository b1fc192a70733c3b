"""Sessions of trainings, on a generated screen, with who takes part and the ways on."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Query, joinedload, selectinload
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from app import jobs
from app.auth.visitor import current_actor
from app.i18n import write_moment
from app.models import SeatOutcome, SeatState, TrainingSeat, TrainingSession
from app.services.training import attendance, sessions
from app.views.forms.forms import PortalForm
from app.views.labels.training import SEAT_OUTCOMES, SEAT_STATES, SESSION_KINDS, SESSION_STATES
from app.views.parts.markdown import in_language
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.training.form import SessionForm
from app.views.tables.filters.by_column import ANY, Filter

SHOWN = 50  # participants on the page of a session; all are in their list


def name_session(session: TrainingSession) -> str:
    """What it is called in titles: "Training stembureaulid, do 5 maart 2026, 19.30 uur"."""
    return f"{in_language(session, 'title')}, {write_moment(session.starts_at)}"


class CancelForm(PortalForm):
    """Why a session does not go on."""

    reason = StringField(
        _("Reason"), [Optional(), Length(max=300)], description=_("Members read it in the portal, not in the mail.")
    )


class TrainingSessionsView(OfElectionView):
    """Trainingen."""

    datamodel = SQLAInterface(TrainingSession)
    route_base = "/trainingen"
    singular, plural = _("session of a training"), _("trainings")
    base_order = ("starts_at", "desc")
    quick_search = ("title", "title_en", "place")
    quick_label = _("Search by title or place")
    choices = {"kind": SESSION_KINDS, "state": SESSION_STATES}
    label_columns = {
        "title": _("Title"),
        "title_en": _("Title in English"),
        "election": _("Election"),
        "kind": _("Where"),
        "place": _("Building and address"),
        "link": _("Address of the online meeting"),
        "starts_at": _("Begins"),
        "ends_at": _("Ends"),
        "capacity": _("Places"),
        "taken": _("Taken"),
        "waiting": _("Waiting"),
        "functions": _("For which functions"),
        "sign_up_until": _("Members choose until"),
        "valid_months": _("Months that the certificate counts"),
        "remind_days": _("Days before it of the reminder"),
        "reminded_at": _("Reminded on"),
        "state": _("State"),
        "cancelled_at": _("Cancelled on"),
        "cancel_reason": _("Reason"),
    }
    cells = {
        "functions": lambda row: ", ".join(in_language(found, "name") for found in row.functions) or str(_("all")),
    }
    list_columns = ["title", "starts_at", "kind", "taken", "capacity", "waiting", "state"]
    more_columns = ("place", "functions", "sign_up_until", "valid_months", "remind_days", "reminded_at", "election")
    show_columns = [
        *("election", "functions", "starts_at", "ends_at", "kind", "place", "link", "capacity", "taken", "waiting"),
        *("sign_up_until", "valid_months", "remind_days", "reminded_at", "state", "cancelled_at", "cancel_reason"),
    ]
    add_columns = edit_columns = ["title"]
    standard_views = (
        (_("To come"), {"how": "coming"}),
        (_("With a waiting list"), {"how": "waiting"}),
        (_("Results not filled in"), {"how": "unmarked"}),
    )
    search_columns = ["kind", "state", "starts_at"]
    order_columns = ["title", "starts_at"]
    add_form = edit_form = SessionForm
    show_template = "staff/training/session.html"
    seat_states, seat_outcomes = SEAT_STATES, SEAT_OUTCOMES  # for its template

    def row_name(self, item: TrainingSession) -> str:
        """Title, day and time."""
        return name_session(item)

    def filters_now(self) -> list[Filter]:
        """And how it stands."""
        return [*super().filters_now(), _how_filter()]

    def rows(self) -> Query[Any]:
        """With their election and functions."""
        options = (joinedload(TrainingSession.election), selectinload(TrainingSession.functions))
        return super().rows().options(*options)

    def create_row(self, form: Any) -> TrainingSession:
        """By the rules of the service."""
        return sessions.write_session(form.wanted(), None, actor=current_actor(), now=g.now)

    def after_adding(self, item: TrainingSession) -> str:
        """To its page."""
        return url_for(".show", pk=item.id)

    def can_edit(self, item: TrainingSession) -> bool:
        """Not once it is cancelled."""
        return super().can_edit(item) and item.is_open

    def change_row(self, item: TrainingSession, form: Any) -> None:
        """By the same rules; who has a place hears of another time or place."""
        sessions.write_session(form.wanted(), item, actor=current_actor(), now=g.now)

    def check_goes(self, item: TrainingSession) -> None:
        """Only when nobody had to do with it."""
        sessions.check_session_goes(item)

    def delete_row(self, item: TrainingSession) -> None:
        """Only when nobody had to do with it."""
        sessions.delete_session(item, actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            item = values["item"]
            found = attendance.list_seats(item.id, SeatState.SIGNED_UP, SeatState.WAITING)
            values = {
                "seats": found[:SHOWN],
                "is_more": len(found) > SHOWN,
                "can_mark": attendance.can_mark(item, g.now),
                "can_add": item.is_open and item.ends_at > g.now,
                "can_cancel": item.is_open and item.starts_at > g.now,
                **values,
            }
        return super()._render(template, **values)

    @expose("/afzeggen/<pk>", methods=["GET", "POST"])
    @has_access
    def cancel(self, pk: str) -> ResponseReturnValue:
        """It does not go on: a page that says who is told; the POST does it."""
        item, form, told = self.find_row(pk), CancelForm(), []
        here = url_for(".show", pk=pk)

        def cancel() -> None:
            told.append(sessions.cancel_session(item, form.reason.data or "", **self.by_whom()))

        if form.validate_on_submit() and self._commit_or_refuse(cancel, form):
            jobs.deliver_mail()
            words = ngettext(
                "The session is cancelled; %(num)s member is told.",
                "The session is cancelled; %(num)s members are told.",
                told[0],
            )
            flash(words, "success")
            return redirect(here)
        title = gettext("Cancel: %(name)s", name=name_session(item))
        return super()._render("staff/training/cancel.html", title=title, form=form, item=item, back=here)


def _how_filter() -> Filter:
    unknown = exists().where(
        TrainingSeat.session_id == TrainingSession.id,
        TrainingSeat.state == SeatState.SIGNED_UP,
        TrainingSeat.outcome == SeatOutcome.NONE,
    )
    is_open = TrainingSession.is_open
    asked: dict[str, ColumnElement[bool]] = {
        "coming": (TrainingSession.starts_at > g.now) & is_open,
        "waiting": (TrainingSession.starts_at > g.now) & is_open & (TrainingSession.waiting > 0),
        "unmarked": (TrainingSession.ends_at < g.now) & is_open & unknown,
        "past": TrainingSession.ends_at < g.now,
    }
    words = {
        "coming": gettext("to come"),
        "waiting": gettext("to come, with a waiting list"),
        "unmarked": gettext("over, results not filled in"),
        "past": gettext("over"),
    }
    field = SelectField(_("When"), choices=[("", ANY), *words.items()], default="")
    return Filter("how", _("When"), field, lambda value: asked[value], lambda value: words[value])
