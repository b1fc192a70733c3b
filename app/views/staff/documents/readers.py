"""Who read a document and who did not, also within a saved audience, and a reminder to those who did not."""

from __future__ import annotations

from functools import partial

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext, ngettext

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import write_moment
from app.models import Document, Group
from app.phrases import RuleBroken
from app.services.audiences import choices
from app.services.documents import readings
from app.views.base import Page
from app.views.forms.fields import read_key
from app.views.parts.paging import Listed, page_of
from app.views.staff.lists.member_files import download_members
from app.views.tables.lists.export import MOST_EXPORTED
from app.views.tables.lists.found_members import take_members

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

    @expose("/<int:pk>/gevonden", methods=["POST"])
    @has_access
    @permission_name("show")
    def use_found(self, pk: int) -> ResponseReturnValue:
        """Take who did or did not read it to where one writes to them or acts on them."""
        document, has_read, narrower = _asked(pk)
        keys = readings.select_reader_ids(document, has_read=has_read, narrower=narrower)
        return take_members(self, keys, back=url_for(".show", pk=pk))

    @expose("/<int:pk>/export", methods=["POST"])
    @has_access
    def export(self, pk: int) -> ResponseReturnValue:
        """Who did or did not read it, as a file."""
        document, has_read, narrower = _asked(pk)
        found = readings.list_readers(document, has_read=has_read, narrower=narrower, limit=MOST_EXPORTED, offset=0)
        rows = [(member, [write_moment(at) if at else ""]) for member, at in found]
        return download_members(f"lezers-{document.id}", type(self).__name__, [gettext("First read")], rows)


def _asked(pk: int) -> tuple[Document, bool, Group | None]:
    """The document, and which of its readers the address asks for."""
    chosen = request.args.get("doelgroep", 0, type=read_key)
    return _find(pk), request.args.get("wie") == READ, _narrower(chosen)


def _find(pk: int) -> Document:
    return db.session.get(Document, pk) or abort(404)


def _narrower(chosen: int) -> Group | None:
    try:
        return choices.find_saved(chosen) if chosen else None
    except RuleBroken:
        abort(404)
