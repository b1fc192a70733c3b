"""The states of a member: imported → invited → active, a pause, having left. Nothing else writes `Member.state`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, insert, literal, select, update

from app.extensions import db
from app.models import Account, AuditEvent, LinkKind, MailedLink, Member, MemberState, StopReason
from app.phrases import RuleBroken, phrase
from app.services.access import sessions
from app.services.audit import Actor, record_event
from app.services.availability.stopped import count_again, stop_counting
from app.services.mail.outbox import cancel_waiting
from app.services.members.account_notices import Changed, tell_member

LONGEST_NOTE: Final = 300  # characters, as the column


def note_invited(user_ids: Sequence[int], *, actor: Actor, now: datetime) -> None:
    """An invitation left, or was printed: imported becomes invited, for the members among these accounts.

    Set-based: two statements, each change in the audit trail as one by one.
    """
    _change((Member.user_id.in_(user_ids),), MemberState.IMPORTED, MemberState.INVITED, actor, now)


def note_not_invited(user_ids: Sequence[int], *, since: datetime, actor: Actor, now: datetime) -> None:
    """The invitation did not leave after all: invited becomes imported, but for who was invited before `since` too."""
    link = exists().where(MailedLink.user_id == Member.user_id, MailedLink.kind == LinkKind.INVITATION)
    earlier = link.where(MailedLink.created_at < since).correlate(Member)
    _change((Member.user_id.in_(user_ids), ~earlier), MemberState.INVITED, MemberState.IMPORTED, actor, now)


def _change(
    whose: tuple[ColumnElement[bool], ...], old: MemberState, new: MemberState, actor: Actor, now: datetime
) -> None:
    change = (*whose, Member.state == old)
    event: dict[str, Any] = {
        "at": now,
        "actor_user_id": actor.user_id,
        "actor_name": actor.name,
        "action": "member.state_changed",
        "subject_type": "Member",
        "details": {"old": old.value, "new": new.value},
        "ip": actor.ip,
    }
    given = [literal(value, getattr(AuditEvent, name).type).label(name) for name, value in event.items()]
    rows = select(*given, Member.id.label("subject_id"), Member.id.label("member_id")).where(*change)
    db.session.execute(insert(AuditEvent).from_select([*event, "subject_id", "member_id"], rows))
    db.session.execute(
        update(Member).where(*change).values(state=new, changed_at=now).execution_options(synchronize_session=False)
    )


def activate(member: Member, *, actor: Actor, now: datetime) -> None:
    """The member opened the account (chose a password): imported or invited becomes active."""
    if member.state in (MemberState.IMPORTED, MemberState.INVITED):
        _enter(member, MemberState.ACTIVE, None, actor, now)


@dataclass(frozen=True, slots=True)
class WhyStopped:
    """Why somebody gets a pause or leaves; `note` is for the team only, at most `LONGEST_NOTE` characters."""

    reason: str = ""
    note: str = ""


NO_REASON: Final = WhyStopped()


def pause(member: Member, *, why: WhyStopped = NO_REASON, actor: Actor, now: datetime) -> None:
    """No elections for a while; the account stays open, answers do not count. Raises RuleBroken for who has left."""
    _refuse_left(member)
    _check_why(why)
    if why.reason == StopReason.DECEASED:
        raise RuleBroken(phrase("Let this member leave: a pause ends again."), field="reason")
    if member.state != MemberState.PAUSED:
        stop_counting(member.id)
        _enter(member, MemberState.PAUSED, Changed.PAUSED, actor, now, why)


def resume(member: Member, *, actor: Actor, now: datetime) -> None:
    """Back from a pause, or after having left: active, or imported where no password was ever chosen.

    Raises RuleBroken when the member is anonymised: there is nobody to come back.
    """
    if member.state == MemberState.ANONYMISED:
        raise RuleBroken(phrase("This member's data were deleted."))
    if member.state not in (MemberState.PAUSED, MemberState.RESIGNED):
        return
    account = db.session.get_one(Account, member.user_id)
    if account.switched_off_at is None:  # off stays an administrator's word, also for who left in between
        member.user.active = True
    state = MemberState.ACTIVE if member.user.password else MemberState.IMPORTED
    count_again(member.id)
    _enter(member, state, Changed.RESUMED, actor, now)


def resign(member: Member, *, why: WhyStopped = NO_REASON, actor: Actor, now: datetime) -> None:
    """The member leaves: the account is switched off and every session ends. Raises RuleBroken for who has left.

    Of who died all mail ends at once, also what waits to leave, and nobody is told by mail.
    """
    _refuse_left(member)
    _check_why(why)
    member.user.active = False
    account = db.session.get(Account, member.user_id)
    if account is not None:
        sessions.end_sessions(account)
    stop_counting(member.id)
    is_dead = why.reason == StopReason.DECEASED
    if is_dead:
        cancel_waiting([member.user_id])
    _enter(member, MemberState.RESIGNED, None if is_dead else Changed.RESIGNED, actor, now, why)


def _check_why(why: WhyStopped) -> None:
    if why.reason and why.reason not in set(StopReason):
        raise RuleBroken(phrase("Choose a reason."), field="reason")
    if len(why.note) > LONGEST_NOTE:
        raise RuleBroken(phrase("Use at most %(limit)s characters.", limit=LONGEST_NOTE), field="note")


def _refuse_left(member: Member) -> None:
    if member.state in (MemberState.RESIGNED, MemberState.ANONYMISED):
        raise RuleBroken(phrase("%(name)s has left already.", name=member.full_name))


def _enter(
    member: Member,
    state: MemberState,
    told: Changed | None,
    actor: Actor,
    now: datetime,
    why: WhyStopped = NO_REASON,
) -> None:
    """`told`: what the member is told of it, if anything."""
    old = member.state
    member.state = state
    member.changed_at = member.state_changed_at = now
    member.state_changed_by = actor.name
    member.stop_reason, member.stop_note = why.reason, why.note.strip()
    db.session.flush()
    details = {"reason": why.reason} if why.reason else {}
    record_event(
        actor,
        "member.state_changed",
        now=now,
        subject=member,
        member_id=member.id,
        old=str(old),
        new=str(state),
        **details,
    )
    if told is not None:
        tell_member(member, told, state=old, actor=actor, now=now)
