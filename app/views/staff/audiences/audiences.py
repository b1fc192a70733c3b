"""Saved audiences, on a generated screen with a form of their own."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.auth.visitor import current_actor
from app.models import Audience, Group, HasAudience
from app.services.audiences import choices, groups
from app.views.base import StaffView
from app.views.forms.audience import AudienceForm
from app.views.parts.paging import Listed, page_of_here
from app.views.staff.audiences.reach import show_reach

NAMES_ON_A_PAGE = 50


def preview(row: HasAudience) -> dict[str, Any]:
    """What `staff/audiences/preview.html` shows: the conditions, who is not reached, and a page of names with why."""
    group = row.group
    reach = show_reach(row)
    listing = Listed(
        partial(groups.list_members, group), reach.told, size=NAMES_ON_A_PAGE, page_url=page_of_here("audience")
    )
    return {"words": groups.describe(group), "is_all": group.is_all, "listing": listing, "reach": reach}


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
    singular, plural = _("audience"), _("audiences")
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
            values["audience"] = preview(item)
        return super()._render(template, **values)
