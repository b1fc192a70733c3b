"""What a list finds, as a file: every column that the list can show, all pages of it, in its order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from markupsafe import Markup

from app.auth.visitor import current_actor
from app.extensions import db
from app.services.audit import record_event
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.tables.lists.page import read_order, sorted_by, with_relations

MOST_EXPORTED: Final = 20_000  # rows: more would hold up who else is served by this process
PART: Final = 1_000  # rows whose cells are looked up at once


class ExportsFound:
    """For a StaffView."""

    @expose("/export", methods=["POST"])
    @has_access
    def export(self: Any) -> ResponseReturnValue:
        """A workbook or CSV. By POST, because it writes in the audit trail."""
        names = self.offered_columns()
        order = read_order(request.args.get("sort", ""), self.order_columns, self.base_order)
        found = sorted_by(self.found_rows().rows, self.model, order, self.order_keys)
        items = with_relations(found, self.model, [*self.list_columns, *names]).limit(MOST_EXPORTED + 1).all()
        if len(items) > MOST_EXPORTED:
            flash(gettext("These are too many for a file. Search further to see fewer."), "error")
            return redirect(self.address("list", request.args))
        lines = [[_plain(self.cell(item, name)) for name in names] for item in self._with_details(items)]
        kind, screen = wanted_kind(), type(self).__name__
        record_event(current_actor(), "list.exported", now=g.now, screen=screen, rows=len(lines), kind=kind)
        db.session.commit()
        name = str(self.plural).replace(" ", "-")
        return download(
            "".join(letter for letter in name if letter.isalnum() or letter == "-"),
            [str(self.label(column)) for column in names],
            lines,
        )

    def _with_details(self: Any, items: list[Any]) -> Iterator[Any]:
        for start in range(0, len(items), PART):
            part = items[start : start + PART]
            self.look_up(part)
            yield from part


def _plain(value: Any) -> Any:
    """A cell without mark-up."""
    return value.striptags() if isinstance(value, Markup) else str(value)
