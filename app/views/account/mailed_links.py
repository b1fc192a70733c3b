"""The pages behind mailed links. Opening one changes nothing (mail scanners do that too); only the POST does."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app import jobs
from app.extensions import db
from app.models import LinkKind
from app.phrases import RuleBroken
from app.services.access import one_time_links
from app.services.access.people import find_person
from app.services.accounts import email_change, invitations, password_changes
from app.views.account.forms import NewPasswordForm
from app.views.account.letters import why_closed
from app.views.account.opening import Opening
from app.views.account.password_meter import answer_meter, is_meter
from app.views.account.token_pages import closed_page, own_words, password_chosen, token_page, visitor_ip
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
            return closed_page("account/invitation_closed.html", **why_closed(link, g.now), token=token)
        return Opening(link, person).answer()

    @expose("/uitnodiging/<token>/opnieuw", methods=["POST"])
    def new_invitation(self, token: str) -> ResponseReturnValue:
        """Send a new invitation to the known address, without the team."""
        link = one_time_links.find_link(token, LinkKind.INVITATION)
        if link is not None:
            days = timedelta(days=current_app.config["INVITATION_DAYS"])
            invitations.renew_invitation(link, ip=visitor_ip(), now=g.now, lifetime=days)
            db.session.commit()
            jobs.deliver_mail()
        return self.render_template("account/check_mail.html")

    @expose("/wachtwoord-kiezen/<token>", methods=["GET", "POST"])
    def reset(self, token: str) -> ResponseReturnValue:
        """Choose a new password."""
        link = one_time_links.find_link(token, LinkKind.RESET)
        person = find_person(link.user_id) if link else None
        if link is None or person is None or not person.is_active or not link.is_open(g.now):
            return closed_page("account/reset_closed.html", why=link.why_closed(g.now) if link else "unknown")
        if is_meter():
            return answer_meter(person)
        form = NewPasswordForm()
        if form.validate_on_submit():
            try:
                password_changes.reset_password(
                    link, form.password.data, own_words=own_words(), ip=visitor_ip(), now=g.now
                )
                return password_chosen(person.user.id)
            except RuleBroken as error:
                self._refuse(form, error)
        return token_page("account/choose_password.html", form=form, person=person)

    @expose("/e-mail-bevestigen/<token>", methods=["GET", "POST"])
    def confirm_email(self, token: str) -> ResponseReturnValue:
        """Confirm a change of e-mail address, from the old or the new one."""
        link = one_time_links.find_link(token, LinkKind.EMAIL_OLD, LinkKind.EMAIL_NEW)
        if link is None or not link.is_open(g.now):
            return closed_page("account/email_closed.html", why=link.why_closed(g.now) if link else "unknown")
        form = PortalForm()
        if form.validate_on_submit():
            try:
                change = email_change.confirm(link, ip=visitor_ip(), now=g.now)
                db.session.commit()
                if change.ended_at is not None:
                    g.visitor = None  # signed out everywhere, so here too
                return self.render_template("account/email_confirmed.html", change=change)
            except RuleBroken as error:
                self._refuse(form, error)
        return token_page("account/confirm_email.html", form=form, kind=link.kind)

    @staticmethod
    def _refuse(form: PortalForm, error: RuleBroken) -> None:
        db.session.rollback()
        form.refuse(error)
