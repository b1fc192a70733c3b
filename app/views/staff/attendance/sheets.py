"""Sheets of the day as a PDF: who is expected, with lines to write on. What the pages that print them share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import current_app, flash, g, redirect, url_for
from flask_babel import gettext

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate, write_full_date, write_hours
from app.letters.sheets import Ruled, Sheet
from app.member_fields import show_phone
from app.models import Election, Shift
from app.phrases import RuleBroken
from app.services.attendance.stations import Listed
from app.services.audit import record_event
from app.views.labels.availability import shift_label
from app.views.labels.planning.coverage import write_span
from app.views.pages.files import send_pdf
from app.views.parts.markdown import in_language
from app.views.parts.printing import print_sheets
from app.views.staff.planning.of_election import OfElectionPage

CHANGES = 5  # empty lines for changes and their times
ROW = 8.5  # mm, to write in


class SheetPage(OfElectionPage):
    """A page that prints."""

    def print_sheets(self, election: Election, action: str, title: str, sheets: Sequence[Sheet], name: str) -> Any:
        """All sheets as one PDF, noted in the trail; back with words where there is nothing to print."""
        if not sheets:
            flash(
                gettext("Nobody is planned at a polling station on this day, or the plan is not published yet."),
                "error",
            )
            return redirect(url_for("AttendanceView.show", code=election.code))
        try:
            pdf = print_sheets(election, title, sheets)
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for("AttendanceView.show", code=election.code))
        if action == "attendance.sheets":
            record_event(current_actor(), "attendance.sheets", now=g.now, subject=election, stations=len(sheets))
        else:
            record_event(current_actor(), "attendance.record", now=g.now, subject=election, stations=len(sheets))
        db.session.commit()
        return send_pdf(pdf, f"{name}-{election.code}.pdf")


def name_function(listed: Listed) -> str:
    """In which function, or as what."""
    return in_language(listed.function, "name") if listed.function else gettext("voter who sits in")


def day_sheet(election: Election, on: date, station: Any, shifts: Sequence[tuple[Any, Sequence[Listed]]]) -> Sheet:
    """Of a polling station."""
    tables = [_expected_table(shift, people) for shift, people in shifts]
    head = [gettext("Time"), gettext("Who goes"), gettext("Who comes, also a voter"), gettext("Function")]
    changes = gettext("Changes and their times (Kieswet J 12)")
    tables.append(Ruled(changes, head, [[""] * 4] * CHANGES, (2, 5, 5, 4), ROW))
    signed = gettext("Name and signature of the chair:")
    return Sheet(title_of(station), [*lines_of(election, on, station)], tables, [signed])


def central_sheet(election: Election, shift: Shift, people: Sequence[Listed]) -> Sheet:
    """Of a shift of the central count."""
    head = [gettext("Time"), gettext("Who goes"), gettext("Who comes"), gettext("Function")]
    changes = Ruled(gettext("Changes and their times"), head, [[""] * 4] * CHANGES, (2, 5, 5, 4), ROW)
    signed = gettext("Name and signature of who leads the count:")
    lines = list(lines_of(election, shift.day.date))
    return Sheet(gettext("Central count"), lines, [_expected_table(shift, people), changes], [signed])


def _expected_table(shift: Shift, people: Sequence[Listed]) -> Ruled:
    head = [gettext("Function"), gettext("Name"), gettext("Telephone"), gettext("Planned")]
    head += [gettext("Came at"), gettext("Went at")]
    heading = f"{shift_label(shift)} ({write_hours(shift.starts, shift.ends)})"
    return Ruled(heading, head, [[*_expected(listed), "", ""] for listed in people], (4, 5, 3.2, 3.2, 2, 2), ROW)


def _expected(listed: Listed) -> list[str]:
    phone = show_phone(listed.phone) if listed.phone else ""
    return [name_function(listed), listed.name, phone, write_span(listed.person)]


def title_of(station: Any) -> str:
    """The polling station with its number."""
    return gettext("Polling station %(number)s", number=station.number) + f": {station.name}"


def lines_of(election: Election, on: date, station: Any = None) -> Iterator[str]:
    """Election and day, the address of a station, and whom to call."""
    yield f"{election.name} · {write_full_date(on)}"
    if station is not None:
        place = f"{station.postcode} {station.city}".strip()
        yield from filter(None, [", ".join(filter(None, (station.street, place)))])
    phone = current_app.config["CONTACT_PHONE"]
    if phone:
        yield gettext("The election team: %(phone)s", phone=phone)
