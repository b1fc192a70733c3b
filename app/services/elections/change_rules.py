"""What may still change of an election's days, shifts and stations, and of the functions: nothing that was answered.

Each function is asked before the change and raises RuleBroken with the field; deleting never takes answers along.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from app.extensions import db
from app.models import (
    Assignment,
    AvailabilityShift,
    Election,
    ElectionDay,
    ElectionState,
    Function,
    PollingStation,
    PreferredFunction,
    PreferredStation,
    Service,
    Shift,
    TrainingFunction,
)
from app.phrases import RuleBroken, counted, phrase

Values = Mapping[str, Any]  # what was filled in, by field


def check_election(election: Election | None, *, was: Election | None = None) -> None:
    """A closed election keeps its parts, and a part stays with its election."""
    if election is None or election.state == ElectionState.CLOSED or (was and was.state == ElectionState.CLOSED):
        raise RuleBroken(phrase("This election is closed and can no longer be changed."), field="election")
    if was is not None and was.id != election.id:
        raise RuleBroken(phrase("It cannot move to another election. Add it there."), field="election")


def check_day(day: ElectionDay | None, wanted: Values) -> None:
    """A day keeps its date once members answered; the voting day goes with the election."""
    check_election(wanted["election"], was=day.election if day else None)
    if day is None or wanted["date"] == day.date:
        return
    _refuse_voting_day(day)
    if count_answers(_of_day(day)):
        raise RuleBroken(
            phrase("Members already gave their availability for this day; its date cannot change any more."),
            field="date",
        )


def check_shift(shift: Shift | None, wanted: Values) -> None:
    """A shift has a beginning and an end; once members answered only its names can change."""
    day: ElectionDay | None = wanted["day"]
    check_election(day.election if day else None, was=shift.day.election if shift else None)
    if wanted["starts"] == wanted["ends"]:
        raise RuleBroken(phrase("The end is another time than the beginning."), field="ends")
    if shift is None:
        return
    changed = [name for name in ("day", "starts", "ends", "kind") if wanted[name] != getattr(shift, name)]
    answers = count_answers(AvailabilityShift.shift_id == shift.id) if changed else 0
    if answers:
        raise RuleBroken(
            counted(
                "%(num)s member gave availability for this shift. Only its name can still change.",
                "%(num)s members gave their availability for this shift. Only its name can still change.",
                answers,
            ),
            field=changed[0],
        )
    if changed:
        _refuse_planned(Assignment.shift_id == shift.id, field=changed[0])


def check_station(station: PollingStation | None, wanted: Values) -> None:
    """A station has a number, and closes after it opens."""
    check_election(wanted["election"], was=station.election if station else None)
    if wanted["number"] < 1:
        raise RuleBroken(phrase("Give a number from 1."), field="number")
    if wanted["opens_at"] and wanted["closes_at"] and wanted["closes_at"] <= wanted["opens_at"]:
        raise RuleBroken(phrase("The end is after the beginning."), field="closes_at")


def check_day_can_be_deleted(day: ElectionDay) -> None:
    """Whether a day may be deleted, with its shifts."""
    check_election(day.election)
    _refuse_voting_day(day)
    _refuse_answered(count_answers(_of_day(day)))
    _refuse_planned(Assignment.shift_id.in_(select(Shift.id).where(Shift.day_id == day.id)))


def check_shift_goes(shift: Shift) -> None:
    """Whether a shift may be deleted."""
    check_election(shift.day.election)
    _refuse_answered(count_answers(AvailabilityShift.shift_id == shift.id))
    _refuse_planned(Assignment.shift_id == shift.id)


def check_station_goes(station: PollingStation) -> None:
    """Whether a polling station may be deleted."""
    check_election(station.election)
    wish = select(func.count(PreferredStation.id)).where(PreferredStation.station_id == station.id)
    if count := db.session.scalar(wish):
        raise RuleBroken(
            counted(
                "%(num)s member prefers this polling station, so it cannot be deleted.",
                "%(num)s members prefer this polling station, so it cannot be deleted.",
                count,
            )
        )
    _refuse_planned(Assignment.station_id == station.id)


def check_function_goes(function: Function) -> None:
    """Whether a function may be deleted."""
    wish = select(func.count(PreferredFunction.id)).where(PreferredFunction.function_id == function.id)
    if count := db.session.scalar(wish):
        raise RuleBroken(
            counted(
                "%(num)s member prefers this function. Take it out of use instead of deleting it.",
                "%(num)s members prefer this function. Take it out of use instead of deleting it.",
                count,
            )
        )
    if db.session.scalar(select(exists().where(TrainingFunction.function_id == function.id))):
        raise RuleBroken(phrase("A training is for this function. Take it out of use instead of deleting it."))
    _refuse_planned(Assignment.function_id == function.id)
    done = select(func.count(Service.id)).where(Service.function_id == function.id)
    if count := db.session.scalar(done):
        raise RuleBroken(
            counted(
                "%(num)s member did this function before. Take it out of use instead of deleting it.",
                "%(num)s members did this function before. Take it out of use instead of deleting it.",
                count,
            )
        )


def count_answers(wanted: ColumnElement[bool]) -> int:
    """How many answers to shifts there are."""
    return db.session.scalar(select(func.count(AvailabilityShift.id)).where(wanted)) or 0


def _of_day(day: ElectionDay) -> ColumnElement[bool]:
    return AvailabilityShift.shift_id.in_(select(Shift.id).where(Shift.day_id == day.id))


def _refuse_voting_day(day: ElectionDay) -> None:
    if day.date == day.election.voting_on:
        raise RuleBroken(phrase("This is the voting day. Change the date of the election instead."), field="date")


def _refuse_answered(count: int) -> None:
    if count:
        raise RuleBroken(
            counted(
                "%(num)s answer of a member is about this, so it cannot be deleted.",
                "%(num)s answers of members are about this, so it cannot be deleted.",
                count,
            )
        )


def _refuse_planned(wanted: ColumnElement[bool], *, field: str | None = None) -> None:
    """People who have a place there keep it."""
    if count := db.session.scalar(select(func.count(Assignment.id)).where(wanted)):
        raise RuleBroken(
            counted(
                "%(num)s member has a place there in the plan. Take that place away first.",
                "%(num)s members have a place there in the plan. Take those places away first.",
                count,
            ),
            field=field,
        )
