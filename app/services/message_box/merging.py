"""Merging questions that are the same, of one member: everything goes into one thread, and nothing is lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.extensions import db
from app.models import Campaign, InternalNote, Message, MessageDraft, NotificationKind, Thread
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.message_box.states import take_over_from
from app.services.message_box.writing import drafts


def merge_threads(thread: Thread, duplicate_id: int, *, actor: Actor, now: datetime) -> None:
    """Put the messages, notes, notifications and drafts of the duplicate into `thread`.

    Whoever opens the duplicate's address comes to `thread`. Raises RuleBroken with field "duplicate" for a thread of
    another member, one that is merged already, or one that the team asked a whole audience.
    """
    duplicate = db.session.get(Thread, duplicate_id)
    if duplicate is None or duplicate.member_id != thread.member_id or duplicate.id == thread.id:
        raise RuleBroken(phrase("Choose another question of the same member."), field="duplicate")
    if duplicate.team_question_id is not None:
        raise RuleBroken(phrase("What the team asked an audience stays a question of its own."), field="duplicate")
    if thread.merged_into_id is not None or not take_over_from(thread, duplicate):
        raise RuleBroken(phrase("This question was merged in the meantime."), field="duplicate")
    _move_rows(thread, duplicate)
    _move_drafts(thread, duplicate)
    record_event(actor, "thread.merged", now=now, subject=thread, member_id=thread.member_id, duplicate=duplicate.id)


def _move_rows(thread: Thread, duplicate: Thread) -> None:
    of_duplicate = (Campaign.kind == NotificationKind.QUESTION) & (Campaign.subject_id == duplicate.id)
    for statement in (
        update(Message).where(Message.thread_id == duplicate.id).values(thread_id=thread.id),
        update(InternalNote).where(InternalNote.thread_id == duplicate.id).values(thread_id=thread.id),
        update(Thread).where(Thread.merged_into_id == duplicate.id).values(merged_into_id=thread.id),
        update(Campaign).where(of_duplicate).values(subject_id=thread.id),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


def _move_drafts(thread: Thread, duplicate: Thread) -> None:
    """What somebody was typing goes along; below what the same person was typing at `thread`."""
    rows = db.session.scalars(select(MessageDraft).where(MessageDraft.thread_id.in_((thread.id, duplicate.id)))).all()
    places = {place_of(duplicate): place_of(thread) for place_of in (drafts.place_of, drafts.note_place_of)}
    kept = {(row.user_id, row.place): row for row in rows if row.thread_id == thread.id}
    for draft in (row for row in rows if row.thread_id == duplicate.id):
        there = kept.get((draft.user_id, places[draft.place]))
        if there is None:
            draft.thread_id, draft.place = thread.id, places[draft.place]
        else:
            there.body = f"{there.body}\n\n{draft.body}".strip()
            db.session.delete(draft)
    db.session.flush()
