"""Two members who go together: both get a place at one station, or neither."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Couple, Election, Member, PlanAct
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor
from app.services.planning.board.acts import assign_many
from app.services.planning.board.holes import Filters, list_open
from app.services.planning.board.places import Place


def assign_couple(
    election: Election, place: Place, *, confirmed: Collection[str] = (), actor: Actor, now: datetime
) -> PlanAct:
    """Give the member the place, and the one to go with another open place there in the same shift; in one act.

    Raises RuleBroken when there is no one to go with, or no second open place, and as `change_plan` does.
    """
    partner = find_partner(place.member_id)
    if partner is None:
        raise RuleBroken(phrase("This member goes with nobody."))
    function_id = _find_function(election, place)
    if function_id is None:
        raise RuleBroken(phrase("There is no second open place at this polling station in this shift."))
    beside = replace(place, member_id=partner.id, function_id=function_id)
    return assign_many(election, [place, beside], confirmed=confirmed, actor=actor, now=now)


def find_partner(member_id: int) -> Member | None:
    """Whom this member goes with."""
    wanted = select(Member).join(Couple, Couple.other_id == Member.id)
    return db.session.scalar(wanted.where(Couple.member_id == member_id))


def _find_function(election: Election, place: Place) -> int | None:
    """Of another open place there: the same function, else the first that is asked for."""
    filters = Filters(shift_id=place.shift_id, station_id=place.station_id or 0)
    left = {
        need.function_id: need.target - need.taken - (need.function_id == place.function_id)
        for need in list_open(election.id, filters)
        if need.station_id == place.station_id
    }
    free = [function_id for function_id, number in left.items() if number > 0]
    return place.function_id if place.function_id in free else next(iter(free), None)
