"""What is done to many members or accounts at once (services.bulk_runs)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, exists, or_, select

from app.models import Account, Member, MemberState, User
from app.phrases import RuleBroken, phrase
from app.services.access.people import Person, find_person
from app.services.accounts import invitations, team_accounts
from app.services.bulk_runs import BulkAct, Reason
from app.services.members import states as member_states

NOT_OPENED: Final = (MemberState.IMPORTED, MemberState.INVITED)


def _has_opened() -> Reason:
    is_open = select(User.id).where(or_(User.password.is_not(None), User.active.is_(False)))
    return (
        or_(Member.state.not_in(NOT_OPENED), Member.user_id.in_(is_open)),
        phrase("The account was opened already, or the member does not take part any more."),
    )


def _without_address() -> Reason:
    return Member.email.is_(None), phrase("There is no e-mail address: print a letter.")


def _is_not(*states: MemberState) -> Callable[[], list[Reason]]:
    return lambda: [(Member.state.not_in(states), phrase("The state of this member does not fit."))]


def _invite(found: Sequence[Member], *, days: int, **asked: Any) -> None:
    invitations.invite([member.user_id for member in found], lifetime=timedelta(days=days), **asked)


def _send_link(found: Member, *, actor: Any, now: Any, **_parameters: Any) -> None:
    team_accounts.send_reset_link(_person(found.user_id), actor=actor, now=now)


def _person(user_id: int) -> Person:
    person = find_person(user_id)
    if person is None:
        raise RuleBroken(phrase("This is gone."))
    return person


INVITE: Final = BulkAct(Member, many=_invite, reasons=lambda: [_has_opened(), _without_address()])
PRINT: Final = BulkAct(Member, reasons=lambda: [_has_opened()], is_printed=True)
RESET: Final = BulkAct(
    Member,
    each=_send_link,
    reasons=lambda: [
        (Member.state != MemberState.ACTIVE, phrase("The account is not open.")),
        (Member.email.is_(None), phrase("There is no e-mail address.")),
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
    return [(~exists().where(and_(Account.user_id == User.id)), phrase("There is no account."))]


INVITE_USER: Final = BulkAct(User, each=_on_account(team_accounts.send_invitation), reasons=_has_no_account)
RESET_USER: Final = BulkAct(User, each=_on_account(team_accounts.send_reset_link), reasons=_has_no_account)
SWITCH_OFF: Final = BulkAct(User, each=_on_account(team_accounts.switch_off), reasons=_has_no_account)
SWITCH_ON: Final = BulkAct(User, each=_on_account(team_accounts.switch_on), reasons=_has_no_account)
END_SESSIONS: Final = BulkAct(User, each=_on_account(team_accounts.end_all_sessions), reasons=_has_no_account)
