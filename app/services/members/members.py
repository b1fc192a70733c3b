"""Members: made with their user and account, and deleted while nothing was done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role
from sqlalchemy import exists, select

from app.clock import local_today
from app.extensions import db
from app.importing.rosters.roster import RosterRow
from app.member_fields import MEMBER_FIELDS
from app.models import Account, Availability, Member, MemberState
from app.permissions import MEMBER
from app.phrases import RuleBroken, phrase, refuse_together
from app.services.audit import Actor, record_event
from app.services.bulk import InsertRows, insert_meanwhile, lock_row, reserve_ids, serialize
from app.services.certificates import results
from app.services.members.bsn import (
    IDENTITY_COLUMNS,
    IDENTITY_TABLE,
    BsnHolders,
    ask_again,
    find_holders,
    flag_twins,
    normalise_bsn,
)
from app.services.members.fields import read_fields
from app.services.members.profile import seal_iban
from app.services.members.removal import remove_members
from app.services.members.search import make_search_text
from app.services.members.user_names import NameParts, make_user_names, names_of_account
from app.services.postcodes import NOWHERE, Point, find_points, points_given
from app.services.waiting import MEMBER_ID

DEFAULT_LOCALE = "nl"
USER_COLUMNS = (
    "id",
    "first_name",
    "last_name",
    "username",
    "password",
    "active",
    "email",
    "created_on",
    "changed_on",
    "created_by_fk",
    "changed_by_fk",
)
ACCOUNT_COLUMNS = ("user_id", "epoch", "locale")
MEMBER_COLUMNS = (
    "id",
    "user_id",
    *MEMBER_FIELDS.given_columns,
    "sealed_iban",
    "iban_ending",
    "state",
    "bsn_known_at",
    "bsn_duplicate",
    "search_text",
    "import_run_id",
    "latitude",
    "longitude",
    "created_at",
    "changed_at",
)
_given = attrgetter(*MEMBER_FIELDS.given_columns)
_EMPTY = [MEMBER_FIELDS[name].empty for name in MEMBER_FIELDS.given_columns]


def create_members(rows: Sequence[RosterRow], *, actor: Actor, now: datetime) -> list[int]:
    """Make a member with a user, an account and the role Member for each row; gives their ids in the same order.

    Nobody can sign in yet: there is no password. Raises as `record_bsns` does.
    """
    serialize("members")
    holders = find_holders(row.bsn for row in rows if row.bsn)
    with points_given(), insert_meanwhile() as insert_rows:
        return insert_members(rows, insert_rows, holders, actor=actor, now=now)


def insert_members(
    rows: Sequence[RosterRow],
    insert_rows: InsertRows,
    holders: BsnHolders,
    *,
    actor: Actor,
    now: datetime,
    import_run_id: int | None = None,
) -> list[int]:
    """The same for who locked the members, knows the holders of these BSNs and says `points_given`. Set-based: the same
    few statements for one row and for 100,000.
    """
    names = make_user_names([NameParts(*_name_parts(row)) for row in rows])
    user_ids = reserve_ids(_table(User), len(rows))
    ids = reserve_ids(_table(Member), len(rows))
    role_id = db.session.scalars(select(Role.id).where(Role.name == MEMBER)).one()
    points = find_points(row.postcode for row in rows if row.postcode)
    people = list(zip(rows, names, user_ids, ids, strict=True))
    insert_rows(_table(User), USER_COLUMNS, (_user(row, name, user_id, actor, now) for row, name, user_id, _ in people))
    locales = ((user_id, 1, row.language or DEFAULT_LOCALE) for row, _, user_id, _ in people)
    insert_rows(_table(Account), ACCOUNT_COLUMNS, locales)
    insert_rows(assoc_user_role, ("user_id", "role_id"), ((user_id, role_id) for user_id in user_ids))
    members = (_member(*person, import_run_id, points, now) for person in people)
    insert_rows(_table(Member), MEMBER_COLUMNS, members)
    ask_again(holders, (row.bsn for row in rows if row.bsn))
    bsns = ((member_id, row.bsn) for row, _, _, member_id in people if row.bsn)
    insert_rows(IDENTITY_TABLE, IDENTITY_COLUMNS, holders.seal(bsns, now))
    flag_twins(holders)
    trained = {member_id: row.trained_on for row, _, _, member_id in people if row.trained_on}
    results.note_days(trained, actor=actor, now=now)
    return ids


def _table(model: Any) -> Any:
    return model.__table__


def _name_parts(row: RosterRow) -> tuple[str, str, str, str]:
    return row.first_name or "", row.initials or "", row.infix or "", row.surname


def _user(row: RosterRow, username: str, user_id: int, actor: Actor, now: datetime) -> tuple[Any, ...]:
    """FAB's row. Its e-mail address must be unique, members' need not be, so it gets a technical one."""
    first_name, initials, infix, surname = _name_parts(row)
    names = names_of_account(first_name=first_name, initials=initials, infix=infix, surname=surname)
    at = now.replace(tzinfo=None)  # FAB's columns have no time zone
    return (
        user_id,
        *names,
        username,
        None,
        True,
        f"member-{user_id}@members.invalid",
        at,
        at,
        actor.user_id,
        actor.user_id,
    )


def _member(
    row: RosterRow,
    username: str,
    user_id: int,
    member_id: int,
    import_run_id: int | None,
    points: Mapping[str, Point],
    now: datetime,
) -> tuple[Any, ...]:
    return (
        member_id,
        user_id,
        *(empty if value is None else value for value, empty in zip(_given(row), _EMPTY, strict=True)),
        seal_iban(member_id, row.iban) if row.iban else None,
        row.iban[-4:] if row.iban else "",
        MemberState.IMPORTED.value,
        now if row.bsn else None,
        False,
        make_search_text(row, username),
        import_run_id,
        *points.get(row.postcode or "", NOWHERE),
        now,
        now,
    )


def add_member(typed: Mapping[str, Any], *, actor: Actor, now: datetime) -> Member:
    """The team adds one member by hand. `typed` is field → what was typed. Raises RuleBroken with the field."""
    values, faults = read_fields({"surname": "", **typed, "bsn": None}, today=local_today(now))
    number = values.get("member_number")
    if number and db.session.scalar(select(Member.id).where(Member.member_number == number)):
        faults.append(RuleBroken(phrase("Another member has this member number."), field="member_number"))
    refuse_together(faults)
    del values["bsn"]
    bsn = normalise_bsn(typed["bsn"]) if typed.get("bsn") else None
    given: dict[str, Any] = {name: value or None for name, value in values.items()}
    row = RosterRow(row=0, bsn=bsn, **given)
    (member_id,) = create_members([row], actor=actor, now=now)
    member = db.session.get_one(Member, member_id)
    record_event(actor, "member.added", now=now, subject=member, member_id=member.id)
    return member


_ANSWERED: Final = select(exists().where(Availability.member_id == MEMBER_ID))


def check_member_goes(member: Member, *, has_answered: bool | None = None) -> None:
    """Raises RuleBroken for who opened the account, answered or gave a BSN. `has_answered`: where that is known."""
    is_used = member.state not in (MemberState.IMPORTED, MemberState.INVITED) or member.user.password
    if not is_used and not member.bsn_known_at and has_answered is None:
        has_answered = db.session.scalar(_ANSWERED, {MEMBER_ID.key: member.id})
    if is_used or member.bsn_known_at or has_answered:
        raise RuleBroken(
            phrase(
                "%(name)s took part already and cannot be deleted. Let the member leave instead.", name=member.full_name
            )
        )


def delete_member(member: Member, *, actor: Actor, now: datetime) -> None:
    """Delete who was added by mistake, with the account. Raises RuleBroken for who opened it, answered or gave a BSN.

    The data of somebody who took part have a term of their own: let that member leave instead.
    """
    serialize("members")
    if not lock_row(member):  # and what it became since it was read
        raise RuleBroken(phrase("This is gone."))
    check_member_goes(member)
    record_event(actor, "member.deleted", now=now, subject=member, member_id=member.id)
    gone = ([member.id], [member.user_id])
    db.session.flush()
    db.session.expunge(member)
    remove_members(*gone)
