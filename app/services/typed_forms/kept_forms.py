"""Forms as they were filled in, kept sealed for their user until they are sent, and no longer than a day."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select

from app.extensions import db, vault
from app.models import KeptForm
from app.models.guard.row_guard import everyone
from app.vault import CannotDecrypt

KEPT_FOR: Final = timedelta(hours=24)
LONGEST: Final = 300_000  # characters of one form, names and marks included: a longer one is not kept
MOST_KEPT: Final = 20  # of one user; the oldest makes place
TOKEN_BYTES: Final = 16


class Reason(StrEnum):
    """Why it was not carried out."""

    ENDED = "ended"  # the session had ended
    REFUSED = "refused"  # something is not right yet
    LANGUAGE = "language"  # the person chose another language first


@dataclass(frozen=True, slots=True)
class Typed:
    """What was filled in: in which form of which page, the values, and what was said of them."""

    page: str  # the address that shows the form
    form: str  # which of the forms of that page
    reason: str
    values: Sequence[tuple[str, str]]
    errors: Sequence[tuple[str, Sequence[str]]] = ()  # by field; "" is above the form
    files: Sequence[str] = ()  # names of files: these must be chosen again
    left_out: bool = False  # a password, a code or a BSN was filled in too, and is kept nowhere


def keep_form(user_id: int, typed: Typed, *, now: datetime, replaces: str = "") -> str:
    """Keep it for this user, in place of what `replaces` stands for. Gives the token that shows it again; "" when it
    is too long to keep. The token goes to the browser and is kept nowhere.
    """
    written = json.dumps(asdict(typed), ensure_ascii=False)
    if len(written) > LONGEST:
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    hashed = _hash(token)
    with everyone("keep what somebody typed, perhaps in a session that has ended"):
        if replaces:
            forget_form(user_id, replaces)
        sealed = vault.encrypt(written, owner=_owner(user_id, hashed))
        db.session.add(KeptForm(user_id=user_id, token_hash=hashed, sealed_typed=sealed, kept_at=now))
        db.session.flush()
        _make_place(user_id)
    return token


def _make_place(user_id: int) -> None:
    of_user = select(KeptForm.id).where(KeptForm.user_id == user_id).order_by(KeptForm.id.desc())
    too_many = db.session.scalars(of_user.offset(MOST_KEPT)).all()
    if too_many:
        db.session.execute(delete(KeptForm).where(KeptForm.id.in_(too_many)))


def find_forms(user_id: int, tokens: Sequence[str], now: datetime) -> dict[str, Typed]:
    """What these tokens stand for, of this user and not older than a day, by token. One statement."""
    by_hash = {_hash(token): token for token in tokens}
    wanted = select(KeptForm).where(
        KeptForm.user_id == user_id, KeptForm.token_hash.in_(by_hash), KeptForm.kept_at > now - KEPT_FOR
    )
    found = {by_hash[row.token_hash]: _open(row) for row in db.session.scalars(wanted)}
    return {token: typed for token, typed in found.items() if typed is not None}


def _open(row: KeptForm) -> Typed | None:
    """None when the key is gone: after a rotation nobody waits for what was typed before it."""
    try:
        return Typed(**json.loads(vault.decrypt(row.sealed_typed, owner=_owner(row.user_id, row.token_hash))))
    except CannotDecrypt:
        return None


def forget_form(user_id: int, token: str) -> None:
    """It was sent, or thrown away."""
    own = delete(KeptForm).where(KeptForm.user_id == user_id, KeptForm.token_hash == _hash(token))
    db.session.execute(own.execution_options(synchronize_session=False))


def forget_forms(user_id: int) -> None:
    """Everything that is kept for this user: who signs out on purpose leaves nothing behind."""
    db.session.execute(delete(KeptForm).where(KeptForm.user_id == user_id))


@everyone("forget what was typed long ago")
def delete_old_forms(now: datetime) -> None:
    """Delete what nobody came back for."""
    db.session.execute(delete(KeptForm).where(KeptForm.kept_at <= now - KEPT_FOR))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _owner(user_id: int, hashed: str) -> str:
    return f"kept_form:{user_id}:{hashed}"
