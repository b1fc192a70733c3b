"""The sheet of a polling station: its people by shift, and filling all of it at once."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext

from app.models import Election, PlanActKind, PollingStation
from app.phrases import RuleBroken, phrase
from app.services.planning.board import acts, sheets
from app.services.planning.board.places import Place
from app.services.planning.board.sheets import Seat
from app.services.planning.board.times import Span
from app.services.planning.times import shift_hours
from app.views.labels.availability import shift_label
from app.views.labels.planning.plan import DOUBTS
from app.views.staff.planning.board.pages import (
    PlanPage,
    read_number,
    read_place_key,
    write_key,
    write_span,
    write_station,
)


class PlanStationsView(PlanPage):
    """A polling station in the plan; 0 is the central count."""

    route_base = "/indeling/<int:pk>/stembureau"

    @expose("/<int:station>", methods=["GET"])
    @has_access
    def show(self, pk: int, station: int) -> ResponseReturnValue:
        """Who stands there, and what is open."""
        election, row = self._find(pk, station)
        return self.render_template(
            "staff/planning/board/sheet.html",
            title=write_station(row),
            breadcrumbs=self._crumbs(election, (write_station(row), None)),
            election=election,
            station=row,
            sheets=sheets.read_sheet(election, row),
            doubts=DOUBTS,
            shift_label=shift_label,
            hours_of=lambda shift: write_span(Span(*shift_hours(shift))),
            span_of=lambda place: write_span(Span(place.starts_at, place.ends_at)),
            write_key=write_key,
        )

    @expose("/<int:station>/vullen", methods=["GET", "POST"])
    @has_access
    def fill(self, pk: int, station: int) -> ResponseReturnValue:
        """All open places at once: the best for each, to be changed before they are given."""
        election, row = self._find(pk, station)
        back = url_for(".show", pk=pk, station=station)
        if request.method == "POST":
            places = list(_read_places(station))

            def do(confirmed: Any) -> None:
                if not places:
                    raise RuleBroken(phrase("Nothing was chosen."))
                acts.assign_many(election, places, kind=PlanActKind.FILL, confirmed=confirmed, **self._by_whom())

            answer = self._act(election, do, back=request.path, shown=_shown())
            if answer is not None:
                return answer
            flash(ngettext("%(num)s place was given.", "%(num)s places were given.", len(places)), "success")
            return redirect(back)
        title = gettext("Fill %(station)s", station=write_station(row))
        return self.render_template(
            "staff/planning/board/fill.html",
            title=title,
            breadcrumbs=self._crumbs(election, (write_station(row), back), (title, None)),
            seats=_by_shift(sheets.propose_seats(election, row, sheets.read_sheet(election, row))),
            shift_label=shift_label,
            write_key=write_key,
            back=back,
        )

    def _find(self, pk: int, station: int) -> tuple[Election, PollingStation | None]:
        if not station:
            return self._election(pk), None
        row = sheets.find_station(pk, station) or abort(404)
        return row.election, row


def _by_shift(seats: list[Seat]) -> list[tuple[Any, list[Seat]]]:
    """The seats under their shift."""
    found: dict[int, tuple[Any, list[Seat]]] = {}
    for seat in seats:
        found.setdefault(seat.spot.shift.id, (seat.spot.shift, []))[1].append(seat)
    return list(found.values())


def _read_places(station: int) -> Any:
    """What was chosen for each seat; who was left open is left out."""
    for place_key, member in zip(request.form.getlist("seat"), request.form.getlist("member"), strict=False):
        key, member_id = read_place_key(place_key), read_number("member", {"member": member.partition("~")[0]})
        if member_id and (key[0] or 0) == station:
            yield Place(member_id, *key)


def _shown() -> set[str]:
    """Warnings that stood beside the names."""
    return {code for member in request.form.getlist("member") for code in member.partition("~")[2].split(",") if code}
