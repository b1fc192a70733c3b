"""Audiences (doelgroepen): which members a message, a notification or a document is for.

A `Group` is a list of conditions of which all, or at least one, must hold. It is stored as JSON with what it is for,
and worked out anew each time, for the moment itself: who becomes a member later is in it too. Only active members are
ever in a group: who did not open the account yet gets a new invitation, not a message that cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Executable, and_, exists, false, func, or_, select

from app.clock import utc_now
from app.extensions import db
from app.models import (
    ANSWERED,
    Answer,
    Availability,
    AvailabilityShift,
    Campaign,
    Document,
    Election,
    ElectionDay,
    Function,
    Member,
    MemberState,
    Notification,
    NotificationKind,
    PreferredFunction,
    Shift,
    Thread,
)
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audiences.document_criteria import has_file_of, has_read
from app.services.elections.candidacy import declared_candidacy
from app.services.members.data_review import is_unchecked

MOST_PICKED: Final = 2_000  # members that may be picked by hand; a larger group is a condition


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `ids` are the shifts, functions or members that `kind` asks for."""

    kind: str
    election_id: int | None = None
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The conditions, and whether each one must hold (else one is enough)."""

    conditions: tuple[Condition, ...]
    is_all: bool = True


class GroupRow(NamedTuple):
    """The group of one thing that is for members, as it is stored: what it is and its id, and the conditions."""

    kind: str
    id: int
    conditions: list[dict[str, Any]]
    is_all: bool


def read_groups(statement: Executable) -> Sequence[GroupRow]:
    """What a SELECT of the columns of a GroupRow finds. One statement."""
    return [GroupRow(*row) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of condition is called, what it asks for, and what it asks of a member."""

    label: Phrase
    criterion: Callable[[Condition], ColumnElement[bool]]
    needs_election: bool = False
    picks: type[Any] | None = None  # the table whose rows `ids` name


def _answered(election_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        Availability.member_id == Member.id,
        Availability.election_id == election_id,
        Availability.state.in_(ANSWERED),
    )


def _invited(election_id: int | None) -> ColumnElement[bool]:
    return exists().where(
        Notification.member_id == Member.id,
        Notification.withdrawn_at.is_(None),
        Notification.campaign_id == Campaign.id,
        Campaign.election_id == election_id,
        Campaign.kind.in_((NotificationKind.GIVE_AVAILABILITY, NotificationKind.PREFER_FUNCTION)),
    )


def _declared_candidate(election_id: int | None) -> ColumnElement[bool]:
    return declared_candidacy(Member.id, election_id, of=Member)


def _available(asked: Condition) -> ColumnElement[bool]:
    return exists().where(
        AvailabilityShift.member_id == Member.id,
        AvailabilityShift.shift_id.in_(asked.ids),
        AvailabilityShift.answer.in_((Answer.YES, Answer.MAYBE)),
        AvailabilityShift.availability_id == Availability.id,
        Availability.state.in_(ANSWERED),
    )


def _prefers(asked: Condition) -> ColumnElement[bool]:
    return exists().where(
        PreferredFunction.member_id == Member.id,
        PreferredFunction.function_id.in_(asked.ids),
        PreferredFunction.availability_id == Availability.id,
        Availability.election_id == asked.election_id,
        Availability.state.in_(ANSWERED),
    )


def _was_asked(asked: Condition) -> ColumnElement[bool]:
    return exists().where(Thread.member_id == Member.id, Thread.team_question_id.in_(asked.ids))


def _granted(asked: Condition) -> ColumnElement[bool]:
    return has_file_of(asked.ids)


def _not_read(asked: Condition) -> ColumnElement[bool]:
    """Whom the documents are for, who did not open the version of now."""
    documents = db.session.scalars(select(Document).where(Document.id.in_(asked.ids)))
    return or_(false(), *(and_(_receives(document), ~has_read(document)) for document in documents))


def _receives(document: Document) -> ColumnElement[bool]:
    if document.is_personal:
        return has_file_of((document.id,))
    return criterion_of(read_group(document.conditions, is_all=document.is_all))


# Planning and training add their own kinds here.
KINDS: Final[dict[str, Kind]] = {
    "everybody": Kind(phrase("All active members"), lambda asked: Member.id.is_not(None)),
    "invited": Kind(
        phrase("Was asked for availability by a notification"),
        lambda asked: _invited(asked.election_id),
        needs_election=True,
    ),
    "answered": Kind(phrase("Gave availability"), lambda asked: _answered(asked.election_id), needs_election=True),
    "not_answered": Kind(
        phrase("Did not give availability yet"),
        lambda asked: ~_answered(asked.election_id) & ~_declared_candidate(asked.election_id),
        needs_election=True,
    ),
    "candidate": Kind(
        phrase("Is a candidate or sitting member"),
        lambda asked: _declared_candidate(asked.election_id),
        needs_election=True,
    ),
    "available": Kind(phrase("Can help in a shift (yes or maybe)"), _available, needs_election=True, picks=Shift),
    "prefers": Kind(phrase("Prefers a function"), _prefers, needs_election=True, picks=Function),
    "unchecked": Kind(phrase("Has to check the personal data"), lambda asked: is_unchecked(utc_now())),
    "bsn_needed": Kind(phrase("BSN still needed"), lambda asked: Member.bsn_known_at.is_(None)),
    "civil_servant": Kind(phrase("Civil servants"), lambda asked: Member.is_civil_servant.is_(True)),
    "not_civil_servant": Kind(phrase("No civil servants"), lambda asked: Member.is_civil_servant.is_(False)),
    "team_question": Kind(phrase("Was asked a question in the message box"), _was_asked),
    # The portal makes these two itself; no form offers them, so that no document can be for who did not read itself.
    "granted": Kind(phrase("Has a personal file of this document"), _granted),
    "not_read": Kind(phrase("Did not read the document yet"), _not_read),
    "picked": Kind(phrase("Picked by hand"), lambda asked: Member.id.in_(asked.ids), picks=Member),
}


def everybody() -> Group:
    """All active members."""
    return Group((Condition("everybody"),))


def read_group(stored: Iterable[Mapping[str, Any]], *, is_all: bool) -> Group:
    """The group that was stored with `write_group`."""
    found = tuple(Condition(one["kind"], one.get("election_id"), tuple(one.get("ids", ()))) for one in stored)
    return Group(found, is_all)


def write_group(group: Group) -> list[dict[str, Any]]:
    """As it is stored in a JSON column."""
    return [
        {"kind": condition.kind, "election_id": condition.election_id, "ids": list(condition.ids)}
        for condition in group.conditions
    ]


def check_group(group: Group) -> None:
    """Raises RuleBroken (field "audience") for a group without conditions, or with one that is not complete."""
    if not group.conditions:
        raise RuleBroken(phrase("Choose who it is for."), field="audience")
    for condition in group.conditions:
        _check(condition)


def _check(one: Condition) -> None:
    kind = KINDS.get(one.kind)
    if kind is None:
        raise RuleBroken(phrase("This audience is not known."), field="audience")
    if kind.needs_election and (one.election_id is None or db.session.get(Election, one.election_id) is None):
        raise RuleBroken(phrase("Choose an election for “%(kind)s”.", kind=kind.label), field="audience")
    if kind.picks is not None:
        _check_picked(one, kind)


def _check_picked(one: Condition, kind: Kind) -> None:
    table: Any = kind.picks
    if not one.ids:
        raise RuleBroken(phrase("Choose at least one for “%(kind)s”.", kind=kind.label), field="audience")
    if len(one.ids) > MOST_PICKED:
        raise RuleBroken(phrase("Pick at most %(most)s members by hand.", most=MOST_PICKED), field="audience")
    known = db.session.scalar(select(func.count()).select_from(table).where(table.id.in_(one.ids)))
    if known != len(set(one.ids)):
        raise RuleBroken(phrase("A choice for “%(kind)s” is gone. Choose again.", kind=kind.label), field="audience")
    if table is Shift and _shifts_elsewhere(one):
        raise RuleBroken(phrase("This shift belongs to another election."), field="audience")


def _shifts_elsewhere(one: Condition) -> bool:
    elsewhere = (
        select(Shift.id)
        .join(ElectionDay, ElectionDay.id == Shift.day_id)
        .where(Shift.id.in_(one.ids), ElectionDay.election_id != one.election_id)
    )
    return db.session.scalar(elsewhere.limit(1)) is not None


def criterion_of(group: Group, *, states: Collection[MemberState] = (MemberState.ACTIVE,)) -> ColumnElement[bool]:
    """What the group asks of a row of `Member`. A group without conditions has nobody in it."""
    parts = [_criterion(condition) for condition in group.conditions]
    if not parts:
        return false()
    return and_(Member.state.in_(states), and_(*parts) if group.is_all else or_(*parts))


def _criterion(one: Condition) -> ColumnElement[bool]:
    kind = KINDS.get(one.kind)
    return kind.criterion(one) if kind else false()


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


def holds_member(group: Group, member_id: int) -> ColumnElement[bool]:
    """Whether this one member is in the group now."""
    inside = select(Member.id).where(Member.id == member_id, criterion_of(group))
    return inside.correlate(None).exists()


def is_for_member(key: Any, rows: Sequence[GroupRow], member_id: int) -> ColumnElement[bool]:
    """Whether the row with this key (a column of ids) is one of those whose group this member is in now.

    Most things are for the same few groups, so the criterion stays short however many rows there are.
    """
    ids: dict[Group, list[int]] = {}
    for row in rows:
        group = narrow_group(read_group(row.conditions, is_all=row.is_all), member_id)
        ids.setdefault(group, []).append(row.id)
    return or_(false(), *(and_(key.in_(of), holds_member(group, member_id)) for group, of in ids.items()))


def count_members(group: Group) -> int:
    """How many members are in the group now."""
    return db.session.scalar(select(func.count(Member.id)).where(criterion_of(group))) or 0


def list_members(group: Group, *, limit: int, offset: int = 0) -> list[tuple[Member, list[Phrase]]]:
    """The members by surname, each with why: the conditions that hold for this member. One statement, and the words."""
    reasons = [_criterion(condition) for condition in group.conditions]
    found = db.session.execute(
        select(Member, *reasons).where(criterion_of(group)).order_by(*Member.by_name()).limit(limit).offset(offset)
    )
    words = describe(group)
    return [(row[0], [word for word, holds in zip(words, row[1:], strict=True) if holds]) for row in found]


def describe(group: Group) -> list[Phrase]:
    """Each condition in words: "Gave availability (Tweede Kamer 2027)". At most one statement per kind of name."""
    elections = _names(Election, {condition.election_id for condition in group.conditions if condition.election_id})
    return [_describe(condition, elections) for condition in group.conditions]


def _describe(one: Condition, elections: Mapping[int, str]) -> Phrase:
    kind = KINDS.get(one.kind)
    if kind is None:
        return phrase("Unknown audience")
    names = sorted(_names(kind.picks, one.ids).values()) if kind.picks not in (None, Member) else []
    count = [str(len(one.ids))] if kind.picks is Member else []
    details = [*names, *count, *([elections.get(one.election_id, "")] if one.election_id else [])]
    if not details:
        return kind.label
    return phrase("%(kind)s (%(details)s)", kind=kind.label, details=", ".join(details))


def _names(table: Any, ids: Iterable[int]) -> dict[int, str]:
    wanted = list(ids)
    if not wanted:
        return {}
    return {id_: name for id_, name in db.session.execute(select(table.id, table.name).where(table.id.in_(wanted)))}
