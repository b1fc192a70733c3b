"""Forgotten password and forgotten user name: the answer is the same whether the account exists or not."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import get_locale

from app import jobs
from app.extensions import db
from app.services.access import rate_limits
from app.services.access.people import find_by_email, find_by_name
from app.services.access.rate_limits import LINKS_PER_ACCOUNT, LINKS_PER_ADDRESS
from app.services.accounts import password_changes
from app.services.mail import outbox
from app.views.account.forms import EmailForm, NameForm
from app.views.page import Page


class RecoveryView(Page):
    """Ways back in. Everything leaves through the outbox: direct sending would tell by its time who exists."""

    route_base = ""
    default_view = "password"

    @expose("/wachtwoord-vergeten", methods=["GET", "POST"])
    def password(self) -> ResponseReturnValue:
        """Ask for a link to choose a new password."""
        form = NameForm()
        if not form.validate_on_submit():
            return self.render_template("account/forgotten_password.html", form=form)
        typed = form.user_name.data
        if _may_ask(typed):
            days = timedelta(days=current_app.config["INVITATION_DAYS"])
            password_changes.help_with_password(find_by_name(typed), ip=_ip(), now=g.now, lifetime=days)
        db.session.commit()
        jobs.deliver_mail()
        return self.render_template("account/check_mail.html")

    @expose("/gebruikersnaam-vergeten", methods=["GET", "POST"])
    def user_name(self) -> ResponseReturnValue:
        """Ask for the user names that belong to an address."""
        form = EmailForm()
        if not form.validate_on_submit():
            return self.render_template("account/forgotten_name.html", form=form)
        if _may_ask(form.email.data):
            _mail_user_names(form.email.data)
        db.session.commit()
        jobs.deliver_mail()
        return self.render_template("account/check_mail.html")


def _mail_user_names(address: str) -> None:
    people = [person for person in find_by_email(address) if person.is_active]
    if not people:
        outbox.pretend_to_queue(g.now, mails=1)
    else:
        outbox.queue_mail(
            "user_names",
            recipient=people[0].email or "",
            user_id=people[0].user.id if len(people) == 1 else None,
            locale=people[0].account.locale if len(people) == 1 else str(get_locale()),
            values={"user_names": [person.user.username for person in people]},
            now=g.now,
        )


def _may_ask(typed: str) -> bool:
    """Whether more mail may be asked for this name and from this address; the page does not tell."""
    for_name = rate_limits.count_try(LINKS_PER_ACCOUNT, typed.strip().lower(), g.now)
    from_address = rate_limits.count_try(LINKS_PER_ADDRESS, rate_limits.network_of(_ip()), g.now)
    return for_name <= LINKS_PER_ACCOUNT.tries and from_address <= LINKS_PER_ADDRESS.tries


def _ip() -> str:
    return request.remote_addr or ""
