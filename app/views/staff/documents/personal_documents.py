"""Personal documents in bulk: upload, see which file is whose and which is nobody's, then publish or throw away."""

from __future__ import annotations

from functools import partial

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app import jobs
from app.auth.visitor import current_actor
from app.body_limits import takes_uploads
from app.models import Document, ImportRun, PublicationState
from app.services import import_runs
from app.services.documents import lists, personal_batches
from app.views.base import Page
from app.views.labels.members import MEMBER_STATES
from app.views.parts.paging import Listed, page_of_here
from app.views.staff.documents.form import REQUEST_MEGABYTES, PersonalUploadForm

NAMES_ON_A_PAGE = 50
MOST_REFUSED = 200  # on the page


class PersonalDocumentsView(Page):
    """Nothing is seen by a member before the team publishes it."""

    route_base = "/persoonlijke-documenten"
    default_view = "upload"

    @expose("/", methods=["GET", "POST"])
    @has_access
    @takes_uploads(REQUEST_MEGABYTES)
    def upload(self) -> ResponseReturnValue:
        """Choose the files, and say what they are."""
        form, started = PersonalUploadForm(), []
        if form.validate_on_submit() and self._commit_or_refuse(lambda: started.append(_start(form)), form):
            if import_runs.is_waiting(started[0]):
                jobs.take_in_documents(started[0].id)
            return redirect(url_for(".show", run_id=started[0].id))
        return self.render_template("staff/documents/personal_upload.html", form=form)

    @expose("/<int:run_id>", methods=["GET"])
    @has_access
    def show(self, run_id: int) -> ResponseReturnValue:
        """Which file is whose, and which is nobody's; or how far the worker is."""
        run, document = _find(run_id)
        read = partial(lists.list_grants, document)
        listing = Listed(read, run.rows_new, size=NAMES_ON_A_PAGE, page_url=page_of_here("matched"))
        return self.render_template(
            "staff/documents/personal_show.html",
            title=gettext("Check: %(name)s", name=document.title),
            run=run,
            document=document,
            is_busy=import_runs.is_waiting(run),
            refusal=import_runs.refusal_of(run),
            is_draft=document.state == PublicationState.DRAFT,
            refused=personal_batches.refused_of(run)[:MOST_REFUSED],
            grants=listing.items,
            listing=listing,
            member_states=MEMBER_STATES,
        )

    @expose("/<int:run_id>/weggooien", methods=["POST"])
    @has_access
    def cancel(self, run_id: int) -> ResponseReturnValue:
        """Give up, and delete the files."""
        run, document = _find(run_id)
        if self._commit_or_refuse(
            lambda: personal_batches.cancel_batch(run, document, actor=current_actor(), now=g.now), None
        ):
            flash(gettext("The files have been deleted. Nobody got anything."), "success")
        return redirect(url_for(".upload"))


def _start(form: PersonalUploadForm) -> ImportRun:
    files = [(item.filename or "", item.stream) for item in form.files.data]
    return personal_batches.start_batch(files, form.wanted(), actor=current_actor(), now=g.now)


def _find(run_id: int) -> tuple[ImportRun, Document]:
    return personal_batches.find_batch(run_id) or abort(404)
