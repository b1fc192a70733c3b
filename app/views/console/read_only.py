"""Flask-Admin's view on a table with its claws drawn: it reads through the security manager, and writes nothing."""

from __future__ import annotations

from typing import Any, NoReturn

from flask_admin.contrib.sqla import ModelView
from wtforms import Form

from app.views.console.guard import ConsoleView
from app.views.tables.columns import write_value


class ReadOnly(Exception):
    """Somebody called what Flask-Admin writes with. Always a defect."""


class ReadOnlyView(ConsoleView, ModelView):
    """Without the routes of Flask-Admin that write, export or look up: not hidden but gone.

    Each is None here, so that its metaclass finds no rule for it; a new one of a later version has no permission and
    so stops the start (`ConsoleView`).
    """

    create_view = edit_view = delete_view = action_view = export = ajax_lookup = ajax_update = action_delete = None
    can_create = can_edit = can_delete = can_export = False
    can_view_details = True
    column_editable_list: Any = {}
    column_type_formatters = {object: lambda _view, value, _name: write_value(value)}
    column_auto_select_related = False

    def _refresh_forms_cache(self) -> None:
        """Forms without a field: there is nothing to fill in."""
        self._form_ajax_refs: dict[str, Any] = {}
        self._create_form_class = self._edit_form_class = self._delete_form_class = self._action_form_class = Form

    def _refuse(self, *given: Any) -> NoReturn:
        raise ReadOnly

    create_model = update_model = delete_model = _refuse
