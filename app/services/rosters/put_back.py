"""The changed fields of members go back to what they were before an import, where nobody changed them since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app.extensions import db
from app.models import ImportRun, Member, MemberIdentity, MemberState, ProfileChange
from app.services.audit import Actor
from app.services.bulk import among
from app.services.members.bsn import forget_bsns
from app.services.members.change_log import show_ending
from app.services.members.profile import open_iban, read_shown, show_value
from app.services.rosters.apply import audit_members, write_updates
from app.services.rosters.matching import COLUMNS, Known
from app.services.rosters.plan import Update


@dataclass(slots=True)
class PutBack:
    """Of how many members something went back; and what was left: (member id, field, reason)."""

    restored: int = 0
    kept: list[tuple[int, str, str]] = field(default_factory=list)


def put_back(
    run: ImportRun,
    changes: Mapping[int, Sequence[ProfileChange]],
    member_ids: Sequence[int],
    *,
    actor: Actor,
    now: datetime,
) -> PutBack:
    """Undo these changes of an import, by member; a BSN that it gave goes too. Call `serialize("members")` before."""
    outcome = PutBack()
    known = {row.id: row for row in db.session.execute(select(*COLUMNS).where(among(Member.id, member_ids)))}
    latest = _find_latest(list(changes))
    taken = _find_taken(changes)
    updates = []
    for member_id, of_member in changes.items():
        update = _undo_member(known[member_id], of_member, latest, taken, outcome)
        if update is not None:
            updates.append(update)
    write_updates(updates, actor=actor, now=now, run_id=run.id)
    without = _forget_bsns_of(run, member_ids, actor, now)
    outcome.restored = len({update.known.id for update in updates} | set(without))
    return outcome


def _undo_member(
    known: Known,
    changes: Sequence[ProfileChange],
    latest: Mapping[tuple[int, str], int],
    taken: Mapping[str, int],
    outcome: PutBack,
) -> Update | None:
    values: dict[str, Any] = {}
    iban: str | None = None
    for change in changes:
        reason = _why_not(known, change, latest, taken)
        if reason is None and change.field == "iban":
            iban = open_iban(known.id, change.old_sealed) or "" if change.old_sealed else ""
        elif reason is None:
            values[change.field] = read_shown(change.field, change.old_value)
        else:
            outcome.kept.append((known.id, change.field, reason))
    return Update(known, 0, values, iban) if values or iban is not None else None


def _why_not(
    known: Known, change: ProfileChange, latest: Mapping[tuple[int, str], int], taken: Mapping[str, int]
) -> str | None:
    if known.state == MemberState.ANONYMISED:
        return "gone"
    is_iban = change.field == "iban"
    now_shown = show_ending(known.iban_ending) if is_iban else show_value(getattr(known, change.field))
    if latest[known.id, change.field] != change.id or now_shown != change.new_value:
        return "changed"
    if is_iban and change.old_value and open_iban(known.id, change.old_sealed) is None:
        return "not_kept"
    if change.field == "member_number" and taken.get(change.old_value, known.id) != known.id:
        return "taken"
    return None


def _find_latest(member_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """(member id, field) → the id of the last change that is kept."""
    last = select(ProfileChange.member_id, ProfileChange.field, func.max(ProfileChange.id))
    last = last.where(among(ProfileChange.member_id, member_ids)).group_by(ProfileChange.member_id, ProfileChange.field)
    return {(member_id, name): change_id for member_id, name, change_id in db.session.execute(last)}


def _find_taken(changes: Mapping[int, Sequence[ProfileChange]]) -> dict[str, int]:
    """Member numbers that would come back → who has them now."""
    numbers = {
        change.old_value for of_member in changes.values() for change in of_member if change.field == "member_number"
    }
    if not numbers:
        return {}
    found = select(Member.member_number, Member.id).where(among(Member.member_number, numbers))
    return {number: member_id for number, member_id in db.session.execute(found) if number is not None}


def _forget_bsns_of(run: ImportRun, member_ids: Sequence[int], actor: Actor, now: datetime) -> list[int]:
    """A BSN that this import gave to somebody who was known already; gives whose."""
    given = select(MemberIdentity.member_id).join(Member, Member.id == MemberIdentity.member_id)
    given = given.where(among(MemberIdentity.member_id, member_ids), MemberIdentity.supplied_at == run.finished_at)
    given = given.where(Member.import_run_id.is_distinct_from(run.id))
    ids = list(db.session.scalars(given))
    if ids:
        forget_bsns(ids)
        touched = update(Member).where(among(Member.id, ids)).values(changed_at=now)
        db.session.execute(touched.execution_options(synchronize_session=False))
        audit_members(((member_id, "bsn.cleared", {"import_run_id": run.id}) for member_id in ids), actor, now)
    return ids
