"""My data: what the municipality knows of the member, changed and checked by the member; and the BSN, asked once."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.auth.visitor import current_actor, signed_in_member
from app.clock import local
from app.extensions import db
from app.i18n import translate, write_date
from app.member_fields import MEMBER_FIELDS, Changes, show_phone
from app.models import Member
from app.phrases import RuleBroken
from app.services.experience import services
from app.services.mail.smtp_replies import explain_reply
from app.services.members import bsn as identity
from app.services.members import profile
from app.services.members.change_log import show_ending
from app.services.members.fields import as_typed
from app.views.base import MemberModelView
from app.views.forms.members import BsnForm, BsnSureForm, DataForm, OwnDataForm
from app.views.labels.members import OWN_FIELD_LABELS, form_groups


class ProfileView(MemberModelView):
    """Mijn gegevens: the member's own row. It comes from the session, so no address holds a key."""

    datamodel = SQLAInterface(Member)
    route_base = "/mijn-gegevens"
    default_view = "show"
    include_route_methods = {"show", "edit", "check", "bsn", "keep_bsn"}
    singular = plural = _("my data")
    base_order = ("id", "asc")
    label_columns = {
        **OWN_FIELD_LABELS,
        "full_name": _("Name"),
        "address_line": _("Address"),
        "town_line": _("Postcode and town"),
        "iban_ending": _("IBAN"),
        "bsn_known_at": _("BSN"),
    }
    list_columns = ["full_name"]
    show_fieldsets = [
        (_("Who you are"), {"fields": ["full_name", "initials", "birth_date", "member_number", "languages"]}),
        (_("How we reach you"), {"fields": ["email", "mobile", "phone", "address_line", "town_line"]}),
        (_("For your fee"), {"fields": ["iban_ending", "bsn_known_at"]}),
    ]
    edit_fieldsets = form_groups(Changes.MEMBER, _("Who you are"), _("How we reach you"), _("For your fee"))
    formatters_columns = {"mobile": show_phone, "phone": show_phone, "iban_ending": show_ending}
    edit_form = OwnDataForm
    shows_its_row_only = True
    show_template = "member/profile.html"
    edit_template = "member/profile_edit.html"

    @expose("/", methods=["GET"])
    @has_access
    def show(self) -> ResponseReturnValue:
        """What the municipality knows."""
        member = signed_in_member()
        return self._show_page(
            member,
            title=gettext("My data"),
            needs_check=member.needs_check(g.now),
            experience=services.list_services(member.id),
            broken_reason=explain_reply(member.email_broken_reason, member.email),
            breadcrumbs=[],
        )

    @expose("/wijzigen", methods=["GET", "POST"])
    @has_access
    def edit(self) -> ResponseReturnValue:
        """Change it."""
        return self._edit_page(signed_in_member(), title=gettext("Change my data"))

    @expose("/gecontroleerd", methods=["POST"])
    @has_access
    def check(self) -> ResponseReturnValue:
        """The member says: I checked my data."""
        try:
            profile.confirm_data(signed_in_member(), actor=current_actor(), now=g.now)
            db.session.commit()
            flash(gettext("Thank you. We noted that you checked your data today."), "success")
        except RuleBroken as error:
            db.session.rollback()
            for fault in error.together:
                flash(translate(fault.text), "error")
            return redirect(url_for(".edit", _anchor=error.field))
        return redirect(url_for("HomeView.index"))

    @expose("/bsn", methods=["GET", "POST"])
    @has_access
    def bsn(self) -> ResponseReturnValue:
        """The BSN, as long as it is not known; afterwards only since when."""
        member = signed_in_member()
        form = BsnForm(formdata=None) if member.bsn_known_at else BsnForm()
        if member.bsn_known_at is None and form.validate_on_submit():
            try:
                return self._ask_whether_right(member, identity.seal_typed(member, form.bsn.data or ""))
            except RuleBroken as error:
                form.refuse(error)
        form.bsn.data = None  # what was typed is not sent back: docs/decisions/0003-bsn-duplicates.md
        form.bsn.raw_data = None
        page = self._render("member/bsn.html", title=gettext("Your BSN"), form=form, member=member)
        return (page, 422) if request.method == "POST" else page  # also where it became known in the meantime

    def _ask_whether_right(self, member: Member, sealed: str) -> ResponseReturnValue:
        """The number once more, in this answer only: a wrong digit that passes the test would be found by nobody."""
        shown = identity.group_bsn(identity.open_typed(member, sealed))
        form = BsnSureForm(formdata=None, sealed_bsn=sealed)
        return self._render("member/bsn_sure.html", title=gettext("Is this right?"), form=form, shown=shown)

    @expose("/bsn/klopt", methods=["POST"])
    @has_access
    def keep_bsn(self) -> ResponseReturnValue:
        """Yes, it is right: now it is kept."""
        member, form = signed_in_member(), BsnSureForm()

        def keep() -> None:
            bsn = identity.open_typed(member, form.sealed_bsn.data or "")
            identity.record_bsn(member, bsn, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(keep, form):
            flash(gettext("Thank you. We have your BSN now."), "success")
            return redirect(url_for(".show"))
        for _anchor, message in form.faults:
            flash(message, "error")
        return redirect(url_for(".bsn"))

    def cell(self, item: Member, name: str) -> Any:
        """Of the BSN only since when it is known; before that, the way to fill it in."""
        if name != "bsn_known_at":
            return super().cell(item, name)
        if item.bsn_known_at is not None:
            return gettext("known since %(day)s", day=write_date(local(item.bsn_known_at).date()))
        return Markup('<a href="{}">{}</a>').format(url_for(".bsn"), gettext("Fill in your BSN"))

    def fill_form(self, item: Member) -> DataForm:
        """As the member types it; the IBAN is never filled in, only recognised."""
        form = OwnDataForm(data=as_typed(item, MEMBER_FIELDS.changed_by(Changes.MEMBER)))
        form.unseen = {"iban": [item.sealed_iban or ""]}
        if item.iban_ending:
            form.iban.description = gettext(
                "We have your account number %(iban)s. Fill in the field only to change it.",
                iban=show_ending(item.iban_ending),
            )
        return form

    def change_row(self, item: Member, form: Any) -> Any:
        """By the rules of the service, which notes what changed."""
        return profile.change_own_data(item, form.data, actor=current_actor(), now=g.now)

    def say_changed(self, item: Member, outcome: Any) -> str:
        """Whether anything changed."""
        return str(gettext("Your data have been saved.") if outcome else gettext("Nothing was changed."))
