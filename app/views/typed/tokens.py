"""The mark that every form of a signed-in person carries: who has it on screen, on which page, and which of its fields
are kept nowhere. Signed, so that what arrives after the session ended can be kept for that person and nobody else.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, g, request
from flask_wtf.csrf import generate_csrf
from flask_wtf.file import FileField, MultipleFileField
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup, escape
from wtforms import Field, PasswordField

from app.auth.visitor import current_visitor

MARK: Final = "form_mark"  # the name of the field
SEEN: Final = "form_seen"  # the field with what a form showed when it was opened (app.views.typed.seen)
CAME_BACK: Final = "getypt"  # in the address of a page: which kept forms it shows
MOST_COMING_BACK: Final = 5
NONCE_BYTES: Final = 12
OPEN_SECONDS: Final = 7 * 24 * 3600  # a page that stood open longer is not taken
LONGEST: Final = 8_000
PLAIN: Final = re.compile(r"/(?!/)[\w./-]*", re.ASCII)  # an address without a query, which is as it is
ONE_TIME: Final = "one-time-code"
# By these names nothing is ever kept, whatever a form says of its fields.
NEVER_KEPT: Final = frozenset({"csrf_token", MARK, "password", "current", "bsn", "sealed_bsn"})


@dataclass(frozen=True, slots=True)
class FormMark:
    """What a form says of itself when it is sent."""

    user_id: int
    page: str  # the address of the page that shows it
    form: str  # which of the forms of that page
    nonce: str  # of this time that it was shown
    secret: tuple[str, ...] = ()  # fields with a password, a code or a BSN
    files: tuple[str, ...] = ()
    replaces: str = ""  # the token of what was kept, when it came back filled in


def make_mark(form: str, fields: Iterable[Field] = (), *, came_back: str = "") -> Markup:
    """The hidden field with the mark of this form on the page of this request; nothing for who is not signed in."""
    visitor = current_visitor()
    if visitor is None:
        return Markup("")
    inputs = list(fields)
    mark = FormMark(
        visitor.user_id,
        page_of_request(),
        form,
        secrets.token_urlsafe(NONCE_BYTES),
        tuple(field.name for field in inputs if is_secret(field)),
        tuple(field.name for field in inputs if isinstance(field, (FileField, MultipleFileField))),
        came_back,
    )
    written = _serializer().dumps(astuple(mark))
    return hidden_input(MARK, written)


def hidden_input(name: str, value: str) -> Markup:
    """A hidden field by hand; `name` is one of ours."""
    return Markup(f'<input type="hidden" name="{name}" value="{escape(value)}">')  # noqa: S704 (escaped here)


def is_secret(field: Field) -> bool:
    """What is never kept: passwords, codes, and what the form calls secret (a BSN)."""
    attributes = getattr(field, "render_kw", None) or {}
    is_code = attributes.get("autocomplete") == ONE_TIME
    return isinstance(field, PasswordField) or is_code or bool(getattr(field, "is_secret", False))


def posted_mark() -> FormMark | None:
    """The mark of the form that this request sends; None without one, or with one that is false or old."""
    if "posted_mark" not in g:
        is_read = "form" in request.__dict__  # what was refused unread, such as a form of too many fields, stays unread
        g.posted_mark = _read_mark(request.form.get(MARK, "")) if is_read and request.method == "POST" else None
    mark: FormMark | None = g.posted_mark
    return mark


def _read_mark(written: str) -> FormMark | None:
    if not written or len(written) > LONGEST:
        return None
    try:
        user_id, page, form, nonce, secret, files, replaces = _serializer().loads(written, max_age=OPEN_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return FormMark(user_id, page, form, nonce, tuple(secret), tuple(files), replaces)


def _serializer() -> URLSafeTimedSerializer:
    return _serializer_of(current_app.config["SECRET_KEY"])


@lru_cache(maxsize=4)
def _serializer_of(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="form mark")


def csrf_token() -> str:
    """That of this request: a page asks it for each of its forms."""
    here = g._get_current_object()
    token: str | None = getattr(here, "page_token", None)
    if token is None:
        here.page_token = token = generate_csrf()
    return token


def page_of_request() -> str:
    """The address by which the page of this answer can be asked for again, without what came back in it; "" for none.

    A form that comes back from an address that only takes it stands on the page that it came from.
    """
    if request.method in ("GET", "HEAD"):
        return without_kept(request.full_path)
    mark = posted_mark()
    if mark is not None:
        return mark.page
    can_be_asked = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return without_kept(request.full_path) if can_be_asked else ""


def without_kept(address: str) -> str:
    """The address without the forms that came back in it."""
    return _with(address, ())


def with_kept(address: str, tokens: Collection[str]) -> str:
    """The address of a page with these forms filled in, in place of what came back in it before."""
    return _with(address, tokens)


def _with(address: str, tokens: Collection[str]) -> str:
    bare = address.rstrip("?")
    if not tokens and PLAIN.fullmatch(bare):
        return bare
    parts = urlsplit(bare)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != CAME_BACK]
    query += [(CAME_BACK, token) for token in tokens]
    return parts._replace(query=urlencode(query), netloc="", scheme="").geturl()


def tokens_here() -> list[str]:
    """The tokens in the address of this request."""
    return request.args.getlist(CAME_BACK)[:MOST_COMING_BACK]


def tokens_of(address: str) -> list[str]:
    """The tokens in an address."""
    return [value for name, value in parse_qsl(urlsplit(address).query) if name == CAME_BACK][:MOST_COMING_BACK]
