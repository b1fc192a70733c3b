"""One member for the team: see, add, change, and clear a wrong BSN."""

from __future__ import annotations

from flask import flash, g, redirect, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Member
from app.services import identity, member_list, members, profile
from app.services.audit import record_event
from app.services.profile_changes import show_ending
from app.services.profile_fields import STAFF_FIELDS, as_typed, show_phone
from app.texts import RuleBroken
from app.views.base import Page
from app.views.member_forms import CorrectBsnForm, MemberDataForm
from app.views.staff.member_labels import ROSTER_LABELS, STATES

SHOWN_CHANGES = 25


class MemberCardView(Page):
    """One member. Reading it is in the audit trail (SECURITY §4)."""

    route_base = "/lid"
    default_view = "add"

    @expose("/<int:member_id>", methods=["GET"])
    @has_access
    def show(self, member_id: int):
        """What is known, and what changed. Of the BSN only whether it is known."""
        member = _find(member_id)
        record_event(current_actor(), "member.read", now=g.now, subject=member, member_id=member.id)
        db.session.commit()
        return self.render_template(
            "staff/member.html",
            member=member,
            state=STATES[member.state],
            iban=show_ending(member.iban_ending),
            show_phone=show_phone,
            labels=ROSTER_LABELS,
            twins=identity.find_twins(member) if member.bsn_duplicate else [],
            changes=member_list.list_changes(member_id=member.id, page=1, size=SHOWN_CHANGES),
        )

    @expose("/toevoegen", methods=["GET", "POST"])
    @has_access
    def add(self):
        """Add one member by hand."""
        form = MemberDataForm()
        if form.validate_on_submit():
            typed = {name: form.data[name] for name in STAFF_FIELDS}
            try:
                member = members.add_member(typed, actor=current_actor(), now=g.now)
                db.session.commit()
                flash(_("%(name)s has been added. The user name is %(user)s.", name=member.full_name,
                        user=member.user.username), "success")  # fmt: skip
                return redirect(url_for(".show", member_id=member.id))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self.render_template("staff/member_form.html", form=form, title=_("Add a member"), iban="", back=None)

    @expose("/<int:member_id>/wijzigen", methods=["GET", "POST"])
    @has_access
    def edit(self, member_id: int):
        """Change the data of one member."""
        member = _find(member_id)
        form = MemberDataForm(data=as_typed(member, STAFF_FIELDS))
        back = url_for(".show", member_id=member.id)
        if form.validate_on_submit():
            try:
                changed = profile.change_data(member, form.data, actor=current_actor(), now=g.now)
                db.session.commit()
                flash(_("The data have been saved.") if changed else _("Nothing was changed."), "success")
                return redirect(back)
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        title = _("Change the data of %(name)s", name=member.full_name)
        iban = show_ending(member.iban_ending)
        return self.render_template("staff/member_form.html", form=form, title=title, iban=iban, back=back)

    @expose("/<int:member_id>/bsn-herstellen", methods=["GET", "POST"])
    @has_access
    def correct_bsn(self, member_id: int):
        """Clear a wrong BSN with a reason; the member is asked for it again."""
        member = _find(member_id)
        form = CorrectBsnForm()
        if form.validate_on_submit():
            try:
                identity.correct_bsn(member, form.reason.data, actor=current_actor(), now=g.now)
                db.session.commit()
                flash(_("The BSN has been cleared. %(name)s is asked for it again.", name=member.full_name), "success")
                return redirect(url_for(".show", member_id=member.id))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        return self.render_template("staff/member_bsn.html", form=form, member=member)


def _find(member_id: int) -> Member:
    member = db.session.get(Member, member_id)
    if member is None:
        raise NotFound
    return member
