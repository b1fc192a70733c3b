"""What waits today for the visitor, counted in one statement: the small numbers at the entries of the menu."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from app.extensions import db
from app.models import Member
from app.models.shortcuts.kept_statements import run_kept
from app.phrases import Phrase
from app.services.audiences.groups import Groups, OwnGroups, kept_by_groups, own_groups
from app.services.overview.open_tasks import has_tasks
from app.services.overview.visible_audiences import VisibleGroups, read_visible_groups
from app.services.waiting import HOME, MEMBER_ID, NOW, TO_DO, Badge, GroupsOf, asked_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A number at an entry of the menu, with its words."""

    number: int
    words: Phrase


def count_waiting(
    badges: Sequence[Badge],
    member: Member | None,
    now: datetime,
    *,
    kinds: Mapping[str, GroupsOf],
    visible: VisibleGroups | None = None,
) -> dict[str, Waiting]:
    """What waits at the entries of these badges, for a member or (None) for the team; entries without are left out.
    For a member also all of it together, at the entry HOME: each thing is counted at one entry.

    One statement, however many badges; none when there is no badge. Those with groups take one more, unless the page
    read the groups of all `kinds` already (`visible`).
    """
    if not badges or (member is not None and not has_tasks(member)):
        return {}
    with db.session.no_autoflush:
        if visible is None and any(badge.groups for badge in badges):
            visible = read_visible_groups(now, kinds)
        own = _own_groups(badges, visible or {}, member)
        statement = _count_all(tuple(badges), tuple((kind, of.groups) for kind, of in own.items()), member is not None)
        numbers = run_kept(db.session(), statement, _values(badges, own.values(), member, now)).one()
    waiting = _told(badges, numbers)
    return waiting if member is None else _with_home(waiting)


class TeamBadges:
    """The badges of the team, to be counted by another statement that is asked anyhow: `columns`, of `values`."""

    def __init__(self, badges: Sequence[Badge], now: datetime) -> None:
        self._badges = badges
        self.columns = _count_each(tuple(badges), ())
        self.values = _values(badges, (), None, now)

    def read(self, numbers: Iterable[int]) -> dict[str, Waiting]:
        """As `count_waiting`, of what the columns gave."""
        return _told(self._badges, numbers)


def _told(badges: Iterable[Badge], numbers: Iterable[int]) -> dict[str, Waiting]:
    return {badge.entry: Waiting(number, badge.words) for badge, number in zip(badges, numbers, strict=True) if number}


def _with_home(waiting: dict[str, Waiting]) -> dict[str, Waiting]:
    """With everything together at home, where all of it stands."""
    number = sum(part.number for part in waiting.values())
    return {HOME: Waiting(number, TO_DO), **waiting} if number else {}


def _own_groups(badges: Sequence[Badge], visible: VisibleGroups, member: Member | None) -> dict[str, OwnGroups]:
    """By kind, whom what is visible is for, as far as the member is concerned."""
    if member is None:
        return {}
    kinds = {kind for badge in badges for kind in badge.groups}
    return {kind: own_groups(kind, rows, member.id) for kind, rows in visible.items() if kind in kinds}


@kept_by_groups
def _count_all(badges: tuple[Badge, ...], groups: tuple[tuple[str, Groups], ...], is_of_member: bool) -> Select[Any]:
    """The statement that counts them, of MEMBER_ID and NOW."""
    statement: Select[Any] = select(*_count_each(badges, groups))
    return statement.select_from(Member).where(Member.id == MEMBER_ID) if is_of_member else statement


@kept_by_groups
def _count_each(badges: tuple[Badge, ...], groups: tuple[tuple[str, Groups], ...]) -> tuple[Any, ...]:
    of_kind = dict(groups)
    asked = [badge.count(MEMBER_ID, NOW, *(of_kind[kind] for kind in badge.groups)) for badge in badges]
    return tuple(number.label(f"count_{place}") for place, number in enumerate(asked))


def _values(badges: Iterable[Badge], own: Iterable[OwnGroups], member: Member | None, now: datetime) -> dict[str, Any]:
    values = asked_of(member.id if member else None, now)
    for of in own:
        values |= of.given
    for badge in badges:
        values |= badge.given(member, now) if badge.given else {}
    return values
