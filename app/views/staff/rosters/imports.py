"""Importing members: upload, choose the columns, look at what would happen, import; then what was refused."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from wtforms import BooleanField

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.importing.faults import FileRefused
from app.importing.rosters.columns import unused_columns
from app.importing.rosters.refused_rows import refused_rows_csv, show_row
from app.models import ImportRun, ImportState
from app.phrases import Phrase, RuleBroken, phrase
from app.services import import_runs
from app.services.rosters import runs as rosters
from app.services.rosters import undo
from app.services.rosters.apply import ImportOvertaken
from app.services.rosters.report import Part, read_part, refused_rows
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.forms.uploads import import_file
from app.views.labels.members import TEAM_FIELD_LABELS
from app.views.labels.rosters import IMPORT_STATES, UNDO_REASONS
from app.views.parts.found import PER_PAGE
from app.views.parts.instance import instance_folder
from app.views.parts.paging import Listed, page_of
from app.views.staff.rosters.columns import ColumnsForm, columns_form, show_titles
from app.views.staff.rosters.parts import find_roster_parts

SAMPLE_ROWS = 3


class UploadForm(PortalForm):
    """A roster."""

    file = import_file(
        lazy_gettext("File with members"),
        lazy_gettext("A CSV file or a spreadsheet (.xlsx, .ods, .xls), one member per row."),
    )


def _start(form: UploadForm) -> ImportRun:
    file = form.file.data
    try:
        return rosters.start_run(
            file.read(), file.filename or "", instance=instance_folder(), actor=current_actor(), now=g.now
        )
    except FileRefused as error:
        raise RuleBroken(error.text, field="file") from None


class RosterImportView(Page):
    """Importing members. The uploaded file lies sealed, and is deleted after the import or after a day."""

    route_base = "/leden-importeren"
    default_view = "upload"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def upload(self) -> ResponseReturnValue:
        """Choose a file."""
        form, started = UploadForm(), []
        if form.validate_on_submit() and self._commit_or_refuse(lambda: started.append(_start(form)), form):
            return redirect(url_for(".columns", run_id=started[0].id))
        runs = import_runs.list_latest(rosters.KIND)
        return self.render_template("staff/rosters/upload.html", form=form, runs=runs, states=IMPORT_STATES)

    @expose("/<int:run_id>/kolommen", methods=["GET", "POST"])
    @has_access
    def columns(self, run_id: int) -> ResponseReturnValue:
        """Which column is which field, as recognised and changeable."""
        run = _find(run_id)
        try:
            roster = rosters.open_file(run, instance=instance_folder())
        except (RuleBroken, FileRefused) as error:
            flash(translate(error.text), "error")
            return redirect(url_for(".upload"))
        form = columns_form(roster.header, rosters.columns_of(run), is_newer=run.mapping.get("is_newer", False))
        try:
            if form.validate_on_submit():
                return self._check(run, form)
        except RuleBroken as error:
            db.session.rollback()
            form.refuse(error)
        rows = [cells for _number, cells in roster.rows() if any(map(str.strip, cells))][:SAMPLE_ROWS]
        return self.render_template(
            "staff/rosters/columns.html",
            run=run,
            form=form,
            remarks=roster.remarks,
            unused=unused_columns(roster.header, form.chosen()),
            titles=show_titles(roster.header),
            sample=[show_row(cells, roster.header, form.chosen()) for cells in rows],
        )

    @staticmethod
    def _check(run: ImportRun, form: ColumnsForm) -> Any:
        is_newer = form.is_newer.data
        is_done = rosters.ask_check(run, form.chosen(), instance=instance_folder(), now=g.now, is_newer=is_newer)
        db.session.commit()
        if not is_done:
            jobs.run_import(run.id)
        return redirect(url_for(".show", run_id=run.id))

    @expose("/<int:run_id>", methods=["GET"])
    @has_access
    def show(self, run_id: int) -> ResponseReturnValue:
        """What the check found, how far the worker is, or what was imported."""
        run = _find(run_id)
        if run.state == ImportState.UPLOADED:
            return redirect(url_for(".columns", run_id=run.id))
        return self.render_template(
            "staff/rosters/show.html",
            run=run,
            is_busy=import_runs.is_waiting(run),
            refusal=import_runs.refusal_of(run),
            file=_facts_of(run),
            found=find_roster_parts(run, instance=instance_folder()),
            can_undo=undo.can_undo(run),
            undone=undo.outcome_of(run),
            left=_left_of(run) if run.state == ImportState.UNDONE else None,
            reasons=UNDO_REASONS,
            labels=TEAM_FIELD_LABELS,
            unchanged=run.rows_total - run.rows_new - run.rows_changed - run.rows_refused,
        )

    @expose("/<int:run_id>/importeren", methods=["POST"])
    @has_access
    def start(self, run_id: int) -> ResponseReturnValue:
        """Import the good rows."""
        run = _find(run_id)
        try:
            is_done = rosters.ask_import(
                run,
                instance=instance_folder(),
                actor=current_actor(),
                now=g.now,
                without_doubles=request.form.get("without_doubles") == "yes",
            )
            self._commit()
            if is_done:
                import_runs.forget_file(run, instance=instance_folder())
                db.session.commit()
            else:
                jobs.run_import(run.id)
        except (RuleBroken, FileRefused) as error:
            db.session.rollback()
            flash(translate(error.text), "error")
        except (IntegrityError, ImportOvertaken):
            db.session.rollback()
            flash(_("The members changed during the import. Nothing was imported: try again."), "error")
        return redirect(url_for(".show", run_id=run_id))

    @expose("/<int:run_id>/terugdraaien", methods=["GET", "POST"])
    @has_access
    def undo(self, run_id: int) -> ResponseReturnValue:
        """What undoing would do; undo it."""
        run, form = _find(run_id), UndoForm(request.form or request.args)
        if not undo.can_undo(run):
            return redirect(url_for(".show", run_id=run_id))
        done: list[bool] = []
        if form.validate_on_submit() and self._commit_or_refuse(lambda: done.append(_undo(run, form)), form):
            if not done[0]:
                jobs.run_import(run.id)
            return redirect(url_for(".show", run_id=run_id))
        return self.render_template(
            "staff/rosters/undo.html",
            run=run,
            form=form,
            foreseen=undo.foresee(run, with_invited=form.with_invited.data),
            reasons=UNDO_REASONS,
        )

    @expose("/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def cancel(self, run_id: int) -> ResponseReturnValue:
        """Give up, and delete the file."""
        run = _find(run_id)
        if self._commit_or_refuse(
            lambda: rosters.cancel_run(run, instance=instance_folder(), actor=current_actor(), now=g.now), None
        ):
            flash(_("The file has been deleted. Nothing was imported."), "success")
        return redirect(url_for(".upload"))

    @expose("/<int:run_id>/geweigerd.csv", methods=["GET"])
    @has_access
    def refused(self, run_id: int) -> Response:
        """The refused rows with their reasons, to correct and import again."""
        run = _find(run_id)
        rows = refused_rows(run, instance=instance_folder())
        if rows is None:
            abort(404)
        header = read_part(run, Part.FILE, instance=instance_folder())["header"]
        content = refused_rows_csv(header, rows, rosters.columns_of(run), say=translate)
        answer = current_app.make_response(content)
        answer.headers["Content-Type"] = "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = "attachment; filename=geweigerde-rijen.csv"
        return answer


class UndoForm(PortalForm):
    """Who goes too."""

    with_invited = BooleanField(
        lazy_gettext("Also take away who was invited and did not open the account"),
        description=lazy_gettext("Their invitation no longer works then."),
    )


def _undo(run: ImportRun, form: UndoForm) -> bool:
    try:
        return undo.ask_undo(run, with_invited=form.with_invited.data, actor=current_actor(), now=g.now)
    except ImportOvertaken:
        raise RuleBroken(phrase("A member changed at this very moment. Nothing was undone: try again.")) from None


def _left_of(run: ImportRun) -> Listed:
    def read(*, limit: int, offset: int) -> Any:
        return undo.list_leftovers(run, limit=limit, offset=offset)

    return Listed(read, undo.count_leftovers(run), size=PER_PAGE, page_url=page_of(".show", run_id=run.id))


def _facts_of(run: ImportRun) -> dict[str, Any]:
    """What a person should know of the file: the sheet, columns that are not used, rows that are no member."""
    facts: dict[str, Any] = read_part(run, Part.FILE, instance=instance_folder()) or {}
    return {**facts, "remarks": [Phrase(*remark) for remark in facts.get("remarks", ())]}


def _find(run_id: int) -> ImportRun:
    return import_runs.find(rosters.KIND, run_id) or abort(404)
