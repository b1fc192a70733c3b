"""What happens around every request: who is it, which rows may they reach, and nothing is kept in caches."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, g, request, session

from app.auth.visitor import Visitor, current_visitor, find_visitor
from app.clock import utc_now
from app.extensions import db
from app.models.row_guard import CLOSED, OUTSIDE_REQUESTS, enter
from app.services import sessions

WITHOUT_SESSION = {"static", "health.alive", "health.ready", "appbuilder.static"}


def init_app(app: Flask) -> None:
    """Register the hooks; must run before AppBuilder's own, which read the visitor."""
    app.before_request(_identify)
    app.after_request(_keep_out_of_caches)
    app.teardown_request(_leave)


def _leave(_error: BaseException | None) -> None:
    enter(OUTSIDE_REQUESTS)


def _identify() -> None:
    """Find the signed-in person before anything else is loaded, and open the row guard just far enough."""
    enter(CLOSED)
    g.now = utc_now()
    g.visitor = None
    token = session.get("token")
    if request.endpoint in WITHOUT_SESSION or not isinstance(token, str):
        return
    visitor = find_visitor(sessions.hash_token(token), g.now)
    if visitor is None or not sessions.is_live(visitor.session, **session_limits(visitor), now=g.now):
        session.pop("token", None)
        return
    g.visitor = visitor
    if sessions.touch(visitor.session, g.now):
        db.session.commit()
    enter(visitor.scope)


def session_limits(visitor: Visitor) -> dict[str, timedelta]:
    """How long this person's session lasts: shorter for the team, which sees everybody's data (SECURITY §1)."""
    settings = current_app.config
    minutes = settings["IDLE_MINUTES_STAFF"] if visitor.member is None else settings["IDLE_MINUTES_MEMBER"]
    return {"idle": timedelta(minutes=minutes), "absolute": timedelta(hours=settings["SESSION_HOURS"])}


def _keep_out_of_caches(response: Response) -> Response:
    """A page of somebody who is signed in, or a page with a form, is in no cache and in no browser history store."""
    if current_visitor() is not None or "Set-Cookie" in response.headers or session.modified:
        response.headers["Cache-Control"] = "no-store"
    return response
