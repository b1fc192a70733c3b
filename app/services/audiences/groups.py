"""Audiences (doelgroepen): which members a message, a notification or a document is for.

A `Group` is stored with what it is for, and worked out anew each time, for the moment itself: who becomes a member
later is in it too. Only active members are ever in a group: who did not open the account yet gets a new invitation,
not a message that cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Executable, and_, bindparam, exists, false, func, or_, select

from app.extensions import db
from app.models import Condition, Election, ElectionDay, Group, Member, Shift
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audience_kinds import KINDS, Kind
from app.services.audiences.criteria import criterion_of, criterion_of_condition

S = TypeVar("S")

KEPT: Final = 200  # statements
MOST_PICKED: Final = 2_000  # members that may be picked by hand; a larger group is a condition


class GroupRow(NamedTuple):
    """The group of one thing that is for members, as it is stored: what it is and its id, and the conditions."""

    kind: str
    id: int
    conditions: list[dict[str, Any]]
    is_all: bool

    @property
    def group(self) -> Group:
        """Whom it is for."""
        return Group.read(self.conditions, is_all=self.is_all)


def read_groups(statement: Executable, given: Mapping[str, Any] | None = None) -> Sequence[GroupRow]:
    """What a SELECT of the columns of a GroupRow finds. One statement."""
    return [GroupRow(*row) for row in db.session.execute(statement, given)]


def everybody() -> Group:
    """All active members."""
    return Group((Condition("everybody"),))


def check_group(group: Group) -> None:
    """Raises RuleBroken (field "audience") for a group without conditions, or with one that is not complete."""
    if not group.conditions:
        raise RuleBroken(phrase("Choose who it is for."), field="audience")
    for condition in group.conditions:
        _check(condition)


def _check(condition: Condition) -> None:
    kind = KINDS.get(condition.kind)
    if kind is None:
        raise RuleBroken(phrase("This audience is not known."), field="audience")
    election_id = condition.election_id
    if kind.needs_election and (election_id is None or db.session.get(Election, election_id) is None):
        raise RuleBroken(phrase("Choose an election for “%(kind)s”.", kind=kind.label), field="audience")
    if kind.asks_texts and not condition.texts:
        raise RuleBroken(phrase("Choose at least one for “%(kind)s”.", kind=kind.label), field="audience")
    if kind.picks is not None:
        _check_picked(condition, kind)


def _check_picked(condition: Condition, kind: Kind) -> None:
    table: Any = kind.picks
    if not condition.ids:
        raise RuleBroken(phrase("Choose at least one for “%(kind)s”.", kind=kind.label), field="audience")
    if len(condition.ids) > MOST_PICKED:
        raise RuleBroken(phrase("Pick at most %(most)s members by hand.", most=MOST_PICKED), field="audience")
    known = db.session.scalar(select(func.count()).select_from(table).where(table.id.in_(condition.ids)))
    if known != len(set(condition.ids)):
        raise RuleBroken(phrase("A choice for “%(kind)s” is gone. Choose again.", kind=kind.label), field="audience")
    if table is Shift and _shifts_elsewhere(condition):
        raise RuleBroken(phrase("This shift belongs to another election."), field="audience")


def _shifts_elsewhere(condition: Condition) -> bool:
    elsewhere = exists().where(
        Shift.id.in_(condition.ids), ElectionDay.id == Shift.day_id, ElectionDay.election_id != condition.election_id
    )
    return bool(db.session.scalar(select(elsewhere)))


def narrow_group(group: Group, member_id: int) -> Group:
    """The group as far as it concerns this one member: a list picked by hand becomes everybody or nobody.

    Many groups become the same one by it, and a statement about one member does not carry thousands of numbers.
    """
    picked = [member_id in condition.ids for condition in group.conditions if condition.kind == "picked"]
    if not picked:
        return group
    others = tuple(condition for condition in group.conditions if condition.kind != "picked")
    if group.is_all:
        return Group(others or everybody().conditions, is_all=True) if all(picked) else Group(())
    return everybody() if any(picked) else Group(others, is_all=False)


def holds_member(group: Group, member_id: Any) -> ColumnElement[bool]:
    """Whether this one member is in the group now."""
    inside = select(Member.id).where(Member.id == member_id, criterion_of(group))
    return inside.correlate(None).exists()


def ids_by_group(rows: Iterable[GroupRow], member_id: int) -> dict[Group, list[int]]:
    """What is for each group, as far as groups concern this member. Most things are for the same few groups."""
    ids: dict[Group, list[int]] = {}
    for row in rows:
        group = narrow_group(row.group, member_id)
        if group.conditions:  # else it has nobody in it
            ids.setdefault(group, []).append(row.id)
    return ids


def is_for_member(key: Any, ids: Mapping[Group, Any], member_id: Any) -> ColumnElement[bool]:
    """Whether the row with this key (a column of ids) is one of those whose group this member is in now."""
    return or_(false(), *(and_(key.in_(of), holds_member(group, member_id)) for group, of in ids.items()))


Groups = tuple[Group, ...]  # decide how a statement looks


@dataclass(frozen=True, slots=True)
class OwnGroups:
    """What of one kind is for which groups, for a statement that is kept: `given` are the values of `id_places`."""

    groups: Groups
    given: dict[str, list[int]]


def own_groups(kind: str, rows: Iterable[GroupRow], member_id: int) -> OwnGroups:
    """These rows of a kind, as far as they concern this member."""
    ids = ids_by_group(rows, member_id)
    return OwnGroups(tuple(ids), {f"{kind}_{place}": of for place, of in enumerate(ids.values())})


def id_places(kind: str, groups: Groups) -> dict[Group, Any]:
    """For `is_for_member`: parameters in place of the ids that are for each group."""
    return {group: bindparam(f"{kind}_{place}", expanding=True) for place, group in enumerate(groups)}


def kept_by_groups(build: Callable[..., S]) -> Callable[..., S]:
    """Keep the statements that `build` makes of Groups, but not where a group asks another thing at another moment."""
    kept: Any = lru_cache(maxsize=KEPT)(build)

    @wraps(build)
    def built(*parts: Any) -> S:
        made: S = kept(*parts) if _is_lasting(parts) else build(*parts)
        return made

    return built


def _is_lasting(part: Any) -> bool:
    """Whether all groups within ask the same at any moment."""
    if isinstance(part, tuple):
        return all(map(_is_lasting, part))
    if not isinstance(part, Group):
        return True
    kinds = (KINDS.get(condition.kind) for condition in part.conditions)
    return all(kind is not None and kind.is_lasting for kind in kinds)


def count_members(group: Group) -> int:
    """How many members are in the group now."""
    return db.session.scalar(select(func.count(Member.id)).where(criterion_of(group))) or 0


def list_members(group: Group, *, limit: int, offset: int = 0) -> list[tuple[Member, list[Phrase]]]:
    """The members by surname, each with why: the conditions that hold for this member. One statement, and the words."""
    reasons = [criterion_of_condition(condition) for condition in group.conditions]
    found = db.session.execute(
        select(Member, *reasons).where(criterion_of(group)).order_by(*Member.by_name()).limit(limit).offset(offset)
    )
    words = describe(group)
    return [(row[0], [word for word, holds in zip(words, row[1:], strict=True) if holds]) for row in found]


def describe(group: Group) -> list[Phrase]:
    """Each condition in words: "Gave availability (Tweede Kamer 2027)". At most one statement per kind of name."""
    elections = _names(Election, {condition.election_id for condition in group.conditions if condition.election_id})
    return [_describe(condition, elections) for condition in group.conditions]


def _describe(condition: Condition, elections: Mapping[int, str]) -> Phrase:
    kind = KINDS.get(condition.kind)
    if kind is None:
        return phrase("Unknown audience")
    has_names = kind.picks is not Member and hasattr(kind.picks, "name")
    names = sorted(_names(kind.picks, condition.ids).values()) if has_names else []
    count = [str(len(condition.ids))] if kind.picks is Member else []
    details = [
        *names,
        *condition.texts,
        *count,
        *([elections.get(condition.election_id, "")] if condition.election_id else []),
    ]
    if not details:
        return kind.label
    return phrase("%(kind)s (%(details)s)", kind=kind.label, details=", ".join(details))


def _names(table: Any, ids: Iterable[int]) -> dict[int, str]:
    wanted = list(ids)
    if not wanted:
        return {}
    return {id_: name for id_, name in db.session.execute(select(table.id, table.name).where(table.id.in_(wanted)))}
