"""One place of the plan: its hours, a note and a lock; moved, swapped, given to another, taken away."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.clock import local
from app.models import Assignment
from app.phrases import RuleBroken, phrase
from app.services.elections.functions import list_active_functions
from app.services.planning.board import acts, holes, sheets
from app.services.planning.board.places import Seen
from app.services.planning.board.ranking.candidates import rank
from app.services.planning.board.times import Span
from app.services.planning.needs.choices import list_shifts
from app.services.planning.times import nearest
from app.views.forms.fields import ClockField, parse_whole
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import stations_of
from app.views.labels.availability import shift_label
from app.views.parts.markdown import in_language
from app.views.staff.planning.board.board import read_choice
from app.views.staff.planning.board.pages import PlanPage, read_number, write_span, write_station, write_work

SWAPS_SHOWN = 50


class PlaceForm(PortalForm):
    """The hours of the place, a note for the team, and whether a proposal leaves it."""

    places = {"starts_at": "starts", "ends_at": "ends"}
    seen = HiddenField()
    starts = ClockField(_("From"), [InputRequired()])
    ends = ClockField(_("Until"), [InputRequired()], description=_("Past midnight is the night after."))
    note = TextAreaField(_("Note of the team"), [Optional(), Length(max=300)])
    is_locked = BooleanField(_("Locked"), description=_("A proposal leaves this place as it is."))


class PlanPlacesView(PlanPage):
    """A place of the plan."""

    route_base = "/indeling/<int:pk>/plek"

    @expose("/<int:place>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: int, place: int) -> ResponseReturnValue:
        """Its hours, note and lock; and what else can be done with it."""
        row = self._place(pk, place)
        starts, ends = (local(moment).time() for moment in (row.starts_at, row.ends_at))
        values = {"starts": starts, "ends": ends, "note": row.note, "is_locked": row.is_locked, "seen": row.version}
        form = PlaceForm(data=values)
        if form.validate_on_submit() and self._commit_or_refuse(lambda: self._edit(row, form), form):
            flash(gettext("The place was saved."), "success")
            return redirect(self._sheet_url(row))
        return self._page(row, "place", gettext("Place of %(name)s", name=row.member.full_name), form=form)

    @expose("/<int:place>/verplaatsen", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def move(self, pk: int, place: int) -> ResponseReturnValue:
        """The same member elsewhere."""
        row = self._place(pk, place)
        form = _move_form(row)
        if form.validate_on_submit():
            wanted = _wanted(form)

            def do(confirmed: Any) -> None:
                acts.move(row, seen=_seen(form.seen.data), confirmed=confirmed, **wanted, **self._by_whom())

            answer = self._act(row.election, do, back=request.path)
            if answer is not None:
                return answer
            flash(gettext("%(name)s was moved.", name=row.member.full_name), "success")
            return redirect(url_for(".edit", pk=pk, place=place))
        return self._page(row, "move", gettext("Move %(name)s", name=row.member.full_name), form=form)

    @expose("/<int:place>/ruilen", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def swap(self, pk: int, place: int) -> ResponseReturnValue:
        """With the place of another."""
        row, typed = self._place(pk, place), request.values.get("zoek", "").replace("\x00", "")[:60]
        if request.method == "POST":
            other_id, _dot, version = request.form.get("other", "").partition(".")
            other = sheets.find_place(pk, read_number("other", {"other": other_id}))
            if other is None:
                flash(gettext("Choose a place to swap with."), "error")
                return redirect(request.full_path)
            seen = (_seen(request.form.get("seen", "")), _seen(version))

            def do(confirmed: Any) -> None:
                acts.swap(row, other, seen=seen, confirmed=confirmed, **self._by_whom())

            answer = self._act(row.election, do, back=request.full_path)
            if answer is not None:
                return answer
            names = {"first": row.member.full_name, "second": other.member.full_name}
            flash(gettext("%(first)s and %(second)s swapped places.", **names), "success")
            return redirect(url_for(".edit", pk=pk, place=place))
        rows = sheets.find_swaps(row, typed, SWAPS_SHOWN)
        title = gettext("Swap the place of %(name)s", name=row.member.full_name)
        return self._page(row, "swap", title, rows=rows, typed=typed, most=SWAPS_SHOWN)

    @expose("/<int:place>/vervangen", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def replace(self, pk: int, place: int) -> ResponseReturnValue:
        """By another member."""
        row = self._place(pk, place)
        name, sheet = row.member.full_name, self._sheet_url(row)
        if request.method == "POST":
            member_id, shown = read_choice()

            def do(confirmed: Any) -> None:
                if not member_id:
                    raise RuleBroken(phrase("Choose who takes the place."))
                seen = _seen(request.form.get("seen", ""))
                acts.replace_member(row, member_id, seen=seen, confirmed=confirmed, **self._by_whom())

            answer = self._act(row.election, do, back=request.path, shown=shown)
            if answer is not None:
                return answer
            flash(gettext("%(name)s was replaced.", name=name), "success")
            return redirect(sheet)
        spot = holes.find_spot(pk, sheets.key_of(row)) or abort(404)
        candidates = rank(spot.hole(without_id=row.member_id), available=spot.available)
        title = gettext("Who replaces %(name)s?", name=name)
        return self._page(row, "replace", title, candidates=candidates)

    @expose("/<int:place>/weghalen", methods=["POST"])
    @has_access
    @permission_name("edit")
    def remove(self, pk: int, place: int) -> ResponseReturnValue:
        """Nobody stands there any more."""
        row = self._place(pk, place)
        name, back = row.member.full_name, self._sheet_url(row)
        seen = [Seen(row.id, _seen(request.form.get("seen", "")))]
        if self._commit_or_refuse(lambda: acts.remove_many(row.election, seen, **self._by_whom()), None):
            flash(gettext("%(name)s has no place there any more.", name=name), "success")
        return redirect(back)

    # --- what routes share -------------------------------------------------------------------------------------------

    def _place(self, pk: int, key: int) -> Assignment:
        return sheets.find_place(pk, key) or abort(404)

    def _sheet_url(self, row: Assignment) -> str:
        return url_for("PlanStationsView.show", pk=row.election_id, station=row.station_id or 0)

    def _page(self, row: Assignment, name: str, title: str, **values: Any) -> str:
        back = self._sheet_url(row)
        station = write_station(row.station)
        return self.render_template(
            f"staff/planning/board/{name}.html",
            title=title,
            breadcrumbs=self._crumbs(row.election, (station, back), (title, None)),
            row=row,
            work=write_work(row.station, row.shift, row.function),
            span=write_span(Span(row.starts_at, row.ends_at)),
            write_span=lambda place: write_span(Span(place.starts_at, place.ends_at)),
            write_station=write_station,
            shift_label=shift_label,
            back=back,
            **values,
        )

    def _edit(self, row: Assignment, form: Any) -> None:
        acts.edit(
            row,
            seen=_seen(form.seen.data),
            starts_at=nearest(form.starts.data, row.shift, end=False),
            ends_at=nearest(form.ends.data, row.shift, end=True),
            note=(form.note.data or "").strip(),
            is_locked=form.is_locked.data,
            **self._by_whom(),
        )


def _seen(typed: Any) -> int:
    """The version that was on screen; 0, which no place has, for what is none."""
    try:
        return parse_whole(str(typed or "")[:9])
    except ValueError:
        return 0


def _move_form(row: Assignment) -> PortalForm:
    """Where to: a station of the election, a shift and a function. Without a station it is the central count."""
    shifts = [(str(shift.id), shift_label(shift)) for shift in list_shifts(row.election_id)]
    functions = [(str(function.id), in_language(function, "name")) for function in list_active_functions()]
    station = LookupField(
        _("Polling station"),
        [Optional()],
        source=stations_of(row.election_id),
        description=_("Type the number or a part of the name. Leave it empty for the central count."),
    )
    fields = {
        "seen": HiddenField(),
        "station": station,
        "shift": SelectField(_("Shift"), [InputRequired()], choices=shifts),
        "function": SelectField(_("Function"), [InputRequired()], choices=functions),
    }
    form: type[PortalForm] = type("MoveForm", (PortalForm,), fields)
    known = {"station": row.station_id, "shift": str(row.shift_id), "function": str(row.function_id)}
    return form(data=known | {"seen": row.version})


def _wanted(form: Any) -> dict[str, Any]:
    """What the form asks for."""
    station = form.station.data
    keys = {"shift_id": form.shift.data, "function_id": form.function.data}
    return {name: int(key) for name, key in keys.items()} | {"station_id": int(station) if station else None}
