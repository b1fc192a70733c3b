"""The front door: user name and password, then the e-mailed code, then a session."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app import jobs
from app.auth import browser
from app.auth.visitor import current_actor, current_visitor
from app.extensions import db
from app.i18n import translate
from app.models import ChallengePurpose, SignInChallenge
from app.phrases import RuleBroken
from app.services.access import one_time_codes, sessions
from app.services.access.code_refusals import WHY_CLOSED, CodeState
from app.services.access.people import Person, find_person
from app.services.accounts import sign_in
from app.services.accounts.locks import tells_of_lock
from app.services.audit import record_event
from app.services.typed_forms.kept_forms import find_forms, forget_forms
from app.views.account import codes
from app.views.account.forms import CodeForm, SignInForm
from app.views.page import Page, safe_next
from app.views.typed.tokens import tokens_of

SIGN_IN = ChallengePurpose.SIGN_IN


class SignInView(Page):
    """FAB's auth view, with the second step that FAB does not have."""

    route_base = "/inloggen"
    default_view = "sign_in"

    @expose("/", methods=["GET", "POST"])
    def sign_in(self) -> ResponseReturnValue:
        """User name and password."""
        if current_visitor() is not None:
            return redirect(_home())
        form = SignInForm(user_name=_name_in_this_browser())
        if form.validate_on_submit():
            try:
                return self._start(form)
            except RuleBroken as error:
                db.session.commit()  # the counted try stays counted
                jobs.deliver_mail()  # the owner is told of a lock
                form.refuse(error)
        wanted = safe_next(request.args.get("next")) or ""
        has_ended = "verlopen" in request.args  # session.js says it
        return self.render_template(
            "account/sign_in.html", form=form, has_kept=bool(tokens_of(wanted)), has_ended=has_ended
        )

    def _start(self, form: SignInForm) -> Any:
        origin = browser.origin()
        password_try = sign_in.count_password_try(form.user_name.data, origin, g.now)
        db.session.commit()
        person = sign_in.judge_password(password_try, form.password.data, origin, g.now)
        token = codes.send_first_code(person, place=origin.place_of(person))
        browser.start_over(**{browser.CHALLENGE: token, "next": _wanted()})
        return redirect(url_for(".code"))

    @expose("/code", methods=["GET", "POST"])
    def code(self) -> ResponseReturnValue:
        """The code from the e-mail."""
        form = CodeForm()
        token = session.get(browser.CHALLENGE)
        if form.validate_on_submit():
            try:
                return self._finish(token, form.code.data)
            except RuleBroken as error:
                db.session.commit()
                jobs.deliver_mail()
                form.refuse(error)
        challenge = one_time_codes.find_challenge(token, purpose=SIGN_IN)
        state = one_time_codes.state_of(challenge, g.now)
        if state in (CodeState.USED, CodeState.GONE) and not form.is_submitted():
            flash(
                translate(WHY_CLOSED[state]) if token else _("Sign in first. After that we send you a code."), "warning"
            )
            return redirect(url_for(".sign_in", next=_wanted()))
        return self.render_template("account/code.html", form=form, wanted=_wanted(), **_shown(challenge, state))

    def _finish(self, token: str | None, typed: str) -> Any:
        origin = browser.origin()
        with tells_of_lock(ip=origin.ip, now=g.now):
            person = one_time_codes.check_code(token, typed, origin.ip, g.now, purpose=SIGN_IN)
        session_token = sign_in.finish_sign_in(person, origin, g.now)
        db.session.commit()
        target = safe_next(session.get("next")) or _kept_page(person) or _home()
        session.pop(browser.KEPT_PAGE, None)
        browser.start_over(token=session_token)
        return browser.remember_device(redirect(target), person.user.id)

    @expose("/code/opnieuw", methods=["POST"])
    def new_code(self) -> ResponseReturnValue:
        """Another code; the old one dies."""
        try:
            codes.send_new_code(session.get(browser.CHALLENGE) or "")
            flash(_("We sent you a new code. The old one no longer works."), "success")
        except RuleBroken as error:
            db.session.commit()
            flash(translate(error.text), "error")
        return redirect(url_for(".code"))

    @expose("/hulp", methods=["GET"])
    def help(self) -> ResponseReturnValue:
        """What to do when the code does not come, or the password or user name is forgotten."""
        return self.render_template("account/help.html")

    @expose("/uit", methods=["POST"])
    def sign_out(self) -> ResponseReturnValue:
        """End the session on the server; the cookie alone would still work."""
        visitor = current_visitor()
        if visitor is not None:
            sessions.end_session(visitor.session.id, user_id=visitor.user.id)
            forget_forms(visitor.user.id)
            record_event(current_actor(), "sign_in.ended", now=g.now)
            db.session.commit()
        browser.start_over()
        flash(_("You are signed out."), "success")
        return redirect(url_for(".sign_in"))


def _wanted() -> str | None:
    """Where this person wanted to go: in the address, or from before a code that has expired."""
    return safe_next(request.args.get("next")) or safe_next(session.get("next"))


def _kept_page(person: Person) -> str | None:
    """The page with what this person typed in this browser before, on the way past a forgotten password too."""
    page = safe_next(session.get(browser.KEPT_PAGE))
    return page if page and find_forms(person.user.id, tokens_of(page), g.now) else None


def _home() -> str:
    return url_for("HomeView.index")


def _name_in_this_browser() -> str:
    """The user name whose password was typed or chosen here just before: that person need not type it again."""
    challenge = one_time_codes.find_challenge(session.get(browser.CHALLENGE), purpose=SIGN_IN)
    opened_for = challenge.user_id if challenge and challenge.used_at is None else session.get(browser.OPENED_FOR)
    person = find_person(opened_for) if opened_for else None
    return person.user.username if person else ""


def _shown(challenge: SignInChallenge | None, state: CodeState) -> dict[str, Any]:
    """What the code page tells: whose code, where it went, what became of it, and whether a new one may be asked."""
    person: Person | None = find_person(challenge.user_id) if challenge else None
    return {
        "state": state,
        "why_closed": WHY_CLOSED.get(state),
        "may_renew": challenge is not None and one_time_codes.may_renew(challenge, g.now),
        "user_name": person.user.username if person else "",
        "address": codes.masked(person.email) if person and person.email else "",
    }
