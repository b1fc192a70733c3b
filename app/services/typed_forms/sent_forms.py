"""A form is carried out once: who presses twice, or comes back and sends the same again, makes no second thing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from app.extensions import db, vault
from app.models import SentForm
from app.models.guard.row_guard import everyone
from app.services.atomic import change_if
from app.services.bulk import insert_unless_there

KEPT_FOR: Final = timedelta(days=8)  # longer than a page can be sent (app.views.typed.tokens)


class SentAlready(Exception):
    """Exactly this was carried out before; `target` is where it led to, or empty: where its page usually leads to."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target


def claim_form(user_id: int, nonce: str, contents: str, now: datetime) -> None:
    """Note, in the transaction that carries it out, that this page is sent with these contents.

    Other contents of the same page may be sent: somebody went back and changed something. Raises SentAlready when the
    last that was sent is the same; of two at once the second waits for the first. Of the contents a keyed hash is kept:
    they may hold a BSN.
    """
    digest = vault.lookup_hash(contents, purpose="sent form")
    sent = {"digest": digest, "target": "", "sent_at": now}
    with everyone("a nonce is there once, whoever has it"):
        is_first = insert_unless_there(SentForm, "nonce", nonce=nonce, user_id=user_id, **sent)
    if is_first:
        return
    is_own = (SentForm.nonce == nonce, SentForm.user_id == user_id)
    if not change_if(SentForm, *is_own, SentForm.digest != digest, **sent):
        raise SentAlready(db.session.scalar(select(SentForm.target).where(*is_own)) or "")


def note_target(user_id: int, nonce: str, target: str) -> None:
    """Where it led to, for who sends it again."""
    change_if(SentForm, SentForm.nonce == nonce, SentForm.user_id == user_id, target=target)


@everyone("forget which forms were sent")
def delete_old_sent(now: datetime) -> None:
    """Delete what no page that is still open can send again."""
    db.session.execute(delete(SentForm).where(SentForm.sent_at <= now - KEPT_FOR))
