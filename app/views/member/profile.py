"""My data: what the municipality knows of the member, changed and checked by the member; and the BSN, asked once."""

from __future__ import annotations

from flask import flash, g, redirect, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _

from app.auth.visitor import current_actor, current_visitor
from app.extensions import db
from app.i18n import say
from app.models import Member
from app.services import identity, open_tasks, profile
from app.services.profile_changes import show_ending
from app.services.profile_fields import MEMBER_FIELDS, as_typed, show_phone
from app.texts import RuleBroken
from app.views.base import MemberPage
from app.views.member_forms import BsnForm, OwnDataForm


class ProfileView(MemberPage):
    """Mijn gegevens. The member comes from the session, never from the address."""

    route_base = "/mijn-gegevens"

    @expose("/", methods=["GET"])
    @has_access
    def show(self):
        """What the municipality knows."""
        member = own_member()
        return self.render_template(
            "member/profile.html",
            member=member,
            iban=show_ending(member.iban_ending),
            show_phone=show_phone,
            needs_check=open_tasks.needs_check(member, g.now),
        )

    @expose("/wijzigen", methods=["GET", "POST"])
    @has_access
    def edit(self):
        """Change it."""
        member = own_member()
        form = OwnDataForm(data=as_typed(member, MEMBER_FIELDS))
        if form.validate_on_submit():
            try:
                changed = profile.change_own_data(member, form.data, actor=current_actor(), now=g.now)
                db.session.commit()
                flash(_("Your data have been saved.") if changed else _("Nothing was changed."), "success")
                return redirect(url_for(".show"))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self.render_template("member/profile_edit.html", form=form, iban=show_ending(member.iban_ending))

    @expose("/gecontroleerd", methods=["POST"])
    @has_access
    def check(self):
        """The member says: I checked my data."""
        try:
            profile.confirm_data(own_member(), actor=current_actor(), now=g.now)
            db.session.commit()
            flash(_("Thank you. We noted that you checked your data today."), "success")
        except RuleBroken as error:
            db.session.rollback()
            flash(say(error.text), "error")
            return redirect(url_for(".edit", _anchor=error.field))
        return redirect(url_for("HomeView.index"))

    @expose("/bsn", methods=["GET", "POST"])
    @has_access
    def bsn(self):
        """The BSN, as long as it is not known; afterwards only since when."""
        member = own_member()
        form = BsnForm(formdata=None) if member.bsn_known_at else BsnForm()
        if member.bsn_known_at is None and form.validate_on_submit():
            try:
                identity.record_bsn(member, form.bsn.data, actor=current_actor(), now=g.now)
                db.session.commit()
                flash(_("Thank you. We have your BSN now."), "success")
                return redirect(url_for(".show"))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        form.bsn.data = None
        form.bsn.raw_data = None
        return self.render_template("member/bsn.html", form=form, member=member)


def own_member() -> Member:
    """The signed-in member; only members have the permission for these pages."""
    visitor = current_visitor()
    if visitor is None or visitor.member is None:
        raise LookupError("no member in this session")
    return visitor.member
