"""Flask-Admin's view on a table with its claws drawn: it reads through the security manager, and writes nothing."""

from __future__ import annotations

from typing import Any, NoReturn

from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from sqlalchemy.orm import Query
from wtforms import Form

from app.views.console.guard import ConsoleView
from app.views.tables.columns import write_value
from app.views.tables.filters import Filter, quick_criterion


class ReadOnly(Exception):
    """Somebody called what Flask-Admin writes with. Always a defect."""


class PortalFilter(BaseSQLAFilter):
    """A filter of the portal's lists, as Flask-Admin wants it: applied to the query by its place in the list."""

    def __init__(self, one: Filter, key: Any) -> None:
        super().__init__(key, one.argument)
        self.one = one

    def apply(self, query: Query[Any], value: Any, alias: Any = None) -> Query[Any]:
        """The rows that the filter leaves."""
        return query.filter(self.one.criterion(value))

    def operation(self) -> str:
        """Part of Flask-Admin's own filter menu, which is not shown."""
        return self.one.argument


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
    simple_list_pager = True  # Flask-Admin counts every row; `read_page` stops at 10,000
    table: type[Any]

    def _refresh_forms_cache(self) -> None:
        """Forms without a field: there is nothing to fill in."""
        self._form_ajax_refs: dict[str, Any] = {}
        self._create_form_class = self._edit_form_class = self._delete_form_class = self._action_form_class = Form

    def _apply_search(self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str) -> Any:
        """As in the generated lists: % and _ are themselves, and an index can be used."""
        criterion = quick_criterion(self.table, tuple(self.column_searchable_list), search)
        return query if criterion is None else query.filter(criterion), count_query, joins, count_joins

    def create_model(self, form: Any) -> NoReturn:
        """Refused."""
        raise ReadOnly

    def update_model(self, form: Any, model: Any) -> NoReturn:
        """Refused."""
        raise ReadOnly

    def delete_model(self, model: Any) -> NoReturn:
        """Refused."""
        raise ReadOnly
