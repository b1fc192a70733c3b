"""Filling the needs of an election from its template: every station gets what its type needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.extensions import db
from app.models import Election, ElectionDay, Function, NeedTemplate, PollingStation, Shift
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.elections.change_rules import check_election
from app.services.planning.needs.merging import Merge, Wanted, compare, read_needs, write


@dataclass(frozen=True, slots=True)
class Filling:
    """What filling would do: the template, how many stations of each type there are, and what of it is new."""

    template: Sequence[NeedTemplate]
    stations: Counter[str]
    merge: Merge

    @property
    def without_template(self) -> dict[str, int]:
        """The types that no line of the template is about, with how many stations each has."""
        known = {row.station_type for row in self.template}
        return {kind: number for kind, number in self.stations.items() if kind not in known}


def find_template(election: Election) -> list[NeedTemplate]:
    """The lines of the template with their shift and function, in the order of the day. One statement."""
    found = (
        select(NeedTemplate)
        .where(NeedTemplate.election_id == election.id)
        .join(NeedTemplate.shift)
        .join(Shift.day)
        .join(NeedTemplate.function)
        .options(contains_eager(NeedTemplate.shift).contains_eager(Shift.day), joinedload(NeedTemplate.function))
        .order_by(ElectionDay.date, Shift.starts, Shift.id, Function.position, NeedTemplate.id)
    )
    return list(db.session.scalars(found))


def plan_filling(election: Election) -> Filling:
    """What filling would do at this moment. Three statements."""
    template = find_template(election)
    listed = select(PollingStation.id, PollingStation.type).where(PollingStation.election_id == election.id)
    stations = db.session.execute(listed.order_by(PollingStation.number)).all()
    wanted = [
        Wanted(station_id, row.shift_id, row.function_id, row.minimum, row.target)
        for station_id, kind in stations
        for row in template
        if row.station_type == kind
    ]
    central = [
        Wanted(None, row.shift_id, row.function_id, row.minimum, row.target) for row in template if not row.station_type
    ]
    merge = compare(read_needs(election), wanted + central) if template else Merge()
    return Filling(template, Counter(kind for _id, kind in stations), merge)


def fill(election: Election, *, overwrite: bool, actor: Actor, now: datetime) -> tuple[int, int]:
    """Fill; how many needs are new, and how many were changed because that was asked.

    Needs that the template does not name stay. Raises RuleBroken without a template, and for a closed election.
    """
    check_election(election)
    serialize(f"needs {election.id}")
    filling = plan_filling(election)
    if not filling.template:
        raise RuleBroken(phrase("This election has no template yet."))
    added, changed = write(election, filling.merge, overwrite=overwrite)
    record_event(actor, "staffing_need.filled", now=now, subject=election, new=added, changed=changed)
    return added, changed
