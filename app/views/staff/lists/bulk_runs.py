"""An act on all that a list found: how far it is, to whom it was not done and why; stopping it, and printing."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import BulkRun, Election, Member
from app.services import bulk_runs
from app.services.bulk_acts import ACTS
from app.services.bulk_runs import WAITING
from app.views.base import Page, StaffView
from app.views.staff.members.letters import print_letters
from app.views.tables.lists.acts import MOST_ROWS
from app.views.tables.words import sentence

SHOWN = 50  # of the rows to which it was not done
QUICKLY = 2  # seconds between two looks while it goes on


class BulkRunsView(Page):
    """The page of one act on everything that was found; who may act on that list may see it."""

    route_base = "/handelingen"
    default_view = "show"

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> ResponseReturnValue:
        """How far it is."""
        run, view = _find(pk)
        act = ACTS[f"{run.screen}.{run.act}"]
        title = sentence(view.actions[run.act].text)
        back, leaving = _list_of(run, view), bulk_runs.count_leaving(run)
        page: str = self.render_template(
            "staff/lists/bulk_run.html",
            title=title,
            breadcrumbs=[(sentence(view.plural), back), (title, None)],
            run=run,
            is_on=run.state in WAITING or bool(leaving),
            leaving=leaving,
            is_printed=act.is_printed,
            part=MOST_ROWS,
            again=QUICKLY,
            reasons=bulk_runs.count_reasons(run),
            refused=[(_name(row), why) for row, why in bulk_runs.list_refused(run, limit=SHOWN)],
            back=back,
        )
        return page

    @expose("/<int:pk>/stoppen", methods=["POST"])
    @has_access
    def stop(self, pk: int) -> ResponseReturnValue:
        """Do no more of it."""
        run, _view = _find(pk)
        stop = {"actor": current_actor(), "now": g.now}
        if self._commit_or_refuse(lambda: bulk_runs.stop_run(run, **stop), None):
            flash(gettext("It was stopped. What was done stays done."), "success")
        return redirect(url_for(".show", pk=pk))

    @expose("/<int:pk>/afdrukken", methods=["POST"])
    @has_access
    def print_part(self, pk: int) -> ResponseReturnValue:
        """The next letters, as a page to print; they are marked as printed with it."""
        run, _view = _find(pk)
        if not ACTS[f"{run.screen}.{run.act}"].is_printed:
            abort(404)
        if run.state not in WAITING:
            return redirect(url_for(".show", pk=pk))
        keys = bulk_runs.take_part(run, MOST_ROWS, g.now)
        people = db.session.query(Member).filter(Member.id.in_(keys)).order_by(*Member.by_name()).all()
        printed = print_letters(people)
        return printed or redirect(url_for(".show", pk=pk))


def _find(pk: int) -> tuple[BulkRun, Any]:
    """The act and the view of its list, if the visitor may do it; else 404."""
    run = db.session.get(BulkRun, pk)
    builder = current_app.extensions["appbuilder"]
    screens: list[Any] = [
        view
        for view in builder.baseviews
        if run is not None and isinstance(view, StaffView) and type(view).__name__ == run.screen
    ]
    if run is None or not screens or run.act not in screens[0].actions:
        abort(404)
    view = screens[0]
    if not builder.sm.has_access(view.get_action_permission_name(run.act), view.class_permission_name):
        abort(404)
    return run, view


def _list_of(run: BulkRun, view: Any) -> str:
    """The list as it was searched."""
    election = db.session.get(Election, run.parameters.get("election_id", 0))
    url = url_for(f"{view.endpoint}.list", code=election.code) if election else url_for(f"{view.endpoint}.list")
    return f"{url}?{run.query}" if run.query else url


def _name(row: Any) -> str:
    return str(getattr(row, "full_name", "") or getattr(row, "subject", "") or row)
