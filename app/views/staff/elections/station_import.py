"""Importing the polling stations of an election: a file, a look at what it would do, and then all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import NotFound

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.models import Election, ImportRun, ImportState
from app.phrases import RuleBroken
from app.services.elections import elections, stations
from app.services.files.import_uploads import UploadGone, delete_upload, keep_upload, read_upload
from app.views.base import Page
from app.views.forms.forms import PortalForm

KIND = "stations"
SHOWN_FAULTS = 100


class StationsFileForm(PortalForm):
    """EML 110b or the standard."""

    file = FileField(
        _("File with polling stations"),
        [FileRequired(_("Choose a file."))],
        description=_("EML 110b, or the form of waarismijnstemlokaal.nl (.xlsx, .ods, .xls or CSV)."),
    )


class StationImportView(Page):
    """The steps of an import; the uploaded file is kept sealed until the last one."""

    route_base = "/verkiezingen/<code>/stembureaus"
    default_view = "upload"

    @expose("/importeren", methods=["GET", "POST"])
    @has_access
    def upload(self, code: str) -> ResponseReturnValue:
        """Choose a file with polling stations."""
        election, form = find_election(code), StationsFileForm()
        if form.validate_on_submit():
            content, name = form.file.data.read(), form.file.data.filename or ""
            try:
                stations.check_stations(election, content, name)
                run = _keep(election, content, name)
                db.session.commit()
                return redirect(url_for(".check", code=code, run_id=run.id))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self.render_template(
            "staff/form_page.html",
            form=form,
            title=gettext("Import polling stations: %(name)s", name=election.name),
            label=gettext("Upload"),
            back=url_for("ElectionsView.show", pk=code),
            upload=True,
        )

    @expose("/importeren/<int:run_id>", methods=["GET", "POST"])
    @has_access
    def check(self, code: str, run_id: int) -> ResponseReturnValue:
        """What the file would do; import it."""
        election, run = find_election(code), _run(run_id, code)
        form = PortalForm()
        try:
            content = read_upload(run.file_name or "", instance=_instance())
            if form.validate_on_submit():
                return self._take(election, run, content)
            check = stations.check_stations(election, content, run.original_name)
        except UploadGone:
            return _again(code, gettext("This file is no longer here. Upload it again."))
        except stations.StationsRefused as refused:
            db.session.rollback()
            check = refused.check
        except RuleBroken as error:
            db.session.rollback()
            return _again(code, translate(error.text))
        return self.render_template(
            "staff/elections/stations_check.html",
            election=election,
            check=check,
            form=form,
            shown=SHOWN_FAULTS,
            run=run,
        )

    @staticmethod
    def _take(election: Election, run: ImportRun, content: bytes) -> Any:
        check = stations.import_stations(election, content, run.original_name, actor=current_actor(), now=g.now)
        run.state, run.finished_at = ImportState.DONE, g.now
        run.rows_total, run.rows_new, run.rows_changed = check.total, len(check.new), len(check.changed)
        file_name, run.file_name = run.file_name or "", None
        db.session.commit()
        delete_upload(file_name, instance=_instance())
        flash(translate(check.summary), "success")
        return redirect(url_for("ElectionsView.show", pk=election.code))

    @expose("/importeren/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def drop(self, code: str, run_id: int) -> ResponseReturnValue:
        """Give up, and delete the file."""
        run = _run(run_id, code)
        file_name, run.file_name, run.state = run.file_name or "", None, ImportState.FAILED
        db.session.commit()
        delete_upload(file_name, instance=_instance())
        flash(gettext("The file has been deleted. Nothing was imported."), "success")
        return redirect(url_for("ElectionsView.show", pk=code))


def find_election(code: str) -> Election:
    """The election in the address, or 404."""
    try:
        return elections.find_election(code)
    except RuleBroken:
        raise NotFound from None


def _again(code: str, reason: str) -> Any:
    flash(reason, "error")
    return redirect(url_for(".upload", code=code))


def _keep(election: Election, content: bytes, name: str) -> ImportRun:
    run = ImportRun(
        kind=KIND,
        election_id=election.id,
        original_name=name[:200],
        file_name=keep_upload(content, instance=_instance()),
        state=ImportState.CHECKED,
        created_by_user_id=current_actor().user_id,
        created_at=g.now,
    )
    db.session.add(run)
    return run


def _run(run_id: int, code: str) -> ImportRun:
    run = db.session.get(ImportRun, run_id)
    if run is None or run.kind != KIND or run.election_id != find_election(code).id or run.state != ImportState.CHECKED:
        raise NotFound
    return run


def _instance() -> Path:
    folder: Path = current_app.config["INSTANCE_DIR"]
    return folder
