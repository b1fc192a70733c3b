"""Every refusal of the portal as a page of ours: what happened, in plain words, and a way back."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from app.auth.visitor import current_actor, current_visitor
from app.body_limits import TooManyFields
from app.database.tuning import waited_in_vain
from app.extensions import db
from app.logs import Recurring
from app.private_files import FULL
from app.services.audit import record_event
from app.views.tables.saving import Refusals, why_refused
from app.views.typed.coming_back import write_out
from app.views.typed.keeping import come_back_after_expiry
from app.views.typed.tokens import posted_mark

log = logging.getLogger("portal.errors")
_database = Recurring("portal.errors", "a page could not be made, the database does not answer")

WORDS: dict[int, tuple[Any, Any]] = {
    400: (_("This did not work"), _("The page was asked for in a way that the portal does not understand.")),
    403: (_("You may not open this page"), _("Your account has no permission for it.")),
    404: (_("This page is not there"), _("Perhaps the address is not right, or the page is gone.")),
    405: (_("This did not work"), _("This address only answers to a button in the portal.")),
    409: (_("This was not saved"), _("Somebody else changed this at the same moment. Try again.")),
    413: (_("This file is too large"), _("Choose a smaller file and try again.")),
    422: (_("This did not work"), _("What was sent is not complete.")),
    429: (_("Too many tries"), _("Wait a while and try again.")),
    507: (_("The disk of the portal is full"), _("Nothing was saved. Tell the administrator of the portal.")),
    500: (_("Something went wrong in the portal"), _("It is not your fault. Nothing was saved. Try again later.")),
}
WORDS_WITHOUT_DATABASE = (
    _("The portal cannot reach its data"),
    _(
        "It is not your fault. Perhaps what you sent last was not saved: look at it when the portal works again. "
        "Try again in a few minutes."
    ),
)
RETRY_SECONDS = 60
TOO_MANY_FIELDS = _("This form has too many fields")
EXPIRED = (
    _("This page was open for too long"),
    _("Nothing was saved. Go back, reload the page, and send your answers again. Sign in first if you are asked to."),
)
# Who is not signed in may send little, and more is not read: it cannot be kept.
TOO_LARGE_OF_STRANGER = (
    WORDS[413][0],
    _("Perhaps you are signed out. Go back: what you typed is still there. Copy it, sign in, and paste it again."),
)


def init_app(app: Flask) -> None:
    """Answer every error with `error.html`."""
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(InternalServerError, _failed)
    for kind in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(kind, _without_database)
    for refusal in Refusals:
        app.register_error_handler(refusal, _not_saved)


def _page(status: int, words: tuple[Any, Any], reference: str = "", typed: str = "") -> tuple[str, int]:
    title, explanation = words
    values = {"title": title, "explanation": explanation, "reference": reference, "typed": typed}
    return render_template("pages/error.html", **values), status


def _expired(_error: CSRFError) -> Any:
    """The page is of an earlier session: what was typed comes back to who typed it, else it is given back to copy."""
    return come_back_after_expiry() or _page(400, EXPIRED, typed=_typed_here())


def _typed_here() -> str:
    """What one of our own pages sent: given back to copy, so that it is not lost. What another site sends is never
    shown on a page of ours.
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    mark = posted_mark() if is_ours else None
    secret = mark.secret if mark else ()
    return write_out((name, v) for name, v in request.form.items(multi=True) if name not in secret) if is_ours else ""


def _refused(error: HTTPException) -> Any:
    status = error.code or 500
    if error.response is not None or status < 400 or isinstance(error, SecurityError):
        return error.get_response()  # for a foreign host name no page can be made: every link on it would be false
    if status == 403:
        _record_denial()
    if isinstance(error, TooManyFields):
        advice = gettext("The portal takes at most %(count)s fields at once. Send them in parts.", count=error.most)
        return _page(status, (TOO_MANY_FIELDS, advice))
    words = WORDS.get(status, WORDS[400 if status < 500 else 500])
    html, status = _page(status, TOO_LARGE_OF_STRANGER if status == 413 and current_visitor() is None else words)
    headers = [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}]
    return html, status, headers


def _record_denial() -> None:
    """Who asked what they may not (SECURITY §4). What the request did before is not kept."""
    if current_visitor() is None:
        return
    db.session.rollback()
    record_event(current_actor(), "page.denied", now=g.now, page=f"{request.method} {request.url_rule}")
    db.session.commit()


def _without_database(error: SQLAlchemyError) -> Any:
    """The database is down, silent, busy or too slow. One line a minute tells it; nothing here asks it anything."""
    if waited_in_vain(error) and request.method == "POST" and "not_saved" not in g:
        return _not_saved(error)
    db.session.close()  # not rolled back: rows that were read keep what they say
    g.visitor = None  # the menu of somebody would be read from it
    _database.tell(error)
    status, words = (507, WORDS[507]) if _is_disk_full(error) else (503, WORDS_WITHOUT_DATABASE)
    html, status = _page(status, words, typed=_typed_here())
    return html, status, {"Retry-After": str(RETRY_SECONDS)}


def _not_saved(error: Exception) -> Any:
    """Another was first, or a value does not fit: said above the form, with what was typed; a button's page is shown.

    The net under each view. A page with a form is made once more, and its form is not right (`PortalForm.validate`).
    """
    db.session.rollback()
    sentence = why_refused(error)
    if not sentence or request.method != "POST" or "not_saved" in g:
        return _failed(InternalServerError(original_exception=error))
    log.warning("not saved: %s", type(error).__name__)
    g.not_saved = sentence
    view = current_app.view_functions[str(request.endpoint)]
    if g.get("form_checked"):
        return view(**(request.view_args or {}))
    return _page(409, (WORDS[409][0], sentence))


def _failed(error: InternalServerError) -> tuple[str, int]:
    """The number is in the log too, so that the team can find what a person saw; the page tells nothing else."""
    db.session.rollback()
    g.badges = {}  # what failed may be the database: the menu asks it nothing
    reference = g.get("request_id", "")
    log.error("failed, reference %s", reference, exc_info=error.original_exception or error)
    status = 507 if _is_disk_full(error.original_exception) else 500
    typed = _typed_here()
    try:
        return _page(status, WORDS[status], reference, typed=typed)
    except Exception:
        log.exception("the page of failure %s could not be made either", reference)
        db.session.rollback()
        g.visitor = None  # what fails may be what the menu asks of who is signed in
        return _page(status, WORDS[status], reference, typed=typed)


def _is_disk_full(error: BaseException | None) -> bool:
    """Of the portal, when it takes an upload in, or of its database."""
    if isinstance(error, OSError):
        return error.errno in FULL
    said = str(error.orig).lower() if isinstance(error, OperationalError) else ""
    return "disk is full" in said or "no space left" in said
