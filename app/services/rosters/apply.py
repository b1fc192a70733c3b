"""Carrying out the plan of a roster: everything in one transaction, set-based."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from app.extensions import db
from app.member_fields import MEMBER_FIELDS
from app.models import Account, AuditEvent, Member, ProfileChange, User, UserSession
from app.services.access import one_time_links
from app.services.audit import Actor, record_event
from app.services.bulk import among, insert_meanwhile, insert_rows
from app.services.certificates import results
from app.services.members.account_notices import KNOW_NOTHING, AccountChange, Changed, tell_of_changes
from app.services.members.bsn import BsnHolders, record_bsns
from app.services.members.change_log import delete_after, show_ending
from app.services.members.members import insert_members
from app.services.members.profile import seal_iban, show_value
from app.services.members.search import make_search_text
from app.services.members.user_names import names_of_account
from app.services.postcodes import points_given
from app.services.rosters.plan import Plan, Update

AUDIT_COLUMNS = (
    "at",
    "actor_user_id",
    "actor_name",
    "action",
    "subject_type",
    "subject_id",
    "member_id",
    "details",
    "ip",
)
CHANGE_COLUMNS = (
    "member_id",
    "field",
    "old_value",
    "new_value",
    "changed_by_user_id",
    "changed_at",
    "delete_after",
    "import_run_id",
    "old_sealed",
)
_AUDIT: Any = AuditEvent.__table__
_SEARCHED = MEMBER_FIELDS.searched
_NAMES = set(MEMBER_FIELDS.names(lambda field: field.is_name))


class ImportOvertaken(Exception):
    """A member changed between the plan and its writing. Roll back and start again with a new plan."""


def apply_plan(plan: Plan, *, actor: Actor, now: datetime, run_id: int) -> None:
    """Write all good rows of this import.

    Raises ImportOvertaken, or IntegrityError when somebody writes the same at this moment.

    Call `bulk_rows.serialize("members")` before the plan is made. Each change is kept for the team and every member
    that is new or changed has an audit event (names of fields only).
    """
    details = {"import_run_id": run_id}
    if plan.new:
        with points_given(), insert_meanwhile() as insert_later:
            ids = insert_members(plan.new, insert_later, plan.bsns, actor=actor, now=now, import_run_id=run_id)
            events = ((member_id, "member.imported", details) for member_id in ids)
            insert_later(_AUDIT, AUDIT_COLUMNS, _audit_rows(events, actor, now))
    write_updates(plan.updates, plan.bsns, actor=actor, now=now, run_id=run_id)
    counts = {"total": plan.total, "new": len(plan.new), "changed": len(plan.updates), "refused": len(plan.refused)}
    record_event(actor, "roster.imported", now=now, **details, **counts)
    db.session.flush()


def write_updates(
    updates: Sequence[Update], holders: BsnHolders | None = None, *, actor: Actor, now: datetime, run_id: int
) -> None:
    """Change these members, note what changed and whom it must be told. Raises as `apply_plan` does."""
    if not updates:
        return
    _update_members(updates, now)
    bsns = [(change.known.id, change.bsn) for change in updates if change.bsn]
    if bsns:
        record_bsns(bsns, now=now, holders=holders)
    trained = {change.known.id: change.values["trained_on"] for change in updates if "trained_on" in change.values}
    results.note_days(trained, actor=actor, now=now)
    insert_rows(ProfileChange.__table__, CHANGE_COLUMNS, _changes(updates, actor, now, run_id))
    details = {"import_run_id": run_id}
    audit_members(((c.known.id, "profile.changed", {**details, "fields": c.fields}) for c in updates), actor, now)
    moved = [change.known for change in updates if "email" in change.values]
    _end_sessions([known.user_id for known in moved])
    one_time_links.end_everything_mailed([known.user_id for known in moved if known.email], now)
    tell_of_changes(_told(updates), actor=actor, now=now, is_bulk=True)


def audit_members(events: Iterable[tuple[int, str, dict[str, Any]]], actor: Actor, now: datetime) -> None:
    """Add an audit event for each (member id, action, details)."""
    insert_rows(_AUDIT, AUDIT_COLUMNS, _audit_rows(events, actor, now))


def _audit_rows(
    events: Iterable[tuple[int, str, dict[str, Any]]], actor: Actor, now: datetime
) -> Iterator[tuple[Any, ...]]:
    for member_id, action, details in events:
        yield now, actor.user_id, actor.name, action, "Member", member_id, member_id, details, actor.ip


def _changes(updates: Sequence[Update], actor: Actor, now: datetime, run_id: int) -> Iterator[tuple[Any, ...]]:
    last_day = delete_after(now)
    for change in updates:
        pairs = [
            (name, show_value(getattr(change.known, name)), show_value(new)) for name, new in change.values.items()
        ]
        if change.iban is not None:
            pairs.append(("iban", show_ending(change.known.iban_ending), show_ending(change.iban[-4:])))
        for name, old, new in pairs:
            sealed = change.known.sealed_iban if name == "iban" else None
            yield change.known.id, name, old, new, actor.user_id, now, last_day, run_id, sealed


def _told(updates: Sequence[Update]) -> list[AccountChange]:
    """Whose address or IBAN is another one, with the address of before."""
    told = []
    for change in updates:
        what = tuple(kind for kind in (Changed.EMAIL, Changed.IBAN) if kind in change.fields)
        if what and change.known.state not in KNOW_NOTHING:
            told.append(AccountChange(change.known.user_id, change.known.email, what, change.known.id))
    return told


def _update_members(updates: Sequence[Update], now: datetime) -> None:
    """One executemany per set of changed columns, so that no column is written that did not change."""
    usernames = _find_usernames([c.known.user_id for c in updates if _SEARCHED & c.values.keys()])
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for change in updates:
        values = _column_values(change, usernames, now)
        groups[tuple(sorted(values))].append(
            {**values, "known_id": change.known.id, "known_changed_at": change.known.changed_at}
        )
    for names, rows in groups.items():
        _update_group(names, rows)
    _carry_names([change for change in updates if _NAMES & change.values.keys()])


def _column_values(change: Update, usernames: dict[int, str], now: datetime) -> dict[str, Any]:
    values = {**change.values, "changed_at": now}
    if change.iban is not None:
        sealed = seal_iban(change.known.id, change.iban) if change.iban else None
        values |= {"sealed_iban": sealed, "iban_ending": change.iban[-4:]}
    if change.bsn:
        values["bsn_known_at"] = now
    if "email" in change.values:
        values["email_broken_at"] = None
    if _SEARCHED & change.values.keys():
        values["search_text"] = make_search_text(_after(change), usernames[change.known.user_id])
    return values


def _after(change: Update) -> SimpleNamespace:
    """What search looks through, as it will be."""
    return SimpleNamespace(**{n: change.values.get(n, getattr(change.known, n)) for n in MEMBER_FIELDS.searched})


def _update_group(names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """`changed_at` works as a version: a member who saved since the plan was made is not overwritten."""
    table: Any = Member.__table__
    statement = (
        update(table)
        .where(table.c.id == bindparam("known_id"), table.c.changed_at == bindparam("known_changed_at"))
        .values({name: bindparam(name) for name in names})
    )
    written = db.session.connection().execute(statement, rows).rowcount
    if written != len(rows):
        raise ImportOvertaken


def _find_usernames(user_ids: Sequence[int]) -> dict[int, str]:
    return dict(db.session.execute(select(User.id, User.username).where(among(User.id, user_ids))).all())


def _carry_names(updates: Sequence[Update]) -> None:
    """The same names in the account."""
    table: Any = User.__table__
    rows = []
    for change in updates:
        after = _after(change)
        first, last = names_of_account(
            first_name=after.first_name, initials=after.initials, infix=after.infix, surname=after.surname
        )
        rows.append({"known_id": change.known.user_id, "first": first, "last": last})
    if rows:
        names: dict[str, Any] = {"first_name": bindparam("first"), "last_name": bindparam("last")}
        db.session.connection().execute(update(table).where(table.c.id == bindparam("known_id")).values(names), rows)


def _end_sessions(user_ids: Sequence[int]) -> None:
    """Sign-in codes go to another address now, so whoever is signed in signs in again (SECURITY §1)."""
    if not user_ids:
        return
    epoch = update(Account).where(among(Account.user_id, user_ids)).values(epoch=Account.epoch + 1)
    db.session.execute(epoch.execution_options(synchronize_session=False))
    gone = delete(UserSession).where(among(UserSession.user_id, user_ids))
    db.session.execute(gone.execution_options(synchronize_session=False))
