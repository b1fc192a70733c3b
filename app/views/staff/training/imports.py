"""Importing results of a session or an e-learning: the file, a look at what it would do, and doing it."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms.validators import Optional

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate, write_date
from app.importing.training import ResultRow
from app.models import ImportRun, TrainingSession
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.training import imports
from app.services.training.imports import Preview, Wanted
from app.services.training.sessions import USUAL_TERM
from app.views.base import Page
from app.views.forms.asked import AskedField
from app.views.forms.fields import WholeNumberField
from app.views.forms.forms import PortalForm
from app.views.forms.uploads import import_file
from app.views.labels.rosters import IMPORT_STATES
from app.views.labels.training import SEAT_OUTCOMES
from app.views.parts.found import Lines, Parts, Shown, find_parts
from app.views.parts.instance import instance_folder
from app.views.staff.training.sessions import name_session

E_LEARNING: Final = "e-learning"
MOST_SESSIONS: Final = 100  # the latest ones
FIELDS: Final[dict[str, Any]] = {
    "member_number": _("Member number"),
    "user_name": _("User name"),
    "email": _("E-mail address"),
    "result": _("Result"),
    "passed_on": _("Passed on"),
    "valid_until": _("Last valid day"),
}


class ResultUploadForm(PortalForm):
    """A file, and what it is about."""

    about = AskedField(_("Results of"))
    valid_months = WholeNumberField(
        _("An e-learning counts for so many months"),
        [Optional()],
        description=_("Of a session its own number counts, and a column with an end in the file goes before both."),
    )
    file = import_file(
        _("File with results"),
        _("A spreadsheet (.xlsx, .ods, .xls) or CSV with a row for each member, and headings above the columns."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begun = select(TrainingSession).where(TrainingSession.starts_at <= g.now, TrainingSession.is_open)
        rows = begun.order_by(TrainingSession.starts_at.desc(), TrainingSession.id).limit(MOST_SESSIONS)
        sessions = [(str(found.id), name_session(found)) for found in db.session.scalars(rows)]
        self.about.choices = [(E_LEARNING, _("an e-learning")), *sessions]

    def session(self) -> TrainingSession | None:
        """The session that was chosen; None for the e-learning."""
        chosen = self.about.data
        return None if chosen == E_LEARNING else db.session.get_one(TrainingSession, int(chosen))


class TrainingImportView(Page):
    """The steps of an import; the uploaded file is kept sealed until the last one."""

    route_base = "/trainingsuitslagen/importeren"
    default_view = "upload"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def upload(self) -> ResponseReturnValue:
        """Choose a file."""
        asked = {"about": request.args.get("sessie", ""), "valid_months": USUAL_TERM}
        form, started = ResultUploadForm(data=asked), list[ImportRun]()

        def start() -> None:
            file = form.file.data
            run = imports.start_run(
                form.session(),
                form.valid_months.data,
                file.read(),
                file.filename or "",
                instance=instance_folder(),
                actor=current_actor(),
                now=g.now,
            )
            started.append(run)

        if form.validate_on_submit() and self._commit_or_refuse(start, form):
            return redirect(url_for(".check", run_id=started[0].id))
        title = gettext("Import results of trainings")
        runs = import_runs.list_latest(imports.KIND)
        return self._page("upload.html", title, form=form, runs=runs, states=IMPORT_STATES)

    @expose("/<int:run_id>", methods=["GET", "POST"])
    @has_access
    def check(self, run_id: int) -> ResponseReturnValue:
        """What the file would do; do it."""
        run, form = _find_run(run_id), PortalForm()
        title = gettext("Check the results")
        if run.state in import_runs.OVER:
            return self._page("check.html", title, run=run, preview=None, form=form)
        if form.validate_on_submit() and self._commit_or_refuse(lambda: _take(run), form):
            import_runs.forget_file(run, instance=instance_folder())
            db.session.commit()
            flash(ngettext("%(num)s result was imported.", "%(num)s results were imported.", run.rows_new), "success")
            return redirect(url_for("TrainingResultsView.list"))
        try:
            preview = imports.preview_run(run, instance=instance_folder(), now=g.now)
            session = imports.session_of(run)
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for(".upload"))
        return self._page(
            "check.html",
            title,
            run=run,
            preview=preview,
            form=form,
            fields=FIELDS,
            about=name_session(session) if session is not None else gettext("an e-learning"),
            found=_find_parts(run, preview),
        )

    @expose("/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def drop(self, run_id: int) -> ResponseReturnValue:
        """Give up, and delete the file."""
        run = _find_run(run_id)
        if self._commit_or_refuse(lambda: import_runs.give_up(run, instance=instance_folder()), None):
            flash(gettext("The file has been deleted. Nothing was imported."), "success")
        return redirect(url_for(".upload"))

    def _page(self, template: str, title: str, **values: Any) -> ResponseReturnValue:
        crumbs = [(gettext("Results of trainings"), url_for("TrainingResultsView.list")), (title, None)]
        page: str = self.render_template(f"staff/training/{template}", title=title, breadcrumbs=crumbs, **values)
        return page


def _take(run: ImportRun) -> None:
    imports.import_run(run, instance=instance_folder(), actor=current_actor(), now=g.now)


def _find_run(run_id: int) -> ImportRun:
    return import_runs.find(imports.KIND, run_id) or abort(404)


def _find_parts(run: ImportRun, preview: Preview) -> Parts | None:
    lines: dict[str, Lines] = {
        "refused": list(preview.refused),
        "not_passed": list(preview.not_passed),
        "new": list(preview.new),
    }
    return find_parts(
        SHOWN,
        {name: len(found) for name, found in lines.items()},
        lambda name: lines[name],
        lambda **arguments: url_for(".check", run_id=run.id, **arguments),
    )


def _said(row: ResultRow) -> list[Any]:
    values = [row.cells[name] for name in ("result", "passed_on", "valid_until") if name in row.cells]
    return [row.row, row.who, ", ".join(values)]


def _cells(wanted: Wanted) -> list[Any]:
    days = (
        [write_date(day) for day in (wanted.passed.passed_on, wanted.passed.valid_until) if day]
        if wanted.passed
        else []
    )
    return [wanted.row.row, wanted.member.full_name, str(SEAT_OUTCOMES[wanted.outcome]), " – ".join(days)]


SHOWN: Final[dict[str, Shown]] = {
    "refused": Shown(
        _("Not taken"),
        _("These rows are left out. Mend the file and upload it again, or fill them in by hand."),
        [_("Row"), _("Member"), _("In the file"), _("Reason")],
        lambda lines: [[*_said(row), translate(why)] for row, why in lines],
    ),
    "not_passed": Shown(
        _("Did not pass"),
        _("Of an e-learning only who passed is kept."),
        [_("Row"), _("Member"), _("Result"), _("Counts")],
        lambda lines: [_cells(wanted) for wanted in lines],
    ),
    "new": Shown(
        _("New results"),
        "",
        [_("Row"), _("Member"), _("Result"), _("Counts")],
        lambda lines: [_cells(wanted) for wanted in lines],
    ),
}
