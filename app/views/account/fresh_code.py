"""A fresh code by e-mail before a weighty act: an open session may not be its owner's."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import g, session
from flask.typing import ResponseReturnValue

from app.auth import browser
from app.auth.visitor import signed_in_visitor
from app.extensions import db
from app.models import ChallengePurpose
from app.phrases import RuleBroken
from app.services.access import one_time_codes
from app.services.access.code_refusals import CodeState
from app.services.access.origins import session_place
from app.services.access.people import Person
from app.services.accounts.locks import tells_of_lock
from app.views.account import codes
from app.views.forms.forms import PortalForm

CONFIRM = ChallengePurpose.CONFIRM
Check = Callable[[Person, Any], None]
Act = Callable[[Any, Person, Any], ResponseReturnValue]


def asks_fresh_code(form_class: type[PortalForm], template: str, *, check: Check) -> Callable[[Act], Any]:
    """The route shows this form, which has a field `code`, and runs the view only after the right code.

    `check(person, form)` refuses what is wrong in the rest of the form first, because a code works once. The view gets
    the person and the form, acts, commits and answers; what it refuses is told in the form too.
    """

    def decorate(act: Act) -> Any:
        @functools.wraps(act)
        def route(view: Any) -> ResponseReturnValue:
            form = form_class()
            if form.validate_on_submit():
                try:
                    check(who_is_signed_in(), form)
                    _check_code(form.code.data)
                    return act(view, who_is_signed_in(), form)
                except RuleBroken as error:
                    db.session.rollback()
                    form.refuse(error)
            return str(view.render_template(template, form=form, is_waiting=_is_waiting(), purpose=act.__name__))

        return route

    return decorate


def send_code(*, wanted_for: str) -> None:
    """Mail a fresh code to who is signed in, for a new "password" or "email", and keep its token in this browser.

    Raises RuleBroken: commit after it.
    """
    wanted = {"purpose": CONFIRM, "place": session_place(signed_in_visitor().session.id), "wanted_for": wanted_for}
    session[browser.CHALLENGE] = codes.send_first_code(who_is_signed_in(), **wanted)


def who_is_signed_in() -> Person:
    """The person of this session."""
    visitor = signed_in_visitor()
    return Person(visitor.user, visitor.account, visitor.member)


def _check_code(typed: str) -> None:
    """The counted try is kept, also after a refusal."""
    ip, token, user_id = browser.origin().ip, session.get(browser.CHALLENGE), signed_in_visitor().user.id
    try:
        with tells_of_lock(ip=ip, now=g.now):
            one_time_codes.check_code(token, typed, ip, g.now, purpose=CONFIRM, user_id=user_id)
    finally:
        db.session.commit()
    session.pop(browser.CHALLENGE, None)


def _is_waiting() -> bool:
    challenge = one_time_codes.find_challenge(session.get(browser.CHALLENGE), purpose=CONFIRM)
    return one_time_codes.state_of(challenge, g.now) is CodeState.OPEN
