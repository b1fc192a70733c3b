"""A browser for tests: the real routes, with CSRF protection on."""

from __future__ import annotations

import hashlib
import os
from contextvars import Context
from datetime import datetime
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.clock import utc_now
from app.extensions import db
from app.models import Account, Member
from app.services.access.sessions import open_session
from tests.support.factories.people import Person


class PortalClient(FlaskClient):
    """Each request runs as in production: with its own context, `g` and database session, apart from the test's.

    What the test wrote is committed before the request, and what it holds is read again after. Requests that change
    something carry a CSRF token, as the portal's forms do; `sends_csrf_token = False` leaves it out.
    """

    sends_csrf_token = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if kwargs.get("method", "GET") not in ("GET", "HEAD", "OPTIONS") and self.sends_csrf_token:
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **dict(kwargs.get("headers") or {})}
        if has_app_context():
            db.session.commit()
        response: TestResponse = Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return response

    def csrf_token(self) -> str:
        """A token of this browser's session, as a form would hold it."""
        raw = self._held().get("csrf_token")
        if raw is None:
            with self.session_transaction() as session:
                raw = session.setdefault("csrf_token", hashlib.sha256(os.urandom(32)).hexdigest())
        signer = URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def _held(self) -> dict[str, Any]:
        """What the cookie of the session holds, without a request around it."""
        cookie = self.get_cookie(self.application.config["SESSION_COOKIE_NAME"])
        interface: Any = self.application.session_interface
        signer = interface.get_signing_serializer(self.application)
        lifetime = int(self.application.permanent_session_lifetime.total_seconds())
        try:
            held: dict[str, Any] = signer.loads(cookie.value, max_age=lifetime) if cookie else {}
        except BadSignature:
            return {}
        return held


def sign_in(client: PortalClient, person: Person, *, now: datetime | None = None) -> PortalClient:
    """Give this browser a session of the member, user or account, as it has after the code."""
    account = _account_of(person)
    token = open_session(account, now=now or utc_now(), ip="127.0.0.1", agent="test")
    db.session.commit()
    with client.session_transaction() as session:
        session["token"] = token
    return client


def _account_of(person: Person) -> Account:
    if isinstance(person, Account):
        return person
    user_id = person.user_id if isinstance(person, Member) else person.id
    account = db.session.get(Account, user_id)
    assert account is not None
    return account
