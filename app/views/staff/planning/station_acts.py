"""What planning does with the polling stations that a list finds: saying what they need."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from app.models import PollingStation
from app.services.planning.needs import bulk_acts
from app.services.planning.needs.needs import Numbers, check_place
from app.views.forms.fields import WholeNumberField
from app.views.forms.forms import PortalForm
from app.views.staff.planning.choices import FunctionField, ShiftField, key_or_none
from app.views.staff.planning.numbers import minimum_field, target_field
from app.views.tables.lists.acts import MOST_ROWS


class NeedForm(PortalForm):
    """People needed at each of the chosen stations."""

    shift = ShiftField()
    function = FunctionField()
    minimum: WholeNumberField = minimum_field()
    target: WholeNumberField = target_field()

    def parameters(self) -> dict[str, Any]:
        """What `set_need` asks. Raises RuleBroken at the field."""
        Numbers(self.minimum.data or 0, self.target.data or 0).check()
        check_place(self.shift.row, has_station=True, field="shift")
        return {
            "shift_id": self.shift.row.id,
            "function_id": self.function.row.id,
            "minimum": self.minimum.data or 0,
            "target": self.target.data or 0,
        }


class NeedActs:
    """For the list of polling stations."""

    @action("need", _("Say how many people are needed"))
    def choose_need(self, items: list[PollingStation]) -> Any:
        """To the page that asks which."""
        view: Any = self
        elections = {station.election_id for station in items}
        only: dict[str, Any] = {"election": elections.pop()} if len(elections) == 1 else {}
        keys = [station.id for station in items]
        return redirect(url_for(".set_needs", lid=keys, next=view.get_redirect(), **only))

    def bulk_form(self, name: str) -> NeedForm:
        """Which shift, function and numbers."""
        return NeedForm()

    def bulk_parameters(self, name: str, form: Any) -> dict[str, Any]:
        """The same, for the worker."""
        given: dict[str, Any] = form.parameters()
        return given

    @expose("/bezetting", methods=["GET", "POST"])
    @has_access
    def set_needs(self: Any) -> ResponseReturnValue:
        """People needed at the chosen stations."""
        keys = [key for typed in request.args.getlist("lid")[:MOST_ROWS] if (key := key_or_none(typed))]
        items = self.rows().filter(PollingStation.id.in_(keys)).order_by(PollingStation.number).all()
        form, back = NeedForm(), self.get_redirect()
        if not items:
            raise NotFound

        def change() -> None:
            given = form.parameters()
            for station in items:
                bulk_acts.set_need(station, **given, **self.by_whom())

        if form.validate_on_submit() and self._commit_or_refuse(change, form):
            flash(
                ngettext("Saved for %(num)s polling station.", "Saved for %(num)s polling stations.", len(items)),
                "success",
            )
            return redirect(back)
        title, names = gettext("How many people are needed"), [repr(station) for station in items]
        return self._render("staff/notes/tag_chosen.html", title=title, form=form, names=names, back=back)
