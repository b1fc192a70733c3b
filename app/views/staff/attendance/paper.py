"""What of the day stands on paper: a sheet for each station before it, and the record of the staffing after it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.auth.visitor import current_actor
from app.clock import local
from app.extensions import db
from app.i18n import write_time
from app.letters.sheets import Ruled, Sheet
from app.models import AttendanceState, Election, Shift
from app.phrases import phrase
from app.services.attendance.overview import choose_day, list_days
from app.services.attendance.people import list_day_shifts
from app.services.attendance.record import Line, StationRecord, list_records, list_sheets
from app.services.audit import record_event
from app.services.planning.needs.choices import list_shifts
from app.views.forms.fields import read_key
from app.views.labels.attendance import ATTENDANCE_STATES
from app.views.labels.availability import shift_label
from app.views.parts.paging import listed_of, page_of
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.attendance.overview import PER_PAGE, read_day
from app.views.staff.attendance.sheets import SheetPage, day_sheet, lines_of, name_function, title_of
from app.views.staff.planning.of_election import find_election

NOBODY = phrase("Nobody is planned at a polling station on this day, or the plan is not published yet.")


class DayPaperView(SheetPage):
    """Bladen en bezetting voor het proces-verbaal."""

    route_base = "/verkiezingen/<code>/op-papier"
    folder = "staff/attendance"

    @expose("/", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """The record of the staffing of each station, or of the one that the address names."""
        election = find_election(code)
        on, days, shifts = _day(election)
        records = list_records(election, shifts, _station())
        args: dict[str, Any] = {"dag": on.isoformat()} if on and len(days) > 1 else {}
        listing = listed_of(records, size=PER_PAGE, page_url=page_of(".show", code=code, **args))
        return self.show_page(
            "record.html",
            election,
            gettext("Staffing for the official report: %(name)s", name=election.name),
            listing=listing,
            on=on,
            asked=_station(),
            shift_label=shift_label,
            name_function=name_function,
            say_line=_say,
        )

    @expose("/export", methods=["POST"])
    @has_access
    def export(self, code: str) -> ResponseReturnValue:
        """A row for each time that somebody was there. By POST: it is in the trail."""
        election = find_election(code)
        _on, _days, shifts = _day(election)
        records = list_records(election, shifts, _station())
        rows = [_row(record, line) for record in records for line in record.lines]
        kind = wanted_kind()
        record_event(current_actor(), "attendance.exported", now=g.now, subject=election, rows=len(rows), kind=kind)
        db.session.commit()
        header = [gettext("Number"), gettext("Polling station"), gettext("Shift"), gettext("Function")]
        header += [gettext("Member number"), gettext("Name"), gettext("From"), gettext("Until")]
        header += [gettext("In the place of"), gettext("Note")]
        return download(f"bezetting-{election.code}", header, rows)

    @expose("/bezetting", methods=["POST"])
    @has_access
    def record(self, code: str) -> ResponseReturnValue:
        """The same as a PDF, a page or more for each station."""
        election = find_election(code)
        on, _days, shifts = _day(election)
        records = list_records(election, shifts, _station())
        title = gettext("Staffing for the official report: %(name)s", name=election.name)
        sheets = [_record_sheet(election, on, found) for found in records] if on else []
        return self.print_sheets(election, "attendance.record", title, sheets, "bezetting")

    @expose("/bladen", methods=["POST"])
    @has_access
    def sheets(self, code: str) -> ResponseReturnValue:
        """For the day itself: who is expected, with lines for changes, as a PDF for all stations or one."""
        election = find_election(code)
        on, _days, shifts = _day(election)
        found = list_sheets(election, shifts, _station())
        title = gettext("Sheets of polling stations: %(name)s", name=election.name)
        sheets = [day_sheet(election, on, station, shifts) for station, shifts in found] if on else []
        return self.print_sheets(election, "attendance.sheets", title, sheets, "bladen")


def _day(election: Election) -> tuple[date | None, list[date], list[Shift]]:
    """The day that the address asks, the days there are, and the shifts of that one. One statement."""
    shifts = list_shifts(election.id)
    days = list_days(shifts)
    on = choose_day(days, read_day(), g.now)
    return on, days, list_day_shifts(shifts, on) if on else []


def _station() -> int | None:
    """The station that the address names; 404 for what is none."""
    typed = request.args.get("station", "")
    try:
        return read_key(typed) if typed else None
    except ValueError:
        abort(404)


def _say(line: Line) -> str:
    """What else is known: not there, or what is missing."""
    if line.spell is None:
        return str(ATTENDANCE_STATES[line.listed.person.state])
    if line.spell.since is None:
        return gettext("no arrival noted")
    if line.spell.until is None and line.listed.person.state == AttendanceState.HERE:
        is_over = line.listed.person.ends_at <= g.now
        return gettext("no leaving noted") if is_over else str(ATTENDANCE_STATES[AttendanceState.HERE.value])
    return ""


def _row(record: StationRecord, line: Line) -> list[Any]:
    spell = line.spell
    times = [local(moment).time() if moment else "" for moment in (spell or (None, None))]
    begin = [record.station.number, record.station.name, shift_label(line.shift), name_function(line.listed)]
    return [*begin, line.listed.member_number, line.listed.name, *times, line.listed.replaces, _say(line)]


def _record_sheet(election: Election, on: date, found: StationRecord) -> Sheet:
    head = [gettext("Function"), gettext("Name"), gettext("From"), gettext("Until"), gettext("Note")]
    tables = []
    for shift in dict.fromkeys(line.shift for line in found.lines):
        rows = [_cells(line) for line in found.lines if line.shift is shift]
        tables.append(Ruled(shift_label(shift), head, rows, (4, 5, 2, 2, 5)))
    changes = [
        (write_time(change.at), change.listed.name, gettext("came") if change.came else gettext("went"))
        for change in found.changes
    ]
    if changes:
        head = [gettext("Time"), gettext("Name"), gettext("Change")]
        tables.append(Ruled(gettext("Changes in the order of time"), head, changes, (2, 6, 4)))
    silent = ", ".join(listed.name for listed in found.silent)
    after = [gettext("Nothing noted of: %(names)s.", names=silent)] if silent else []
    after.append(gettext("Name and signature of the chair:"))
    return Sheet(title_of(found.station), [*lines_of(election, on, found.station)], tables, after)


def _cells(line: Line) -> list[str]:
    spell = line.spell
    since, until = (write_time(spell.since), write_time(spell.until)) if spell else ("", "")
    notes = [_say(line)]
    if line.listed.replaces:
        notes.append(gettext("in the place of %(name)s", name=line.listed.replaces))
    return [name_function(line.listed), line.listed.name, since, until, "; ".join(filter(None, notes))]
