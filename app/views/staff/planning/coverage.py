"""Coverage of an election: stations by shifts, what is short, when and by which article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate, write_moment
from app.letters.sheets import Ruled, Sheet
from app.models import Election
from app.phrases import RuleBroken
from app.services.attendance.actual import find_actual
from app.services.audit import record_event
from app.services.planning.coverage import hours
from app.services.planning.coverage.law import ARTICLES, LAW
from app.services.planning.coverage.plan import Cell, Row, State, find_coverage
from app.services.planning.coverage.totals import count_short
from app.views.labels.availability import shift_label
from app.views.labels.planning.coverage import BADGES, STATES, say_moment, write_span
from app.views.labels.planning.plan import CENTRAL
from app.views.pages.files import send_pdf
from app.views.parts.paging import Listed, page_of
from app.views.parts.printing import print_sheets
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.planning.of_election import OfElectionPage, find_election

PER_PAGE: Final = 20  # stations
ACTUAL: Final = "werkelijk"  # by who was there, as it was noted
TIMELINE: Final = 120  # width, in units of the drawing
SHOWN: Final[dict[str, tuple[Any, Callable[[Row], bool]]]] = {
    "": (_("All"), lambda row: True),
    "short": (_("Short of people"), lambda row: row.is_short),
    "open": (_("Not full yet"), lambda row: not row.is_full),
}


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell in words: its state, the moments with their articles, the parts of its drawing, and where to fill it."""

    label: str
    state: str
    words: Any
    badge: str
    planned: int
    target: int
    moments: list[tuple[str, str, str]]  # when, what, articles
    parts: list[tuple[int, int, str]]  # from, width, class
    url: str


class CoverageView(OfElectionPage):
    """Dekking per verkiezing."""

    route_base = "/verkiezingen/<code>/dekking"

    @expose("/", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """A page of the stations; those that are short first asked for by `toon`."""
        election, is_actual = find_election(code), _is_actual()
        rows = _read(election)
        asked, typed, found = _asked(), _typed(), _find(rows)
        kept: dict[str, Any] = {name: value for name, value in (("toon", asked), ("q", typed)) if value}
        kept |= {"stand": ACTUAL} if is_actual else {}
        listing = Listed(
            lambda limit, offset: [(row, _show(election, row)) for row in found[offset : offset + limit]],
            len(found),
            size=PER_PAGE,
            page_url=page_of(".show", code=code, **kept),
        )
        return self.show_page(
            "coverage.html",
            election,
            _title(election, is_actual=is_actual),
            is_actual=is_actual,
            listing=listing,
            shown=SHOWN,
            counts={name: sum(map(fits, rows)) for name, (_words, fits) in SHOWN.items()},
            short=count_short(rows),
            stations=sum(row.station is not None for row in rows),
            asked=asked,
            typed=typed,
            shifts=_columns(rows),
            name_of=_name_of,
            articles=ARTICLES,
            law=LAW,
            width=TIMELINE,
        )

    @expose("/export", methods=["POST"])
    @has_access
    def export(self, code: str) -> ResponseReturnValue:
        """A line for each moment that is not right, and for each cell without one. By POST: it is in the trail."""
        election = find_election(code)
        lines = [line for row in _find(_read(election)) for cell in row.cells for line in _lines(row, cell)]
        _note(election, lines, wanted_kind())
        header = [gettext("Number"), gettext("Polling station"), gettext("Shift"), gettext("State"), gettext("Planned")]
        header += [gettext("Minimum"), gettext("Number wanted"), gettext("When"), gettext("What"), gettext("Articles")]
        return download(f"dekking-{election.code}", header, lines)

    @expose("/afdruk", methods=["POST"])
    @has_access
    def paper(self, code: str) -> ResponseReturnValue:
        """The same as a PDF, to print: a table with a line for each moment. By POST: it is in the trail."""
        election = find_election(code)
        lines = [line for row in _find(_read(election)) for cell in row.cells for line in _lines(row, cell)]
        title = _title(election, is_actual=_is_actual())
        head = [gettext("Polling station"), gettext("Shift"), gettext("State"), gettext("Planned")]
        head += [gettext("When"), gettext("What"), gettext("Articles")]
        table = Ruled(str(SHOWN[_asked()][0]), head, [_write(line) for line in lines], (4, 4, 3, 2, 3.5, 5, 2))
        sheet = Sheet(title, [gettext("As of %(now)s", now=write_moment(g.now))], [table])
        try:
            pdf = print_sheets(election, title, [sheet])
        except RuleBroken as error:
            flash(translate(error.text), "error")
            return redirect(url_for(".show", code=code))
        _note(election, lines, "pdf")
        return send_pdf(pdf, f"dekking-{election.code}.pdf")


def _read(election: Election) -> Sequence[Row]:
    """All stations: by the plan, or by who was there."""
    return find_actual(election, g.now) if _is_actual() else find_coverage(election)


def _find(rows: Sequence[Row]) -> list[Row]:
    """Those that the address asks."""
    fits, typed = SHOWN[_asked()][1], _typed()
    return [row for row in rows if fits(row) and _is_called(row, typed)]


def _note(election: Election, lines: Sequence[Any], kind: str) -> None:
    record_event(current_actor(), "coverage.exported", now=g.now, subject=election, rows=len(lines), kind=kind)
    db.session.commit()


def _typed() -> str:
    return request.args.get("q", "")[:100].strip()


def _asked() -> str:
    asked = request.args.get("toon", "")
    return asked if asked in SHOWN else ""


def _is_actual() -> bool:
    """Whether the address asks who was there, and not who is planned."""
    return request.args.get("stand") == ACTUAL


def _title(election: Election, *, is_actual: bool) -> str:
    if is_actual:
        return gettext("Actual coverage: %(name)s", name=election.name)
    return gettext("Coverage: %(name)s", name=election.name)


def _is_called(row: Row, typed: str) -> bool:
    if not typed:
        return True
    if row.station is None:
        return False
    return typed == str(row.station.number) or (
        not typed.isdecimal() and typed.casefold() in row.station.name.casefold()
    )


def _name_of(row: Row) -> str:
    return f"{row.station.number} {row.station.name}" if row.station else str(CENTRAL)


def _columns(rows: Sequence[Row]) -> list[str]:
    """The shifts at stations."""
    first = next((row for row in rows if row.station is not None), None)
    return [shift_label(cell.shift) for cell in first.cells] if first else []


def _show(election: Election, row: Row) -> list[ShownCell]:
    return [
        ShownCell(
            label=shift_label(cell.shift),
            state=cell.state.value,
            words=STATES[cell.state.value],
            badge=BADGES.get(cell.state.value, ""),
            planned=cell.planned,
            target=cell.target,
            moments=[
                (write_span(found.moment), say_moment(found.moment), ", ".join(found.articles)) for found in cell.found
            ],
            parts=list(_draw(cell)),
            url=_way_to_hole(election, row, cell),
        )
        for cell in row.cells
    ]


def _draw(cell: Cell) -> Iterator[tuple[int, int, str]]:
    """The faults and warnings on a line as long as the hours of the cell."""
    whole, before = hours.length(cell.spans), 0.0
    for span in cell.spans:
        for found in cell.found:
            start, end = max(span.starts_at, found.moment.starts_at), min(span.ends_at, found.moment.ends_at)
            if start < end:
                since = (before + (start - span.starts_at).total_seconds()) / whole
                part = (end - start).total_seconds() / whole
                kind = "line-fault" if found.moment.is_fault else "line-warned"
                yield round(TIMELINE * since), max(round(TIMELINE * part), 2), kind
        before += (span.ends_at - span.starts_at).total_seconds()


def _way_to_hole(election: Election, row: Row, cell: Cell) -> str:
    """Where the hole is filled, on the board; empty where there is none."""
    if cell.state in (State.FULL, State.CLOSED):
        return ""
    station = row.station.id if row.station else 0
    if cell.function_id:
        key = f"{station}-{cell.shift.id}-{cell.function_id}"
        return url_for("PlanBoardView.hole", pk=election.id, key=key)
    return url_for("PlanBoardView.next", pk=election.id, dagdeel=cell.shift.id, stembureau=station or None)


def _lines(row: Row, cell: Cell) -> Iterator[list[Any]]:
    station = row.station
    begin: list[Any] = [station.number if station else "", station.name if station else str(CENTRAL)]
    begin += [shift_label(cell.shift), str(STATES[cell.state.value]), cell.planned, cell.minimum, cell.target]
    for found in cell.found:
        yield [*begin, write_span(found.moment), say_moment(found.moment), ", ".join(found.articles)]
    if not cell.found:
        yield [*begin, "", "", ""]


def _write(line: list[Any]) -> list[str]:
    """A line of the file as it stands on paper."""
    number, name, shift, state, planned, _minimum, target, *found = line
    of_target = gettext("%(planned)s of %(target)s", planned=planned, target=target) if target else str(planned)
    return [f"{number} {name}".strip(), shift, state, of_target, *found]
