"""Taking members away with their accounts, set-based: those that an import made, or that became part of another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_appbuilder.security.sqla.models import assoc_user_role
from sqlalchemy import delete

from app.extensions import db
from app.models import Member, User
from app.services.bulk import among
from app.services.mail.outbox import cancel_waiting
from app.services.members.bsn import forget_bsns


def remove_members(member_ids: Sequence[int], user_ids: Sequence[int]) -> None:
    """Delete these members, their accounts and what hangs on them. Mail that waits for them does not leave.

    Whether they may go is the caller's to know; call `bulk.serialize("members")` before that is found out.
    """
    if not member_ids:
        return
    forget_bsns(member_ids)
    cancel_waiting(user_ids)
    _run(delete(Member).where(among(Member.id, member_ids)))
    remove_accounts(user_ids)


def remove_accounts(user_ids: Sequence[int]) -> None:
    """Delete these accounts with their sessions, codes and links."""
    _run(delete(assoc_user_role).where(among(assoc_user_role.c.user_id, user_ids)))
    _run(delete(User).where(among(User.id, user_ids)))


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
