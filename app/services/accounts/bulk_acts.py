"""What is done to many members or accounts at once (services.bulk_runs)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, exists, func, or_, select

from app.clock import utc_now
from app.models import (
    Account,
    BulkRow,
    BulkRun,
    BulkState,
    LinkKind,
    MailedLink,
    MailState,
    Member,
    MemberState,
    OutboundMail,
    User,
)
from app.phrases import RuleBroken, phrase
from app.services.access.people import Person, find_person
from app.services.accounts import invitations, team_accounts
from app.services.audit import Actor
from app.services.bulk_acts import BulkAct, Leaving, Reason
from app.services.members import states as member_states

NOT_OPENED: Final = (MemberState.IMPORTED, MemberState.INVITED)


def _not_waiting() -> list[Reason]:
    """Nobody who has an account or does not take part is ever invited."""
    has_opened = select(User.id).where(User.password.is_not(None))
    is_off = select(User.id).where(User.active.is_(False))
    stopped = phrase("The member has a pause or stopped.")
    return [
        Reason(Member.state.in_((MemberState.PAUSED, MemberState.RESIGNED, MemberState.ANONYMISED)), stopped),
        Reason(
            or_(Member.state.not_in(NOT_OPENED), Member.user_id.in_(has_opened)),
            phrase("The account was opened already."),
        ),
        Reason(Member.user_id.in_(is_off), phrase("The account is switched off.")),
    ]


def _has_open_link() -> Reason:
    link = select(MailedLink.user_id).where(MailedLink.kind == LinkKind.INVITATION, MailedLink.is_open(utc_now()))
    why = phrase("There is an invitation that still works.")
    return Reason(Member.user_id.in_(link), why, act="invite_again")


def _not_mailed() -> list[Reason]:
    return [
        Reason(Member.email.is_(None), phrase("There is no e-mail address: print a letter."), act="letter"),
        Reason(
            Member.email_broken_at.is_not(None),
            phrase("The e-mail address does not work: correct it, or print a letter."),
            act="letter",
        ),
    ]


def _is_not(*states: MemberState) -> Callable[[], list[Reason]]:
    return lambda: [Reason(Member.state.not_in(states), phrase("The state of this member does not fit."))]


def _invite(found: Sequence[Member], *, days: int, **asked: Any) -> None:
    invitations.invite([member.user_id for member in found], lifetime=timedelta(days=days), **asked)


def _invitations_of(run: BulkRun) -> Select[int, int, int]:
    """The invitations of this run that did not leave yet: the mail, and whose it is."""
    return (
        select(OutboundMail.id, Member.user_id, Member.id)
        .join(Member, Member.user_id == OutboundMail.user_id)
        .join(BulkRow, BulkRow.subject_id == Member.id)
        .where(BulkRow.run_id == run.id, BulkRow.state == BulkState.DONE)
        .where(OutboundMail.template == "invitation", OutboundMail.created_at >= run.created_at)
        .where(OutboundMail.state.in_((MailState.QUEUED, MailState.RETRYING)))
    )


def _keep_back(run: BulkRun, *, actor: Actor, now: datetime) -> list[int]:
    return invitations.keep_back(_invitations_of(run), since=run.created_at, actor=actor, now=now)


_LEAVING: Final = Leaving(lambda run: select(func.count()).select_from(_invitations_of(run).subquery()), _keep_back)


def _send_link(found: Member, *, actor: Any, now: Any, **_parameters: Any) -> None:
    team_accounts.send_reset_link(_person(found.user_id), actor=actor, now=now)


def _person(user_id: int) -> Person:
    person = find_person(user_id)
    if person is None:
        raise RuleBroken(phrase("This is gone."))
    return person


INVITE: Final = BulkAct(
    Member,
    many=_invite,
    reasons=lambda: [*_not_waiting(), _has_open_link(), *_not_mailed()],
    leaving=_LEAVING,
)
INVITE_AGAIN: Final = BulkAct(Member, many=_invite, reasons=lambda: [*_not_waiting(), *_not_mailed()], leaving=_LEAVING)
PRINT: Final = BulkAct(Member, reasons=_not_waiting, is_printed=True)
RESET: Final = BulkAct(
    Member,
    each=_send_link,
    reasons=lambda: [
        Reason(Member.state != MemberState.ACTIVE, phrase("The account is not open.")),
        Reason(Member.email.is_(None), phrase("There is no e-mail address.")),
    ],
)
PAUSE: Final = BulkAct(Member, each=member_states.pause, reasons=_is_not(MemberState.ACTIVE))
RESUME: Final = BulkAct(Member, each=member_states.resume, reasons=_is_not(MemberState.PAUSED, MemberState.RESIGNED))
RESIGN: Final = BulkAct(
    Member, each=member_states.resign, reasons=_is_not(*NOT_OPENED, MemberState.ACTIVE, MemberState.PAUSED)
)


def _on_account(change: Callable[..., None]) -> Callable[..., None]:
    def work(found: User, *, actor: Any, now: Any, **parameters: Any) -> None:
        if found.id == actor.user_id:
            raise RuleBroken(phrase("Nobody does this to the own account."))
        given = {"lifetime": timedelta(days=parameters["days"])} if "days" in parameters else {}
        change(_person(found.id), actor=actor, now=now, **given)

    return work


def _has_no_account() -> list[Reason]:
    return [Reason(~exists().where(and_(Account.user_id == User.id)), phrase("There is no account."))]


INVITE_USER: Final = BulkAct(User, each=_on_account(team_accounts.send_invitation), reasons=_has_no_account)
RESET_USER: Final = BulkAct(User, each=_on_account(team_accounts.send_reset_link), reasons=_has_no_account)
SWITCH_OFF: Final = BulkAct(User, each=_on_account(team_accounts.switch_off), reasons=_has_no_account)
SWITCH_ON: Final = BulkAct(User, each=_on_account(team_accounts.switch_on), reasons=_has_no_account)
END_SESSIONS: Final = BulkAct(User, each=_on_account(team_accounts.end_all_sessions), reasons=_has_no_account)
