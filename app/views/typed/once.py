"""A form is carried out once, and what was kept of it goes when it was."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect, request
from flask_babel import gettext

from app.auth.visitor import current_visitor
from app.extensions import db
from app.services.typed_forms.kept_forms import forget_form
from app.services.typed_forms.sent_forms import SentAlready, claim_form, note_target
from app.views.typed.tokens import MARK, FormMark, posted_mark


def claim_posted(usual_target: str) -> None:
    """In the transaction that carries out the form of this request. Raises SentAlready.

    `usual_target` is where it leads to, unless what it does says otherwise: only then the target has to be noted.
    """
    mark, visitor = _own_mark(), current_visitor()
    if mark is None or visitor is None:
        return
    claim_form(visitor.user_id, mark.nonce, _contents(), g.now)
    g.claimed = mark.nonce, usual_target


def _own_mark() -> FormMark | None:
    mark, visitor = posted_mark(), current_visitor()
    return mark if mark is not None and visitor is not None and mark.user_id == visitor.user_id else None


def _contents() -> str:
    """What is sent, files by their names."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", MARK)]
    files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    return repr((request.path, typed, files))


def tell_sent_already(already: SentAlready, otherwise: str) -> Any:
    """The answer to who sent the same twice: where the first led to."""
    db.session.rollback()
    flash(gettext("You sent this already. It was done once."), "info")
    return redirect(already.target or otherwise)


def finish_sent(response: Response) -> Response:
    """After a form that was carried out: note where it led, and forget what was kept of it."""
    visitor = current_visitor()
    if request.method != "POST" or response.status_code not in (302, 303) or visitor is None or g.get("has_kept"):
        return response
    claimed, mark = g.pop("claimed", None), _own_mark() if request.endpoint else None
    is_elsewhere = claimed is not None and response.location != claimed[1]
    if not is_elsewhere and (mark is None or not mark.replaces):
        return response
    user_id = visitor.user_id
    if claimed is not None and is_elsewhere:
        note_target(user_id, claimed[0], response.location or "")
    if mark is not None and mark.replaces:
        forget_form(user_id, mark.replaces)
    db.session.commit()
    return response
