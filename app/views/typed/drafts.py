"""What is typed for the message box is saved while it is typed (docs/decisions/0011)."""

from __future__ import annotations

from flask import g, request

from app.auth.visitor import signed_in_visitor
from app.extensions import db
from app.services.message_box.writing import drafts


class RecoversDrafts:
    """For views whose forms have a `body` (or a `note`), and perhaps a `subject`."""

    def save_typed(self, place: str, thread_id: int | None) -> None:
        """Keep what the form of this request holds, and commit."""
        drafts.save_draft(
            signed_in_visitor().user.id,
            place,
            subject=request.form.get("subject", ""),
            body=request.form.get("body") or request.form.get("note", ""),
            thread_id=thread_id,
            now=g.now,
        )
        db.session.commit()
