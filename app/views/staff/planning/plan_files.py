"""The plan in files and on paper: downloads, and a sheet for each polling station."""

from __future__ import annotations

from typing import Any, Final

from flask import g
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.validators import NumberRange, Optional

from app.auth.visitor import current_actor
from app.clock import local
from app.extensions import db
from app.i18n import write_hours
from app.letters.sheets import Ruled, Sheet
from app.member_fields import show_phone
from app.models import Election
from app.phrases import RuleBroken
from app.services.audit import record_event
from app.services.planning.exchange.places import Line, StationLines, by_station, list_lines
from app.views.forms.fields import WholeNumberField
from app.views.forms.forms import PortalForm
from app.views.labels.availability import shift_label
from app.views.labels.planning.coverage import write_span
from app.views.labels.planning.plan import CENTRAL
from app.views.pages.files import send_pdf
from app.views.parts.printing import print_sheets
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.planning.choices import write_function
from app.views.staff.planning.of_election import OfElectionPage, find_election

LAST: Final = 999_999  # number of a station
HEIGHT: Final = 9  # mm, to sign in
KINDS: Final = {
    "places": _("A row for each place, open ones too"),
    "members": _("A row for each planned place"),
    "stations": _("A row for each polling station"),
}


class PlanFileForm(PortalForm):
    """Which list."""

    form = RadioField(_("What is in the file"), choices=[*KINDS.items()], default="places")


class SheetsForm(PortalForm):
    """Of which polling station."""

    station = WholeNumberField(
        _("Number of the polling station"),
        [Optional(), NumberRange(1, LAST)],
        description=_("Empty: all of them. Of some hundreds that takes some seconds, on a busy day half a minute."),
    )


class PlanFilesView(OfElectionPage):
    """De indeling in bestanden en op papier."""

    route_base = "/verkiezingen/<code>/indeling"

    @expose("/bestanden", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """What can be downloaded, printed and imported."""
        return self._show(find_election(code))

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

    @expose("/bladen", methods=["POST"])
    @has_access
    def sheets(self, code: str) -> ResponseReturnValue:
        """A PDF to print, with a sheet for the station that is asked, or for each. By POST: it is in the trail."""
        election, form = find_election(code), SheetsForm()
        if not form.validate():
            return self._show(election, sheets_form=form)
        lines = list_lines(election, with_open=True, number=form.station.data)
        if not lines:
            form.add_fault(_nobody(form.station.data), field="station")
            return self._show(election, sheets_form=form)
        title = gettext("Staffing sheets: %(name)s", name=election.name)
        try:
            pdf = print_sheets(election, title, [_sheet(election, found) for found in by_station(lines)])
        except RuleBroken as error:
            form.refuse(error)
            return self._show(election, sheets_form=form)
        record_event(current_actor(), "plan.exported", now=g.now, subject=election, rows=len(lines), kind="pdf")
        db.session.commit()
        return send_pdf(pdf, f"bladen-{election.code}.pdf")

    def _show(self, election: Election, *, sheets_form: SheetsForm | None = None) -> str:
        title = gettext("Files of the plan: %(name)s", name=election.name)
        forms = {"form": PlanFileForm(), "sheets_form": sheets_form or SheetsForm()}
        return self.show_page("plan_files.html", election, title, **forms)


def _nobody(number: int | None) -> str:
    if number is None:
        return gettext("Nobody is asked for or planned yet.")
    return gettext("Nobody is asked for or planned at polling station %(number)s.", number=number)


def _sheet(election: Election, found: StationLines) -> Sheet:
    """Who is expected, with a place to sign."""
    head = [gettext("Function"), gettext("Name"), gettext("Telephone"), gettext("Time"), gettext("Signature")]
    tables = [
        Ruled(
            f"{shift_label(shift)} ({write_hours(shift.starts, shift.ends)})",
            head,
            [_sign(line) for line in lines],
            (4, 6, 3.2, 3.2, 4),
            HEIGHT,
        )
        for shift, lines in found.shifts
    ]
    station = found.station
    if station is None:
        return Sheet(str(CENTRAL), [election.name], tables)
    address = f"{station.street}, {station.postcode} {station.city}" if station.street else ""
    where = " · ".join(filter(None, (election.name, address, station.contact)))
    return Sheet(f"{station.number} {station.name}", [where], tables)


def _sign(line: Line) -> list[str]:
    name = line.member.full_name if line.member else gettext("open")
    named = f"{name} ({line.note})" if line.note else name
    return [write_function(line.function), named, _phone_of(line), write_span(line), ""]


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
