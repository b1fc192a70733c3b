"""The plan in files and on paper: downloads, and a sheet for each polling station."""

from __future__ import annotations

from typing import Any, Final

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField

from app.auth.visitor import current_actor
from app.clock import local
from app.extensions import db
from app.member_fields import show_phone
from app.services.audit import record_event
from app.services.planning.exchange.places import Line, by_station, list_lines
from app.views.forms.forms import PortalForm
from app.views.labels.availability import shift_label
from app.views.labels.planning.coverage import write_span
from app.views.labels.planning.plan import CENTRAL
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.planning.choices import write_function
from app.views.staff.planning.of_election import OfElectionPage, find_election

MOST_DIGITS: Final = 6  # of the number of a station
KINDS: Final = {
    "places": _("A row for each place, open ones too"),
    "members": _("A row for each planned place"),
    "stations": _("A row for each polling station"),
}


class PlanFileForm(PortalForm):
    """Which list."""

    form = RadioField(_("What is in the file"), choices=[*KINDS.items()], default="places")


class PlanFilesView(OfElectionPage):
    """De indeling in bestanden en op papier."""

    route_base = "/verkiezingen/<code>/indeling"

    @expose("/bestanden", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """What can be downloaded, printed and imported."""
        election = find_election(code)
        title = gettext("Files of the plan: %(name)s", name=election.name)
        return self.show_page("plan_files.html", election, title, form=PlanFileForm())

    @expose("/export", methods=["POST"])
    @has_access
    def export(self, code: str) -> ResponseReturnValue:
        """The plan as a file. By POST, because it writes in the audit trail."""
        election, form = find_election(code), PlanFileForm()
        wanted = form.form.data if form.form.data in KINDS else "places"
        lines = list_lines(election, with_open=wanted == "places")
        header, rows = _per_station(lines) if wanted == "stations" else (_header(), [_write(line) for line in lines])
        actor, kind = current_actor(), wanted_kind()
        record_event(actor, "plan.exported", now=g.now, subject=election, rows=len(rows), kind=kind)
        db.session.commit()
        return download(f"indeling-{election.code}", header, rows)

    @expose("/bladen", methods=["GET"])
    @has_access
    def sheets(self, code: str) -> ResponseReturnValue:
        """A sheet for the station that the address asks, or for each."""
        election, typed = find_election(code), request.args.get("station", "")
        number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS else None
        if typed and number is None:
            abort(404)
        sheets = list(by_station(list_lines(election, with_open=True, number=number)))
        title = gettext("Staffing sheets: %(name)s", name=election.name)
        return self.show_page(
            "plan_sheets.html",
            election,
            title,
            sheets=sheets,
            asked=typed,
            shift_label=shift_label,
            write_span=write_span,
            write_function=write_function,
            phone_of=_phone_of,
        )


def _header() -> list[str]:
    """These headings the import knows too."""
    return [
        gettext("Number of the polling station"),
        gettext("Polling station"),
        gettext("Date"),
        gettext("Shift"),
        gettext("Function"),
        gettext("From"),
        gettext("Until"),
        gettext("Member number"),
        gettext("Name"),
        gettext("Birth date"),
        gettext("Telephone"),
        gettext("Note"),
    ]


def _write(line: Line) -> list[Any]:
    member = line.member
    known = [member.member_number, member.full_name, member.birth_date, _phone_of(line)] if member else [""] * 4
    return [
        line.station.number if line.station else "",
        line.station.name if line.station else str(CENTRAL),
        line.shift.day.date,
        line.shift.name,
        line.function.name,
        local(line.starts_at).time(),
        local(line.ends_at).time(),
        *known,
        line.note,
    ]


def _per_station(lines: list[Line]) -> tuple[list[str], list[list[Any]]]:
    """A row for each station, with a column for each function in each shift, as many hang on walls."""
    columns = {
        (line.shift.id, line.function.id): f"{shift_label(line.shift)}: {write_function(line.function)}"
        for line in sorted(lines, key=lambda line: (line.starts_at, line.function.position))
    }
    header = [gettext("Number of the polling station"), gettext("Polling station"), *columns.values()]
    rows = []
    for found in by_station(lines):
        names: dict[tuple[int, int], list[str]] = {}
        for shift, own in found.shifts:
            for line in own:
                names.setdefault((shift.id, line.function.id), []).append(line.member.full_name if line.member else "")
        station = found.station
        begin = [station.number, station.name] if station else ["", str(CENTRAL)]
        rows.append([*begin, *("; ".join(names.get(column, ())) for column in columns)])
    return header, rows


def _phone_of(line: Line) -> str:
    number = (line.member.mobile or line.member.phone) if line.member else ""
    return show_phone(number) if number else ""
