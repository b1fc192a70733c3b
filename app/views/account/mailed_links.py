"""The pages behind mailed links. Opening one changes nothing (mail scanners do that too); only the POST does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app import jobs
from app.auth import browser
from app.extensions import db
from app.models import LinkKind, MailedLink
from app.phrases import RuleBroken
from app.services.access import one_time_links
from app.services.access.people import find_person
from app.services.accounts import email_change, invitations, password_changes
from app.views.account.forms import NewPasswordForm, OpenAccountForm
from app.views.forms.forms import PortalForm
from app.views.page import Page


class MailedLinkView(Page):
    """Open an account, choose a new password, confirm an e-mail address."""

    route_base = ""
    default_view = "invitation"

    @expose("/uitnodiging/<token>", methods=["GET", "POST"])
    def invitation(self, token: str) -> ResponseReturnValue:
        """Choose the first password; an expired invitation offers a new one here."""
        link = one_time_links.find_link(token, LinkKind.INVITATION)
        person = find_person(link.user_id) if link else None
        if link is None or person is None or not person.is_active or not link.is_open(g.now):
            return self._closed("account/invitation_closed.html", link=link, token=token)
        form = OpenAccountForm()
        if person.email:
            del form.email
        if form.validate_on_submit():
            try:
                email = form.email.data if form.email else None
                password_changes.accept_invitation(
                    link, form.password.data, email=email, own_words=_own_words(), ip=_ip(), now=g.now
                )
                return self._password_chosen(person.user.id)
            except RuleBroken as error:
                self._refuse(form, error)
        return self._token_page("account/open_account.html", form=form, person=person)

    @expose("/uitnodiging/<token>/opnieuw", methods=["POST"])
    def new_invitation(self, token: str) -> ResponseReturnValue:
        """Send a new invitation to the known address, without the team."""
        link = one_time_links.find_link(token, LinkKind.INVITATION)
        if link is not None:
            days = timedelta(days=current_app.config["INVITATION_DAYS"])
            invitations.renew_invitation(link, ip=_ip(), now=g.now, lifetime=days)
            db.session.commit()
            jobs.deliver_mail()
        return self.render_template("account/check_mail.html")

    @expose("/wachtwoord-kiezen/<token>", methods=["GET", "POST"])
    def reset(self, token: str) -> ResponseReturnValue:
        """Choose a new password."""
        link = one_time_links.find_link(token, LinkKind.RESET)
        person = find_person(link.user_id) if link else None
        if link is None or person is None or not person.is_active or not link.is_open(g.now):
            return self._closed("account/reset_closed.html")
        form = NewPasswordForm()
        if form.validate_on_submit():
            try:
                password_changes.reset_password(link, form.password.data, own_words=_own_words(), ip=_ip(), now=g.now)
                return self._password_chosen(person.user.id)
            except RuleBroken as error:
                self._refuse(form, error)
        return self._token_page("account/choose_password.html", form=form, person=person)

    @expose("/e-mail-bevestigen/<token>", methods=["GET", "POST"])
    def confirm_email(self, token: str) -> ResponseReturnValue:
        """Confirm a change of e-mail address, from the old or the new one."""
        link = one_time_links.find_link(token, LinkKind.EMAIL_OLD, LinkKind.EMAIL_NEW)
        if link is None or not link.is_open(g.now):
            return self._closed("account/email_closed.html")
        form = PortalForm()
        if form.validate_on_submit():
            try:
                change = email_change.confirm(link, ip=_ip(), now=g.now)
                db.session.commit()
                return self.render_template("account/email_confirmed.html", change=change)
            except RuleBroken as error:
                self._refuse(form, error)
        return self._token_page("account/confirm_email.html", form=form, kind=link.kind)

    def _password_chosen(self, user_id: int) -> Any:
        db.session.commit()
        jobs.deliver_mail()
        browser.start_over()
        flash(_("Your password is saved. Sign in with it now; we then send you a code by e-mail."), "success")
        return browser.remember_device(redirect(url_for("SignInView.sign_in")), user_id)

    def _token_page(self, template: str, **values: object) -> Any:
        """The address holds the token: it must not leave in a Referer header."""
        response = current_app.make_response(self.render_template(template, **values))
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _closed(self, template: str, *, link: MailedLink | None = None, token: str = "") -> Any:
        is_expired = link is not None and link.used_at is None and link.ended_at is None
        response = self._token_page(template, is_expired=is_expired, token=token)
        response.status_code = 410
        return response

    @staticmethod
    def _refuse(form: PortalForm, error: RuleBroken) -> None:
        db.session.rollback()
        form.refuse(error)


def _own_words() -> list[str]:
    return [current_app.config["MUNICIPALITY"], "ledenportal"]


def _ip() -> str:
    return request.remote_addr or ""
