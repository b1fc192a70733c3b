"""Copying the needs of an earlier election: by station, by the order of the shifts, and what found no match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from app.extensions import db
from app.models import Election, PollingStation, Shift, StaffingNeed
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.elections.change_rules import check_election
from app.services.planning.needs.choices import list_shifts
from app.services.planning.needs.merging import Merge, Wanted, compare, read_needs, write
from app.services.search.folding import fold_text


@dataclass(frozen=True, slots=True)
class Copying:
    """What copying would do, and what of the earlier election has no match, or of this one no source."""

    merge: Merge
    matched: int  # stations
    renamed: list[tuple[PollingStation, PollingStation]]  # the number is the same, the name is not: then and now
    gone: list[PollingStation]  # of the earlier election, which had needs
    new: list[PollingStation]  # of this one
    lost_shifts: list[Shift]  # of the earlier election, which had needs


def list_sources(election: Election) -> Sequence[Election]:
    """The other elections that have needs, the latest first. One statement."""
    has_needs = exists().where(StaffingNeed.election_id == Election.id)
    found = select(Election).where(Election.id != election.id, has_needs)
    return db.session.scalars(found.order_by(Election.voting_on.desc(), Election.id.desc())).all()


def plan_copying(election: Election, source: Election) -> Copying:
    """What copying the needs of `source` would do. Three statements."""
    rows = read_needs(source, election)
    needs = [row for row in rows if row.election_id == source.id]
    stations = _list_stations(source, election)
    old, new = ([row for row in stations if row.election_id == asked.id] for asked in (source, election))
    pairs = match_stations(old, new)
    all_shifts = list_shifts(source.id, election.id)
    old_shifts = [shift for shift in all_shifts if shift.day.election_id == source.id]
    shifts = match_shifts(old_shifts, [shift for shift in all_shifts if shift.day.election_id == election.id])
    used_stations, used_shifts = ({getattr(need, name) for need in needs} for name in ("station_id", "shift_id"))
    wanted = [
        Wanted(
            pairs[need.station_id].id if need.station_id else None,
            shifts[need.shift_id].id,
            need.function_id,
            need.minimum,
            need.target,
        )
        for need in needs
        if need.shift_id in shifts and (need.station_id is None or need.station_id in pairs)
    ]
    taken = {station.id for station in pairs.values()}
    return Copying(
        merge=compare((row for row in rows if row.election_id == election.id), wanted),
        matched=len(pairs),
        renamed=[
            (station, pairs[station.id])
            for station in old
            if station.id in pairs and fold_text(station.name) != fold_text(pairs[station.id].name)
        ],
        gone=[station for station in old if station.id in used_stations and station.id not in pairs],
        new=[station for station in new if station.id not in taken],
        lost_shifts=[shift for shift in old_shifts if shift.id in used_shifts and shift.id not in shifts],
    )


def copy(election: Election, source: Election, *, overwrite: bool, actor: Actor, now: datetime) -> tuple[int, int]:
    """Copy; how many needs are new, and how many were changed because that was asked. Raises RuleBroken."""
    check_election(election)
    if election.id == source.id:
        raise RuleBroken(phrase("Choose another election than this one."), field="source")
    serialize(f"needs {election.id}")
    added, changed = write(election, plan_copying(election, source).merge, overwrite=overwrite)
    record_event(actor, "staffing_need.copied", now=now, subject=election, new=added, changed=changed, code=source.code)
    return added, changed


def match_stations(old: Sequence[PollingStation], new: Sequence[PollingStation]) -> dict[int, PollingStation]:
    """Of each earlier station by id the one of today: the same name and number, the same name, else the same number.

    A name that several stations have says nothing without the number; a station of today is taken once.
    """
    by_number = {station.number: station for station in new}
    names: dict[str, list[PollingStation]] = defaultdict(list)
    for station in new:
        names[fold_text(station.name)].append(station)
    old_names = [fold_text(station.name) for station in old]
    pairs: dict[int, PollingStation] = {}
    taken: set[int] = set()

    def pair(station: PollingStation, found: PollingStation | None) -> None:
        if found is not None and found.id not in taken and station.id not in pairs:
            pairs[station.id] = found
            taken.add(found.id)

    for station in old:
        same = by_number.get(station.number)
        pair(station, same if same is not None and fold_text(same.name) == fold_text(station.name) else None)
    for station in old:
        named = names[fold_text(station.name)]
        pair(station, named[0] if len(named) == 1 and old_names.count(fold_text(station.name)) == 1 else None)
    for station in old:
        pair(station, by_number.get(station.number))
    return pairs


def match_shifts(old: Sequence[Shift], new: Sequence[Shift]) -> dict[int, Shift]:
    """Of each earlier shift by id the one of today: the first voting shift with the first, the first count too."""
    found: dict[int, Shift] = {}
    for kind in {shift.kind for shift in old}:
        pairs = zip((s for s in old if s.kind == kind), (s for s in new if s.kind == kind), strict=False)
        found |= {before.id: now for before, now in pairs}
    return found


def _list_stations(*elections: Election) -> Sequence[PollingStation]:
    found = select(PollingStation).where(PollingStation.election_id.in_([election.id for election in elections]))
    return db.session.scalars(found.order_by(PollingStation.number)).all()
