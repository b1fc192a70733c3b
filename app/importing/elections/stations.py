"""Polling stations in "Stembureaus Open Data Standaard" 1.7: the fill-in form (a column per station) or a row each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final

from app.importing.elections import standard
from app.importing.elections.station_cells import Cells, read_station
from app.importing.elections.station_row import StationRow, StationsFile, Stop
from app.importing.faults import Fault, FileRefused
from app.importing.limits import Limits
from app.importing.spreadsheets.tables import Row, Sheet, column_letter, read_tables
from app.phrases import phrase

ENOUGH: Final = 4  # field names that must be found before a sheet counts as an attempt at the standard
HEADER_WITHIN: Final = 15  # rows in which the field names (a row per station) may start
FORM_ROWS: Final = 400  # the form has 31 rows; what is far below it is no field
DOCUMENTATION: Final = ("verplicht", "opmerkingen", "format", "voorbeeld")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the stations are: by column (`rows` are the form's) or by row after `header`."""

    sheet: Sheet
    labels: tuple[str, ...]
    stations: Iterator[Cells]
    unused: tuple[str, ...]  # names as the file has them


def read_stations(data: bytes, file_name: str, *, limits: Limits | None = None) -> StationsFile:
    """Read every station of the file; empty columns and rows are passed over.

    Raises FileRefused if it is no file of the standard, if it is another version of it (the missing field is named),
    or if no station is filled in.
    """
    tables = read_tables(data, file_name, limits=limits)
    layout = _find(tables.sheets)
    missing = [field for field in standard.FIELDS if standard.normal(field) not in layout.labels]
    if missing:
        raise _other_version(missing, layout.labels)
    collected = _collect(layout.stations)
    if not collected.stations and not collected.faults:
        raise FileRefused(phrase("This is the right form, but no stations are filled in."))
    return replace(collected, remarks=tables.remarks_on(layout.sheet), unused=layout.unused)


def _other_version(missing: Sequence[str], labels: Iterable[str]) -> FileRefused:
    version = standard.version_of(labels)
    if version is not None:
        return FileRefused(
            phrase(
                "This file follows version %(found)s of the standard; version %(wanted)s is needed. "
                "The field “%(field)s” is missing.",
                found=version,
                wanted=standard.VERSION,
                field=missing[0],
            )
        )
    if len(missing) == 1:
        return FileRefused(phrase("The field “%(field)s” is missing.", field=missing[0]), column=missing[0])
    return FileRefused(
        phrase(
            "Fields of the standard (version %(wanted)s) are missing: %(fields)s.",
            wanted=standard.VERSION,
            fields=", ".join(f"“{name}”" for name in missing[:5]),
        ),
        column=missing[0],
    )


def _find(sheets: Sequence[Sheet]) -> _Layout:
    for sheet in sheets:
        found = _by_column(sheet) or _by_row(sheet)
        if found is not None:
            return found
    raise FileRefused(
        phrase(
            "No sheet or row with the fields of the stations standard (version %(wanted)s) was found. "
            "Use the fill-in form of waarismijnstemlokaal.nl.",
            wanted=standard.VERSION,
        )
    )


def _by_column(sheet: Sheet) -> _Layout | None:
    """The form: names in the first column, then columns that explain, then a column per station."""
    rows = [(number, cells) for number, cells in islice(sheet.rows(), FORM_ROWS) if cells and cells[0].strip()]
    named = [(standard.normal(cells[0]), number, cells) for number, cells in rows]
    known = [entry for entry in named if entry[0] in standard.KNOWN]
    if len(known) < ENOUGH:
        return None
    heading = rows[0][1] if rows and named[0][0] not in standard.KNOWN else []
    width = max(len(cells) for _, _, cells in known)
    unknown = (cells for label, _, cells in named[named.index(known[0]) :] if label not in standard.KNOWN)
    unused = tuple(cells[0].strip()[:80] for cells in unknown if any(map(str.strip, cells[1:])))
    return _Layout(sheet, tuple(label for label, _, _ in named), _columns(known, heading, width), unused)


def _columns(known: Sequence[tuple[str, int, list[str]]], heading: Sequence[str], width: int) -> Iterator[Cells]:
    places = {standard.KNOWN[label]: number for label, number, _ in known}
    for index in range(1, width):
        title = heading[index].strip().casefold() if index < len(heading) else ""
        if title.startswith(DOCUMENTATION):
            continue
        values = {standard.KNOWN[label]: cells[index] for label, _, cells in known if index < len(cells)}
        letter = column_letter(index)
        yield Cells(letter, values, column=letter, rows=places)


def _by_row(sheet: Sheet) -> _Layout | None:
    rows = sheet.rows()
    for number, cells in islice(rows, HEADER_WITHIN):
        labels = tuple(standard.normal(cell) for cell in cells)
        if sum(label in standard.KNOWN for label in labels) >= ENOUGH:
            unused = tuple(cell.strip()[:80] for cell in cells if cell.strip() and not _is_known(cell))
            return _Layout(sheet, labels, _records(labels, rows), unused)
        if number >= HEADER_WITHIN:
            break
    return None


def _is_known(cell: str) -> bool:
    return standard.normal(cell) in standard.KNOWN


def _records(labels: Sequence[str], rows: Iterator[Row]) -> Iterator[Cells]:
    for number, cells in rows:
        values = {
            standard.KNOWN[label]: cell for label, cell in zip(labels, cells, strict=False) if label in standard.KNOWN
        }
        yield Cells(str(number), values, row=number)


def _collect(places: Iterator[Cells]) -> StationsFile:
    """Check each station; further places of one station become its stops, any other double number is a fault."""
    stations: dict[int, StationRow] = {}
    faults: list[Fault] = []
    refused = 0
    for cells in places:
        if cells.is_empty:
            continue
        station, found = read_station(cells)
        known = stations.get(station.number) if station else None
        if station is not None and known is not None and not _same_station(known, station):
            found = [_double(cells, station.number, known.source)]
        if station is None or found:
            faults += found
            refused += 1
            continue
        stations[station.number] = _with_stop(known, station) if known else station
    return StationsFile(tuple(stations.values()), tuple(faults), refused)


def _double(cells: Cells, number: int, other: str) -> Fault:
    if cells.column is not None:
        message = phrase("Number %(number)s is also in column %(column)s.", number=number, column=other)
    else:
        message = phrase("Number %(number)s is also in row %(row)s.", number=number, row=other)
    return cells.fault(standard.NUMBER, message)


def _same_station(first: StationRow, other: StationRow) -> bool:
    """Whether two columns are one station, as the form asks for: each place of a mobile one, each opening period.

    Otherwise two stations were given one number by mistake.
    """
    if first.type == other.type == "mobile":
        return True
    if (first.type, first.name.casefold(), first.bag_id) != (other.type, other.name.casefold(), other.bag_id):
        return False
    return all(_apart(stop, other) for stop in first.stops or (_stop(first),))


def _apart(stop: Stop, other: StationRow) -> bool:
    if stop.opens_at is None or stop.closes_at is None or other.opens_at is None or other.closes_at is None:
        return False
    return stop.closes_at <= other.opens_at or other.closes_at <= stop.opens_at


def _stop(station: StationRow) -> Stop:
    return Stop(
        station.source,
        station.address_note,
        station.bag_id,
        station.latitude,
        station.longitude,
        station.opens_at,
        station.closes_at,
    )


def _with_stop(station: StationRow, further: StationRow) -> StationRow:
    stops = sorted(
        (*(station.stops or (_stop(station),)), _stop(further)), key=lambda stop: (stop.opens_at is None, stop.opens_at)
    )
    times = list(chain.from_iterable((stop.opens_at, stop.closes_at) for stop in stops))
    known = [moment for moment in times if moment is not None]
    return replace(station, stops=tuple(stops), opens_at=min(known, default=None), closes_at=max(known, default=None))
