"""The team's side of the message box: take a question, answer, note, hand over, close, and start a thread.

Two colleagues at once: whoever acts on what is no longer so is told who was first. The caller keeps the text as draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_appbuilder.security.sqla.models import User, assoc_user_role
from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, select

from app.extensions import db
from app.models import (
    Condition,
    Election,
    Group,
    InternalNote,
    Member,
    MemberState,
    Message,
    NotificationKind,
    Role,
    StoredFile,
    Thread,
    ThreadState,
)
from app.permissions import ADMIN, STAFF
from app.phrases import Phrase, RuleBroken, phrase
from app.services.atomic import EditConflict
from app.services.audit import Actor, record_event
from app.services.campaigns import campaigns
from app.services.message_box import states
from app.services.message_box.attachments import attach_document, find_in_library
from app.services.message_box.read_receipts import mark_read_by_team
from app.services.message_box.search import text_of_subject
from app.services.message_box.threads import add_message, clean_body, clean_subject, is_asked_about
from app.services.message_box.writing import canned_answers, drafts
from app.services.notifications.notifications import settle_actions
from app.services.search.folding import fold_text

# What the notification says in the portal, in its two languages; the mail only says that something waits.
ANSWERED = ("Er is een antwoord op je vraag", "Your question was answered")
ASKED = ("Het team heeft je iets gevraagd", "The team asked you something")

_ANSWERED = phrase("%(who)s answered this question on %(moment)s. Your text is kept: look before you send it.")
_TOOK = phrase("%(who)s took this question on %(moment)s. Your text is kept: look before you send it.")
_CLOSED = phrase("This question was closed on %(moment)s. Your text is kept: look before you send it.")
_WROTE = phrase("The member wrote something on %(moment)s. Your text is kept: look before you send it.")
_CHANGED = phrase("This question was changed in the meantime. Your text is kept: look before you send it.")


def is_colleague() -> ColumnElement[bool]:
    """What that asks of a user."""
    with_role = select(assoc_user_role.c.user_id).join(Role, Role.id == assoc_user_role.c.role_id)
    team = with_role.where(Role.name.in_((STAFF, ADMIN)))
    return and_(User.id.in_(team), User.active.is_(True), ~exists().where(Member.user_id == User.id))


def list_filter_choices() -> tuple[dict[int, str], dict[int, str]]:
    """The names of colleagues and of elections by id, as one chooses from them in the inbox. One statement."""
    kind, place = literal("colleague").label("kind"), (User.first_name + " " + User.last_name).label("place")
    people = select(kind, User.id.label("id"), place.label("name"), place).where(is_colleague())
    day = cast(Election.voting_on, String)
    elections = select(literal("election"), Election.id, Election.name, day).where(is_asked_about())
    rows = sorted(db.session.execute(people.union_all(elections)), key=lambda row: (row.place, row.id))
    named = {of: {row.id: row.name.strip() for row in rows if row.kind == of} for of in ("colleague", "election")}
    return named["colleague"], named["election"]


def claim(thread: Thread, *, actor: Actor, now: datetime) -> None:
    """Claim it. Raises EditConflict that names the colleague who has it."""
    if not states.claim_thread(thread, user_id=_who(actor), now=now):
        raise EditConflict(
            phrase(
                "%(who)s took this question first, on %(moment)s.", who=_name(thread.assignee), moment=thread.claimed_at
            )
        )
    mark_read_by_team(thread, now)
    record_event(actor, "thread.taken", now=now, subject=thread, member_id=thread.member_id)


def release(thread: Thread, *, seen: int, actor: Actor, now: datetime) -> None:
    """Give it back to the team."""
    if thread.assignee_user_id is None:
        raise RuleBroken(phrase("Nobody has this question."))
    _require_current(thread, states.unassign(thread, seen=seen), actor)
    record_event(actor, "thread.released", now=now, subject=thread, member_id=thread.member_id)


def assign(thread: Thread, user_id: int, *, seen: int, actor: Actor, now: datetime) -> None:
    """Give it to a colleague, or take it over from one."""
    if not db.session.scalar(select(exists().where(User.id == user_id, is_colleague()))):
        raise RuleBroken(phrase("Choose a colleague."), field="colleague")
    _require_current(thread, states.reassign(thread, user_id=user_id, seen=seen, now=now), actor)
    record_event(actor, "thread.assigned", now=now, subject=thread, member_id=thread.member_id, user=user_id)


def answer(
    thread: Thread,
    typed: str,
    *,
    seen: int,
    files: Sequence[StoredFile] = (),
    document_id: int = 0,
    is_last: bool = False,
    actor: Actor,
    now: datetime,
) -> Message:
    """Answer, and close it with that when `is_last`; the member is told. `seen` is the version that was on screen.

    `document_id` is a document of the library that goes with it, or 0.

    Raises EditConflict when the thread went on meanwhile; RuleBroken for a text that cannot be sent.
    """
    body = clean_body(typed)
    canned_answers.check_filled(body)
    user_id = _who(actor)
    version = find_in_library(document_id, now) if document_id else None
    is_changed = states.mark_answered(thread, user_id=user_id, seen=seen, is_last=is_last, now=now)
    sent = None if is_changed else _find_sent(thread, body, user_id)
    if sent is not None:
        return sent
    _require_current(thread, is_changed, actor)
    mark_read_by_team(thread, now)
    message = add_message(thread, body, files, author_user_id=user_id, is_team=True, now=now)
    if version is not None:
        attach_document(message.id, thread.member_id, version)
    drafts.forget_draft(user_id, drafts.place_of(thread))
    tell_member(thread, ANSWERED, actor=actor, now=now)
    record_event(
        actor, "thread.answered", now=now, subject=thread, member_id=thread.member_id, files=len(files), closed=is_last
    )
    return message


def _find_sent(thread: Thread, body: str, user_id: int) -> Message | None:
    """The last message, when it is this very answer: the button was pressed twice."""
    messages = select(Message).where(Message.thread_id == thread.id)
    last = db.session.scalars(messages.order_by(Message.created_at.desc(), Message.id.desc()).limit(1)).one_or_none()
    return last if last is not None and (last.author_user_id, last.body) == (user_id, body) else None


def close(thread: Thread, *, seen: int, actor: Actor, now: datetime) -> None:
    """Close it without an answer; the member is not told, sees it as closed, and can still reply."""
    if thread.state == ThreadState.CLOSED:
        raise RuleBroken(phrase("This question is closed already."))
    _require_current(thread, states.close_thread(thread, seen=seen, now=now), actor)
    if thread.team_question_id is not None:
        settle_actions(now, member_id=thread.member_id)
    mark_read_by_team(thread, now)
    record_event(actor, "thread.closed", now=now, subject=thread, member_id=thread.member_id)


def add_note(thread: Thread, typed: str, *, actor: Actor, now: datetime) -> InternalNote:
    """A note for colleagues, which no member can ever read. Raises RuleBroken with field "body"."""
    body = clean_body(typed, field="body")
    note = InternalNote(
        thread_id=thread.id, author_user_id=actor.user_id, body=body, search_text=fold_text(body), created_at=now
    )
    db.session.add(note)
    db.session.flush()
    drafts.forget_draft(_who(actor), drafts.note_place_of(thread))
    record_event(actor, "thread.noted", now=now, subject=thread, member_id=thread.member_id)
    return note


def start_thread(
    member: Member,
    subject: str,
    typed: str,
    *,
    election_id: int | None = None,
    files: Sequence[StoredFile] = (),
    actor: Actor,
    now: datetime,
) -> Thread:
    """Ask or tell one member something; the next word is the member's. Raises RuleBroken with the field."""
    if member.state in (MemberState.RESIGNED, MemberState.ANONYMISED):
        raise RuleBroken(phrase("This member has left and reads nothing any more."), field="member_number")
    title, body = clean_subject(subject), clean_body(typed)
    canned_answers.check_filled(body)
    thread = Thread(
        member_id=member.id,
        subject=title,
        search_text=text_of_subject(title),
        election_id=election_id,
        state=ThreadState.ANSWERED,
        assignee_user_id=actor.user_id,
        claimed_at=now,
        is_from_team=True,
        is_unread_by_member=True,
        created_at=now,
        last_message_at=now,
    )
    db.session.add(thread)
    db.session.flush()
    add_message(thread, body, files, author_user_id=actor.user_id, is_team=True, now=now)
    drafts.forget_draft(_who(actor), drafts.NEW)
    tell_member(thread, ASKED, actor=actor, now=now)
    record_event(actor, "thread.started", now=now, subject=thread, member_id=member.id, files=len(files))
    return thread


def tell_member(thread: Thread, title: tuple[str, str], *, actor: Actor, now: datetime) -> None:
    """A notification and, with the others of that quarter, a mail that something waits."""
    campaigns.send_automatic(
        NotificationKind.QUESTION,
        Group((Condition("picked", ids=(thread.member_id,)),)),
        title=title[0],
        title_en=title[1],
        subject_id=thread.id,
        election_id=thread.election_id,
        actor=actor,
        now=now,
    )


def list_notes(thread: Thread) -> Sequence[InternalNote]:
    """What colleagues wrote about it, the first one first."""
    wanted = select(InternalNote).where(InternalNote.thread_id == thread.id).order_by(InternalNote.id)
    return db.session.scalars(wanted).all()


def _who(actor: Actor) -> int:
    if actor.user_id is None:
        raise LookupError("only a person of the team does this")
    return actor.user_id


def _require_current(thread: Thread, is_changed: bool, actor: Actor) -> None:
    if not is_changed:
        raise EditConflict(say_what_happened(thread, actor))


def say_what_happened(thread: Thread, actor: Actor) -> Phrase:
    """The latest thing that somebody else did, in words."""
    latest = (
        select(Message).where(Message.thread_id == thread.id).order_by(Message.created_at.desc(), Message.id.desc())
    )
    message = db.session.scalars(latest.limit(1)).one_or_none()
    claimed_at = thread.claimed_at
    if _is_closed_by_itself(thread, message):
        return Phrase(_CLOSED.msgid, {"moment": thread.closed_at})
    is_claim_newer = claimed_at is not None and (message is None or claimed_at > message.created_at)
    if message is not None and message.is_team and not is_claim_newer:
        return _say_who(_ANSWERED, message.author, message.created_at, actor)
    if claimed_at is not None and (message is None or claimed_at >= message.created_at):
        return _say_who(_TOOK, thread.assignee, claimed_at, actor)
    if message is None or not thread.is_unread_by_team:
        return _CHANGED  # such as by who gave it back: the columns do not tell
    return Phrase(_WROTE.msgid, {"moment": message.created_at})


def _is_closed_by_itself(thread: Thread, message: Message | None) -> bool:
    """Whether closing it was the latest thing, and no part of an answer."""
    if thread.closed_at is None or (thread.claimed_at is not None and thread.claimed_at > thread.closed_at):
        return False
    if message is None or message.created_at < thread.closed_at:
        return True
    return message.created_at == thread.closed_at and not message.is_team


def _say_who(sentence: Phrase, user: User | None, moment: datetime, actor: Actor) -> Phrase:
    if user is None or user.id == actor.user_id:
        return _CHANGED
    return Phrase(sentence.msgid, {"who": _name(user), "moment": moment})


def _name(user: User | None) -> str:
    return user.get_full_name().strip() or user.username if user else ""
