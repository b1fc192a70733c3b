"""Uren: what each member worked in each shift, confirmed in bulk or corrected with a reason, on a generated screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import flash
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Query, joinedload
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.clock import from_local, local
from app.models import ElectionState, HoursState, PollingStation, Shift, WorkedHours
from app.services.evaluation.hours import confirming
from app.services.evaluation.hours.confirming import LONGEST_REASON
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.forms.fields import ClockField
from app.views.forms.forms import PortalForm
from app.views.labels.evaluation import HOURS_SOURCES, HOURS_STATES, write_minutes
from app.views.labels.planning.places import write_station, write_times
from app.views.parts.markdown import in_language
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.filters.by_member import member_filter


class CorrectionForm(PortalForm):
    """The times at which somebody really worked."""

    starts = ClockField(_("From"), [InputRequired()])
    ends = ClockField(_("Until"), [InputRequired()], description=_("Past midnight is the night after."))
    is_absent = BooleanField(_("This member was not there"), description=_("Then the times do not count."))
    reason = TextAreaField(
        _("Why?"),
        [InputRequired(), Length(max=LONGEST_REASON)],
        description=_("Such as: stayed for the recount. It stays with the hours."),
    )

    def __init__(self, *args: Any, obj: WorkedHours | None = None, **kwargs: Any) -> None:
        if obj is not None:
            starts, ends = (local(moment).time() for moment in (obj.starts_at, obj.ends_at))
            kwargs["data"] = {"starts": starts, "ends": ends, "is_absent": obj.is_absent, "reason": obj.reason}
        super().__init__(*args, **kwargs)

    def times_of(self, item: WorkedHours) -> tuple[datetime, datetime]:
        """What was typed, on the day of the shift."""
        day = local(item.starts_at).date()
        starts = from_local(datetime.combine(day, self.starts.data))  # type: ignore[arg-type]
        ends = from_local(datetime.combine(day, self.ends.data))  # type: ignore[arg-type]
        return starts, ends if ends > starts else ends + timedelta(days=1)


class HoursView(OfElectionView):
    """Who worked when. Rows are taken over from the day (HoursPage), or typed where none is known (AddedHoursPage)."""

    datamodel = SQLAInterface(WorkedHours)
    member_of = "member_id"
    route_base = "/uren"
    include_route_methods = {"list", "show", "edit", "action", "action_post"}
    singular, plural = _("hours"), _("worked hours")
    base_order = ("starts_at", "desc")
    short_search = ONLY_BEGINNINGS
    quick_search = ("reason",)
    quick_label = _("Search by name, member number or polling station")
    choices = {"state": HOURS_STATES, "source": HOURS_SOURCES}
    label_columns = {
        "member": _("Member"),
        "election": _("Election"),
        "shift": _("Shift"),
        "station": _("Polling station"),
        "function": _("Function"),
        "starts_at": _("Worked"),
        "minutes": _("Number of hours"),
        "is_absent": _("Was not there"),
        "source": _("Comes from"),
        "state": _("State"),
        "reason": _("Why corrected"),
        "confirmed_at": _("Confirmed on"),
        "confirmed_by": _("Confirmed by"),
    }
    list_columns = ["member", "station", "function", "starts_at", "minutes", "is_absent", "state", "source"]
    more_columns = ("reason", "confirmed_at", "confirmed_by", "election")
    show_columns = [
        *("member", "election", "shift", "station", "function", "starts_at", "minutes", "is_absent", "source"),
        *("reason", "state", "confirmed_at", "confirmed_by"),
    ]
    cells = {"starts_at": write_times}
    formatters_columns = {
        "minutes": write_minutes,
        "station": write_station,
        "function": lambda function: in_language(function, "name"),
        "shift": lambda shift: in_language(shift, "name"),
    }
    edit_columns = ["reason"]
    edit_form = CorrectionForm
    standard_views = (
        (_("To be confirmed"), {"state": "open"}),
        (_("Was not there"), {"is_absent": "yes"}),
    )
    search_columns = ["state", "source", "is_absent", "starts_at"]
    order_columns = ["starts_at", "minutes"]

    def row_name(self, item: WorkedHours) -> str:
        """Who and when."""
        return f"{item.member.full_name}, {write_times(item)}"

    def edit_word(self, item: WorkedHours) -> str:
        """What the way to the form is called."""
        return str(gettext("Correct"))

    def can_edit(self, item: WorkedHours) -> bool:
        """Not once the election is closed."""
        return super().can_edit(item) and item.election.state != ElectionState.CLOSED

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member, or the name of the polling station."""
        if not typed.strip():
            return None
        of_member = WorkedHours.member.has(and_(*contains_words(typed)))
        return or_(of_member, WorkedHours.station.has(PollingStation.name.icontains(typed.strip(), autoescape=True)))

    def filters_now(self) -> list[Any]:
        """By member too."""
        return [*super().filters_now(), member_filter(WorkedHours.member_id.in_)]

    def rows(self) -> Query[Any]:
        """With what each row shows."""
        loaded = [joinedload(WorkedHours.member), joinedload(WorkedHours.shift).joinedload(Shift.day)]
        return super().rows().options(*loaded, joinedload(WorkedHours.election), joinedload(WorkedHours.station))

    def change_row(self, item: WorkedHours, form: Any) -> None:
        """A correction, which is confirmed with it."""
        starts_at, ends_at = form.times_of(item)
        confirming.correct(
            item,
            starts_at=starts_at,
            ends_at=ends_at,
            is_absent=bool(form.is_absent.data),
            reason=form.reason.data or "",
            **self.by_whom(),
        )

    def offers(self, act: str, item: WorkedHours) -> bool:
        """What is open is confirmed, what is confirmed is taken back."""
        if item.election.state == ElectionState.CLOSED:
            return False
        return (item.state == HoursState.OPEN) == (act == "confirm")

    @action("confirm", _("Confirm"), _("These hours count, and become experience of the members."))
    def confirm(self, items: list[WorkedHours]) -> None:
        """What is open."""
        done = self.each(items, lambda item: confirming.confirm(item, **self.by_whom()))
        flash(ngettext("%(num)s shift is confirmed.", "%(num)s shifts are confirmed.", done), "success")

    @action("take_back", _("Take the confirmation back"), _("These hours are open again, and no experience."))
    def take_back(self, items: list[WorkedHours]) -> None:
        """What was confirmed too early."""
        done = self.each(items, lambda item: confirming.take_back(item, **self.by_whom()))
        flash(ngettext("%(num)s shift is open again.", "%(num)s shifts are open again.", done), "success")
