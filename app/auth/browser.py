"""What the browser holds of a sign-in: a token in the session cookie, and a mark of a device that was used before."""

from __future__ import annotations

import secrets

from flask import current_app, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as BaseResponse

from app.services.access.origins import Origin

DEVICE_DAYS = 180
MOST_USERS = 10  # of one browser
CHALLENGE = "challenge"
PROOF = "proof"  # the token of the code that shows that a typed address is theirs
LETTER = "letter"  # which letter was opened with its code, and until when this browser may go on with it
# The first mark that is found counts: every browser calls itself Safari, and Edge calls itself Chrome too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
KEPT_PAGE = "kept_page"  # the page with what was typed in a session that had ended
OPENED_FOR = "opened_for"  # whose password was chosen here just now: the key of the account
KEPT = ("locale", KEPT_PAGE)  # what survives signing in and out


def origin() -> Origin:
    """Where this request comes from."""
    device, user_ids = _read_device()
    agent = request.user_agent.string[:200]
    return Origin(ip=request.remote_addr or "", agent=agent, device=device, device_users=user_ids)


def start_over(**values: object) -> None:
    """Empty the session cookie (a fixed one is worthless then) but for the language, and put `values` in it."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept, **values)


def remember_device(response: BaseResponse, user_id: int) -> BaseResponse:
    """Mark this browser as one in which this person showed the mailbox: somebody else's guesses do not lock it (OWASP).

    People share browsers, a couple or a counter, so the mark holds the last few who signed in.
    """
    device, user_ids = _read_device()
    others = [known for known in user_ids if known != user_id]
    value = [device or secrets.token_urlsafe(16), [user_id, *others][:MOST_USERS]]
    response.set_cookie(
        _cookie_name(),
        _serializer().dumps(value),
        max_age=DEVICE_DAYS * 24 * 3600,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def browser_name(agent: str) -> str:
    """`Firefox, Android`: enough for people to recognise their own browser."""
    name = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((system for mark, system in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (name, system))) or "?"


def _read_device() -> tuple[str, tuple[int, ...]]:
    try:
        device, user_ids = _serializer().loads(request.cookies.get(_cookie_name(), ""), max_age=DEVICE_DAYS * 24 * 3600)
        return str(device), tuple(int(user_id) for user_id in user_ids)
    except (BadSignature, ValueError, TypeError):
        return "", ()


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="device")


def _cookie_name() -> str:
    return "device" if current_app.config["PORTAL_DEVELOPMENT"] else "__Host-device"
