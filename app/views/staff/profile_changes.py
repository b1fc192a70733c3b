"""What changed in members' data, on a generated screen that only reads. Old values are deleted after their term."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _

from app.models import ProfileChange
from app.views.base import StaffView
from app.views.staff.member_labels import ROSTER_LABELS


class ProfileChangesView(StaffView):
    """The latest change first."""

    datamodel = SQLAInterface(ProfileChange)
    route_base = "/wijzigingen"
    include_route_methods = {"list", "show"}
    one, many = _("change"), _("changes in members' data")
    base_order = ("changed_at", "desc")
    quick_search = ("member.search_text",)
    quick_label = _("Search by name, member number or user name")
    choices = {"field": ROSTER_LABELS}
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
    show_columns = [*list_columns, "delete_after"]
    search_columns = ["field", "changed_at"]
    order_columns = ["changed_at"]

    def row_name(self, item: Any) -> str:
        """The member and the field."""
        return f"{item.member.full_name}: {ROSTER_LABELS.get(item.field, item.field)}"
