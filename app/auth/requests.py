"""What happens around every request: who is it, which rows may they reach, and nothing is kept in caches.

A request that no form of ours would make is refused before anything reads it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, abort, current_app, g, request, session
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

from app.auth.visitor import Visitor, find_visitor
from app.body_limits import count_fields, set_limit
from app.clock import utc_now
from app.extensions import db
from app.models.guard.row_guard import CLOSED, enter
from app.services.access import sessions

FILES_OF_OURS = {"static", "appbuilder.static", "favicon"}
WITHOUT_SESSION = {*FILES_OF_OURS, "health.alive", "health.ready"}
LIVE = "X-Live"  # a part of a page that asks by itself how things go: no sign of life of the person (portal.js)
FROM_HERE = {None, "same-origin", "none"}  # Sec-Fetch-Site of our own pages; older browsers do not send it


class KeyConverter(IntegerConverter):
    """A number in an address is a key: a larger one is no row, and no error of the database."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


def init_app(app: Flask) -> None:
    """Register the hooks; must run before those of CSRFProtect and AppBuilder, so that no answer is made before them.

    The pages behind mailed links send no Referer, which CSRFProtect would ask of every form under https; browsers say
    in Sec-Fetch-Site where a request comes from, whatever the referrer policy.
    """
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.url_map.converters["int"] = KeyConverter
    app.before_request(_identify)
    app.before_request(set_limit)
    app.before_request(count_fields)
    app.before_request(_refuse_other_sites)
    app.before_request(_refuse_nul)
    app.after_request(_keep_out_of_caches)
    app.teardown_request(_leave)


def _refuse_other_sites() -> None:
    """Another site, or another name under our domain, changes nothing here; the CSRF token guards it too."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Sec-Fetch-Site") not in FROM_HERE:
        raise CSRFError("sent by another site")


def _refuse_nul() -> None:
    """No keyboard types a NUL, and PostgreSQL stores none: without this each field would have to refuse it."""
    names_of_files = [file.filename or "" for file in request.files.values()]
    for value in (request.path, *_all_of(request.args), *_all_of(request.form), *names_of_files):
        if "\0" in value:
            abort(400)


def _all_of(pairs: MultiDict[str, str]) -> Iterator[str]:
    for name, value in pairs.items(multi=True):
        yield name
        yield value


def _leave(_error: BaseException | None) -> None:
    """What still runs, such as an answer that is sent in pieces, reaches nothing; the next request opens its own.

    A request context that never was a request (commands and tests make some for addresses) leaves the guard as it is.
    """
    if g.get("is_guarded"):
        enter(CLOSED)


def _identify() -> None:
    """Find the signed-in person before anything else is loaded, and open the row guard just far enough."""
    enter(CLOSED)
    request.remote_addr = _address(request.remote_addr)
    g.is_guarded = True
    g.now = utc_now()
    g.visitor = None
    token = session.get("token")
    if request.endpoint in WITHOUT_SESSION or not isinstance(token, str):
        return
    visitor = find_visitor(sessions.hash_token(token), g.now)
    if visitor is None or not sessions.is_live(visitor.session, **session_limits(visitor), now=g.now):
        session.pop("token", None)
        g.ended_visitor = visitor  # opens nothing; what was being typed can be kept for this person
        return
    g.visitor = visitor
    if LIVE not in request.headers and sessions.touch(visitor.session, g.now):
        db.session.commit()
    enter(visitor.scope)


def _address(given: str | None) -> str:
    """The visitor's address; empty for what a proxy hands on and is none, such as a header of 500 characters."""
    try:
        return str(ipaddress.ip_address(given or ""))
    except ValueError:
        return ""


def session_limits(visitor: Visitor) -> dict[str, timedelta]:
    """How long this person's session lasts: shorter for the team, which sees everybody's data (SECURITY §1)."""
    settings = current_app.config
    minutes = settings["IDLE_MINUTES_STAFF"] if visitor.member is None else settings["IDLE_MINUTES_MEMBER"]
    return {"idle": timedelta(minutes=minutes), "absolute": timedelta(hours=settings["SESSION_HOURS"])}


def seconds_left(visitor: Visitor) -> int:
    """Until the session ends if nothing more happens in it; at least 1, also where it was ended elsewhere meanwhile."""
    now: datetime = g.now
    try:
        ends_at = sessions.ends_at(visitor.session, **session_limits(visitor))
    except ObjectDeletedError:  # the page is still made; what is asked next finds nobody signed in
        return 1
    return max(int((ends_at - now).total_seconds()), 1)


def _keep_out_of_caches(response: Response) -> Response:
    """No page is in a cache or in a browser's history store: an address with a token shows a name without a session."""
    if request.endpoint not in FILES_OF_OURS:
        response.headers["Cache-Control"] = "no-store"
    return response
