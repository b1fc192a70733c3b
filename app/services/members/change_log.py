"""What changed in a member's data: for the team to see, and deleted after the term because it holds old data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy import Table, delete, insert, select

from app.clock import local_today
from app.extensions import db
from app.models import Member, ProfileChange
from app.models.guard.row_guard import everyone
from app.models.shortcuts.kept_statements import run_kept
from app.services.bulk import among

HIDDEN_START = "•••• "  # before the last four characters of an IBAN
LONGEST_VALUE = 300


class Term:
    """How long an old value is kept; `create_app` takes it from PROFILE_CHANGE_DAYS."""

    days = 180


term = Term()


def delete_after(now: datetime) -> date:
    """The last day that a change of `now` is kept."""
    return local_today(now) + timedelta(days=term.days)


def show_ending(iban_ending: str) -> str:
    """An IBAN as it may be shown and kept in a change: its last four characters."""
    return f"{HIDDEN_START}{iban_ending}" if iban_ending else ""


def note_change(member: Member, field: str, old: str, new: str, changed_by_user_id: int | None, now: datetime) -> None:
    """Add one change of a field. Values as people read them; of an IBAN only `show_ending`, of a BSN never any."""
    note_changes(member, [(field, old, new)], changed_by_user_id, now)


def note_changes(
    member: Member, changes: Iterable[tuple[str, str, str]], changed_by_user_id: int | None, now: datetime
) -> None:
    """Add the changes of several fields, each with its old and its new value. One statement."""
    of_all = {
        "member_id": member.id,
        "changed_by_user_id": changed_by_user_id,
        "changed_at": now,
        "delete_after": delete_after(now),
    }
    rows = [
        {**of_all, "field": field, "old_value": old[:LONGEST_VALUE], "new_value": new[:LONGEST_VALUE]}
        for field, old, new in changes
    ]
    with everyone("note what changed of a member whose row was reached"):
        run_kept(db.session(), _ADD, rows)


_ADD: Final = insert(cast(Table, ProfileChange.__table__))


def find_hand_changes(member_ids: Collection[int]) -> dict[tuple[int, str], bool]:
    """(member id, field) of every field whose latest change, as far as it is kept, no import made.

    The value says whether the member made it; else it was the team.
    """
    latest: dict[tuple[int, str], bool | None] = {}
    statement = (
        select(
            ProfileChange.member_id,
            ProfileChange.field,
            ProfileChange.import_run_id,
            ProfileChange.changed_by_user_id == Member.user_id,
        )
        .join(Member, Member.id == ProfileChange.member_id)
        .where(among(ProfileChange.member_id, member_ids))
        .order_by(ProfileChange.id)
    )
    for member_id, field, import_run_id, is_own in db.session.execute(statement):
        latest[member_id, field] = None if import_run_id is not None else bool(is_own)
    return {key: is_own for key, is_own in latest.items() if is_own is not None}


@everyone("delete old values after their term")
def delete_expired_changes(now: datetime) -> int:
    """Delete the changes whose term is over; gives how many."""
    expired = delete(ProfileChange).where(ProfileChange.delete_after < local_today(now))
    expired = expired.execution_options(synchronize_session=False)
    return int(db.session.execute(expired).rowcount)  # type: ignore[attr-defined]
