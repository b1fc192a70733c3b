"""Merging two members that are one person: one stays, with what both had; the other goes, with its account.

All in one transaction. Which of two values stays the team says field by field; a BSN and an account number are sealed
anew for who stays, and nobody sees them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, or_, select, update

from app.extensions import db
from app.member_fields import MEMBER_FIELDS
from app.models import Member, MemberState, MergedMember, User
from app.permissions import MEMBER
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.certificates import results
from app.services.mail.outbox import cancel_waiting
from app.services.members import bsn
from app.services.members.account_notices import KNOW_NOTHING, AccountChange, Changed, tell_of_changes
from app.services.members.change_log import note_change, show_ending
from app.services.members.one_person.moving import move_acts, move_rows
from app.services.members.profile import open_iban, show_value, take_over
from app.services.members.removal import remove_accounts

COMPARED: Final = tuple(name for name in MEMBER_FIELDS.given_columns if name != "trained_on")  # results of both stay
IBAN, BSN, ACCOUNT = "iban", "bsn", "account"
# These go with the account.
STANDING: Final = ("state", "stop_reason", "stop_note", "state_changed_at", "state_changed_by")
MOST_SUGGESTED: Final = 20
LONGEST_KEY: Final = 9  # digits; PostgreSQL refuses longer numbers


class Side(StrEnum):
    """Of which of the two a value is taken."""

    KEPT = "kept"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Question:
    """A field in which the two differ: what people read of both, and which is proposed. A BSN shows no value."""

    field: str
    kept: str
    gone: str
    proposed: Side


def suggest(member: Member) -> Sequence[Member]:
    """Who may be the same person: the same BSN, or the same surname with the same day of birth or address."""
    alike = [func.lower(Member.surname) == member.surname.lower()]
    same = []
    if member.birth_date:
        same.append(Member.birth_date == member.birth_date)
    if member.postcode and member.house_number:
        same.append((Member.postcode == member.postcode) & (Member.house_number == member.house_number))
    if member.email:
        same.append(Member.email == member.email)
    twins = [twin.id for twin in bsn.find_twins(member)] if member.bsn_duplicate else []
    is_like = or_(Member.id.in_(twins), *([alike[0] & or_(*same)] if same else []))
    people = select(Member).where(is_like, Member.id != member.id, Member.state != MemberState.ANONYMISED)
    return db.session.scalars(people.order_by(*Member.by_name()).limit(MOST_SUGGESTED)).all()


def compare(kept: Member, gone: Member) -> list[Question]:
    """What the team has to choose, in the order of a member's data; then the account number, BSN and account."""
    questions = []
    for name in COMPARED:
        values = (getattr(kept, name), getattr(gone, name))
        if values[0] != values[1]:
            shown = [show_value(value) for value in values]
            questions.append(Question(name, shown[0], shown[1], _propose(*values, empty=MEMBER_FIELDS[name].empty)))
    if _open(kept) != _open(gone):
        shown = [show_ending(member.iban_ending) for member in (kept, gone)]
        questions.append(Question(IBAN, shown[0], shown[1], _propose(*shown, empty="")))
    if kept.bsn_known_at and gone.bsn_known_at and not _have_same_bsn(kept, gone):
        questions.append(Question(BSN, "", "", Side.KEPT))
    is_gone_used = bool(gone.user.password) and not kept.user.password
    proposed = Side.GONE if is_gone_used else Side.KEPT
    questions.append(Question(ACCOUNT, kept.user.username, gone.user.username, proposed))
    return questions


def _propose(kept: Any, gone: Any, *, empty: Any) -> Side:
    return Side.GONE if kept == empty and gone != empty else Side.KEPT


def merge_members(
    kept_id: int,
    gone_id: int,
    chosen: Mapping[str, str],
    *,
    seen: tuple[datetime, datetime],
    actor: Actor,
    now: datetime,
) -> Member:
    """Make one member of the two; gives who stays. `chosen` is field → `Side`, `seen` when both were changed last.

    Who knew the account that goes is told which user name works from now on, as who has that one is.
    Raises RuleBroken when a field was not chosen, when one of them changed since it was looked at, and for members
    that cannot be merged.
    """
    kept, gone = _lock(kept_id, gone_id, seen)
    sides = _check_sides(compare(kept, gone), chosen)
    values = {name: getattr(gone, name) for name in COMPARED if sides.get(name) == Side.GONE}
    iban = _open(gone) if sides.get(IBAN) == Side.GONE else None
    is_gones_account = sides[ACCOUNT] == Side.GONE
    stays, goes = (gone.user, kept.user) if is_gones_account else (kept.user, gone.user)
    standing = {name: getattr(gone if is_gones_account else kept, name) for name in STANDING}
    addresses = _read_addresses(kept, gone, sides)
    numbers = {kept.member_number, gone.member_number} - {values.get("member_number", kept.member_number)}
    checked = [moment for moment in (kept.data_checked_at, gone.data_checked_at) if moment]
    created = min(kept.created_at, gone.created_at)

    _refuse_other_roles(goes)
    record_event(actor, "member.merged", now=now, subject=gone, member_id=gone.id, kept_id=kept.id)
    _take_bsn(kept, gone, sides.get(BSN, Side.KEPT))
    cancel_waiting([goes.id])
    move_rows(gone.id, kept.id)
    move_acts(goes.id, stays.id)
    _leave_trace(kept, gone, goes, numbers - {None}, now)
    _remove(gone.id, kept.id, stays.id, goes.id)

    results.settle([kept_id])
    kept = db.session.get_one(Member, kept_id, populate_existing=True)
    for name, value in standing.items():
        setattr(kept, name, value)
    kept.data_checked_at = max(checked, default=None)
    kept.created_at = created
    kept.import_run_id = None
    fields = _take_over(kept, values, iban, addresses, actor=actor, now=now)
    kept.changed_at = now
    record_event(actor, "member.merged", now=now, subject=kept, member_id=kept.id, gone_id=gone_id, fields=fields)
    db.session.flush()
    if addresses.is_other_known:
        _tell_of_merge(kept, addresses, actor, now)
    return kept


@dataclass(frozen=True, slots=True)
class _Addresses:
    """The address of who stays before, those of both accounts, and the chosen one with what is known of it."""

    before: str | None
    of_account: str | None
    of_other: str | None
    chosen: str | None
    broken: tuple[datetime | None, str, bool]
    is_other_known: bool  # whether somebody knew the account that goes


def _read_addresses(kept: Member, gone: Member, sides: Mapping[str, Side]) -> _Addresses:
    account, other = (gone, kept) if sides[ACCOUNT] == Side.GONE else (kept, gone)
    chosen = gone if sides.get("email") == Side.GONE else kept
    broken = (chosen.email_broken_at, chosen.email_broken_reason, chosen.email_broken_by_report)
    is_other_known = other.state not in KNOW_NOTHING
    return _Addresses(kept.email, account.email, other.email, chosen.email, broken, is_other_known)


def _take_over(
    kept: Member, values: dict[str, Any], iban: str | None, addresses: _Addresses, *, actor: Actor, now: datetime
) -> list[str]:
    """The chosen values. An account that gets another address loses its sessions, and its old address is told."""
    values.pop("email", None)
    kept.email = addresses.of_account
    is_moved = addresses.chosen != addresses.of_account
    if is_moved:
        values["email"] = addresses.chosen
    elif addresses.chosen != addresses.before:
        note_change(kept, "email", addresses.before or "", addresses.chosen or "", actor.user_id, now)
    fields = take_over(kept, values, iban, actor=actor, now=now)
    kept.email_broken_at, kept.email_broken_reason, kept.email_broken_by_report = addresses.broken
    return fields if is_moved or addresses.chosen == addresses.before else [*fields, "email"]


def _tell_of_merge(kept: Member, addresses: _Addresses, actor: Actor, now: datetime) -> None:
    """By mail at both addresses, and once in the portal. An old address of the account that stays is told already."""
    what = (Changed.MERGED,)
    tell_of_changes([AccountChange(kept.user_id, addresses.of_other, what, kept.id)], actor=actor, now=now)
    if addresses.chosen != addresses.of_other:
        tell_of_changes([AccountChange(kept.user_id, addresses.chosen, what)], actor=actor, now=now)


def _lock(kept_id: int, gone_id: int, seen: tuple[datetime, datetime]) -> tuple[Member, Member]:
    """Both members as they are now, nobody else at them. Locked before the look."""
    if kept_id == gone_id:
        raise RuleBroken(phrase("Choose another member."), field="other")
    serialize("members")
    wanted = select(Member).where(Member.id.in_((kept_id, gone_id))).order_by(Member.id).with_for_update()
    found = {member.id: member for member in db.session.scalars(wanted, execution_options={"populate_existing": True})}
    kept, gone = found.get(kept_id), found.get(gone_id)
    if kept is None or gone is None or MemberState.ANONYMISED in (kept.state, gone.state):
        raise RuleBroken(phrase("One of these members is not there any more."))
    users = select(User).where(User.id.in_((kept.user_id, gone.user_id))).order_by(User.id).with_for_update()
    db.session.scalars(users, execution_options={"populate_existing": True}).all()
    if (kept.changed_at, gone.changed_at) != seen:
        raise RuleBroken(phrase("One of the two was changed in the meantime. Look at the differences again."))
    return kept, gone


def _check_sides(questions: Sequence[Question], chosen: Mapping[str, str]) -> dict[str, Side]:
    for question in questions:
        if chosen.get(question.field) not in (Side.KEPT, Side.GONE):
            raise RuleBroken(phrase("Choose which of the two stays."), field=question.field)
    return {question.field: Side(chosen[question.field]) for question in questions}


def _refuse_other_roles(goes: User) -> None:
    """An account of the team is not taken away by merging members."""
    if any(role.name != MEMBER for role in goes.roles):
        raise RuleBroken(
            phrase("The account “%(name)s” has another role too. Let that account stay.", name=goes.username),
            field=ACCOUNT,
        )


def _open(member: Member) -> str | None:
    return open_iban(member.id, member.sealed_iban)


def _have_same_bsn(kept: Member, gone: Member) -> bool:
    return gone.id in {twin.id for twin in bsn.find_twins(kept)}


def _take_bsn(kept: Member, gone: Member, side: Side) -> None:
    """The BSN of who goes is sealed anew for who stays where that is chosen, or where there is none yet."""
    is_taken = gone.bsn_known_at is not None and (side == Side.GONE or kept.bsn_known_at is None)
    if is_taken and bsn.is_unreadable(gone):
        raise RuleBroken(phrase("The BSN of %(name)s cannot be opened. Clear it first.", name=gone.full_name))
    bsn.move_bsn(gone.id, kept.id, is_taken=is_taken)


def _leave_trace(kept: Member, gone: Member, goes: User, numbers: set[str | None], now: datetime) -> None:
    """Old addresses, names and the number that is not kept lead to who stays. `goes` is the account that goes."""
    db.session.add(
        MergedMember(
            old_id=gone.id,
            member_id=kept.id,
            old_user_id=goes.id,
            old_user_name=goes.username,
            member_number=next(iter(numbers), None),
            merged_at=now,
        )
    )
    db.session.flush()


def _remove(gone_id: int, kept_id: int, stays_id: int, goes_id: int) -> None:
    db.session.expire_all()
    db.session.delete(db.session.get_one(Member, gone_id))
    db.session.flush()
    hers = update(Member).where(Member.id == kept_id).values(user_id=stays_id)
    db.session.execute(hers.execution_options(synchronize_session=False))
    db.session.expire_all()
    remove_accounts([goes_id])


def find_merged(old_id: str) -> int | None:
    """The member that the one with this key, as an address has it, became part of."""
    if not (old_id.isascii() and old_id.isdigit() and len(old_id) <= LONGEST_KEY):
        return None
    return db.session.scalar(select(MergedMember.member_id).where(MergedMember.old_id == int(old_id)))
