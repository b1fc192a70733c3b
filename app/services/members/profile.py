"""A member's own data: changed by the member or the team, each change noted, and checked by the member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from app.clock import local_today
from app.extensions import db, vault
from app.member_fields import MEMBER_FIELDS, Changes
from app.models import Account, Member
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase, refuse_together
from app.services.access import one_time_links, sessions
from app.services.audit import Actor, record_at_once, record_event
from app.services.certificates import results
from app.services.members.account_notices import Changed, tell_member
from app.services.members.change_log import delete_expired_changes, note_change, note_changes, show_ending
from app.services.members.fields import read_fields
from app.services.members.search import make_search_text
from app.services.members.user_names import names_of_account
from app.services.notifications.notifications import settle_actions
from app.vault import CannotDecrypt

__all__ = ["change_data", "change_own_data", "confirm_data", "delete_expired_changes", "note_change", "seal_iban"]


DAYS: Final = ("birth_date", "trained_on")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a member that gets another value, as it is noted."""

    field: str
    old: str
    new: str


def change_own_data(member: Member, typed: Mapping[str, Any], *, actor: Actor, now: datetime) -> list[str]:
    """The member changes what they may; gives the names of the fields that really changed.

    `typed` is field → what was typed, None: not asked; an empty `iban` means: keep the one we have. Raises RuleBroken
    with every field that is wrong, and then nothing is changed.
    """
    return _change(member, typed, Changes.MEMBER, actor, now)


def change_data(member: Member, typed: Mapping[str, Any], *, actor: Actor, now: datetime) -> list[str]:
    """The team changes a member's data, the e-mail address and member number too. As `change_own_data`.

    Another e-mail address ends the member's sessions, and the links that were mailed to the old one: it is where the
    sign-in codes go (SECURITY §1).
    """
    return _change(member, typed, Changes.TEAM, actor, now)


def confirm_data(member: Member, *, actor: Actor, now: datetime) -> None:
    """The member says: I checked my data. Raises RuleBroken where something needed is missing."""
    refuse_together(
        RuleBroken(phrase("Still missing: %(field)s. Fill it in first.", field=field.label), field=field.name)
        for field in MEMBER_FIELDS
        if field.is_needed and not getattr(member, field.name)
    )
    member.data_checked_at = now
    db.session.flush()
    settle_actions(now, member_id=member.id)
    record_event(actor, "profile.checked", now=now, subject=member, member_id=member.id)


def seal_iban(member_id: int, iban: str) -> str:
    """The IBAN as the database keeps it; only this member's row can be opened with it."""
    return vault.encrypt(iban, owner=f"iban:{member_id}")


def open_iban(member_id: int, sealed: str | None) -> str | None:
    """The IBAN; None where there is none, or it cannot be opened: its key is missing, or it was damaged."""
    try:
        return vault.decrypt(sealed, owner=f"iban:{member_id}") if sealed else None
    except CannotDecrypt:
        return None


def is_iban_unreadable(member: Member) -> bool:
    """Whether the IBAN that is known cannot be opened any more."""
    return member.sealed_iban is not None and open_iban(member.id, member.sealed_iban) is None


def show_value(value: Any) -> str:
    """A value as a change keeps it for people to read."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return value or ""


def read_shown(name: str, shown: str) -> Any:
    """What `show_value` made a text of, as the column of this field holds it."""
    field = MEMBER_FIELDS[name]
    if isinstance(field.empty, bool):
        return shown == "1"
    if not shown:
        return field.empty
    return datetime.strptime(shown, "%d-%m-%Y").date() if name in DAYS else shown  # noqa: DTZ007 (a day)


def _change(member: Member, typed: Mapping[str, Any], who: Changes, actor: Actor, now: datetime) -> list[str]:
    given = {name: typed[name] for name in MEMBER_FIELDS.changed_by(who) if typed.get(name) is not None}
    values, faults = read_fields(given, today=local_today(now))
    if values.get("iban") == "":
        del values["iban"]
    refuse_together([*faults, *_taken_number(member, values.get("member_number"))])
    if "trained_on" in values and values["trained_on"] != member.trained_on:
        results.check_noted(member, values["trained_on"])
    differences = [found for name, value in values.items() if (found := _set_value(member, name, value))]
    if differences:
        _note(member, differences, actor, now)
    return [difference.field for difference in differences]


def take_over(member: Member, values: Mapping[str, Any], iban: str | None, *, actor: Actor, now: datetime) -> list[str]:
    """Give the member values as the columns hold them, and the account number, if one is given. As `change_data`.

    Of a member that is merged with another one.
    """
    given = {**values, **({"iban": iban} if iban else {})}
    differences = [found for name, value in given.items() if (found := _set_value(member, name, value))]
    if differences:
        _note(member, differences, actor, now)
    member.search_text = make_search_text(member, member.user.username)
    _carry_names(member)
    return [difference.field for difference in differences]


def _taken_number(member: Member, number: str | None) -> Iterator[RuleBroken]:
    if not number or number == member.member_number:
        return
    if db.session.scalar(select(Member.id).where(Member.member_number == number, Member.id != member.id)):
        yield RuleBroken(phrase("Another member has this member number."), field="member_number")


def _set_value(member: Member, name: str, value: Any) -> Difference | None:
    """Put the value in the row; None when it is the same."""
    if name == "iban":
        return _set_iban(member, value)
    old = getattr(member, name)
    if old == value:
        return None
    setattr(member, name, value)
    return Difference(name, show_value(old), show_value(value))


def _set_iban(member: Member, iban: str) -> Difference | None:
    if open_iban(member.id, member.sealed_iban) == iban:
        return None
    old = member.iban_ending
    member.sealed_iban = seal_iban(member.id, iban)
    member.iban_ending = iban[-4:]
    return Difference("iban", show_ending(old), show_ending(member.iban_ending))


def _note(member: Member, differences: list[Difference], actor: Actor, now: datetime) -> None:
    fields = {difference.field for difference in differences}
    member.changed_at = now
    if fields & MEMBER_FIELDS.searched:
        member.search_text = make_search_text(member, member.user.username)
    if any(MEMBER_FIELDS[name].is_name for name in fields):
        _carry_names(member)
    old_address = next((difference.old for difference in differences if difference.field == "email"), None)
    if old_address is not None:
        member.email_broken_at = None
        _leave_address(member, now, had_address=bool(old_address))
    db.session.flush()
    note_changes(member, [(each.field, each.old, each.new) for each in differences], actor.user_id, now)
    record_at_once(actor, "profile.changed", now=now, subject=member, member_id=member.id, fields=sorted(fields))
    if "trained_on" in fields:
        results.note_days({member.id: member.trained_on}, actor=actor, now=now)
    told = [what for what in (Changed.EMAIL, Changed.IBAN) if what in fields]
    tell_member(member, *told, address=old_address, actor=actor, now=now)


def _carry_names(member: Member) -> None:
    """The same names in the account."""
    member.user.first_name, member.user.last_name = names_of_account(
        first_name=member.first_name, initials=member.initials, infix=member.infix, surname=member.surname
    )


@everyone("end the sessions of whose address changed")
def _leave_address(member: Member, now: datetime, *, had_address: bool) -> None:
    """Who had none may hold a printed invitation, which stays good."""
    if had_address:
        one_time_links.end_everything_mailed([member.user_id], now)
    account = db.session.get(Account, member.user_id)
    if account is not None:
        sessions.end_sessions(account)
