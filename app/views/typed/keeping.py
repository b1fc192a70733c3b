"""Keeping what was typed: after the session ended, when something is not right yet, and before another language.

Nothing that is kept is carried out by itself: the form comes back filled in, and the person sends it.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms.fields import HiddenField

from app.auth import browser
from app.auth.requests import FROM_HERE
from app.auth.visitor import current_visitor
from app.extensions import db
from app.services.typed_forms.kept_forms import Reason, Typed, keep_form
from app.views.forms.uploads import BY_SCRIPT
from app.views.typed.coming_back import write_out
from app.views.typed.tokens import MARK, NEVER_KEPT, FormMark, posted_mark, tokens_here, with_kept

KEEP_FOR_SCRIPT: Final = "TypedView.keep"


def is_navigation() -> bool:
    """Whether a browser shows the answer to this request as its next page, or uploads.js does in its place.

    A part of a page that asks by itself is none; an older browser does not say.
    """
    return BY_SCRIPT in request.headers or request.headers.get("Sec-Fetch-Mode") in (None, "navigate")


def keep_posted(reason: Reason, form: Any = None) -> str:
    """Keep the form that this request sends for who has it on screen, and commit. Gives the address of its page, where
    it is filled in again; "" when it cannot be kept: it says not whose it is, or is too long.
    """
    mark = posted_mark()
    if mark is None or not mark.page or request.headers.get("Sec-Fetch-Site") not in FROM_HERE:
        return ""
    db.session.rollback()  # what was not carried out is not kept either
    token = keep_form(mark.user_id, _typed_in(mark, reason, form), now=g.now, replaces=mark.replaces)
    db.session.commit()
    if not token:
        return ""
    g.has_kept = True
    others = [other for other in tokens_here() if other != mark.replaces]
    return with_kept(mark.page, [*others, token])


def _typed_in(mark: FormMark, reason: Reason, form: Any) -> Typed:
    secret = {*NEVER_KEPT, *mark.secret}
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in mark.files]
    now_in_form = _hidden_of(form)
    instead = form.sends_instead if form is not None else {}
    values = [(name, now_in_form.get(name, value)) for name, value in sent if name not in secret | instead.keys()]
    values += [(name, value) for name, given in instead.items() if name not in secret for value in given]
    return Typed(
        page=mark.page,
        form=mark.form,
        reason=reason,
        values=values,
        errors=_errors_of(form),
        files=_files_of(mark),
        left_out=any(value for name, value in sent if name in secret - {"csrf_token", MARK}),
    )


def _hidden_of(form: Any) -> dict[str, str]:
    """A refused form may have changed what it says by itself, such as which version is on screen now."""
    hidden = (field for field in form or () if isinstance(field, HiddenField) and field.name != "csrf_token")
    return {field.name: str(field._value()) for field in hidden}


def _errors_of(form: FlaskForm | None) -> list[tuple[str, list[str]]]:
    if form is None:
        return []
    found = [(field.name, [str(error) for error in field.errors]) for field in form if field.errors]
    return [*([("", [str(error) for error in form.form_errors])] if form.form_errors else []), *found]


def _files_of(mark: FormMark) -> list[str]:
    """The names of the files that were chosen: a browser does not send them again."""
    chosen = [file.filename or "" for file in request.files.values()]
    named = [value for name in mark.files for value in request.form.getlist(name)]  # a form without its files
    return [name for name in (*chosen, *named) if name]


def ask_to_sign_in() -> Any:
    """The answer to who is not signed in: the sign-in page, which leads back; what was typed is there again then."""
    if request.method in ("GET", "HEAD"):
        if g.get("ended_visitor") is not None and is_navigation():
            flash(gettext("You were signed out, because nothing happened for a while. Sign in to go on."), "warning")
        return _sign_in(request.full_path.rstrip("?"))
    if not is_navigation():
        return _sign_in(None)
    page = keep_posted(Reason.ENDED)
    if page:
        return sign_in_and_come_back(page)
    if typed := write_out(request.form.items(multi=True)):
        return show_text_again(typed)
    if g.get("ended_visitor") is not None:
        flash(
            gettext("You were signed out, because nothing happened for a while. What you asked was not done."),
            "warning",
        )
    return _sign_in(_page_before())


def sign_in_and_come_back(page: str) -> Any:
    """To the sign-in page, which says by the address what happened, and then to the page with the form."""
    session[browser.KEPT_PAGE] = page
    return _sign_in(page)


def show_text_again(typed: str) -> Any:
    """Nobody can tell whose it was: the text goes back to who sent it, to copy."""
    return render_template("parts/typed_back.html", title=gettext("You are signed out"), typed=typed)


def _sign_in(wanted: str | None) -> Any:
    return redirect(url_for("SignInView.sign_in", next=wanted))


def _page_before() -> str | None:
    """The page on which the button stood, if it is one of ours."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or not before.path.startswith("/"):
        return None
    return before.path + (f"?{before.query}" if before.query else "")


def keep_for_script() -> Any:
    """The answer to a page that asks to keep its form: the address that shows it again; 400 when it cannot be kept.

    A CSRF token of before another sign-in is as good here: the form's mark is signed, and nothing is carried out.
    """
    page = keep_posted(Reason.ENDED)
    if not page:
        abort(400)
    if current_visitor() is None:
        session[browser.KEPT_PAGE] = page
    return {"page": page}


def come_back_after_expiry() -> Any:
    """The answer to a form whose page is of an earlier session, or None: signed in again, or out, in another tab."""
    mark, visitor = posted_mark(), current_visitor()
    if mark is not None and request.endpoint == KEEP_FOR_SCRIPT:
        return keep_for_script()
    if mark is None or not is_navigation() or (visitor is not None and visitor.user_id != mark.user_id):
        return None
    page = keep_posted(Reason.ENDED)
    if not page:
        return None
    return redirect(page) if visitor is not None else sign_in_and_come_back(page)
