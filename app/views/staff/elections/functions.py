"""The functions that a member can have, on a generated screen."""

from __future__ import annotations

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _

from app.i18n import write_amount
from app.models import Function
from app.services.elections import change_rules
from app.views.base import StaffView
from app.views.labels.elections import CAPACITIES


class FunctionsView(StaffView):
    """Shared by all elections; a function that is used is made inactive instead of deleted."""

    datamodel = SQLAInterface(Function)
    route_base = "/functies"
    singular, plural = _("function"), _("functions")
    base_order = ("position", "asc")
    quick_search = ("name", "code")
    choices = {"capacity": CAPACITIES}
    label_columns = {
        "code": _("Code"),
        "name": _("Name"),
        "capacity": _("Capacity by law"),
        "needs_training": _("Needs training"),
        "fee": _("Fee per shift"),
        "position": _("Place in the order"),
        "is_active": _("In use"),
    }
    list_columns = ["name", "code", "capacity", "needs_training", "fee", "is_active"]
    more_columns = ("position",)
    show_columns = ["name", "code", "capacity", "needs_training", "fee", "position", "is_active"]
    add_columns = edit_columns = ["name", "code", "capacity", "needs_training", "fee", "position", "is_active"]
    search_columns = ["capacity", "needs_training", "is_active"]
    order_columns = ["name", "code", "capacity", "fee"]
    formatters_columns = {"fee": write_amount}

    def check_goes(self, item: Function) -> None:
        """Nobody prefers it, did it or is planned in it."""
        change_rules.check_function_goes(item)

    def delete_row(self, item: Function) -> None:
        """Only when no member prefers it."""
        change_rules.check_function_goes(item)
        super().delete_row(item)
