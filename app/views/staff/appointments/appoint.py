"""Appointing: whom the published plan touches, the first letter, the work itself, and the letters on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext

from app import jobs
from app.auth.visitor import current_actor
from app.clock import utc_now
from app.extensions import db
from app.i18n import translate
from app.letters.press import Press
from app.models import AppointmentRun, AppointmentSetup
from app.phrases import Phrase, RuleBroken
from app.services.appointments import appointing, lists, plans, setups
from app.services.appointments import paper as printing
from app.services.appointments.office import Office
from app.views.base import Page
from app.views.forms.fields import read_key
from app.views.labels.appointments import RUN_STATES
from app.views.pages.files import send_pdf
from app.views.staff.elections.station_import import find_election

NAMES_SHOWN = 50


class AppointView(Page):
    """Nothing leaves before somebody looked at the counts."""

    route_base = "/benoemen"
    default_view = "look"

    @expose("/van/<code>", methods=["GET"])
    @has_access
    @permission_name("look")
    def of_election(self, code: str) -> ResponseReturnValue:
        """Of this election: its settings, or first make them."""
        election = find_election(code)
        setup = setups.find_setup(election.id)
        if setup is None:
            return redirect(url_for("AppointmentSetupsView.add", election=election.id))
        return redirect(url_for("AppointmentSetupsView.show", pk=setup.id))

    @expose("/<int:setup_id>/wie", methods=["GET", "POST"])
    @has_access
    def look(self, setup_id: int) -> ResponseReturnValue:
        """To how many, who gets paper, and the first letter; the POST starts."""
        setup = _find(setup_id)
        if request.method == "POST":
            started: list[AppointmentRun] = []
            if self._commit_or_refuse(lambda: started.append(_start(setup)), None):
                jobs.run_appointments(started[0].id)
                return redirect(url_for(".run", run_id=started[0].id))
            return redirect(url_for(".look", setup_id=setup_id))
        version = plans.find_version(setup.election_id)
        return self.render_template(
            "staff/appointments/appoint.html",
            title=gettext("Appoint: %(election)s", election=setup.election.name),
            setup=setup,
            version=version,
            reason=plans.why_not(setup, version),
            plan=plans.make_plan(setup, version) if version else None,
            most=NAMES_SHOWN,
            runs=[(run, RUN_STATES[run.state]) for run in lists.list_runs(setup.election_id)],
            breadcrumbs=_crumbs(setup),
        )

    @expose("/<int:setup_id>/eerste-brief", methods=["GET"])
    @has_access
    def first_letter(self, setup_id: int) -> ResponseReturnValue:
        """The first letter as it would leave now; keeps nothing."""
        setup = _find(setup_id)
        version = plans.find_version(setup.election_id)
        plan = plans.make_plan(setup, version) if version else None
        if plan is None or plan.first_id is None:
            abort(404)
        letter = plans.make_first_letter(setup, plan.first_id, Office.read(current_app.config), now=g.now)
        try:
            with Press(setups.read_logo(setup)) as press:
                return send_pdf(press.print(letter), gettext("First letter") + ".pdf")
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for(".look", setup_id=setup_id))

    @expose("/werk/<int:run_id>", methods=["GET"])
    @has_access
    def run(self, run_id: int) -> ResponseReturnValue:
        """How far it is."""
        run = db.session.get(AppointmentRun, run_id)
        if run is None:
            abort(404)
        setup = setups.find_setup(run.election_id) or abort(404)
        return self.render_template(
            "staff/appointments/run.html",
            title=gettext("Appointments: %(election)s", election=run.election.name),
            run=run,
            setup=setup,
            is_on=run.state in plans.ON_ITS_WAY,
            failure=Phrase(run.failure) if run.failure else None,
            breadcrumbs=_crumbs(setup),
        )

    @expose("/werk/<int:run_id>/stop", methods=["POST"])
    @has_access
    def stop(self, run_id: int) -> ResponseReturnValue:
        """Make no more of them."""
        run = db.session.get(AppointmentRun, run_id)
        if run is None:
            abort(404)
        if self._commit_or_refuse(lambda: appointing.stop_run(run, actor=current_actor(), now=g.now), None):
            flash(gettext("Stopped. What was done stays done."), "success")
        return redirect(url_for(".run", run_id=run_id))

    @expose("/<int:setup_id>/papier", methods=["GET", "POST"])
    @has_access
    def paper(self, setup_id: int) -> ResponseReturnValue:
        """Letters that wait to be printed, and batches that were; the POST takes the next batch."""
        setup = _find(setup_id)
        if request.method == "POST":
            taken: list[printing.Batch] = []
            take = partial(printing.take_batch, setup.election_id, actor=current_actor(), now=g.now)
            if self._commit_or_refuse(lambda: taken.append(take()), None):
                flash(gettext("The letters are ready. Open the PDF and print it."), "success")
            return redirect(url_for(".paper", setup_id=setup_id))
        return self.render_template(
            "staff/appointments/paper.html",
            title=gettext("Letters on paper: %(election)s", election=setup.election.name),
            setup=setup,
            waiting=printing.count_unprinted(setup.election_id),
            batches=printing.list_batches(setup.election_id),
            most=printing.BATCH,
            breadcrumbs=_crumbs(setup),
        )

    @expose("/<int:setup_id>/papier/<printed_at>", methods=["GET"])
    @has_access
    def batch(self, setup_id: int, printed_at: str) -> ResponseReturnValue:
        """A batch as one PDF, also once more."""
        setup = _find(setup_id)
        try:
            at = _read_moment(printed_at)
            pdf = printing.read_batch(setup.election_id, at, is_double_sided="dubbelzijdig" in request.args)
        except ValueError:
            abort(404)
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for(".paper", setup_id=setup_id))
        return send_pdf(pdf, f"brieven-{at:%Y%m%d-%H%M}.pdf")


def _start(setup: AppointmentSetup) -> AppointmentRun:
    typed = request.form.get("version", "")
    try:
        version_id = read_key(typed)
    except ValueError:
        abort(404)
    return appointing.start_run(setup, version_id, actor=current_actor(), now=utc_now())


def _read_moment(typed: str) -> datetime:
    """The moment in an address, in UTC. Raises ValueError for none, for one without a zone and for one in no year."""
    moment = datetime.fromisoformat(typed)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such moment") from None


def _find(setup_id: int) -> AppointmentSetup:
    setup = db.session.get(AppointmentSetup, setup_id)
    return setup or abort(404)


def _crumbs(setup: AppointmentSetup) -> list[tuple[Any, str | None]]:
    here = url_for("AppointmentSetupsView.show", pk=setup.id)
    return [
        (gettext("Elections"), url_for("ElectionsView.list")),
        (setup.election.name, url_for("ElectionsView.show", pk=setup.election.code)),
        (gettext("Appointing"), here),
    ]
