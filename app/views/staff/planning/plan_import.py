"""Importing a plan from a spreadsheet: the file, a look at what it would do, and then that as one act."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.importing.elections.plan import COLUMNS, PlanRow
from app.models import Election, ImportRun
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.planning.exchange import importing
from app.services.planning.exchange.importing import Preview
from app.views.forms.forms import PortalForm
from app.views.forms.uploads import import_file
from app.views.labels.members import TEAM_FIELD_LABELS
from app.views.labels.rosters import IMPORT_STATES
from app.views.parts.found import Lines, Parts, Shown, find_parts
from app.views.parts.instance import instance_folder
from app.views.staff.planning.of_election import OfElectionPage, find_election

PLACE_FIELDS: Final[dict[str, Any]] = {
    "number": _("Number of the polling station"),
    "station": _("Polling station"),
    "day": _("Date"),
    "shift": _("Shift"),
    "function": _("Function"),
    "name": _("Name"),
    "starts": _("From"),
    "ends": _("Until"),
    "note": _("Note"),
}
FIELDS: Final = {
    **PLACE_FIELDS,
    **{name: TEAM_FIELD_LABELS[name] for name in COLUMNS.fields if name not in PLACE_FIELDS},
}


class PlanUploadForm(PortalForm):
    """A plan in a spreadsheet."""

    file = import_file(
        _("File with the plan"),
        _("A spreadsheet (.xlsx, .ods, .xls) or CSV with a row for each place, and headings above the columns."),
    )


class PlanImportView(OfElectionPage):
    """The steps of an import; the uploaded file is kept sealed until the last one."""

    route_base = "/verkiezingen/<code>/indeling"
    default_view = "upload"

    @expose("/importeren", methods=["GET", "POST"])
    @has_access
    def upload(self, code: str) -> ResponseReturnValue:
        """Choose a file."""
        election, form, started = find_election(code), PlanUploadForm(), []

        def start() -> None:
            file = form.file.data
            run = importing.start_run(
                election, file.read(), file.filename or "", instance=instance_folder(), actor=current_actor(), now=g.now
            )
            started.append(run)

        if form.validate_on_submit() and self._commit_or_refuse(start, form):
            return redirect(url_for(".check", code=code, run_id=started[0].id))
        runs = import_runs.list_latest(importing.KIND, election_id=election.id)
        title = gettext("Import a plan: %(name)s", name=election.name)
        return self.show_page("plan_upload.html", election, title, form=form, runs=runs, states=IMPORT_STATES)

    @expose("/importeren/<int:run_id>", methods=["GET", "POST"])
    @has_access
    def check(self, code: str, run_id: int) -> ResponseReturnValue:
        """What the file would do; do it."""
        election, form = find_election(code), PortalForm()
        run = _find_run(election, run_id)
        title = gettext("Check the plan: %(name)s", name=election.name)
        if run.state in import_runs.OVER:
            return self.show_page("plan_check.html", election, title, run=run, preview=None, form=form)
        if import_runs.is_waiting(run) or run.message:
            busy = import_runs.is_waiting(run)
            refusal = import_runs.refusal_of(run)
            values = {"preview": None, "is_busy": busy, "refusal": refusal}
            return self.show_page("plan_check.html", election, title, run=run, form=form, **values)
        done: list[bool] = []
        if form.validate_on_submit() and self._commit_or_refuse(lambda: done.append(_take(election, run)), form):
            return self._go_on(election, run, is_done=done[0])
        try:
            preview = importing.preview_run(election, run, instance=instance_folder())
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for(".upload", code=code))
        return self.show_page(
            "plan_check.html",
            election,
            title,
            run=run,
            preview=preview,
            form=form,
            fields=FIELDS,
            found=_find_parts(election, run, preview),
        )

    @staticmethod
    def _go_on(election: Election, run: ImportRun, *, is_done: bool) -> Any:
        if not is_done:
            jobs.run_import(run.id)
            return redirect(url_for(".check", code=election.code, run_id=run.id))
        import_runs.forget_file(run, instance=instance_folder())
        db.session.commit()
        words = ngettext("%(num)s place was imported.", "%(num)s places were imported.", run.rows_new)
        undo = gettext("In the plan this can be undone as one act.")
        flash(f"{words} {undo}", "success")
        return redirect(url_for("CoverageView.show", code=election.code))

    @expose("/importeren/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def drop(self, code: str, run_id: int) -> ResponseReturnValue:
        """Give up, and delete the file."""
        run = _find_run(find_election(code), run_id)
        given_up = self._commit_or_refuse(lambda: import_runs.give_up(run, instance=instance_folder()), None)
        if given_up:
            flash(gettext("The file has been deleted. Nothing was imported."), "success")
        return redirect(url_for(".upload", code=code))


def _take(election: Election, run: ImportRun) -> bool:
    return importing.ask_import(election, run, instance=instance_folder(), actor=current_actor(), now=g.now)


def _find_run(election: Election, run_id: int) -> ImportRun:
    return import_runs.find_of_election(importing.KIND, run_id, election.id) or abort(404)


def _find_parts(election: Election, run: ImportRun, preview: Preview) -> Parts | None:
    lines: dict[str, Lines] = {
        "refused": list(preview.refused),
        "warned": list(preview.warned),
        "new": list(preview.new),
    }
    return find_parts(
        SHOWN,
        {name: len(found) for name, found in lines.items()},
        lambda name: lines[name],
        lambda **arguments: url_for(".check", code=election.code, run_id=run.id, **arguments),
    )


def _cells(row: PlanRow) -> list[Any]:
    """Which row it is, and whom and where it is about, as the file has it."""
    names = [row.cells[name] for name in ("first_name", "infix", "surname") if name in row.cells]
    who = [row.cells.get("member_number", ""), row.cells.get("name", "") or " ".join(names)]
    where = [row.cells.get(name, "") for name in ("number", "station", "shift", "function")]
    return [row.row, " ".join(filter(None, who)), ", ".join(filter(None, where))]


_COLUMNS: Final = [_("Row"), _("Member"), _("Place")]
SHOWN: Final[dict[str, Shown]] = {
    "refused": Shown(
        _("Not taken"),
        _("These rows are left out. Mend the file and upload it again, or plan them by hand."),
        [*_COLUMNS, _("Reason")],
        lambda lines: [[*_cells(row), translate(why)] for row, why in lines],
    ),
    "warned": Shown(
        _("With a warning"),
        _("These places are given all the same. Look whether that is meant."),
        [*_COLUMNS, _("Warning")],
        lambda lines: [[*_cells(wanted.row), " ".join(map(translate, why))] for wanted, why in lines],
    ),
    "new": Shown(_("New places"), "", _COLUMNS, lambda lines: [_cells(wanted.row) for wanted in lines]),
}
