"""One number of people: at a station (or the central count) in a shift and function, and the same in a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, select

from app.extensions import db
from app.models import (
    Assignment,
    Election,
    Function,
    NeedTemplate,
    PollingStation,
    Shift,
    ShiftKind,
    StaffingNeed,
)
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.elections.change_rules import check_election

MOST: Final = 500  # people at one place in one shift; the database refuses more


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many people: fewer than `minimum` is too few, `target` is what one plans for."""

    minimum: int
    target: int

    def check(self) -> None:
        """Raises RuleBroken at the field."""
        if not 0 <= self.minimum <= MOST:
            raise RuleBroken(phrase("Give a number from 0 to %(most)s.", most=MOST), field="minimum")
        if not self.minimum <= self.target <= MOST:
            raise RuleBroken(
                phrase("Give a number from the minimum (%(least)s) to %(most)s.", least=self.minimum, most=MOST),
                field="target",
            )


def add_need(
    shift: Shift, function: Function, number: int | None, numbers: Numbers, *, actor: Actor, now: datetime
) -> StaffingNeed:
    """People needed at the station with this number; without a number: at the central count of this shift.

    Raises RuleBroken for a station that the election of the shift lacks, for work of another kind than the place has,
    and where a number is known already.
    """
    election = shift.day.election
    check_election(election)
    numbers.check()
    station = _find_station(election, number)
    check_place(shift, has_station=station is not None)
    place = StaffingNeed.station_id == station.id if station else StaffingNeed.station_id.is_(None)
    same = select(StaffingNeed.id).where(
        place, StaffingNeed.shift_id == shift.id, StaffingNeed.function_id == function.id
    )
    if db.session.scalar(same) is not None:
        raise RuleBroken(phrase("This is in the list already. Change it there."), field="function")
    need = StaffingNeed(election_id=election.id, station=station, shift=shift, function=function, **_columns(numbers))
    db.session.add(need)
    db.session.flush()
    record_event(actor, "staffing_need.created", now=now, subject=need)
    return need


def add_template(
    shift: Shift, function: Function, station_type: str, numbers: Numbers, *, actor: Actor, now: datetime
) -> NeedTemplate:
    """What each station of this type needs in the shift; without a type: the central count. Raises RuleBroken."""
    election = shift.day.election
    check_election(election)
    numbers.check()
    check_place(shift, has_station=bool(station_type), field="station_type")
    same = select(NeedTemplate.id).where(
        NeedTemplate.election_id == election.id,
        NeedTemplate.station_type == station_type,
        NeedTemplate.shift_id == shift.id,
        NeedTemplate.function_id == function.id,
    )
    if db.session.scalar(same) is not None:
        raise RuleBroken(phrase("This is in the list already. Change it there."), field="function")
    row = NeedTemplate(
        election_id=election.id, station_type=station_type, shift=shift, function=function, **_columns(numbers)
    )
    db.session.add(row)
    db.session.flush()
    record_event(actor, "need_template.created", now=now, subject=row)
    return row


def change_numbers(row: NeedTemplate | StaffingNeed, numbers: Numbers, *, actor: Actor, now: datetime) -> bool:
    """Other numbers; whether they were others. Raises RuleBroken, also for a closed election."""
    check_election(row.election)
    numbers.check()
    changed = [name for name, value in _columns(numbers).items() if getattr(row, name) != value]
    row.minimum, row.target = numbers.minimum, numbers.target
    db.session.flush()
    if changed:
        is_need = isinstance(row, StaffingNeed)
        record_event(
            actor,
            "staffing_need.changed" if is_need else "need_template.changed",
            now=now,
            subject=row,
            fields=changed,
        )
    return bool(changed)


def remove(row: NeedTemplate | StaffingNeed, *, actor: Actor, now: datetime) -> None:
    """Nobody is needed there any more. Raises RuleBroken for a closed election, and where people have a place."""
    check_election(row.election)
    if isinstance(row, StaffingNeed) and _is_planned(row):
        raise RuleBroken(phrase("Somebody has a place there. Take that place away first, or set the numbers to 0."))
    is_need = isinstance(row, StaffingNeed)
    record_event(actor, "staffing_need.deleted" if is_need else "need_template.deleted", now=now, subject=row)
    db.session.delete(row)
    db.session.flush()


def check_place(shift: Shift, *, has_station: bool, field: str = "number") -> None:
    """A central count has no station, all other work has one. Raises RuleBroken at the field."""
    if shift.kind == ShiftKind.CENTRAL_COUNT and has_station:
        raise RuleBroken(phrase("The central count is at no polling station. Leave this empty."), field=field)
    if shift.kind != ShiftKind.CENTRAL_COUNT and not has_station:
        raise RuleBroken(phrase("This shift is at polling stations. Say which."), field=field)


def _find_station(election: Election, number: int | None) -> PollingStation | None:
    if number is None:
        return None
    wanted = select(PollingStation).where(PollingStation.election_id == election.id, PollingStation.number == number)
    station: PollingStation | None = db.session.scalar(wanted)
    if station is None:
        raise RuleBroken(
            phrase("%(election)s has no polling station %(number)s.", election=election.name, number=number),
            field="number",
        )
    return station


def _columns(numbers: Numbers) -> dict[str, int]:
    return {"minimum": numbers.minimum, "target": numbers.target}


def _is_planned(need: StaffingNeed) -> bool:
    place = Assignment.station_id == need.station_id if need.station_id else Assignment.station_id.is_(None)
    found = exists().where(place, Assignment.shift_id == need.shift_id, Assignment.function_id == need.function_id)
    return bool(db.session.scalar(select(found)))
