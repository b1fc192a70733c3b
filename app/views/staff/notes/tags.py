"""The tags that the team gives to members, on a generated screen."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _

from app.models import Tag
from app.services.notes import tags
from app.views.base import StaffView


class TagsView(StaffView):
    """Labels. One that members have is not deleted."""

    datamodel = SQLAInterface(Tag)
    route_base = "/labels"
    singular, plural = _("tag"), _("tags")
    base_order = ("name", "asc")
    quick_search = ("name",)
    label_columns = {"name": _("Name"), "members": _("Members")}
    list_columns = ["name", "members"]
    show_columns = add_columns = edit_columns = ["name"]
    cells = {"members": lambda tag: g.tagged.get(tag.id, 0)}
    search_columns: list[str] = []
    order_columns = ["name"]
    show_template = "staff/notes/tag.html"

    def look_up(self, items: list[Any]) -> None:
        """How many members have each."""
        g.tagged = tags.count_members([tag.id for tag in items])

    def create_row(self, form: Any) -> Tag:
        """With a name of its own."""
        form.name.data = tags.clean_name(form.name.data)
        item: Tag = super().create_row(form)
        return item

    def change_row(self, item: Tag, form: Any) -> Any:
        """With a name of its own."""
        form.name.data = tags.clean_name(form.name.data, item)
        return super().change_row(item, form)

    def check_goes(self, item: Tag) -> None:
        """Only when nobody has it."""
        tags.check_tag_goes(item)

    def delete_row(self, item: Tag) -> None:
        """Only when nobody has it."""
        tags.check_tag_goes(item)
        super().delete_row(item)
