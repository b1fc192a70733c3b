"""Threads for tests, made through the services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.clock import utc_now
from app.extensions import db
from app.models import Member, Thread, User
from app.services.audit import Actor
from app.services.message_box import team, threads
from app.services.message_box.threads import NewQuestion

PER_HOUR = 100


def actor_of(person: Member | User) -> Actor:
    """The person as somebody who acts."""
    user = person.user if isinstance(person, Member) else person
    return Actor(user.username, user.id)


def ask(
    member: Member,
    subject: str = "Training",
    body: str = "Wanneer is de training?",
    *,
    now: datetime | None = None,
    **more: Any,
) -> Thread:
    """A question of this member."""
    question = NewQuestion(subject, body, **more)
    thread = threads.ask_question(member, question, per_hour=PER_HOUR, actor=actor_of(member), now=now or utc_now())
    db.session.commit()
    return thread


def answer(thread: Thread, colleague: User, body: str = "Op 3 maart.", *, now: datetime | None = None) -> None:
    """An answer of the team."""
    team.answer(thread, body, seen=thread.version, actor=actor_of(colleague), now=now or utc_now())
    db.session.commit()


def reply(thread: Thread, body: str = "Dank je wel.", *, now: datetime | None = None) -> None:
    """The member goes on."""
    threads.reply(thread, body, per_hour=PER_HOUR, actor=actor_of(thread.member), now=now or utc_now())
    db.session.commit()
