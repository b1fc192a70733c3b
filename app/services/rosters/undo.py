"""Undoing an import of members: who is new goes, changed fields go back, as far as nothing was done with them since.

In steps of `STEP` members, each a transaction of its own with its place noted in the run: a worker that was killed goes
on where it was. What stays is kept with the reason (`ImportLeftover`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, null, or_, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import (
    ImportLeftover,
    ImportRun,
    ImportState,
    MailedLink,
    Member,
    MemberIdentity,
    MemberState,
    ProfileChange,
    User,
)
from app.phrases import RuleBroken, phrase
from app.services import import_runs
from app.services.audit import Actor, record_event
from app.services.bulk import among, serialize
from app.services.import_runs import Checkpoint
from app.services.members.one_person.references import is_used_elsewhere
from app.services.members.removal import remove_members
from app.services.rosters.apply import ImportOvertaken, audit_members
from app.services.rosters.put_back import put_back

STEP: Final = 500
AT_ONCE: Final = 500  # members that are undone within the request
TRIES: Final = 20
KEYS: Final = ("removed", "restored", "kept")


class Reason(StrEnum):
    """Why a new member stays, or a field keeps what it is."""

    OPENED = "opened"  # the account, or left since
    INVITED = "invited"
    CHANGED = "changed"  # by hand, or by an import that was not undone
    USED = "used"  # an answer, a message, a document …
    TAKEN = "taken"  # the old member number is another member's now
    GONE = "gone"  # the member's data were deleted since
    NOT_KEPT = "not_kept"  # the old account number was not kept, or cannot be opened


def can_undo(run: ImportRun) -> bool:
    """Whether there is something to undo."""
    return run.state == ImportState.DONE and bool(run.rows_new or run.rows_changed)


def outcome_of(run: ImportRun) -> dict[str, Any]:
    """What undoing did so far: `removed`, `restored` and `kept`, of `total` members."""
    found: dict[str, Any] = run.mapping.get("undo", {})
    return found


def foresee(run: ImportRun, *, with_invited: bool) -> dict[str, int]:
    """Reason → how many new members stay because of it; "" → how many go; `changed_members` → whose data go back."""
    reason = _why_kept(run.id, with_invited=with_invited).label("reason")
    counted = select(reason, func.count()).select_from(Member).join(User, User.id == Member.user_id)
    found = db.session.execute(counted.where(Member.import_run_id == run.id).group_by(reason))
    changed = select(func.count(func.distinct(ProfileChange.member_id))).where(*_is_of_import(run))
    return {**{why or "": number for why, number in found}, "changed_members": db.session.scalar(changed) or 0}


def ask_undo(run: ImportRun, *, with_invited: bool, actor: Actor, now: datetime) -> bool:
    """Undo the import; True when done at once, False when the worker does it. Raises RuleBroken.

    `with_invited`: who was invited and did not open the account goes too.
    """
    if not can_undo(run):
        raise RuleBroken(phrase("This import cannot be undone."))
    total = run.rows_new + run.rows_changed
    asked = {"with_invited": with_invited, "user_id": actor.user_id, "name": actor.name, "total": total}
    run.mapping = {**run.mapping, "undo": {**asked, "phase": 0, "after": 0, **dict.fromkeys(KEYS, 0)}}
    run.state, run.rows_done, run.lease_until = ImportState.UNDOING, 0, None
    db.session.flush()
    if total > AT_ONCE:
        return False
    undo(run, lambda: now, checkpoint=db.session.flush)
    return True


def undo(run: ImportRun, clock: Callable[[], datetime], *, checkpoint: Checkpoint) -> None:
    """Take step after step until nothing is left; stops where somebody else took the run over.

    Raises ImportOvertaken when a member changes at this very moment: roll back, and go on.
    """
    while run.state == ImportState.UNDOING:
        now = clock()
        serialize("members")
        if not import_runs.hold(run, ImportState.UNDOING, now):
            return
        _step(run, now)
        checkpoint()


def undo_patiently(run: ImportRun, clock: Callable[[], datetime], *, checkpoint: Checkpoint) -> None:
    """As `undo`, for the worker: a step that was overtaken is taken again; at last when the lease is over."""
    for _attempt in range(TRIES):
        try:
            undo(run, clock, checkpoint=checkpoint)
        except ImportOvertaken:
            db.session.rollback()
        else:
            return


def _step(run: ImportRun, now: datetime) -> None:
    state = dict(outcome_of(run))
    actor = Actor(state["name"], state["user_id"])
    phase = PHASES[state["phase"]]
    done, last = phase(run, state, actor, now)
    if done:
        state["after"] = last
    else:
        state |= {"phase": state["phase"] + 1, "after": 0}
    run.rows_done += done
    run.mapping = {**run.mapping, "undo": state}
    if state["phase"] == len(PHASES):
        run.state, run.lease_until = ImportState.UNDONE, None
        record_event(actor, "roster.undone", now=now, subject=run, **{key: state[key] for key in KEYS})
    db.session.flush()


# --- the changed members ---------------------------------------------------------------------------------------------


def _is_of_import(run: ImportRun) -> tuple[ColumnElement[bool], ...]:
    """Its own changes; those of undoing it have another moment."""
    return ProfileChange.import_run_id == run.id, ProfileChange.changed_at == run.finished_at


def _put_fields_back(run: ImportRun, state: dict[str, Any], actor: Actor, now: datetime) -> tuple[int, int]:
    changed = select(ProfileChange.member_id).where(*_is_of_import(run), ProfileChange.member_id > state["after"])
    with_bsn = (
        select(MemberIdentity.member_id)
        .join(Member, Member.id == MemberIdentity.member_id)
        .where(MemberIdentity.supplied_at == run.finished_at, MemberIdentity.member_id > state["after"])
        .where(or_(Member.import_run_id.is_(None), Member.import_run_id != run.id))
    )
    ids = list(db.session.scalars(changed.union(with_bsn).order_by("member_id").limit(STEP)))
    if not ids:
        return 0, 0
    changes = db.session.scalars(
        select(ProfileChange).where(*_is_of_import(run), among(ProfileChange.member_id, ids)).order_by(ProfileChange.id)
    ).all()
    of_member: dict[int, list[ProfileChange]] = defaultdict(list)
    for change in changes:
        of_member[change.member_id].append(change)
    found = put_back(run, of_member, ids, actor=actor, now=now)
    state["restored"] += found.restored
    state["kept"] += len(found.kept)
    _keep_leftovers(run, found.kept)
    return len(ids), ids[-1]


# --- the new members -------------------------------------------------------------------------------------------------


def _why_kept(run_id: int, *, with_invited: bool) -> ColumnElement[str | None]:
    """Of a member and its user: the first reason to stay; NULL when nothing was done with it."""
    other, later = aliased(ProfileChange), aliased(ImportRun)
    by_hand = exists().where(
        other.member_id == Member.id,
        or_(
            other.import_run_id.is_(None),
            and_(
                other.import_run_id != run_id,
                ~exists().where(later.id == other.import_run_id, later.state == ImportState.UNDONE),
            ),
        ),
    )
    own_bsn = exists().where(MemberIdentity.member_id == Member.id, MemberIdentity.supplied_at != Member.created_at)
    is_opened = or_(User.password.is_not(None), Member.state.not_in((MemberState.IMPORTED, MemberState.INVITED)))
    is_invited = or_(Member.state == MemberState.INVITED, exists().where(MailedLink.user_id == Member.user_id))
    reasons = [(is_opened, Reason.OPENED.value)]
    if not with_invited:
        reasons.append((is_invited, Reason.INVITED.value))
    reasons += [(or_(by_hand, own_bsn), Reason.CHANGED.value), (is_used_elsewhere(), Reason.USED.value)]
    return case(*reasons, else_=null())


def _take_new_away(run: ImportRun, state: dict[str, Any], actor: Actor, now: datetime) -> tuple[int, int]:
    new = select(Member.id).where(Member.import_run_id == run.id, Member.id > state["after"])
    # Locked before the look: who opens the account or is answered for at this moment comes before or after it.
    ids = list(db.session.scalars(new.order_by(Member.id).limit(STEP).with_for_update()))
    if not ids:
        return 0, 0
    users = select(Member.user_id).where(among(Member.id, ids))
    db.session.execute(select(User.id).where(User.id.in_(users)).order_by(User.id).with_for_update()).all()
    reason = _why_kept(run.id, with_invited=state["with_invited"])
    people = select(Member.id, Member.user_id, reason.label("reason")).join(User, User.id == Member.user_id)
    rows = db.session.execute(people.where(among(Member.id, ids)).order_by(Member.id)).all()
    going = [row for row in rows if row.reason is None]
    audit_members(((row.id, "member.deleted", {"import_run_id": run.id}) for row in going), actor, now)
    remove_members([row.id for row in going], [row.user_id for row in going])
    staying = [(row.id, "", Reason(row.reason)) for row in rows if row.reason is not None]
    _keep_leftovers(run, staying)
    state["removed"] += len(going)
    state["kept"] += len(staying)
    return len(rows), rows[-1].id


def _keep_leftovers(run: ImportRun, kept: Iterable[tuple[int, str, str]]) -> None:
    rows = [
        {"import_run_id": run.id, "member_id": member_id, "field": field, "reason": str(reason)}
        for member_id, field, reason in kept
    ]
    if rows:
        db.session.execute(insert(ImportLeftover), rows)


Phase = Callable[[ImportRun, dict[str, Any], Actor, datetime], tuple[int, int]]
PHASES: Final[tuple[Phase, ...]] = (_put_fields_back, _take_new_away)


# --- the report ------------------------------------------------------------------------------------------------------


def count_leftovers(run: ImportRun) -> int:
    """How many members and fields stayed as they were."""
    return db.session.scalar(select(func.count(ImportLeftover.id)).where(ImportLeftover.import_run_id == run.id)) or 0


def list_leftovers(run: ImportRun, *, limit: int, offset: int) -> list[tuple[ImportLeftover, Member]]:
    """What stayed as it was and why, with the member."""
    left = select(ImportLeftover, Member).join(Member, Member.id == ImportLeftover.member_id)
    left = left.where(ImportLeftover.import_run_id == run.id).order_by(*Member.by_name(), ImportLeftover.id)
    return [(leftover, member) for leftover, member in db.session.execute(left.limit(limit).offset(offset))]
