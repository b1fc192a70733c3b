"""My account: change the password and the e-mail address, see and end the sessions."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _

from app import jobs
from app.auth import browser
from app.auth.visitor import current_actor, signed_in_visitor
from app.extensions import db
from app.i18n import translate
from app.models import ChallengePurpose
from app.phrases import RuleBroken
from app.services.access import one_time_codes, sessions
from app.services.access.people import Person
from app.services.accounts import email_change, password_changes
from app.services.audit import record_event
from app.views.account import codes
from app.views.account.forms import ChangeEmailForm, ChangePasswordForm
from app.views.forms.forms import PortalForm
from app.views.page import Page

CONFIRM = ChallengePurpose.CONFIRM


class MyAccountView(Page):
    """The own account. A weighty change asks a fresh code, because an open session may not be its owner's."""

    route_base = "/account"

    @expose("/", methods=["GET"])
    @has_access
    def show(self) -> ResponseReturnValue:
        """What is there, and the ways on."""
        person = _person()
        waiting = email_change.find_open_change(person.user.id)
        return self.render_template("account/my_account.html", person=person, waiting=waiting)

    @expose("/code", methods=["POST"])
    @has_access
    def send_code(self) -> ResponseReturnValue:
        """Mail a fresh code and go to the form that asks for it."""
        target = "change_email" if request.form.get("for") == "email" else "change_password"
        try:
            session[browser.CHALLENGE] = codes.send_first_code(_person(), purpose=CONFIRM)
            flash(_("We sent you a code by e-mail. Type it in the form below."), "success")
        except RuleBroken as error:
            db.session.commit()
            flash(translate(error.text), "error")
            return redirect(url_for(".show"))
        return redirect(url_for(f".{target}"))

    @expose("/wachtwoord", methods=["GET", "POST"])
    @has_access
    def change_password(self) -> ResponseReturnValue:
        """Current password, new password and a fresh code; ends all sessions."""
        form = ChangePasswordForm()
        if form.validate_on_submit():
            try:
                self._change_password(form)
                browser.start_over()
                flash(_("Your password has been changed. Sign in again with the new one."), "success")
                return redirect(url_for("SignInView.sign_in"))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self._code_page("account/change_password.html", form, "password")

    def _change_password(self, form: ChangePasswordForm) -> None:
        person = _person()
        password_changes.check_current_password(person, form.current.data)
        password_changes.check_choice(person, form.password.data, own_words=_own_words())
        self._check_code(form.code.data)
        password_changes.change_password(person, form.password.data, own_words=_own_words(), ip=_ip(), now=g.now)
        db.session.commit()
        jobs.deliver_mail()

    @expose("/e-mailadres", methods=["GET", "POST"])
    @has_access
    def change_email(self) -> ResponseReturnValue:
        """Another e-mail address, confirmed on both."""
        form = ChangeEmailForm()
        if form.validate_on_submit():
            try:
                email_change.check_choice(_person(), form.email.data)
                self._check_code(form.code.data)
                email_change.request_change(_person(), form.email.data, ip=_ip(), now=g.now)
                db.session.commit()
                jobs.deliver_mail()
                flash(_("We sent a link to your old and your new address. Open both to confirm."), "success")
                return redirect(url_for(".show"))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self._code_page("account/change_email.html", form, "email")

    def _check_code(self, typed: str) -> None:
        """The code is the last check, because it works once. The counted try is kept, also after a refusal."""
        try:
            token, user_id = session.get(browser.CHALLENGE), signed_in_visitor().user.id
            one_time_codes.check_code(token, typed, _ip(), g.now, purpose=CONFIRM, user_id=user_id)
        finally:
            db.session.commit()
        session.pop(browser.CHALLENGE, None)

    def _code_page(self, template: str, form: PortalForm, purpose: str) -> Any:
        is_waiting = one_time_codes.find_challenge(session.get(browser.CHALLENGE), g.now, purpose=CONFIRM) is not None
        return self.render_template(template, form=form, is_waiting=is_waiting, purpose=purpose)


class SessionsView(Page):
    """Where I am signed in."""

    route_base = "/account/sessies"

    @expose("/", methods=["GET"])
    @has_access
    def show(self) -> ResponseReturnValue:
        """The browsers that are signed in."""
        visitor = signed_in_visitor()
        found = sessions.list_sessions(visitor.user.id)
        return self.render_template("account/sessions.html", sessions=found, current=visitor.session)

    @expose("/<int:session_id>/beeindig", methods=["POST"])
    @has_access
    def end(self, session_id: int) -> ResponseReturnValue:
        """Sign one browser out."""
        visitor = signed_in_visitor()
        if sessions.end_session(session_id, user_id=visitor.user.id):
            record_event(current_actor(), "session.ended", now=g.now, session=session_id)
            db.session.commit()
            flash(_("That browser is signed out."), "success")
        return redirect(url_for(".show"))

    @expose("/overal-uit", methods=["POST"])
    @has_access
    def end_all(self) -> ResponseReturnValue:
        """Sign out everywhere, here too."""
        sessions.end_sessions(signed_in_visitor().account)
        record_event(current_actor(), "session.all_ended", now=g.now)
        db.session.commit()
        browser.start_over()
        flash(_("You are signed out everywhere."), "success")
        return redirect(url_for("SignInView.sign_in"))

    @expose("/blijf", methods=["POST"])
    @has_access
    def keep_alive(self) -> ResponseReturnValue:
        """Stay signed in: the request itself is the sign of life."""
        sessions.keep_alive(signed_in_visitor().session, g.now)
        db.session.commit()
        return "", 204


def _person() -> Person:
    visitor = signed_in_visitor()
    return Person(visitor.user, visitor.account, visitor.member)


def _own_words() -> list[str]:
    return [current_app.config["MUNICIPALITY"], "ledenportal"]


def _ip() -> str:
    return request.remote_addr or ""
