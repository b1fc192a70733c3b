"""General messages for a member: read, put away in the archive and found again.

Opening from a list is a POST, because it notes the reading; the page itself can be had by GET and then notes nothing
(docs/decisions/0010).
"""

from __future__ import annotations

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.auth.visitor import signed_in_member
from app.extensions import db
from app.services.news import for_member
from app.services.news.for_member import OwnNews
from app.services.overview.inbox import MessageKind
from app.views.base import Page
from app.views.member.inbox import PAGE_SIZE, show_messages
from app.views.parts.markdown import in_language
from app.views.parts.news import parts_of
from app.views.parts.paging import Listed, page_of


class NewsView(Page):
    """Algemene berichten: what is published for a group that the member is in now."""

    route_base = "/algemene-berichten"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """Of the messages the general ones; with `archief` what was put away."""
        if "archief" not in request.args:
            return show_messages(self, MessageKind.NEWS, gettext("General messages"))
        own = for_member.find_archive(signed_in_member().id, g.now)
        listing = Listed(own.read, own.count(), size=PAGE_SIZE, page_url=page_of(".list", archief=1))
        title = gettext("Archive of general messages")
        return self.render_template("member/news_archive.html", title=title, items=listing.items, listing=listing)

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> ResponseReturnValue:
        """The message, to read and to print."""
        own = self._find(pk)
        parts = parts_of(pk, in_language(own.item, "body"))
        return self.render_template("member/news_show.html", own=own, parts=parts)

    @expose("/<int:pk>/openen", methods=["POST"])
    @has_access
    def open(self, pk: int) -> ResponseReturnValue:
        """Note that it was read, and show it."""
        for_member.mark_news_read(signed_in_member().id, self._find(pk).item, g.now)
        db.session.commit()
        return redirect(url_for(".show", pk=pk))

    @expose("/<int:pk>/archiveren", methods=["POST"])
    @has_access
    def archive(self, pk: int) -> ResponseReturnValue:
        """Put it away."""
        for_member.archive_news(signed_in_member().id, self._find(pk).item, g.now)
        db.session.commit()
        flash(gettext("The message is in your archive."), "success")
        return redirect(url_for(".list"))

    @expose("/<int:pk>/terugzetten", methods=["POST"])
    @has_access
    def restore(self, pk: int) -> ResponseReturnValue:
        """Back to the list."""
        for_member.restore_news(signed_in_member().id, self._find(pk).item)
        db.session.commit()
        flash(gettext("The message is in the list again."), "success")
        return redirect(url_for(".list"))

    @staticmethod
    def _find(pk: int) -> OwnNews:
        """What is withdrawn, over, or for others is not there."""
        return for_member.find_own_news(signed_in_member().id, pk, g.now) or abort(404)
