"""Who read a document and who did not, also within a saved audience, and a reminder to those who did not."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import write_moment
from app.models import Document, Group
from app.phrases import RuleBroken
from app.services.audiences import choices
from app.services.documents import readings
from app.services.documents.readings import Readers
from app.views.base import Page
from app.views.forms.fields import read_key
from app.views.labels.audiences import GAP_LABELS
from app.views.parts.paging import Listed, page_of
from app.views.staff.audiences.reach import show_reach
from app.views.staff.lists.member_files import download_members
from app.views.tables.lists.export import MOST_EXPORTED
from app.views.tables.lists.found_members import take_members

PAGE_SIZE = 50
READERS: Final = {
    Readers.UNREAD.value: _("who did not read it yet"),
    Readers.TOLD.value: _("who did not read it yet, and finds it in the portal"),
    Readers.MISSED.value: _("who is not reached"),
    Readers.READ.value: _("who read it"),
}


class DocumentReadersView(Page):
    """Leesbevestigingen."""

    route_base = "/leesbevestigingen"
    default_view = "show"

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> ResponseReturnValue:
        """How many read the version of now, and who is not reached; who did not read it yet, or what `wie` asks."""
        document, which, narrower = _asked(pk)
        chosen = request.args.get("doelgroep", 0, type=read_key)
        counts = readings.count_readers(document, narrower)
        listing = Listed(
            partial(readings.list_readers, document, which, narrower=narrower),
            counts.of(which),
            size=PAGE_SIZE,
            page_url=page_of(".show", pk=pk, wie=which.value or None, doelgroep=chosen or None),
        )
        return self.render_template(
            "staff/documents/readers.html",
            title=gettext("Who read it: %(name)s", name=document.title),
            document=document,
            counts=counts,
            reach=None if chosen else show_reach(document),
            which=which.value,
            choices=READERS,
            rows=listing.items,
            why=GAP_LABELS,
            saved=choices.list_saved(),
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
        document, which, narrower = _asked(pk)
        keys = readings.select_reader_ids(document, which, narrower=narrower)
        return take_members(self, keys, back=url_for(".show", pk=pk))

    @expose("/<int:pk>/export", methods=["POST"])
    @has_access
    def export(self, pk: int) -> ResponseReturnValue:
        """Who did or did not read it, as a file."""
        document, which, narrower = _asked(pk)
        found = readings.list_readers(document, which, narrower=narrower, limit=MOST_EXPORTED)
        rows = [
            (reader.member, [write_moment(reader.first_read_at), str(GAP_LABELS[reader.gap]) if reader.gap else ""])
            for reader in found
        ]
        more = [gettext("First read"), gettext("Not reached")]
        return download_members(f"lezers-{document.id}", type(self).__name__, more, rows)


def _asked(pk: int) -> tuple[Document, Readers, Group | None]:
    """The document, and which of its readers the address asks for; 404 for what is none of these."""
    chosen = request.args.get("doelgroep", 0, type=read_key)
    asked = request.args.get("wie", "")
    if asked not in set(Readers):
        abort(404)
    return _find(pk), Readers(asked), _narrower(chosen)


def _find(pk: int) -> Document:
    return db.session.get(Document, pk) or abort(404)


def _narrower(chosen: int) -> Group | None:
    try:
        return choices.find_saved(chosen) if chosen else None
    except RuleBroken:
        abort(404)
