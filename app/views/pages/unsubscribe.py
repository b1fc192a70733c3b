"""The page behind `List-Unsubscribe` in a mail: opening it changes nothing, the POST stops mail of optional kinds."""

from __future__ import annotations

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext

from app.extensions import db
from app.mail import unsubscribe as unsubscribe_links
from app.services.audit import Actor
from app.services.notifications import mail_preferences
from app.views.base import Page
from app.views.labels.messages.campaigns import OPTIONAL_KIND_NAMES


class UnsubscribeView(Page):
    """Open to who has the signed link, without signing in: mail programs press the button themselves.

    They have no CSRF token; that the receiver of the mail asks it, the signed link shows (RFC 8058).
    """

    route_base = "/afmelden"
    default_view = "unsubscribe"

    @expose("/<token>", methods=["GET", "POST"])
    def unsubscribe(self, token: str) -> ResponseReturnValue:
        """What will stop, with a button; the POST does it, also twice."""
        asked = unsubscribe_links.read_token(token)
        if asked is None:
            return self.render_template(
                "pages/unsubscribe_closed.html", title=gettext("This link no longer works")
            ), 404
        is_done = request.method == "POST"
        if is_done:
            actor = Actor("mail link", ip=request.remote_addr or "")
            mail_preferences.stop_mail(asked.member_id, asked.kinds, actor=actor, now=g.now)
            db.session.commit()
        return self.render_template(
            "pages/unsubscribe.html",
            title=gettext("No more e-mail of this") if not is_done else gettext("You get no more e-mail of this"),
            kinds=[OPTIONAL_KIND_NAMES[kind] for kind in asked.kinds if kind in OPTIONAL_KIND_NAMES],
            is_done=is_done,
        )
