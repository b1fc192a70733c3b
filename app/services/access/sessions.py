"""Sessions of signed-in browsers: opened after the code only, ended on the server."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.extensions import db
from app.models import Account, UserSession
from app.models.guard.row_guard import everyone
from app.services.atomic import change_if
from app.typed.texts import fit

TOUCH_AFTER = timedelta(minutes=1)  # `last seen` is written at most once a minute
TOKEN_BYTES = 32  # of chance, in each token that opens something


def hash_token(token: str) -> str:
    """What the database keeps of a random token; a plain hash will do for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(account: Account, *, now: datetime, ip: str, agent: str) -> str:
    """A new session for this account; gives the token for the cookie, which is nowhere kept in the clear."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        UserSession(
            token_hash=hash_token(token),
            user_id=account.user_id,
            epoch=account.epoch,
            created_at=now,
            last_seen_at=now,
            ip=ip,
            agent=fit(agent, UserSession.agent),
        )
    )
    db.session.flush()
    return token


def ends_at(session: UserSession, *, idle: timedelta, absolute: timedelta) -> datetime:
    """When the session ends if nothing more is done in it."""
    return min(session.last_seen_at + idle, session.created_at + absolute)


def is_live(session: UserSession, *, idle: timedelta, absolute: timedelta, now: datetime) -> bool:
    """Not idle for too long and not older than the absolute end, however active (SECURITY §1)."""
    return now < ends_at(session, idle=idle, absolute=absolute)


def touch(session: UserSession, now: datetime) -> bool:
    """Note that the session is used, at most once a minute; tells whether something was written."""
    if now - session.last_seen_at < TOUCH_AFTER:
        return False
    keep_alive(session, now)
    return True


def keep_alive(session: UserSession, now: datetime) -> None:
    """Stay signed in at the person's wish: the idle time starts anew, also within the minute.

    A session that was ended elsewhere since it was read stays ended.
    """
    with everyone("note that a session is used"):
        change_if(UserSession, UserSession.id == session.id, last_seen_at=now)


def list_sessions(user_id: int) -> list[UserSession]:
    """The sessions of one account, latest used first."""
    statement = select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.last_seen_at.desc())
    return list(db.session.scalars(statement))


def end_session(session_id: int, *, user_id: int) -> bool:
    """End one session of this account; False when there is none such."""
    own = delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    return db.session.scalar(own.returning(UserSession.id)) is not None


def end_sessions(account: Account) -> None:
    """End every session and every waiting code of an account: password, e-mail or role changed, or deactivated."""
    account.epoch += 1
    with everyone("end all sessions of an account"):
        db.session.flush()
        db.session.execute(delete(UserSession).where(UserSession.user_id == account.user_id))


@everyone("forget old sessions")
def delete_old_sessions(now: datetime, *, absolute: timedelta) -> None:
    """Delete the sessions that are past their absolute end; nobody can use them any more."""
    db.session.execute(delete(UserSession).where(UserSession.created_at < now - absolute))
