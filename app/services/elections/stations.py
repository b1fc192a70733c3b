"""Polling stations (stembureaus) of an election, from EML 110b or the stations standard 1.7.

All or nothing: a file with one fault changes nothing. Reading a file again brings the stations up to date; one that
is no longer in the file stays, because members may prefer it, and is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select, update

from app.extensions import db
from app.importing.elections import eml
from app.importing.elections import stations as standard_file
from app.importing.elections.station_row import StationRow, StationsFile
from app.importing.faults import Fault, FileRefused
from app.models import Election, ElectionDay, ElectionState, PollingStation, Shift, ShiftKind
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.elections.elections import file_refused, other_municipality
from app.services.elections.municipality import is_of_another
from app.services.elections.station_columns import NEW_STATION, Values, column_values, is_same

TABLE = PollingStation.__table__


@dataclass(frozen=True, slots=True)
class StationsCheck:
    """What a file would do, or did, to the stations of an election; `absent` are known ones it does not name.

    `remarks` are what a person should know of the file.
    """

    new: tuple[int, ...]
    changed: tuple[int, ...]
    unchanged: int
    refused: int
    faults: tuple[Fault, ...]
    absent: tuple[str, ...]
    remarks: tuple[Phrase, ...] = ()

    @property
    def total(self) -> int:
        """All stations in the file."""
        return len(self.new) + len(self.changed) + self.unchanged + self.refused

    @property
    def can_be_imported(self) -> bool:
        """A file with faults changes nothing."""
        return not self.faults

    @property
    def summary(self) -> Phrase:
        """The last line of the command: `420 stations: 418 new, 2 changed, 0 refused`."""
        done = self.can_be_imported
        return phrase(
            "%(total)s stations: %(new)s new, %(changed)s changed, %(refused)s refused",
            total=self.total,
            new=len(self.new) if done else 0,
            changed=len(self.changed) if done else 0,
            refused=self.refused,
        )


class StationsRefused(Exception):
    """Nothing was imported: the file has the faults in `check`."""

    def __init__(self, check: StationsCheck) -> None:
        super().__init__(str(check.summary))
        self.check = check


@dataclass(frozen=True, slots=True)
class _Plan:
    check: StationsCheck
    inserts: Sequence[Values]
    updates: Sequence[Values]


def check_stations(election: Election, content: bytes, file_name: str, *, municipality: str = "") -> StationsCheck:
    """What `import_stations` would do with this file. Raises RuleBroken as it does; changes nothing.

    That the file is of another `municipality` than the portal's is among the remarks.
    """
    found = _read(election, content, file_name)
    if is_of_another(found.authority, municipality):
        found = replace(found, remarks=(other_municipality(found.authority or "", municipality), *found.remarks))
    return _plan(election, found).check


def import_stations(
    election: Election, content: bytes, file_name: str, *, actor: Actor, now: datetime, municipality: str = ""
) -> StationsCheck:
    """Add the new stations of the file and bring the known ones up to date, by number.

    `content` is an EML 110b, or a file of the standard as .xlsx, .ods, .xls or CSV. Raises StationsRefused when a
    station has a fault, and RuleBroken for another file, another election or a closed one, and where `municipality`
    is given and the file is of another; then nothing changes.
    """
    found = _read(election, content, file_name)
    if is_of_another(found.authority, municipality):
        raise RuleBroken(other_municipality(found.authority or "", municipality), field="file")
    plan = _plan(election, found)
    if not plan.check.can_be_imported:
        raise StationsRefused(plan.check)
    if plan.inserts:
        db.session.execute(insert(PollingStation), plan.inserts)
    for rows in _by_columns(plan.updates):
        _update(rows)
    db.session.expire_all()
    counts = {"new": len(plan.check.new), "changed": len(plan.check.changed), "absent": len(plan.check.absent)}
    record_event(actor, "stations.imported", now=now, subject=election, **counts)
    return plan.check


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


def _read(election: Election, content: bytes, file_name: str) -> StationsFile:
    if election.state == ElectionState.CLOSED:
        raise RuleBroken(phrase("This election is closed and can no longer be changed."))
    try:
        is_xml = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<EML"))
        found = eml.read_stations(content) if is_xml else standard_file.read_stations(content, file_name)
    except FileRefused as refusal:
        raise file_refused(refusal) from None
    _check_election(election, found)
    return found


def _check_election(election: Election, found: StationsFile) -> None:
    """Refuse the file of another election: EML names it; the standard's opening times tell."""
    head = found.election
    if head is not None:
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
        return
    opening = sorted({station.opens_at.date() for station in found.stations if station.opens_at})
    if opening and not set(opening) & set(_voting_dates(election)):
        raise RuleBroken(
            phrase(
                "The stations in this file open on %(found)s, but this election is on %(chosen)s.",
                found=opening[0],
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
    faults = list(found.faults) + _on_other_days(election, found)
    wrong = {fault.column or fault.row for fault in faults[len(found.faults) :]}
    inserts: list[Values] = []
    updates: dict[int, Values] = {}
    for station in found.stations:
        values = column_values(station, is_eml=found.election is not None)
        row = known.get(station.number)
        if row is None:
            inserts.append(_new(election, station, values))
        elif changed := {name: value for name, value in values.items() if not is_same(row[name], value)}:
            updates[station.number] = {"id": row["id"], **changed}
    in_file = {station.number for station in found.stations}
    absent = tuple(f"{row['number']} {row['name']}" for row in known.values() if row["number"] not in in_file)
    check = StationsCheck(
        new=tuple(row["number"] for row in inserts),
        changed=tuple(updates),
        unchanged=len(found.stations) - len(inserts) - len(updates),
        refused=found.refused + len(wrong),
        faults=tuple(faults),
        absent=() if faults else absent,
        remarks=found.remarks,
    )
    return _Plan(check, inserts, list(updates.values()))


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
