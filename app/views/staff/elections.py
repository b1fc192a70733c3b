"""Elections for the team: from the official files or by hand, and the period in which availability is asked."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import say
from app.models import Counting, Election, ElectionType, ImportRun, ImportState, PollingStation
from app.services import election_states, elections, stations
from app.services.availability import open_availability
from app.services.availability_lists import AnswerFilter, count_answers
from app.services.declarations import list_current_texts
from app.services.uploads import UploadGone, delete_upload, keep_upload, read_upload
from app.texts import RuleBroken
from app.views.base import Page
from app.views.fields import DutchDateField, MomentField
from app.views.forms import PortalForm

KIND = "stations"
SHOWN_FAULTS = 100
TYPE_NAMES = {
    ElectionType.TK: lazy_gettext("House of Representatives"),
    ElectionType.PS: lazy_gettext("Provincial council"),
    ElectionType.WS: lazy_gettext("Water authority"),
    ElectionType.GR: lazy_gettext("Municipal council"),
    ElectionType.EP: lazy_gettext("European Parliament"),
    ElectionType.ER: lazy_gettext("Island council or electoral college"),
    ElectionType.IR: lazy_gettext("Other election"),
}
STATE_NAMES = {
    "draft": lazy_gettext("being prepared"),
    "recruiting": lazy_gettext("asks for availability"),
    "planning": lazy_gettext("being planned"),
    "published": lazy_gettext("plan published"),
    "running": lazy_gettext("going on"),
    "settling": lazy_gettext("being settled"),
    "closed": lazy_gettext("closed"),
}


class ElectionFileForm(PortalForm):
    """An EML 110a."""

    file = FileField(
        lazy_gettext("File of the election"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext("EML 110a of the Electoral Council, it ends in .eml.xml."),
    )


class StationsFileForm(PortalForm):
    """EML 110b or the standard."""

    file = FileField(
        lazy_gettext("File with polling stations"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext("EML 110b, or the form of waarismijnstemlokaal.nl (.xlsx, .ods, .xls or CSV)."),
    )


class ElectionForm(PortalForm):
    """What the team says of an election."""

    code = StringField(
        lazy_gettext("Code"), [InputRequired(), Length(max=60)], description=lazy_gettext("Such as GR2026_Utrecht.")
    )
    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=200)])
    type = SelectField(lazy_gettext("Type of election"), choices=[(k.value, v) for k, v in TYPE_NAMES.items()])
    voting_on = DutchDateField(
        lazy_gettext("Voting day"), [InputRequired()], description=lazy_gettext("For example 31-12-1980")
    )
    nomination_on = DutchDateField(lazy_gettext("Nomination day"), [Optional()])
    counting = SelectField(
        lazy_gettext("Counting"),
        choices=[
            (Counting.DSO.value, lazy_gettext("At the polling station (DSO)")),
            (Counting.CSO.value, lazy_gettext("Centrally (CSO)")),
        ],
    )
    candidates_may_apply = BooleanField(lazy_gettext("Candidates and sitting members may help at this election"))


class ElectionTextsForm(ElectionForm):
    """The texts come after an election is there: a new one gets the usual facts."""

    facts = TextAreaField(lazy_gettext("“Did you know?”, in Dutch (Markdown)"), [Optional()])
    facts_en = TextAreaField(lazy_gettext("“Did you know?”, in English (Markdown)"), [Optional()])


class PeriodForm(PortalForm):
    """When members may answer."""

    opens_on = MomentField(
        lazy_gettext("From"), [InputRequired()], description=lazy_gettext("For example 31-12-2026 17:00")
    )
    closes_on = MomentField(
        lazy_gettext("Until"), [InputRequired()], description=lazy_gettext("For example 31-12-2026 17:00")
    )
    explanation = TextAreaField(lazy_gettext("Explanation for members (Markdown)"), [Optional(), Length(max=5000)])


class ElectionsView(Page):
    """Verkiezingen."""

    route_base = "/verkiezingen"
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    def overview(self):
        """All elections."""
        return self.render_template(
            "staff/elections.html", elections=elections.list_elections(), types=TYPE_NAMES, states=STATE_NAMES
        )

    @expose("/importeren", methods=["GET", "POST"])
    @has_access
    def upload(self):
        """An election from the file of the Electoral Council."""
        form = ElectionFileForm()
        if form.validate_on_submit():
            try:
                done = elections.import_election(form.file.data.read(), actor=current_actor(), now=g.now)
                db.session.commit()
                flash(say(done.summary), "success")
                return redirect(url_for(".show", code=done.election.code))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self._form_page(form, _("Import an election"), _("Import"), url_for(".overview"), upload=True)

    @expose("/nieuw", methods=["GET", "POST"])
    @has_access
    def add(self):
        """An election by hand."""
        form = ElectionForm()
        if form.validate_on_submit():
            try:
                made = elections.create_election(_details(form), actor=current_actor(), now=g.now)
                db.session.commit()
                flash(_("The election has been added, with the usual days, functions and declarations."), "success")
                return redirect(url_for(".show", code=made.code))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self._form_page(form, _("Add an election"), _("Save"), url_for(".overview"))

    @expose("/<code>", methods=["GET"])
    @has_access
    def show(self, code: str):
        """One election: days, stations, declarations and what can be done."""
        election = find(code)
        count = select(func.count(PollingStation.id)).where(PollingStation.election_id == election.id)
        step = election_states.NEXT_STEPS.get(election.state)
        return self.render_template(
            "staff/election_show.html",
            election=election,
            types=TYPE_NAMES,
            states=STATE_NAMES,
            stations=db.session.scalar(count),
            texts=list_current_texts(election.id),
            step=step[0] if step else None,
        )

    @expose("/<code>/wijzigen", methods=["GET", "POST"])
    @has_access
    def edit(self, code: str):
        """Change it."""
        election = find(code)
        form = ElectionTextsForm(obj=election)
        if form.validate_on_submit():
            try:
                elections.update_election(election, _details(form, election), actor=current_actor(), now=g.now)
                db.session.commit()
                flash(_("The election has been saved."), "success")
                return redirect(url_for(".show", code=election.code))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self._form_page(form, _("Change %(name)s", name=election.name), _("Save"), url_for(".show", code=code))

    @expose("/<code>/openstellen", methods=["GET", "POST"])
    @has_access
    def open_period(self, code: str):
        """Ask members for their availability."""
        election = find(code)
        form = PeriodForm(
            data={
                "opens_on": election.availability_opens_at or g.now,
                "closes_on": election.availability_closes_at,
                "explanation": election.availability_explanation,
            }
        )
        if form.validate_on_submit() and "back" not in request.form:
            try:
                open_availability(
                    election,
                    opens_at=form.data["opens_on"],
                    closes_at=form.data["closes_on"],
                    explanation=form.explanation.data or "",
                    actor=current_actor(),
                    now=g.now,
                )
                if request.form.get("sure") != "yes":
                    return self._preview_period(election, form)
                db.session.commit()
                flash(_("Availability is asked for this election."), "success")
                return redirect(url_for(".show", code=code))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        title = _("Ask for availability: %(name)s", name=election.name)
        return self._form_page(form, title, _("Look at it first"), url_for(".show", code=code))

    def _preview_period(self, election: Election, form: PeriodForm) -> str:
        """What members will see and how many are asked; the rules were tried, nothing is kept."""
        page: str = self.render_template(
            "staff/period_preview.html",
            election=election,
            form=form,
            asked=count_answers(election, AnswerFilter()),
            texts=list_current_texts(election.id),
        )
        db.session.rollback()
        return page

    @expose("/<code>/volgende-stap", methods=["POST"])
    @has_access
    def move(self, code: str):
        """The next state."""
        election = find(code)
        step = election_states.NEXT_STEPS.get(election.state)
        if step is None:
            raise NotFound
        try:
            step[1](election, actor=current_actor(), now=g.now)
            db.session.commit()
        except RuleBroken as error:
            db.session.rollback()
            flash(say(error.text), "error")
        return redirect(url_for(".show", code=code))

    @expose("/<code>/stembureaus/importeren", methods=["GET", "POST"])
    @has_access
    def upload_stations(self, code: str):
        """Choose a file with polling stations."""
        election = find(code)
        form = StationsFileForm()
        if form.validate_on_submit():
            content, name = form.file.data.read(), form.file.data.filename or ""
            try:
                stations.check_stations(election, content, name)
                run = _keep(election, content, name)
                db.session.commit()
                return redirect(url_for(".check_stations", code=code, run_id=run.id))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        title = _("Import polling stations: %(name)s", name=election.name)
        return self._form_page(form, title, _("Upload"), url_for(".show", code=code), upload=True)

    @expose("/<code>/stembureaus/importeren/<int:run_id>", methods=["GET", "POST"])
    @has_access
    def check_stations(self, code: str, run_id: int):
        """What the file would do; import it."""
        election, run = find(code), _run(run_id, code)
        form = PortalForm()
        try:
            content = read_upload(run.file_name or "", instance=_instance())
            if form.validate_on_submit():
                check = stations.import_stations(election, content, run.original_name, actor=current_actor(), now=g.now)
                run.state, run.finished_at = ImportState.DONE, g.now
                run.rows_total, run.rows_new, run.rows_changed = check.total, len(check.new), len(check.changed)
                db.session.commit()
                delete_upload(run.file_name or "", instance=_instance())
                flash(say(check.summary), "success")
                return redirect(url_for(".show", code=code))
            check = stations.check_stations(election, content, run.original_name)
        except UploadGone:
            flash(_("This file is no longer here. Upload it again."), "error")
            return redirect(url_for(".upload_stations", code=code))
        except stations.StationsRefused as refused:
            db.session.rollback()
            check = refused.check
        except RuleBroken as error:
            db.session.rollback()
            flash(say(error.text), "error")
            return redirect(url_for(".upload_stations", code=code))
        return self.render_template(
            "staff/stations_check.html", election=election, check=check, form=form, shown=SHOWN_FAULTS, run=run
        )

    @expose("/<code>/stembureaus/importeren/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def drop_stations(self, code: str, run_id: int):
        """Give up, and delete the file."""
        run = _run(run_id, code)
        file_name, run.file_name, run.state = run.file_name or "", None, ImportState.FAILED
        db.session.commit()
        delete_upload(file_name, instance=_instance())
        flash(_("The file has been deleted. Nothing was imported."), "success")
        return redirect(url_for(".show", code=code))

    @expose("/<code>/stembureaus", methods=["GET"])
    @has_access
    def list_stations(self, code: str):
        """The polling stations of this election."""
        election = find(code)
        rows = select(PollingStation).where(PollingStation.election_id == election.id).order_by(PollingStation.number)
        return self.render_template("staff/stations.html", election=election, rows=db.session.scalars(rows).all())

    def _form_page(self, form: PortalForm, title: str, label: str, cancel: str, *, upload: bool = False) -> Any:
        return self.render_template(
            "staff/form_page.html", form=form, title=title, label=label, cancel=cancel, upload=upload
        )


def find(code: str) -> Election:
    """The election in the address, or 404."""
    try:
        return elections.find_election(code)
    except RuleBroken:
        raise NotFound from None


def _details(form: ElectionForm, known: Election | None = None) -> elections.ElectionDetails:
    names = ("code", "name", "type", "voting_on", "nomination_on", "counting", "candidates_may_apply")
    values = {name: form[name].data for name in names}
    if known is not None:
        values |= {"domain_id": known.domain_id, "domain_name": known.domain_name}
        values |= {name: (form[name].data or "").replace("\r\n", "\n") for name in ("facts", "facts_en")}
    return elections.ElectionDetails(**values)


def _keep(election: Election, content: bytes, name: str) -> ImportRun:
    actor = current_actor()
    run = ImportRun(
        kind=KIND,
        election_id=election.id,
        original_name=name[:200],
        file_name=keep_upload(content, instance=_instance()),
        state=ImportState.CHECKED,
        created_by_user_id=actor.user_id,
        created_at=g.now,
    )
    db.session.add(run)
    return run


def _run(run_id: int, code: str) -> ImportRun:
    run = db.session.get(ImportRun, run_id)
    if run is None or run.kind != KIND or run.election_id != find(code).id or run.state != ImportState.CHECKED:
        raise NotFound
    return run


def _instance() -> Any:
    return current_app.config["INSTANCE_DIR"]
