"""Documents of the team: a generated screen, and the steps with a rule: upload, look, publish, replace, withdraw."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, false

from app import jobs
from app.auth.visitor import current_actor
from app.body_limits import takes_uploads
from app.extensions import db
from app.models import Document
from app.services.documents import documents, for_member, lists
from app.views.forms.fields import read_key
from app.views.labels.documents import DOCUMENT_CATEGORIES, DOCUMENT_LANGUAGES, DOCUMENT_STATES
from app.views.labels.members import MEMBER_STATES
from app.views.parts.paging import Listed, page_of_here
from app.views.staff.audiences.audiences import preview as preview_audience
from app.views.staff.documents.form import (
    REQUEST_MEGABYTES,
    DocumentForm,
    DocumentsUploadForm,
    PersonalDocumentForm,
    VersionForm,
)
from app.views.staff.publishing import PublishedView
from app.views.tables.filters.by_member import member_filter

MOST_AT_ONCE = 50  # documents on the page that publishes
NAMES_ON_A_PAGE = 50


def _shown_to(members: Select[Any]) -> ColumnElement[bool]:
    """What the member of this SELECT may read now."""
    member_id = db.session.scalar(members)
    return false() if member_id is None else for_member.visible_to(member_id, g.now)


class DocumentsView(PublishedView):
    """Uploaded as drafts, looked at with who gets them, then published; replaced and withdrawn at any moment."""

    datamodel = SQLAInterface(Document)
    route_base = "/documentbeheer"
    publisher = documents.DOCUMENTS
    withdrawn = _("The document is withdrawn.")
    singular, plural = _("document"), _("documents")
    base_order = ("created_at", "desc")
    quick_search = ("search_text",)
    quick_label = _("Search by title")
    choices = {"state": DOCUMENT_STATES, "category": DOCUMENT_CATEGORIES, "language": DOCUMENT_LANGUAGES}
    label_columns = {
        "title": _("Title"),
        "title_en": _("Title in English"),
        "category": _("Kind of document"),
        "language": _("Written in"),
        "election": _("About the election"),
        "is_personal": _("Personal"),
        "state": _("State"),
        "publish_from": _("Can be read from"),
        "publish_until": _("Can be read until"),
        "version_number": _("Version"),
        "is_announced": _("Members are told"),
        "announced_at": _("Members were told"),
        "created_by": _("Made by"),
        "created_at": _("Made on"),
    }
    list_columns = ["title", "category", "is_personal", "state", "publish_from", "version_number"]
    more_columns = ("language", "publish_until", "created_by", "created_at")
    show_columns = [
        "state",
        "category",
        "language",
        "title_en",
        "election",
        "publish_from",
        "publish_until",
        "is_announced",
        "announced_at",
        "created_by",
        "created_at",
    ]
    add_columns = edit_columns = ["title"]
    search_columns = ["category", "state", "is_personal", "language", "publish_from"]
    order_columns = ["title", "category", "state", "publish_from", "created_at"]
    add_form = DocumentsUploadForm
    edit_form = DocumentForm
    add_template = edit_template = "staff/documents/form.html"
    show_template = "staff/documents/show.html"
    publish_template = "staff/documents/publish.html"

    @expose("/add", methods=["GET", "POST"])
    @has_access
    @takes_uploads(REQUEST_MEGABYTES)
    def add(self) -> ResponseReturnValue:
        """Upload files, each a draft with what is said of all of them."""
        return super().add()

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters = [member_filter(_shown_to), *self.filters]

    def create_row(self, form: Any) -> list[Document]:
        """A draft of each file; when one is refused none is kept."""
        wanted = form.wanted()
        files = form.files.keep(actor=current_actor(), now=g.now)
        return documents.add_documents(wanted, files, actor=current_actor(), now=g.now)

    def say_added(self, item: list[Document]) -> str:
        """How many drafts there are now."""
        return str(ngettext("%(num)s document uploaded.", "%(num)s documents uploaded.", len(item)))

    def after_adding(self, item: list[Document]) -> str:
        """To who gets them."""
        return url_for(f"{self.endpoint}.publish", id=[document.id for document in item])

    def fill_form(self, item: Document) -> Any:
        """A personal document has no audience."""
        return (PersonalDocumentForm if item.is_personal else DocumentForm)(obj=item)

    def change_row(self, item: Document, form: Any) -> None:
        """By the rules of the service: what was published keeps its audience."""
        documents.change_document(item, form.wanted(), actor=current_actor(), now=g.now)

    def check_goes(self, item: Document) -> None:
        """Only a draft."""
        documents.check_document_goes(item)

    def delete_row(self, item: Document) -> None:
        """Only a draft."""
        documents.delete_document(item, actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            item = values["item"]
            values["versions"] = lists.list_versions(item)
            values["counts"] = lists.count_readers(item)
            values["audience"] = None if item.is_personal else preview_audience(item)
            values["member_states"] = MEMBER_STATES
            values["grants"] = self._grants_of(item) if item.is_personal else None
        return super()._render(template, **values)

    @staticmethod
    def _grants_of(item: Document) -> Listed:
        read, total = partial(lists.list_grants, item), lists.count_grants(item)
        return Listed(read, total, size=NAMES_ON_A_PAGE, page_url=page_of_here("grants"))

    @expose("/publiceren", methods=["GET", "POST"])
    @has_access
    def publish(self) -> ResponseReturnValue:
        """Which documents, to how many members, and when; the POST publishes all of them."""
        items = self._chosen()
        if not items:
            return redirect(url_for(f"{self.endpoint}.list"))
        is_one = len(items) == 1
        return self.publish_or_look(
            items,
            lambda: documents.publish_documents(items, **self.by_whom()),
            title=gettext("Publish: %(name)s", name=items[0].title) if is_one else gettext("Publish documents"),
            done=ngettext("The document is published.", "%(num)s documents are published.", len(items)),
            back=url_for(f"{self.endpoint}.show", pk=items[0].id) if is_one else url_for(f"{self.endpoint}.list"),
        )

    def _chosen(self) -> list[Document]:
        """The documents of `id` in the address, in its order."""
        ids = list(dict.fromkeys(request.values.getlist("id", type=read_key)))
        found = {document.id: document for document in self.rows().filter(Document.id.in_(ids[:MOST_AT_ONCE]))}
        return [found[id_] for id_ in ids if id_ in found]

    @expose("/nieuwe-versie/<pk>", methods=["GET", "POST"])
    @has_access
    @takes_uploads(REQUEST_MEGABYTES)
    def new_version(self, pk: str) -> ResponseReturnValue:
        """Another file in its place; earlier ones are kept."""
        item, form = self.find_row(pk), VersionForm()
        here = url_for(f"{self.endpoint}.show", pk=pk)
        if form.validate_on_submit() and self._commit_or_refuse(lambda: self._replace(item, form), form):
            jobs.start_campaigns()
            flash(gettext("Members read version %(number)s from now on.", number=item.version_number), "success")
            return redirect(here)
        title = gettext("New version: %(name)s", name=item.title)
        return super()._render("staff/documents/version.html", title=title, form=form, item=item, here=here)

    @staticmethod
    def _replace(item: Document, form: VersionForm) -> None:
        (file,) = form.files.keep(actor=current_actor(), now=g.now)
        documents.add_version(item, file, tells=form.tells.data, actor=current_actor(), now=g.now)

    @expose("/terugnemen/<pk>/<int:grant_id>", methods=["POST"])
    @has_access
    def take_back(self, pk: str, grant_id: int) -> ResponseReturnValue:
        """Take a personal file back from its member."""
        grant = lists.find_grant(self.find_row(pk), grant_id) or abort(404)
        taken_back = gettext("The member no longer sees this file.")
        self.do_step(lambda: documents.withdraw_grant(grant, **self.by_whom()), taken_back)
        return redirect(url_for(f"{self.endpoint}.show", pk=pk))
