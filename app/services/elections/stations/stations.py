"""Polling stations (stembureaus) of an election, from EML 110b or the stations standard 1.7.

All or nothing: a file with one fault changes nothing. Reading a file again brings the stations up to date; one that
is no longer in the file stays, because members may prefer it, and is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select, update

from app.extensions import db
from app.importing.elections import eml
from app.importing.elections import stations as standard_file
from app.importing.elections.station_row import StationRow, StationsFile
from app.importing.faults import Fault, FileRefused
from app.importing.spreadsheets.lost_letters import has_lost_letter
from app.models import (
    Election,
    ElectionDay,
    ElectionState,
    ImportKind,
    ImportRun,
    ImportState,
    PollingStation,
    Shift,
    ShiftKind,
    StationChange,
)
from app.phrases import RuleBroken, phrase
from app.services import import_runs
from app.services.audit import Actor, record_event
from app.services.elections.elections import file_refused, other_municipality
from app.services.elections.municipality import is_of_another
from app.services.elections.stations.station_check import NewStation, StationDifference, StationsCheck, StationsRefused
from app.services.elections.stations.station_columns import NEW_STATION, Values, as_json, column_values, is_same
from app.services.elections.stations.station_days import find_other_day, move_hours, say_other_day

TABLE = PollingStation.__table__
BEGINNING = 200  # bytes, by which XML is told


@dataclass(frozen=True, slots=True)
class _Plan:
    check: StationsCheck
    inserts: Sequence[Values]


def check_stations(
    election: Election, content: bytes, file_name: str, *, municipality: str = "", moves_hours: bool = False
) -> StationsCheck:
    """What `import_stations` would do with this file. Raises RuleBroken as it does; changes nothing.

    That the file is of another `municipality` than the portal's is among the remarks; that it is of another day is
    told in the check, and raises nothing.
    """
    found = _read(election, content, file_name, moves_hours=moves_hours)
    if is_of_another(found.authority, municipality):
        found = replace(found, remarks=(other_municipality(found.authority or "", municipality), *found.remarks))
    return _plan(election, found).check


def import_stations(
    election: Election,
    content: bytes,
    file_name: str,
    *,
    actor: Actor,
    now: datetime,
    run: ImportRun | None = None,
    municipality: str = "",
    moves_hours: bool = False,
) -> StationsCheck:
    """Add the new stations of the file and bring the known ones up to date, by number.

    `content` is an EML 110b, or a file of the standard as .xlsx, .ods, .xls or CSV. Raises StationsRefused when a
    station has a fault, and RuleBroken for another file, another election or a closed one, and where `municipality`
    is given and the file is of another; then nothing changes. `moves_hours`: stations of an earlier election get their
    opening hours on the day of this one.
    """
    found = _read(election, content, file_name, moves_hours=moves_hours)
    if (other := find_other_day(found, _voting_dates(election))) is not None:
        raise RuleBroken(say_other_day(election, other), field="file")
    if is_of_another(found.authority, municipality):
        raise RuleBroken(other_municipality(found.authority or "", municipality), field="file")
    plan = _plan(election, found)
    if not plan.check.can_be_imported:
        raise StationsRefused(plan.check)
    if run is None:  # by command: then there is no file to look at before
        run = import_runs.start(
            ImportKind.STATIONS,
            file_name,
            state=ImportState.DONE,
            actor=actor,
            now=now,
            election_id=election.id,
            finished_at=now,
        )
    _write(plan, run, now)
    run.rows_total, run.rows_new, run.rows_changed = plan.check.total, len(plan.check.new), len(plan.check.changed)
    counts = {"new": len(plan.check.new), "changed": len(plan.check.changed), "absent": len(plan.check.absent)}
    record_event(actor, "stations.imported", now=now, subject=election, import_run_id=run.id, **counts)
    return plan.check


def _write(plan: _Plan, run: ImportRun, now: datetime) -> None:
    """The new stations and the changed columns, with what they were before."""
    if plan.inserts:
        made = {"created_at": now, "import_run_id": run.id}
        db.session.execute(insert(PollingStation), [row | made for row in plan.inserts])
    differences = plan.check.differences
    for rows in _by_columns([_after(difference) for difference in differences]):
        _update(rows)
    if differences:
        kept = [
            {
                "import_run_id": run.id,
                "station_id": difference.id,
                "old_values": {name: as_json(old) for name, (old, _new) in difference.values.items()},
                "new_values": {name: as_json(new) for name, (_old, new) in difference.values.items()},
            }
            for difference in differences
        ]
        db.session.execute(insert(StationChange), kept)
    db.session.expire_all()


def _after(difference: StationDifference) -> Values:
    return {"id": difference.id, **{name: new for name, (_old, new) in difference.values.items()}}


def count_stations(election: Election) -> int:
    """How many polling stations the election has."""
    statement = select(func.count(PollingStation.id)).where(PollingStation.election_id == election.id)
    return db.session.scalar(statement) or 0


def _update(rows: Sequence[Values]) -> None:
    columns = {name: bindparam(f"new_{name}", type_=TABLE.c[name].type) for name in rows[0] if name != "id"}
    statement = update(TABLE).where(TABLE.c.id == bindparam("station_id")).values(columns)
    values = [{"station_id": row["id"]} | {f"new_{name}": row[name] for name in columns} for row in rows]
    db.session.connection().execute(statement, values)


def _by_columns(updates: Sequence[Values]) -> list[list[Values]]:
    groups: dict[tuple[str, ...], list[Values]] = {}
    for row in updates:
        groups.setdefault(tuple(row), []).append(row)
    return list(groups.values())


def _read(election: Election, content: bytes, file_name: str, *, moves_hours: bool) -> StationsFile:
    if election.state == ElectionState.CLOSED:
        raise RuleBroken(phrase("This election is closed and can no longer be changed."))
    try:
        is_xml = content[:BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<EML"))
        found = eml.read_stations(content) if is_xml else standard_file.read_stations(content, file_name)
    except FileRefused as refusal:
        raise file_refused(refusal) from None
    _check_election(election, found)
    if moves_hours:
        found = move_hours(found, _voting_dates(election), election.voting_on)
    return found


def _check_election(election: Election, found: StationsFile) -> None:
    """Refuse the file of another election, where it names one, as EML does."""
    head = found.election
    if head is None:
        return
    if head.code != election.code:
        raise RuleBroken(
            phrase("This file is for %(found)s, not for %(chosen)s.", found=head.code, chosen=election.code),
            field="file",
        )
    if head.voting_date != election.voting_on:
        raise RuleBroken(
            phrase(
                "In this file the voting day is %(found)s, but this election is on %(chosen)s.",
                found=head.voting_date,
                chosen=election.voting_on,
            ),
            field="file",
        )


def _voting_dates(election: Election) -> set[date]:
    statement = (
        select(ElectionDay.date)
        .join(Shift, Shift.day_id == ElectionDay.id)
        .where(ElectionDay.election_id == election.id, Shift.kind == ShiftKind.VOTING)
    )
    return {election.voting_on, *db.session.scalars(statement)}


def _plan(election: Election, found: StationsFile) -> _Plan:
    known = _known(election)
    other_day = find_other_day(found, _voting_dates(election))
    faults = list(found.faults) + ([] if other_day else _on_other_days(election, found))
    wrong = {fault.column or fault.row for fault in faults[len(found.faults) :]}
    in_file = {station.number for station in found.stations}
    absent = {number: row for number, row in known.items() if number not in in_file}
    inserts: list[Values] = []
    differences: list[StationDifference] = []
    for station in found.stations:
        values = column_values(station, is_eml=found.election is not None)
        row = known.get(station.number)
        if row is None:
            inserts.append(_new(election, station, values))
        elif changed := {name: (row[name], new) for name, new in values.items() if not is_same(row[name], new)}:
            differences.append(StationDifference(row["id"], station.number, row["name"], changed))
    check = StationsCheck(
        added=tuple(_name_new(row, absent) for row in inserts),
        differences=tuple(differences),
        unchanged=len(found.stations) - len(inserts) - len(differences),
        refused=found.refused + len(wrong),
        faults=tuple(faults),
        absent=() if faults else tuple(_call(row) for row in absent.values()),
        remarks=found.remarks,
        unused=found.unused,
        lost=tuple(_find_lost(found.stations)),
        other_day=other_day,
    )
    return _Plan(check, inserts)


def _call(row: Values) -> str:
    return f"{row['number']} {row['name']}"


def _name_new(row: Values, absent: Mapping[int, Values]) -> NewStation:
    """With the absent station at the same place or with the same name: it may have got another number."""
    twin = next((known for known in absent.values() if _is_alike(row, known)), None)
    address = ", ".join(filter(None, (row["street"], " ".join(filter(None, (row["postcode"], row["city"]))))))
    return NewStation(row["number"], row["name"], address, _call(twin) if twin else "")


def _is_alike(row: Values, known: Values) -> bool:
    is_same_place = row["bag_id"] and row["bag_id"] == known["bag_id"]
    return bool(is_same_place or row["name"].casefold() == known["name"].casefold())


def _find_lost(stations: Sequence[StationRow]) -> Iterator[tuple[int, str]]:
    for station in stations:
        for text in (station.name, station.street, station.city, station.address_note):
            if text and has_lost_letter(text):
                yield station.number, text


def _known(election: Election) -> dict[int, Values]:
    statement = select(TABLE).where(TABLE.c.election_id == election.id).order_by(TABLE.c.number)
    return {row["number"]: dict(row) for row in db.session.connection().execute(statement).mappings()}


def _on_other_days(election: Election, found: StationsFile) -> list[Fault]:
    """Stations that open on a day on which this election has no voting."""
    voting_dates = _voting_dates(election)
    faults = []
    for station in found.stations:
        moments = [stop.opens_at for stop in station.stops] or [station.opens_at]
        wrong = next((at for at in moments if at and at.date() not in voting_dates), None)
        if wrong is not None:
            faults.append(_day_fault(election, station, wrong))
    return faults


def _day_fault(election: Election, station: StationRow, opens_at: datetime) -> Fault:
    message = phrase(
        "Station %(number)s opens on %(found)s; voting is on %(chosen)s.",
        number=station.number,
        found=opens_at.date(),
        chosen=election.voting_on,
    )
    is_row = station.source.isdigit()
    return Fault(
        row=int(station.source) if is_row else None,
        column=None if is_row else station.source,
        message=message,
        field=None if is_row else "Openingstijd",
        value_shown=f"{opens_at:%d-%m-%Y %H:%M}",
    )


def _new(election: Election, station: StationRow, values: Values) -> Values:
    return {"election_id": election.id, "number": station.number, **NEW_STATION, **values}
