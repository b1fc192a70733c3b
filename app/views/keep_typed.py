"""Nothing typed is lost when the session ends: drafts that a page saves while typing, and the last POST of all.

A form that arrives after the end is not carried out. Its text is kept as draft of the person whose session it was, and
is there again after signing in (docs/decisions/0011). Where nobody can tell whose it was, the page gives it back.
"""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from app.auth.visitor import Visitor, ended_visitor, signed_in_visitor
from app.extensions import db
from app.models.guard.row_guard import everyone
from app.services.message_box import drafts


class RecoversDrafts:
    """For views whose forms have a `body` (or a `note`), and perhaps a `subject`."""

    def draft_place(self, method: str, visitor: Visitor) -> tuple[str, int | None, str] | None:
        """For the route: the place of its draft, the id of its thread, and the address that shows it again."""
        raise NotImplementedError

    def keep_typed(self, method: str) -> Any:
        """See `Page`."""
        typed = _typed()
        if not typed.strip():
            return None
        ended = ended_visitor()
        with everyone("where belongs what was typed in a session that ended"):
            place = self.draft_place(method, ended) if ended else None
        if ended is None or place is None:
            return render_template("parts/typed_back.html", title=gettext("You are signed out"), typed=typed)
        drafts.save_for_ended_session(
            ended.user.id,
            place[0],
            subject=request.form.get("subject", ""),
            body=typed,
            thread_id=place[1],
            now=g.now,
        )
        db.session.commit()
        flash(gettext("You were signed out. Your text is kept: sign in, and go on with it."), "warning")
        return redirect(url_for("SignInView.sign_in", next=place[2]))

    def save_typed(self, place: str, thread_id: int | None) -> None:
        """Keep what the form of this request holds, and commit."""
        drafts.save_draft(
            signed_in_visitor().user.id,
            place,
            subject=request.form.get("subject", ""),
            body=_typed(),
            thread_id=thread_id,
            now=g.now,
        )
        db.session.commit()


def _typed() -> str:
    return request.form.get("body") or request.form.get("note", "")
