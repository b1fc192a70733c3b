"""Members for the team, on a generated screen: search, see, add, change, act on many, and export what is found."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select
from wtforms import HiddenField, SelectField

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import write_date, write_moment
from app.member_fields import MEMBER_FIELDS, Changes, Group, show_phone
from app.models import BulkRow, ImportKind, Member, MemberState
from app.services.audiences.reach import criterion_of_gap
from app.services.members import bsn, lists, members, profile
from app.services.members.change_log import show_ending
from app.services.members.fields import as_typed
from app.services.members.lists import QUESTIONS
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.services.notes import tags
from app.views.base import StaffView
from app.views.forms.members import CorrectBsnForm, DataForm, MemberDataForm
from app.views.labels.members import MEMBER_FILTERS, MEMBER_STATES, TEAM_FIELD_LABELS, form_groups
from app.views.parts.spreadsheets import download
from app.views.staff.audiences.reach import say_not_reached
from app.views.staff.experience.filters import experience_filters
from app.views.staff.members.actions import NOT_OPENED, MemberActs, look_at_unopened
from app.views.staff.members.pages import MemberPages
from app.views.staff.members.stopping import StoppingMixin
from app.views.staff.members.tagging import TAG_ACTS, TaggingMixin, tag_filter
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_import import import_filter


def bsn_words(member: Member) -> str:
    """Whether the BSN is known and since when, and whether another has the same; never the BSN."""
    if member.bsn_known_at is None:
        return str(gettext("still needed"))
    known = str(gettext("known since %(day)s", day=write_date(member.bsn_known_at)))
    double = gettext("double")
    return f"{known} ({double})" if member.bsn_duplicate else known


# The street is in the address.
_REACHED_BY = MEMBER_FIELDS.names(
    lambda field: field.group is Group.REACH and field.is_searched and field.name != "street"
)

CELLS: dict[str, Any] = {
    "bsn_known_at": bsn_words,
    "data_checked_at": lambda member: write_moment(member.data_checked_at) or gettext("no"),
    "mobile": lambda member: show_phone(member.mobile),
    "phone": lambda member: show_phone(member.phone),
    "address": lambda member: f"{member.street} {member.house_number} {member.house_number_suffix}".strip(),
    "place": lambda member: f"{member.postcode} {member.city}".strip(),
    "tags": lambda member: ", ".join(tag.name for tag in tags.tags_of(member.id)),
    "iban_ending": lambda member: show_ending(member.iban_ending),
}


class MembersView(MemberActs, MemberPages, TaggingMixin, StoppingMixin, StaffView):
    """Leden. Each act and change goes through a named function of the services; nobody's BSN is on any screen."""

    datamodel = SQLAInterface(Member)
    member_of = "id"
    route_base = "/leden"
    include_route_methods = {
        "list",
        "show",
        "part",
        "add",
        "edit",
        "delete",
        "action",
        "action_post",
        "export",
        "correct_bsn",
        "stop",
        "tags",
        "tag_chosen",
    }
    cells = CELLS
    singular, plural = _("member"), _("members")
    base_order = ("sort_name", "asc")
    order_keys = {"sort_name": (Member.surname, Member.first_name)}
    quick_search = ("search_text",)
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, user name, e-mail address, telephone number or postcode")
    choices = {"state": MEMBER_STATES}
    label_columns = {
        **TEAM_FIELD_LABELS,
        "sort_name": _("Name"),
        "user.username": _("User name"),
        "address": _("Address"),
        "place": _("Postcode and town"),
        "bsn_known_at": _("BSN"),
        "iban_ending": _("IBAN"),
        "created_at": _("Added on"),
        "tags": _("Tags"),
        "trained_until": _("Last valid day of the training"),
    }
    list_columns = ["sort_name", "member_number", "city", "state", "data_checked_at", "bsn_known_at"]
    more_columns = (
        *_REACHED_BY,
        "address",
        "place",
        "user.username",
        "is_civil_servant",
        "trained_on",
        "trained_until",
        "languages",
    )
    standard_views = (
        (_("Not invited yet"), {"state": "imported"}),
        (_("Invited, account not opened"), {"state": "invited"}),
        (_("Invited two weeks ago, account not opened"), {"account": "invited_14"}),
        (_("Without an e-mail address"), {"email": "missing"}),
        (_("The e-mail address does not work"), {"email": "broken"}),
    )
    show_columns = [
        "state",
        "tags",
        "user.username",
        "member_number",
        "initials",
        "birth_date",
        "email",
        "mobile",
        "phone",
        "address",
        "place",
        "is_civil_servant",
        "trained_on",
        "trained_until",
        "languages",
        "data_checked_at",
        "iban_ending",
        "bsn_known_at",
        "created_at",
    ]
    main_filters = ("state", "city", "email", "tag", "import")
    search_columns = ["state", "street", "postcode", "city", "created_at"]
    order_columns = ["sort_name", "member_number", "city", "state", "data_checked_at"]
    add_fieldsets = edit_fieldsets = form_groups(Changes.TEAM, _("Who it is"), _("How to reach them"), _("For the fee"))
    add_form = edit_form = MemberDataForm
    shows_its_row_only = True
    list_template = "staff/members/list.html"
    show_template = "staff/members/show.html"

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters += [_filter(name, label, answers) for name, (label, answers) in MEMBER_FILTERS.items()]
        self.filters += [not_reached_filter(), _SELECTION]

    def filters_now(self) -> list[Filter]:
        """With the tags and imports to choose from."""
        return [
            *self.filters,
            tag_filter(),
            *experience_filters(),
            import_filter(ImportKind.ROSTER, lambda run_id: Member.import_run_id == run_id),
        ]

    # --- reading -----------------------------------------------------------------------------------------------------

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """Every typed word is somewhere in the name, number or user name, accents or not."""
        return and_(*contains_words(typed)) if typed.strip() else None

    def bulk_parameters(self, name: str, form: Any) -> dict[str, Any]:
        """How long an invitation lives, or which tag."""
        if name in TAG_ACTS:
            return {"tag_id": form.tag_id.data}
        return {"days": current_app.config["INVITATION_DAYS"]} if name in ("invite", "invite_again") else {}

    def row_name(self, item: Member) -> str:
        """The name as one writes it."""
        return item.full_name

    @expose("/export", methods=["POST"])
    @has_access
    def export(self) -> ResponseReturnValue:
        """What is found as a file, without BSN and IBAN. By POST, because it writes in the audit trail."""
        found = self.found_rows().rows
        rows = lists.export_members(found, actor=current_actor(), now=g.now)
        db.session.commit()
        header = [str(TEAM_FIELD_LABELS[name]) for name in MEMBER_FIELDS.exported]
        return download("leden", header, [_cells(row) for row in rows])

    # --- changing ----------------------------------------------------------------------------------------------------

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> ResponseReturnValue:
        """Add one member by hand, and tell the user name that was made."""
        answer = super().add()
        added: Member | None = g.pop("added_member", None)
        if added is None or isinstance(answer, str):
            return answer
        flash(
            gettext("%(name)s has the user name %(user)s.", name=added.full_name, user=added.user.username), "success"
        )
        return redirect(url_for(".show", pk=added.id))

    def create_row(self, form: Any) -> Member:
        """A member with a user and an account."""
        typed = {name: form.data[name] for name in MEMBER_FIELDS.changed_by(Changes.TEAM)}
        added = members.add_member(typed, actor=current_actor(), now=g.now)
        g.added_member = added
        return added

    def fill_form(self, item: Member) -> DataForm:
        """As a person types it; the IBAN is never filled in."""
        form = MemberDataForm(data=as_typed(item, MEMBER_FIELDS.changed_by(Changes.TEAM)))
        form.unseen = {"iban": [item.sealed_iban or ""]}
        if item.iban_ending:
            form.iban.description = gettext(
                "We have the account number %(iban)s. Fill in the field only to change it.",
                iban=show_ending(item.iban_ending),
            )
        return form

    def change_row(self, item: Member, form: Any) -> list[str]:
        """Change the data; each change is noted."""
        return profile.change_data(item, form.data, actor=current_actor(), now=g.now)

    def check_goes(self, item: Member) -> None:
        """Only who was added by mistake."""
        is_unopened = item.state in NOT_OPENED and request.method == "GET"
        members.check_member_goes(item, has_answered=look_at_unopened(item).has_answered if is_unopened else None)

    def delete_row(self, item: Member) -> None:
        """Only who was added by mistake."""
        members.delete_member(item, actor=current_actor(), now=g.now)

    def say_changed(self, item: Member, outcome: Any) -> str:
        """Whether there was a change at all, and what the team has to do after it."""
        if "email" in outcome and item.state == MemberState.INVITED:
            return str(gettext("The data have been saved. An invitation to an earlier address no longer works."))
        return str(gettext("The data have been saved.") if outcome else gettext("Nothing was changed."))

    @expose("/bsn-herstellen/<pk>", methods=["GET", "POST"])
    @has_access
    def correct_bsn(self, pk: str) -> ResponseReturnValue:
        """Clear a wrong BSN with a reason; the member is asked for it again."""
        item, form = self.find_row(pk), CorrectBsnForm()
        back = url_for(".show", pk=pk)

        def clear() -> None:
            bsn.correct_bsn(item, form.reason.data, actor=current_actor(), now=g.now)

        if form.validate_on_submit() and self._commit_or_refuse(clear, form):
            flash(gettext("The BSN has been cleared. %(name)s is asked for it again.", name=item.full_name), "success")
            return redirect(back)
        title = gettext("Clear the BSN of %(name)s", name=item.full_name)
        return self._render("staff/members/bsn.html", title=title, form=form, member=item, back=back)


def _was_found(value: str) -> ColumnElement[bool]:
    key = int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0
    return Member.id.in_(select(BulkRow.member_id).where(BulkRow.run_id == key))


_SELECTION = Filter(
    "selection", _("Members"), HiddenField(_("Members")), _was_found, lambda _key: str(gettext("found in a list"))
)


def _filter(name: str, label: Any, answers: dict[str, Any]) -> Filter:
    """A question of `services.member_list` as a filter."""
    field = SelectField(label, choices=[("", ANY), *answers.items()], default="")
    return Filter(name, label, field, lambda value: _criterion(name, value), lambda value: str(answers[value]))


def _criterion(name: str, value: str) -> ColumnElement[bool]:
    criterion = QUESTIONS[name][value]
    return criterion if isinstance(criterion, ColumnElement) else criterion()


def not_reached_filter() -> Filter:
    """Who is not reached by one message or mailing; only a link asks it (`views.staff.audiences.reach`)."""
    label = _("Not reached")
    return Filter("not_reached", label, HiddenField(label), criterion_of_gap, say_not_reached)


def _cells(row: tuple[Any, ...]) -> list[Any]:
    written: list[Any] = []
    for name, value in zip(MEMBER_FIELDS.exported, row, strict=True):
        if isinstance(value, bool):
            written.append(gettext("Yes") if value else gettext("No"))
        else:
            written.append(str(MEMBER_STATES[value]) if name == "state" else value)
    return written
