"""Reservelijst: who is in reserve for which shift, put there by the team or by the member."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Query, joinedload
from wtforms.validators import InputRequired

from app.member_fields import show_phone
from app.models import Reserve, ReserveState, Shift
from app.services.appointments.replacement import reserves, summary
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.labels.availability import ANSWERS, shift_label
from app.views.labels.replacement import RESERVE_STATES
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.planning.choices import ShiftField, shift_filter
from app.views.tables.filters.by_column import Filter
from app.views.tables.filters.by_member import member_filter


class ReserveForm(PortalForm):
    """Who, and for which shift."""

    shift = ShiftField()
    member = LookupField(
        _("Member"), [InputRequired()], source=MEMBERS, description=_("A name, member number or user name.")
    )


class AllReservesForm(PortalForm):
    """Everybody who can and has no place, for one shift."""

    shift = ShiftField()


def _say_answer(reserve: Reserve) -> str:
    return str(ANSWERS.get(g.said_before.get(reserve.id, ""), ""))


def _say_by(reserve: Reserve) -> Any:
    return gettext("the member") if reserve.by_user_id == reserve.member.user_id else reserve.by or ""


class ReservesView(OfElectionView):
    """The list per shift; who said "not any more" stays in it as such."""

    datamodel = SQLAInterface(Reserve)
    member_of = "member_id"
    route_base = "/reserves"
    include_route_methods = {"list", "add", "add_all", "action", "action_post"}
    quick_search = ("state",)
    quick_label = _("Search by name, member number, e-mail address or telephone number")
    short_search = ONLY_BEGINNINGS
    singular, plural = _("reserve"), _("reserves")
    base_order = ("since", "desc")
    choices = {"state": RESERVE_STATES}
    label_columns = {
        "member": _("Member"),
        "shift": _("Shift"),
        "state": _("State"),
        "said": _("Answer for this shift"),
        "since": _("Since"),
        "by": _("Noted by"),
        "mobile": _("Mobile number"),
        "phone": _("Telephone number"),
        "email": _("E-mail address"),
        "election": _("Election"),
    }
    cells = {
        "member": lambda reserve: reserve.member.full_name,
        "shift": lambda reserve: shift_label(reserve.shift),
        "said": _say_answer,
        "by": _say_by,
        "mobile": lambda reserve: show_phone(reserve.member.mobile),
        "phone": lambda reserve: show_phone(reserve.member.phone),
        "email": lambda reserve: reserve.member.email or "",
    }
    list_columns = ["member", "shift", "said", "mobile", "state", "since", "by"]
    more_columns = ("phone", "email", "election")
    show_columns = ["member"]
    standard_views = ((_("In reserve now"), {"state": "on"}),)
    search_columns = ["state"]
    order_columns = ["since"]
    list_template = "staff/appointments/replacement/reserves.html"
    add_columns = ["shift", "member"]
    add_form = ReserveForm

    def row_name(self, item: Reserve) -> str:
        """Who, and for which shift."""
        return f"{item.member.full_name}, {shift_label(item.shift)}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member."""
        return Reserve.member.has(and_(*contains_words(typed))) if typed.strip() else None

    def rows(self) -> Query[Any]:
        """With their members and shifts."""
        shift = joinedload(Reserve.shift).joinedload(Shift.day)
        return super().rows().options(joinedload(Reserve.member), joinedload(Reserve.by), shift)

    def look_up(self, items: list[Any]) -> None:
        """What these members answered for the shift."""
        g.said_before = summary.read_answers([item.id for item in items])

    def filters_now(self) -> list[Filter]:
        """By shift and member."""
        return [*super().filters_now(), shift_filter(Reserve), member_filter(Reserve.member_id.in_)]

    def create_row(self, form: Any) -> Reserve:
        """Once for a member and shift; who said "not any more" is asked first by whoever puts the member back."""
        return reserves.put_on_list(form.member.data or "", form.shift.row, **self.by_whom())

    def offers(self, act: str, item: Reserve) -> bool:
        """Who is in reserve."""
        return item.state == ReserveState.ON

    @action("take_off", _("No longer in reserve"), _("They are not asked first any more."))
    def take_off(self, items: list[Reserve]) -> None:
        """Take them off the list."""
        done = self.each(items, lambda item: reserves.take_off(item, **self.by_whom()))
        flash(ngettext("%(num)s member is taken off.", "%(num)s members are taken off.", done), "success")

    @expose("/allen", methods=["GET", "POST"])
    @has_access
    def add_all(self) -> ResponseReturnValue:
        """Everybody who said yes for a shift, may be appointed and has no place in it."""
        form, done = AllReservesForm(), []

        def put_on() -> None:
            done.append(reserves.put_all_on(form.shift.row, **self.by_whom()))

        if form.validate_on_submit() and self._commit_or_refuse(put_on, form):
            flash(ngettext("%(num)s member is in reserve.", "%(num)s members are in reserve.", done[0]), "success")
            return redirect(url_for(".list", election=form.shift.row.day.election_id, state="on"))
        return self._render(
            "staff/appointments/replacement/reserves_all.html",
            title=gettext("Put everybody who can in reserve"),
            form=form,
            back=url_for(".list"),
        )
