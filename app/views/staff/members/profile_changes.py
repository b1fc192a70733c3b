"""What changed in members' data, on a generated screen that only reads. Old values are deleted after their term."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select

from app.models import ImportKind, Member, ProfileChange
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.base import StaffView
from app.views.labels.members import TEAM_FIELD_LABELS
from app.views.tables.filters.by_column import Filter
from app.views.tables.filters.by_import import import_filter
from app.views.tables.filters.by_member import member_filter


class ProfileChangesView(StaffView):
    """The latest change first."""

    datamodel = SQLAInterface(ProfileChange)
    route_base = "/wijzigingen"
    include_route_methods = {"list", "show"}
    singular, plural = _("change"), _("changes in members' data")
    base_order = ("changed_at", "desc")
    quick_search = ("member.search_text",)
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, user name, e-mail address or telephone number")
    choices = {"field": TEAM_FIELD_LABELS}
    label_columns = {
        "changed_at": _("When"),
        "member.full_name": _("Member"),
        "member.search_text": _("Member"),
        "field": _("Field"),
        "old_value": _("Was"),
        "new_value": _("Became"),
        "changed_by": _("Changed by"),
        "delete_after": _("Kept until"),
    }
    list_columns = ["changed_at", "member.full_name", "field", "old_value", "new_value", "changed_by"]
    more_columns = ("delete_after",)
    show_columns = [*list_columns, "delete_after"]
    search_columns = ["field", "changed_at"]
    order_columns = ["changed_at"]

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters = [member_filter(ProfileChange.member_id.in_), *self.filters]

    def filters_now(self) -> list[Filter]:
        """With the imports to choose from."""
        return [*self.filters, import_filter(ImportKind.ROSTER, lambda run_id: ProfileChange.import_run_id == run_id)]

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """Changes of the members who are found by these words."""
        members = select(Member.id).where(*contains_words(typed))
        return ProfileChange.member_id.in_(members) if typed.strip() else None

    def row_name(self, item: Any) -> str:
        """The member and the field."""
        return f"{item.member.full_name}: {TEAM_FIELD_LABELS.get(item.field, item.field)}"
