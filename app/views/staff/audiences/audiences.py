"""Saved audiences, on a generated screen with a form of their own."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.auth.visitor import current_actor
from app.models import Audience, Group
from app.services.audiences import choices, groups
from app.views.base import StaffView
from app.views.forms.audience import AudienceForm

NAMES_ON_A_PAGE = 50


def preview(group: Group) -> dict[str, Any]:
    """What `staff/audience_preview.html` shows: the conditions, the count, and a page of names with why."""
    total = groups.count_members(group)
    pages = max(1, -(-total // NAMES_ON_A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    names = groups.list_members(group, limit=NAMES_ON_A_PAGE, offset=(page - 1) * NAMES_ON_A_PAGE)
    return {
        "words": groups.describe(group),
        "is_all": group.is_all,
        "total": total,
        "names": names,
        "page": page,
        "pages": pages,
        "page_url": lambda number: f"{request.path}?page={number}#audience",
    }


class SavedAudienceForm(AudienceForm):
    """A name, and who is in it."""

    name = StringField(_("Name"), [InputRequired(), Length(max=120)])

    def __init__(self, *args: Any, obj: Audience | None = None, **kwargs: Any) -> None:
        if obj is not None:
            kwargs.update(data={"name": obj.name}, group=obj.group)
        super().__init__(*args, **kwargs)
        del self.audience_saved
        self.audience_saved = None

    def group(self) -> Group:
        """What was chosen; never another saved audience."""
        return Group(tuple(self._conditions()), self.audience_match.data != "one")


class AudiencesView(StaffView):
    """Doelgroepen."""

    datamodel = SQLAInterface(Audience)
    route_base = "/doelgroepen"
    one, many = _("audience"), _("audiences")
    base_order = ("name", "asc")
    quick_search = ("name",)
    label_columns = {"name": _("Name"), "created_at": _("Made on")}
    list_columns = show_columns = ["name", "created_at"]
    add_columns = edit_columns = ["name"]
    search_columns: list[str] = []
    order_columns = ["name", "created_at"]
    add_form = edit_form = SavedAudienceForm
    add_template = edit_template = "staff/audiences/form.html"
    show_template = "staff/audiences/show.html"

    def create_row(self, form: Any) -> Audience:
        """Keep it under its name."""
        return choices.save_audience(None, form.name.data, form.group(), actor=current_actor(), now=g.now)

    def change_row(self, item: Audience, form: Any) -> None:
        """Change it; what was sent with it before stays as it was."""
        choices.save_audience(item, form.name.data, form.group(), actor=current_actor(), now=g.now)

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            item = values["item"]
            values["audience"] = preview(item.group)
        return super()._render(template, **values)
