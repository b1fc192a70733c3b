"""What the team's home shows beside its elections. One statement asks all numbers, and what more there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.models import Election, ImportRun
from app.services.import_runs import IS_LEFT, list_left
from app.services.mail.undeliverable_addresses import LAST_STOP
from app.services.overview.badges import TeamBadges, Waiting
from app.services.waiting import Asked, Badge, Total, count_with

# What gives the totals of a subject, and whether it has any: without that it is asked at each visit.
Source = tuple[Callable[[datetime], Sequence[Total]], Asked | None]
OF_ALL: Final = (LAST_STOP, IS_LEFT)


@dataclass(frozen=True, slots=True)
class TeamHome:
    """The totals by the place of their source, imports that wait for a person, when marking addresses stopped, and what
    waits at the entries of the menu.
    """

    totals: dict[int, list[Total]]
    left_imports: list[tuple[ImportRun, Election | None]]
    marking_stopped_at: datetime | None
    waiting: dict[str, Waiting]


def read_team_home(sources: Sequence[Source], badges: Sequence[Badge], now: datetime) -> TeamHome:
    """One statement, and those of what is there to be read."""
    menu = TeamBadges(badges, now)
    numbers = [(place, total) for place, (read, if_any) in enumerate(sources) if if_any is None for total in read(now)]
    asked = [(place, if_any) for place, (_read, if_any) in enumerate(sources) if if_any is not None]
    every = [*OF_ALL, *(if_any for _place, if_any in asked)]
    given = {name: value for each in every for name, value in each.given(now).items()}
    others = [*menu.columns, *(each.value for each in every)]
    counted, found = count_with((total for _place, total in numbers), others, {**given, **menu.values})
    in_menu, (stopped_at, is_left, *are_there) = found[: len(menu.columns)], found[len(menu.columns) :]
    totals: dict[int, list[Total]] = {place: [] for place in range(len(sources))}
    for (place, _total), total in zip(numbers, counted, strict=True):
        totals[place].append(total)
    for (place, _if_any), is_there in zip(asked, are_there, strict=True):
        totals[place] += sources[place][0](now) if is_there else []
    return TeamHome(totals, list_left(now) if is_left else [], stopped_at, menu.read(in_menu))
