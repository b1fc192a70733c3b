"""What somebody is typing for the message box, kept on the server so that the end of a session loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import MessageDraft, Thread
from app.models.guard.row_guard import everyone
from app.services.atomic import change_if
from app.typed.texts import fit

NEW: Final = "new"  # the place of a question that is not asked yet
KEPT_DAYS: Final = 30  # nobody goes on with an older one, and it may hold personal data
MOST_SHOWN: Final = 10
LONGEST: Final = 20_000  # characters: more than may be sent, so that a text that is too long is kept as well


def place_of(thread: Thread) -> str:
    """Where the text for this thread is kept."""
    return f"thread:{thread.id}"


def note_place_of(thread: Thread) -> str:
    """Where a note for colleagues about this thread is kept."""
    return f"note:{thread.id}"


def save_draft(
    user_id: int, place: str, *, subject: str = "", body: str, thread_id: int | None = None, now: datetime
) -> None:
    """Keep the text in place of what was there; without any text nothing is kept."""
    tidy_subject, tidy_body = fit(_tidy(subject), MessageDraft.subject), _tidy(body)[:LONGEST]
    if not tidy_subject.strip() and not tidy_body.strip():
        forget_draft(user_id, place)
        return
    values: dict[str, Any] = {"subject": tidy_subject, "body": tidy_body, "saved_at": now}
    if not _update(user_id, place, values) and not _insert(user_id, place, thread_id, values):
        _update(user_id, place, values)  # another tab was first


def _insert(user_id: int, place: str, thread_id: int | None, values: dict[str, Any]) -> bool:
    """By the ORM, so that the row guard sees whose it is."""
    try:
        with db.session.begin_nested():
            db.session.add(MessageDraft(user_id=user_id, place=place, thread_id=thread_id, **values))
    except IntegrityError:
        return False
    return True


def _update(user_id: int, place: str, values: dict[str, Any]) -> bool:
    return change_if(MessageDraft, MessageDraft.user_id == user_id, MessageDraft.place == place, **values)


def _tidy(typed: str) -> str:
    return typed.replace("\x00", "").replace("\r\n", "\n")


def find_draft(user_id: int, place: str) -> MessageDraft | None:
    """What this person was typing at this place, or None."""
    found: MessageDraft | None = db.session.scalar(
        select(MessageDraft).where(MessageDraft.user_id == user_id, MessageDraft.place == place)
    )
    return found


def typed_at(user_id: int, thread: Thread) -> dict[str, str]:
    """What this person was typing for this thread, by place. One statement."""
    wanted = select(MessageDraft.place, MessageDraft.body).where(
        MessageDraft.user_id == user_id, MessageDraft.thread_id == thread.id
    )
    return dict(db.session.execute(wanted).all())


def list_drafts(user_id: int) -> Sequence[MessageDraft]:
    """All that this person was typing, the latest first, with the threads. One statement."""
    wanted = select(MessageDraft).where(MessageDraft.user_id == user_id).options(joinedload(MessageDraft.thread))
    return db.session.scalars(wanted.order_by(MessageDraft.saved_at.desc()).limit(MOST_SHOWN)).all()


def forget_draft(user_id: int, place: str) -> None:
    """It was sent, or thrown away."""
    db.session.execute(
        delete(MessageDraft)
        .where(MessageDraft.user_id == user_id, MessageDraft.place == place)
        .execution_options(synchronize_session=False)
    )


@everyone("forget old drafts")
def delete_old_drafts(now: datetime) -> None:
    """Delete the drafts that nobody touched for KEPT_DAYS."""
    db.session.execute(delete(MessageDraft).where(MessageDraft.saved_at < now - timedelta(days=KEPT_DAYS)))
