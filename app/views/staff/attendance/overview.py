"""The day itself, all stations: which have no legal polling station at this moment, by article, and whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.auth.visitor import current_actor
from app.clock import local_today
from app.extensions import db
from app.member_fields import show_phone
from app.models import Election
from app.services.attendance.bureau import BureauState
from app.services.attendance.overview import StationNow, choose_day, list_days, list_stations_now, name_callable
from app.services.attendance.people import list_day_shifts
from app.services.audit import record_event
from app.services.planning.needs.choices import list_shifts
from app.views.labels.attendance import BUREAU_BADGES, BUREAU_STATES, say_bureau
from app.views.labels.planning.coverage import say_moment
from app.views.parts.paging import listed_of, page_of
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.planning.of_election import OfElectionPage, find_election

PER_PAGE: Final = 20  # stations
EVERY: Final = 15  # seconds between two looks, while the day goes on
SHOWN: Final[dict[str, tuple[Any, frozenset[BureauState]]]] = {
    "": (_("All"), frozenset(BureauState)),
    "fault": (_("No legal bureau"), frozenset({BureauState.FAULT})),
    "silent": (_("Nothing noted yet"), frozenset({BureauState.SILENT})),
    "legal": (_("Legal bureau"), frozenset({BureauState.LEGAL, BureauState.WARNED})),
    "closed": (_("Nobody needed now"), frozenset({BureauState.CLOSED})),
}


class AttendanceView(OfElectionPage):
    """Aanwezigheid op de dag."""

    route_base = "/verkiezingen/<code>/aanwezigheid"
    folder = "staff/attendance"

    @expose("/", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """A page of the stations, who need somebody first; the part with them lives."""
        election = find_election(code)
        on, days, found = read_stations(election)
        asked, typed, chosen = _asked(), _typed(), _find(found)
        kept = {"dag": on.isoformat() if on and len(days) > 1 else "", "toon": asked, "q": typed}
        args: dict[str, Any] = {name: value for name, value in kept.items() if value}
        listing = listed_of(chosen, size=PER_PAGE, page_url=page_of(".show", code=code, **args))
        return self.show_page(
            "overview.html",
            election,
            gettext("On the day: %(name)s", name=election.name),
            listing=listing,
            callable=name_callable(election, listing.items),
            counts={name: sum(each.bureau.state in states for each in found) for name, (_w, states) in SHOWN.items()},
            shown=SHOWN,
            asked=asked,
            typed=typed,
            on=on,
            today=local_today(g.now),
            days=days,
            args=args,
            live_url=url_for(".show", code=code, page=request.args.get("page", 1, type=int), **args),
            goes_on=EVERY if on and any(each.bureau.state != BureauState.CLOSED for each in found) else 0,
            states=BUREAU_STATES,
            badges=BUREAU_BADGES,
            say_moment=say_moment,
            show_phone=show_phone,
        )

    @expose("/export", methods=["POST"])
    @has_access
    def export(self, code: str) -> ResponseReturnValue:
        """A row for each station as it stands now. By POST: it is in the trail."""
        election = find_election(code)
        _on, _days, found = read_stations(election)
        chosen = _find(found)
        names = name_callable(election, chosen)
        rows = [_line(each, names[each.station.id]) for each in chosen]
        kind = wanted_kind()
        record_event(current_actor(), "attendance.exported", now=g.now, subject=election, rows=len(rows), kind=kind)
        db.session.commit()
        header = [gettext("Number"), gettext("Polling station"), gettext("State"), gettext("What"), gettext("Articles")]
        header += [gettext("Here"), gettext("Planned"), gettext("Comes later"), gettext("Does not come")]
        header += [gettext("To call"), gettext("Telephone")]
        return download(f"aanwezigheid-{election.code}", header, rows)


def read_stations(election: Election) -> tuple[date | None, list[date], list[StationNow]]:
    """The day that the address asks, the days there are, and the stations now. Four statements."""
    shifts = list_shifts(election.id)
    days = list_days(shifts)
    on = choose_day(days, read_day(), g.now)
    return on, days, list_stations_now(election, list_day_shifts(shifts, on), g.now) if on else []


def read_day() -> date | None:
    """The day in the address; 404 for what is none."""
    typed = request.args.get("dag", "")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        abort(404)


def _asked() -> str:
    asked = request.args.get("toon", "")
    return asked if asked in SHOWN else ""


def _typed() -> str:
    return request.args.get("q", "")[:100].strip()


def _find(stations: Sequence[StationNow]) -> list[StationNow]:
    """Those that the address asks."""
    states, typed = SHOWN[_asked()][1], _typed()
    return [each for each in stations if each.bureau.state in states and _is_called(each, typed)]


def _is_called(each: StationNow, typed: str) -> bool:
    if typed.isdecimal():
        return typed == str(each.station.number)
    return typed.casefold() in each.station.name.casefold()


def _line(each: StationNow, called: Sequence[Any]) -> list[Any]:
    bureau = each.bureau
    names = "; ".join(listed.name for listed in called)
    phones = "; ".join(show_phone(listed.phone) for listed in called if listed.phone)
    what = say_bureau(bureau) if bureau.state == BureauState.FAULT else ""
    begin = [each.station.number, each.station.name, str(BUREAU_STATES[bureau.state.value]), what]
    return [*begin, ", ".join(bureau.articles), bureau.present, bureau.planned, each.late, each.absent, names, phones]
