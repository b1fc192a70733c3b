"""Coverage of one place over time, from intervals alone: half-open, of instants in UTC.

The span is cut at every moment at which somebody comes or goes. Between two cuts nothing changes: there the different
persons are counted, and it is asked whether one of them may preside. Equal neighbours are one moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

from app.models import Capacity

# Who sits in the polling station (Kieswet E 3). Who only helps to count or to run it decides nothing (N 5, Na 6).
OF_BUREAU: Final = frozenset({Capacity.CHAIR.value, Capacity.DEPUTY.value, Capacity.MEMBER.value})
CHAIR: Final = Capacity.CHAIR.value
MAY_PRESIDE: Final = frozenset({Capacity.CHAIR.value, Capacity.DEPUTY.value})


class Span(NamedTuple):
    """From an instant until another; the end is outside it."""

    starts_at: datetime
    ends_at: datetime


class Presence(NamedTuple):
    """A person is there in a capacity, from an instant until another; the same person may be there twice."""

    member_id: int
    capacity: str
    starts_at: datetime
    ends_at: datetime


class Moment(NamedTuple):
    """From an instant until another nothing changes: how many persons are too few, and who may preside."""

    starts_at: datetime
    ends_at: datetime
    short: int
    has_chair: bool
    has_presider: bool

    @property
    def is_fault(self) -> bool:
        """Against the law."""
        return self.short > 0 or not self.has_presider

    @property
    def is_warned(self) -> bool:
        """Within the law, but a deputy presides."""
        return not self.is_fault and not self.has_chair

    @property
    def _state(self) -> tuple[int, bool, bool]:
        return self.short, self.has_chair, self.has_presider


def judge(span: Span, presences: Sequence[Presence], *, people: int = 3) -> list[Moment]:
    """The whole span in moments, in order and without a gap. At each of them `people` persons are needed.

    Only who sits in the polling station counts, and each person once.
    """
    inside = [
        found
        for found in presences
        if found.capacity in OF_BUREAU and found.starts_at < span.ends_at and found.ends_at > span.starts_at
    ]
    if _is_covered(span, inside, people):
        return [Moment(span.starts_at, span.ends_at, 0, has_chair=True, has_presider=True)]
    cuts = {span.starts_at, span.ends_at}
    for found in inside:
        cuts.add(max(found.starts_at, span.starts_at))
        cuts.add(min(found.ends_at, span.ends_at))
    return merge(_at(start, end, inside, people) for start, end in pairwise(sorted(cuts)))


def _is_covered(span: Span, inside: Iterable[Presence], people: int) -> bool:
    """Whether those who are there all the time are enough, as they mostly are: who comes and goes changes nothing."""
    whole = [who for who in inside if who.starts_at <= span.starts_at and who.ends_at >= span.ends_at]
    return len({who.member_id for who in whole}) >= people and any(who.capacity == CHAIR for who in whole)


def merge(moments: Iterable[Moment]) -> list[Moment]:
    """Neighbours that are equal become one."""
    merged: list[Moment] = []
    for moment in moments:
        last = merged[-1] if merged else None
        if last is not None and last.ends_at == moment.starts_at and last._state == moment._state:
            merged[-1] = last._replace(ends_at=moment.ends_at)
        else:
            merged.append(moment)
    return merged


def _at(start: datetime, end: datetime, inside: Iterable[Presence], people: int) -> Moment:
    there = {(member_id, capacity) for member_id, capacity, since, until in inside if since <= start and until >= end}
    capacities = {capacity for _member_id, capacity in there}
    number = len({member_id for member_id, _capacity in there})
    return Moment(start, end, max(people - number, 0), CHAIR in capacities, bool(capacities & MAY_PRESIDE))
