"""Forgotten password and forgotten user name: the answer is the same whether the account exists or not."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import get_locale

from app import jobs
from app.auth import browser
from app.extensions import db
from app.services.access import rate_limits
from app.services.access.origins import counted_as, counted_as_name
from app.services.access.people import Person, find_by_email, find_people
from app.services.access.rate_limits import (
    LINKS_PER_ACCOUNT,
    LINKS_PER_ADDRESS,
    LINKS_PER_DEVICE,
    NAMES_PER_ACCOUNT,
    NAMES_PER_DEVICE,
    Limit,
)
from app.services.accounts.forgotten_passwords import help_with_password
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
        people = find_people(typed)
        if _may_ask(typed, people, anywhere=LINKS_PER_ACCOUNT, on_device=LINKS_PER_DEVICE):
            days = timedelta(days=current_app.config["INVITATION_DAYS"])
            help_with_password(people, ip=browser.origin().ip, now=g.now, lifetime=days)
        db.session.commit()
        jobs.deliver_mail()
        return self.render_template("account/check_mail.html")

    @expose("/gebruikersnaam-vergeten", methods=["GET", "POST"])
    def user_name(self) -> ResponseReturnValue:
        """Ask for the user names that belong to an address."""
        form = EmailForm()
        if not form.validate_on_submit():
            return self.render_template("account/forgotten_name.html", form=form)
        people = find_by_email(form.email.data)
        if _may_ask(form.email.data, people, anywhere=NAMES_PER_ACCOUNT, on_device=NAMES_PER_DEVICE):
            _mail_user_names([person for person in people if person.is_active])
        db.session.commit()
        jobs.deliver_mail()
        return self.render_template("account/check_mail.html")


def _mail_user_names(people: list[Person]) -> None:
    """One mail with all of them; for nobody the same work is done."""
    first = people[0] if people else None
    is_alone = len(people) == 1
    outbox.queue_if_known(
        "user_names",
        recipient=first.email if first else None,
        user_id=first.user.id if first and is_alone else None,
        locale=first.account.locale if first and is_alone else str(get_locale()),
        values={"user_names": [person.user.username for person in people]},
        now=g.now,
    )


def _may_ask(typed: str, people: list[Person], *, anywhere: Limit, on_device: Limit) -> bool:
    """Whether more mail may be asked for this name and from this address; the page does not tell.

    A device on which one of them signed in before has turns of its own: a stranger does not use up somebody's.
    """
    origin = browser.origin()
    known = next((person for person in people if origin.knows(person.user.id)), None)
    limit = on_device if known else anywhere
    who = counted_as(known, origin.place_of(known)) if known else _asked_for(typed, people)
    asked = rate_limits.count_try(limit, who, g.now)
    from_address = rate_limits.count_try(LINKS_PER_ADDRESS, rate_limits.network_of(origin.ip), g.now)
    return asked.number <= limit.tries and (known is not None or from_address.number <= LINKS_PER_ADDRESS.tries)


def _asked_for(typed: str, people: list[Person]) -> str:
    """The account, however its name was typed; else what was typed."""
    return str(people[0].user.id) if len(people) == 1 else counted_as_name(typed)
