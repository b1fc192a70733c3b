"""Documents for a member: everything that is for them, in groups, to look at or to save.

A link leads to the file itself (app.views.files), which notes when it is first opened (docs/decisions).
"""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.auth.visitor import signed_in_member
from app.models import DocumentCategory
from app.services.documents import for_member
from app.services.documents.for_member import OwnDocument
from app.services.files.stored_files import kind_of
from app.services.overview.inbox import MessageKind
from app.views.base import Page
from app.views.member.inbox import make_filters

HEADINGS = {
    DocumentCategory.LETTER: _("Letters"),
    DocumentCategory.INSTRUCTION: _("Work instructions"),
    DocumentCategory.MANUAL: _("Manuals"),
    DocumentCategory.FORM: _("Forms"),
    DocumentCategory.OTHER: _("Other documents"),
}


class MyDocumentsView(Page):
    """Documenten."""

    route_base = "/documenten"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """All of them, what is new first in each group."""
        found = for_member.list_own_documents(signed_in_member().id, g.now)
        groups = [
            (heading, [own for own in found if own.document.category == category])
            for category, heading in HEADINGS.items()
        ]
        return self.render_template(
            "member/documents.html",
            title=gettext("Documents"),
            groups=[(heading, sorted(some, key=_is_read)) for heading, some in groups if some],
            kind_of=kind_of,
            filters=make_filters(MessageKind.DOCUMENT),
        )


def _is_read(own: OwnDocument) -> bool:
    return own.read_at is not None
