"""The central count on its days: who is expected, for the list of the team and for paper. It is counted there without
a polling station, so there is no bureau to judge and no chair who keeps a list: paper does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.models import Election, Shift
from app.services.attendance.people import list_central, list_central_shifts
from app.services.attendance.stations import Listed, name_people


@dataclass(frozen=True, slots=True)
class CentralShift:
    """A shift of the central count with its people."""

    shift: Shift
    people: Sequence[Listed]

    @property
    def coming(self) -> int:
        """How many did not say that they cannot come."""
        return sum(not listed.has_said_no for listed in self.people)


def list_central_count(election: Election, shifts: Sequence[Shift], *, for_team: bool) -> list[CentralShift]:
    """Each of these shifts that is of the central count and has people. Telephone numbers are those of who shares
    them, for the team all. Two statements.
    """
    central = list_central_shifts(shifts)
    people = list_central(election.id, central)
    names = name_people(election.id, people, for_team=for_team)
    found = [(shift, [names[who.about] for who in people if who.shift_id == shift.id]) for shift in central]
    return [CentralShift(shift, listed) for shift, listed in found if listed]
