"""My account: change the password and the e-mail address, see and end the sessions."""

from __future__ import annotations

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _

from app import jobs
from app.auth import browser
from app.auth.requests import seconds_left
from app.auth.visitor import current_actor, current_visitor, signed_in_visitor
from app.extensions import db
from app.i18n import translate
from app.phrases import RuleBroken
from app.services.access import sessions
from app.services.access.origins import session_place
from app.services.access.people import Person
from app.services.accounts import email_change, password_changes
from app.services.audit import record_event
from app.views.account import fresh_code
from app.views.account.forms import ChangeEmailForm, ChangePasswordForm
from app.views.account.fresh_code import asks_fresh_code, who_is_signed_in
from app.views.account.password_meter import answers_meter
from app.views.account.token_pages import own_words, visitor_ip
from app.views.page import Page


def _check_passwords(person: Person, form: ChangePasswordForm) -> None:
    """The current one is a counted guess, which stays counted."""
    place = session_place(signed_in_visitor().session.id)
    try:
        password_changes.check_current_password(person, form.current.data, place=place, ip=visitor_ip(), now=g.now)
    finally:
        db.session.commit()
    password_changes.check_choice(person, form.password.data, own_words=own_words())


def _check_address(person: Person, form: ChangeEmailForm) -> None:
    email_change.check_choice(person, form.email.data)


class MyAccountView(Page):
    """The own account. A weighty change asks a fresh code, because an open session may not be its owner's."""

    route_base = "/account"

    @expose("/", methods=["GET"])
    @has_access
    def show(self) -> ResponseReturnValue:
        """What is there, and the ways on."""
        person = who_is_signed_in()
        waiting = email_change.find_open_change(person.user.id)
        return self.render_template("account/my_account.html", person=person, waiting=waiting)

    @expose("/code", methods=["POST"])
    @has_access
    def send_code(self) -> ResponseReturnValue:
        """Mail a fresh code and go to the form that asks for it."""
        is_for_address = request.form.get("for") == "email"
        try:
            fresh_code.send_code(wanted_for="email" if is_for_address else "password")
            flash(_("We sent you a code by e-mail. Type it in the form below."), "success")
        except RuleBroken as error:
            db.session.commit()
            jobs.deliver_mail()
            flash(translate(error.text), "error")
            return redirect(url_for(".show"))
        return redirect(url_for(".change_email" if is_for_address else ".change_password"))

    @expose("/wachtwoord", methods=["GET", "POST"])
    @has_access
    @answers_meter
    @asks_fresh_code(ChangePasswordForm, "account/change_password.html", check=_check_passwords)
    def change_password(self, person: Person, form: ChangePasswordForm) -> ResponseReturnValue:
        """Current password, new password and a fresh code; ends all sessions."""
        password_changes.change_password(person, form.password.data, own_words=own_words(), ip=visitor_ip(), now=g.now)
        db.session.commit()
        jobs.deliver_mail()
        browser.start_over()
        flash(_("Your password has been changed. Sign in again with the new one."), "success")
        return redirect(url_for("SignInView.sign_in"))

    @expose("/e-mailadres", methods=["GET", "POST"])
    @has_access
    @asks_fresh_code(ChangeEmailForm, "account/change_email.html", check=_check_address)
    def change_email(self, person: Person, form: ChangeEmailForm) -> ResponseReturnValue:
        """Another e-mail address, confirmed on both."""
        email_change.request_change(person, form.email.data, ip=visitor_ip(), now=g.now)
        db.session.commit()
        jobs.deliver_mail()
        flash(_("We sent a link to your old and your new address. Open both to confirm."), "success")
        return redirect(url_for(".show"))


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
        """Stay signed in: the request itself is the sign of life. Tells how many seconds there are now."""
        sessions.keep_alive(signed_in_visitor().session, g.now)
        db.session.commit()
        return {"seconds": seconds_left(signed_in_visitor())}

    @expose("/over", methods=["GET"])
    def left(self) -> ResponseReturnValue:
        """In how many seconds the session of this browser ends, 0 without one; asking is no sign of life (X-Live)."""
        visitor = current_visitor()
        return {"seconds": seconds_left(visitor) if visitor else 0}
