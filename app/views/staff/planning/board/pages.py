"""What the screens of the plan share: the election of the address, acts with their warnings, and words for places."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.auth.visitor import current_actor
from app.clock import local
from app.extensions import db
from app.i18n import translate, write_hours
from app.models import Election, Function, PollingStation, Shift
from app.services.planning.board.checks import NeedsConfirmation
from app.services.planning.board.facts import Key
from app.services.planning.board.holes import Filters
from app.services.planning.board.times import Span
from app.views.base import Page
from app.views.labels.availability import shift_label
from app.views.labels.planning.plan import CENTRAL
from app.views.parts.markdown import in_language

KEY = re.compile(r"(\d{1,9})-(\d{1,9})-(\d{1,9})")
CODES = re.compile(r"[a-z_,]{0,200}")


class Asks(Exception):
    """The planner has to confirm warnings first."""

    def __init__(self, need: NeedsConfirmation) -> None:
        super().__init__()
        self.need = need


def write_key(key: Key) -> str:
    """A place of work in an address: station (0: the central count), shift and function."""
    return "-".join(str(part or 0) for part in key)


def read_place_key(typed: str) -> Key:
    """From an address. Ends the request with 404."""
    found = KEY.fullmatch(typed)
    if not found:
        abort(404)
    station, shift, function = map(int, found.groups())
    return station or None, shift, function


def read_codes(typed: str) -> frozenset[str]:
    """Codes of warnings that were seen."""
    return frozenset(filter(None, typed.split(","))) if CODES.fullmatch(typed) else frozenset()


def read_number(name: str, source: Any = None) -> int:
    """A number of the form or address, else 0."""
    typed = str((source if source is not None else request.values).get(name, ""))
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 9 else 0


def write_station(station: PollingStation | None) -> str:
    """Its number and name, or the central count."""
    return f"{station.number} {station.name}" if station else str(CENTRAL)


def write_span(span: Span) -> str:
    """Its hours on a Dutch clock."""
    return write_hours(local(span.starts_at).time(), local(span.ends_at).time())


def write_work(station: PollingStation | None, shift: Shift, function: Function) -> str:
    """The station, the shift and the function."""
    return ", ".join((write_station(station), shift_label(shift), in_language(function, "name")))


def filters_now() -> Filters:
    """What of the plan the address asks for."""
    return Filters(
        shift_id=read_number("dagdeel", request.args),
        type=request.args.get("soort", "")[:8],
        area=request.args.get("deel", "").replace("\x00", "")[:60],
        state=request.args.get("stand", "")[:8],
        station_id=read_number("stembureau", request.args),
    )


def filter_arguments(filters: Filters) -> dict[str, Any]:
    """The same for an address."""
    asked = {
        "dagdeel": filters.shift_id,
        "soort": filters.type,
        "deel": filters.area,
        "stand": filters.state,
        "stembureau": filters.station_id,
    }
    return {name: value for name, value in asked.items() if value}


class PlanPage(Page):
    """Base of the screens of the plan."""

    names_others = True

    def _election(self, pk: int) -> Election:
        return db.session.get(Election, pk) or abort(404)

    def _by_whom(self) -> dict[str, Any]:
        return {"actor": current_actor(), "now": g.now}

    def _crumbs(self, election: Election, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
        return [
            (gettext("Elections"), url_for("ElectionsView.list")),
            (election.name, url_for("ElectionsView.show", pk=election.code)),
            (gettext("Plan"), url_for("PlanBoardView.show", pk=election.id) if more else None),
            *more,
        ]

    def _act(
        self, election: Election, work: Callable[[Collection[str]], Any], *, back: str, shown: Collection[str] = ()
    ) -> ResponseReturnValue | None:
        """Do it and commit: None. Else the page that asks about warnings, or the way back with the refusal.

        `shown` are codes of warnings that stood beside what was chosen.
        """
        confirmed = read_codes(request.form.get("confirmed", "")) | frozenset(shown)

        def work_or_ask() -> None:
            try:
                work(confirmed)
            except NeedsConfirmation as need:
                raise Asks(need) from None

        try:
            if self._commit_or_refuse(work_or_ask, None):
                return None
        except Asks as asked:
            db.session.rollback()
            return self._ask(election, asked.need, confirmed, back)
        return redirect(back)

    def _ask(
        self, election: Election, need: NeedsConfirmation, confirmed: frozenset[str], back: str
    ) -> ResponseReturnValue:
        sent = [
            (name, value)
            for name, values in request.form.lists()
            for value in values
            if name not in ("csrf_token", "confirmed")
        ]
        title = gettext("Are you sure?")
        return self.render_template(
            "staff/planning/board/sure.html",
            title=title,
            breadcrumbs=self._crumbs(election, (title, None)),
            warnings=[translate(warning.text) for warning in need.warnings],
            sent=sent,
            confirmed=",".join(sorted(need.codes | confirmed)),
            back=back,
        )
