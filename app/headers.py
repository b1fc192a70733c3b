"""Security headers on every answer: a strict nonce CSP and its companions (SECURITY §4)."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g

CSP = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
HSTS = "Strict-Transport-Security"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    HSTS: "max-age=31536000; includeSubDomains",
}


def csp_nonce() -> str:
    """The nonce of this request, for the few inline scripts and styles of ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _add_headers(response: Response) -> Response:
    """What a page says itself, of a file or of where it sends nobody, stays."""
    wanted = {"Content-Security-Policy": CSP.format(nonce=csp_nonce()), **ALWAYS}
    if current_app.config["PORTAL_DEVELOPMENT"]:
        del wanted[HSTS]
    for name, _value in response.headers:
        wanted.pop(name, None)
    response.headers.extend(wanted)
    return response


def init_app(app: Flask) -> None:
    """Send the headers with every answer and give templates `csp_nonce()`."""
    app.after_request(_add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
