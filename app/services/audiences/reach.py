"""Who of an audience is not reached, and why: a count for each reason, in one statement.

A group holds active members only (`groups`). Who meets its conditions but has no account, a pause, or left is told
nothing; of the active ones some find it in the portal but get no mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, select

from app.extensions import db
from app.models import OPTIONAL_KINDS, Group, HasAudience, Member, MemberState, MutedKind, NotificationKind
from app.models.base import Model
from app.phrases import Phrase, counted
from app.services.audiences.criteria import criterion_of

EVERY_STATE: Final = tuple(state for state in MemberState if state != MemberState.ANONYMISED)
_NO_ACCOUNT: Final = (MemberState.IMPORTED, MemberState.INVITED)


class Gap(StrEnum):
    """Why somebody is not reached. First those who are told nothing, then those who get no mail."""

    NOT_INVITED = "not_invited"
    NOT_OPENED = "not_opened"
    BY_LETTER = "by_letter"  # no account, and no e-mail address to invite to
    NO_ACCOUNT_BROKEN = "no_account_broken"  # no account, and mail to the address comes back
    PAUSED = "paused"
    LEFT = "left"
    SWITCHED_OFF = "switched_off"  # active, but an administrator switched the account off
    NO_ADDRESS = "no_address"
    BROKEN = "broken"
    MUTED = "muted"  # wants no mail of this kind


_TOLD_AS: Final = {"news_item": NotificationKind.NEWS}  # table → kind, of what has no kind of its own
TOLD_WITHOUT_MAIL: Final = (Gap.SWITCHED_OFF, Gap.NO_ADDRESS, Gap.BROKEN, Gap.MUTED)

_SAID: Final[dict[Gap, Phrase]] = {
    Gap.NOT_INVITED: counted("%(num)s member was not invited yet", "%(num)s members were not invited yet"),
    Gap.NOT_OPENED: counted(
        "%(num)s member did not open the account yet", "%(num)s members did not open the account yet"
    ),
    Gap.BY_LETTER: counted(
        "%(num)s member has no account and no e-mail address", "%(num)s members have no account and no e-mail address"
    ),
    Gap.NO_ACCOUNT_BROKEN: counted(
        "%(num)s member has no account, and mail to the address comes back",
        "%(num)s members have no account, and mail to the address comes back",
    ),
    Gap.PAUSED: counted("%(num)s member has a pause", "%(num)s members have a pause"),
    Gap.LEFT: counted("%(num)s member has stopped", "%(num)s members have stopped"),
    Gap.SWITCHED_OFF: counted("%(num)s account is switched off", "%(num)s accounts are switched off"),
    Gap.NO_ADDRESS: counted("%(num)s member has no e-mail address", "%(num)s members have no e-mail address"),
    Gap.BROKEN: counted(
        "%(num)s member has an e-mail address that does not work",
        "%(num)s members have an e-mail address that does not work",
    ),
    Gap.MUTED: counted("%(num)s member wants no mail of this", "%(num)s members want no mail of this"),
}


def say_gap(gap: Gap, number: int) -> Phrase:
    """So many members, and why they are not reached."""
    return _SAID[gap].of(number)


@dataclass(frozen=True, slots=True)
class Reach:
    """Members of a group by what becomes of them: `gaps` holds those that are not reached, no reason with nobody."""

    mailed: int
    gaps: dict[Gap, int]

    @property
    def told(self) -> int:
        """Who finds it in the portal: the active members of the group."""
        return self.mailed + sum(self.gaps.get(gap, 0) for gap in TOLD_WITHOUT_MAIL)

    @property
    def not_told(self) -> dict[Gap, int]:
        """Who meets the conditions, but is told nothing."""
        return {gap: number for gap, number in self.gaps.items() if gap not in TOLD_WITHOUT_MAIL}

    @property
    def without_mail(self) -> dict[Gap, int]:
        """Who is told in the portal only."""
        return {gap: number for gap, number in self.gaps.items() if gap in TOLD_WITHOUT_MAIL}


def find_reach(group: Group, kind: str = "") -> Reach:
    """Whom this group reaches now, with a notification of this kind (empty: of a kind that nobody can stop).

    One statement.
    """
    why = why_not_reached(kind)
    members = select(why, func.count(Member.id)).join(User, User.id == Member.user_id)
    found = db.session.execute(members.where(criterion_of(group, states=EVERY_STATE)).group_by(why))
    numbers = {reason: number for reason, number in found}
    gaps = {gap: numbers[gap.value] for gap in Gap if gap.value in numbers}
    return Reach(numbers.get("", 0), gaps)


def why_not_reached(kind: str) -> ColumnElement[str]:
    """The reason as a column over Member and User, "" for who is reached; each member has the first that holds."""
    no_account = Member.state.in_(_NO_ACCOUNT)
    is_muted = exists().where(MutedKind.member_id == Member.id, MutedKind.kind == kind)
    reasons = {
        Gap.LEFT: Member.state == MemberState.RESIGNED,
        Gap.PAUSED: Member.state == MemberState.PAUSED,
        Gap.BY_LETTER: and_(no_account, Member.email.is_(None)),
        Gap.NO_ACCOUNT_BROKEN: and_(no_account, Member.email_broken_at.is_not(None)),
        Gap.NOT_INVITED: Member.state == MemberState.IMPORTED,
        Gap.NOT_OPENED: Member.state == MemberState.INVITED,
        Gap.SWITCHED_OFF: User.active.is_(False),
        Gap.NO_ADDRESS: Member.email.is_(None),
        Gap.BROKEN: Member.email_broken_at.is_not(None),
        **({Gap.MUTED: is_muted} if kind in OPTIONAL_KINDS else {}),
    }
    return case(*((asked, literal(gap.value)) for gap, asked in reasons.items()), else_=literal(""))


def kind_of(row: HasAudience) -> str:
    """The kind of notification that tells of it, where members may have chosen to get no mail of it."""
    return str(getattr(row, "kind", _TOLD_AS.get(_table_of(row), "")))


def _table_of(row: HasAudience) -> str:
    return str(row.__tablename__)  # type: ignore[attr-defined]


def name_gap(row: Any, gap: Gap) -> str:
    """What an address calls the members of this thing who are not reached for this reason."""
    return str(GapOf(_table_of(row), row.id, gap))


@dataclass(frozen=True, slots=True)
class GapOf:
    """One reason of one thing that is for a group, as an address names it: "campaign-12-not_opened"."""

    table: str
    row_id: int
    gap: Gap

    def __str__(self) -> str:
        return f"{self.table}-{self.row_id}-{self.gap.value}"

    @classmethod
    def read(cls, written: str) -> GapOf | None:
        """None for what names nothing."""
        table, _, rest = written.partition("-")
        number, _, gap = rest.partition("-")
        if table not in _tables() or gap not in set(Gap) or not (number.isascii() and number.isdigit()):
            return None
        return cls(table, int(number[:9]), Gap(gap))


@cache
def _tables() -> dict[str, Any]:
    """Every table of things that are for a group of members, by name."""
    mapped = (mapper.class_ for mapper in Model.registry.mappers)
    return {model.__tablename__: model for model in mapped if issubclass(model, HasAudience)}


def find_gap(written: str) -> tuple[Gap, Any] | None:
    """The reason and the row that an address names; None for what names nothing."""
    of = GapOf.read(written)
    row = db.session.get(_tables()[of.table], of.row_id) if of else None
    return None if of is None or row is None else (of.gap, row)


def criterion_of_gap(written: str) -> ColumnElement[bool]:
    """What an address that names a gap asks of a row of `Member`; nobody is in what names nothing."""
    found = find_gap(written)
    if found is None:
        return false()
    gap, row = found
    own = exists().where(User.id == Member.user_id, why_not_reached(kind_of(row)) == gap.value)
    return and_(criterion_of(row.group, states=EVERY_STATE), own)
