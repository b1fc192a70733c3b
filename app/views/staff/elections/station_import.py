"""Importing the polling stations of an election: a file, a look at what it would do, and then all or nothing."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.models import Election, ImportRun
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.elections import elections
from app.services.elections.stations import station_runs, station_undo
from app.services.elections.stations.station_check import StationsRefused
from app.services.elections.stations.station_days import say_other_day
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.forms.uploads import import_file
from app.views.labels.elections import STATION_FIELDS, STATION_UNDO_REASONS
from app.views.labels.rosters import IMPORT_STATES
from app.views.parts.instance import instance_folder
from app.views.staff.elections.station_parts import find_station_parts


class StationsFileForm(PortalForm):
    """EML 110b or the standard."""

    file = import_file(
        _("File with polling stations"),
        _("EML 110b, or the form of waarismijnstemlokaal.nl (.xlsx, .ods, .xls or CSV)."),
    )


def _start(election: Election, form: StationsFileForm) -> ImportRun:
    file = form.file.data
    return station_runs.start_run(
        election, file.read(), file.filename or "", instance=instance_folder(), actor=current_actor(), now=g.now
    )


class StationImportView(Page):
    """The steps of an import; the uploaded file is kept sealed until the last one."""

    route_base = "/verkiezingen/<code>/stembureaus"
    default_view = "upload"

    @expose("/importeren", methods=["GET", "POST"])
    @has_access
    def upload(self, code: str) -> ResponseReturnValue:
        """Choose a file with polling stations."""
        election, form, started = find_election(code), StationsFileForm(), []
        if form.validate_on_submit() and self._commit_or_refuse(lambda: started.append(_start(election, form)), form):
            return redirect(url_for(".check", code=code, run_id=started[0].id))
        return self.render_template(
            "staff/elections/stations_upload.html",
            election=election,
            form=form,
            runs=import_runs.list_latest(station_runs.KIND, election_id=election.id),
            states=IMPORT_STATES,
        )

    @expose("/importeren/<int:run_id>", methods=["GET", "POST"])
    @has_access
    def check(self, code: str, run_id: int) -> ResponseReturnValue:
        """What the file would do; import it."""
        election, form = find_election(code), PortalForm()
        run = _find_run(election, run_id)
        if run.state in import_runs.OVER:
            return self._show_done(election, run)
        try:
            if form.validate_on_submit():
                return self._take(election, run)
            own = current_app.config["MUNICIPALITY"]
            check = station_runs.check_run(election, run, instance=instance_folder(), municipality=own)
        except StationsRefused as refused:
            db.session.rollback()
            check = refused.check
        except RuleBroken as error:
            db.session.rollback()
            flash(translate(error.text), "error")
            return redirect(url_for(".upload", code=code))
        return self.render_template(
            "staff/elections/stations_check.html",
            election=election,
            check=check,
            form=form,
            found=find_station_parts(election, run, check),
            run=run,
            other_day=say_other_day(election, check.other_day) if check.other_day else None,
            moves_hours=run.mapping.get(station_runs.MOVES_HOURS),
        )

    def _show_done(self, election: Election, run: ImportRun) -> Any:
        return self.render_template(
            "staff/elections/stations_done.html",
            election=election,
            run=run,
            can_undo=station_undo.can_undo(run),
            undone=run.mapping.get("undo"),
            left=station_undo.list_leftovers(run),
            reasons=STATION_UNDO_REASONS,
            labels=STATION_FIELDS,
        )

    @expose("/importeren/<int:run_id>/terugdraaien", methods=["GET", "POST"])
    @has_access
    def undo(self, code: str, run_id: int) -> ResponseReturnValue:
        """What undoing would do; undo it."""
        election, form = find_election(code), PortalForm()
        run = _find_run(election, run_id)
        done = url_for(".check", code=code, run_id=run_id)
        if not station_undo.can_undo(run):
            return redirect(done)
        if form.validate_on_submit() and self._commit_or_refuse(lambda: _undo(election, run), form):
            return redirect(done)
        foreseen = station_undo.foresee(run)
        return self.render_template(
            "staff/elections/stations_undo.html",
            election=election,
            run=run,
            form=form,
            foreseen=foreseen,
            reasons=STATION_UNDO_REASONS,
        )

    @staticmethod
    def _take(election: Election, run: ImportRun) -> Any:
        check = station_runs.import_run(election, run, instance=instance_folder(), actor=current_actor(), now=g.now)
        db.session.commit()
        import_runs.forget_file(run, instance=instance_folder())
        db.session.commit()
        flash(translate(check.summary), "success")
        return redirect(url_for(".check", code=election.code, run_id=run.id))

    @expose("/importeren/<int:run_id>/dag", methods=["POST"])
    @has_access
    def move(self, code: str, run_id: int) -> ResponseReturnValue:
        """The file is of an earlier election: take its stations, with their hours on the day of this one."""
        run = _find_run(find_election(code), run_id)
        self._commit_or_refuse(lambda: station_runs.move_hours(run), None)
        return redirect(url_for(".check", code=code, run_id=run_id))

    @expose("/importeren/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def drop(self, code: str, run_id: int) -> ResponseReturnValue:
        """Give up, and delete the file."""
        import_runs.give_up(_find_run(find_election(code), run_id), instance=instance_folder())
        db.session.commit()
        flash(gettext("The file has been deleted. Nothing was imported."), "success")
        return redirect(url_for("ElectionsView.show", pk=code))


def _undo(election: Election, run: ImportRun) -> None:
    station_undo.undo_stations(election, run, actor=current_actor(), now=g.now)


def find_election(code: str) -> Election:
    """The election in the address, or 404."""
    try:
        return elections.find_election(code)
    except RuleBroken:
        raise NotFound from None


def _find_run(election: Election, run_id: int) -> ImportRun:
    return import_runs.find_of_election(station_runs.KIND, run_id, election.id) or abort(404)
