"""Who read a document and who did not, also within a saved audience, and a reminder to those who did not."""

from __future__ import annotations

from functools import partial

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Document, Group
from app.phrases import RuleBroken
from app.services.audiences import choices
from app.services.documents import readings
from app.views.base import Page
from app.views.forms.fields import read_key
from app.views.paging import Listed, page_of

PAGE_SIZE = 50
READ = "gelezen"


class DocumentReadersView(Page):
    """Leesbevestigingen."""

    route_base = "/leesbevestigingen"
    default_view = "show"

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> ResponseReturnValue:
        """How many read the version of now; who did not yet or, with `wie=gelezen`, who did and when first."""
        document, has_read = _find(pk), request.args.get("wie") == READ
        chosen = request.args.get("doelgroep", 0, type=read_key)
        narrower = _narrower(chosen)
        counts = readings.count_readers(document, narrower)
        listing = Listed(
            partial(readings.list_readers, document, has_read=has_read, narrower=narrower),
            counts.read if has_read else counts.unread,
            size=PAGE_SIZE,
            page_url=page_of(".show", pk=pk, wie=READ if has_read else None, doelgroep=chosen or None),
        )
        return self.render_template(
            "staff/documents/readers.html",
            title=gettext("Who read it: %(name)s", name=document.title),
            document=document,
            counts=counts,
            has_read=has_read,
            rows=listing.items,
            saved=choices.find_choices().saved,
            chosen=chosen,
            listing=listing,
            here=url_for("DocumentsView.show", pk=pk),
        )

    @expose("/<int:pk>/herinneren", methods=["POST"])
    @has_access
    def remind(self, pk: int) -> ResponseReturnValue:
        """Tell those who did not read it yet."""
        document, counts = _find(pk), []
        if self._commit_or_refuse(
            lambda: counts.append(readings.remind_unread(document, actor=current_actor(), now=g.now)), None
        ):
            jobs.deliver_mail()
            flash(ngettext("%(num)s member is reminded.", "%(num)s members are reminded.", counts[0]), "success")
        return redirect(url_for(".show", pk=pk))


def _find(pk: int) -> Document:
    return db.session.get(Document, pk) or abort(404)


def _narrower(chosen: int) -> Group | None:
    try:
        return choices.find_saved(chosen) if chosen else None
    except RuleBroken:
        abort(404)
