"""My choices: the language of the portal and its mail, and of what an e-mail comes."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import Optional

from app.auth.visitor import current_actor, signed_in_visitor
from app.extensions import db
from app.models import OPTIONAL_KINDS
from app.phrases import RuleBroken
from app.services.notifications import mail_preferences
from app.views.base import Page
from app.views.forms.forms import PortalForm
from app.views.labels.messages.campaigns import OPTIONAL_KIND_NAMES


class ChoicesForm(PortalForm):
    """What a member may choose."""

    locale = RadioField(_("Language of the portal and of your e-mails"))
    mailed = SelectMultipleField(
        _("Send me an e-mail about"),
        [Optional()],
        choices=[(kind, name) for kind, name in OPTIONAL_KIND_NAMES.items()],
        description=_("You always see everything in the portal, also what you get no e-mail about."),
    )


class ChoicesView(Page):
    """Of the signed-in member; it comes from the session."""

    route_base = "/mijn-keuzes"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def show(self) -> ResponseReturnValue:
        """The form."""
        visitor = signed_in_visitor()
        member, account = visitor.member, visitor.account
        if member is None:
            raise LookupError("no member in this session")
        mailed = sorted(OPTIONAL_KINDS - mail_preferences.muted_kinds(member.id))
        form = ChoicesForm(data={"locale": account.locale, "mailed": mailed})
        form.locale.choices = [(code, language["name"]) for code, language in current_app.config["LANGUAGES"].items()]
        if form.validate_on_submit():
            try:
                mail_preferences.save_choices(
                    member,
                    account,
                    locale=form.locale.data,
                    mailed=form.mailed.data or [],
                    actor=current_actor(),
                    now=g.now,
                )
                db.session.commit()
                session.pop("locale", None)  # from now on the account's language, in every browser
                flash(gettext("Your choices are saved."), "success")
                return redirect(url_for(".show"))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self.render_template("member/choices.html", title=gettext("My choices"), form=form)
