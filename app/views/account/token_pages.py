"""What the pages share that open with a token or a letter: nothing of the address leaves, and how they end."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import jobs
from app.auth import browser
from app.extensions import db


def token_page(template: str, **values: object) -> Any:
    """The address holds the token: it must not leave in a Referer header."""
    response = current_app.make_response(render_template(template, **values))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def closed_page(template: str, **values: object) -> Any:
    """The same for what no longer opens anything."""
    response = token_page(template, **values)
    response.status_code = 410
    return response


def password_chosen(user_id: int) -> Any:
    """A password was saved: on to signing in, in a browser that is known from now on."""
    db.session.commit()
    jobs.deliver_mail()
    browser.start_over(**{browser.OPENED_FOR: user_id})
    flash(_("Your password is saved. Sign in with it now; we then send you a code by e-mail."), "success")
    return browser.remember_device(redirect(url_for("SignInView.sign_in")), user_id)


def own_words() -> list[str]:
    """What no password may be made of, beside the person's own words."""
    return [current_app.config["MUNICIPALITY"], "ledenportal"]


def visitor_ip() -> str:
    """The address of the visitor."""
    return request.remote_addr or ""
