"""One session of somebody else ended by an administrator, for a browser that should not be signed in."""

from __future__ import annotations

from datetime import datetime

from app.models import UserSession
from app.phrases import RuleBroken, phrase
from app.services.access import sessions
from app.services.access.people import find_person
from app.services.audit import Actor, record_event


def end_session_of(session: UserSession, *, actor: Actor, now: datetime) -> None:
    """Sign this browser out. Raises RuleBroken for an own session, and for one that has ended already."""
    if session.user_id == actor.user_id:
        raise RuleBroken(phrase("This is a session of your own. You end it on the page of your account."))
    person = find_person(session.user_id)
    if person is None or not sessions.end_session(session.id, user_id=session.user_id):
        raise RuleBroken(phrase("This session has ended already."))
    subject, member_id = person.user, person.member_id
    record_event(actor, "user.session_ended", now=now, subject=subject, member_id=member_id, session=session.id)
