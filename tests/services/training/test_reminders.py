"""Who has a place is reminded once, so many days before as the session says; and the trail of sessions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.models import AuditEvent, OutboundMail
from app.services.audit import COMMAND
from app.services.training import reminders, seats, sessions
from tests.support.factories.people import make_member
from tests.support.factories.training import make_session, session_text, sign_up


def told(db):
    return [mail.values["kind"] for mail in db.session.scalars(select(OutboundMail).order_by(OutboundMail.id))]


def test_who_has_a_place_is_reminded_once_and_in_time(db, now):
    session = make_session(now, capacity=1, remind_days=3)
    sign_up(session, make_member(), now)
    sign_up(session, make_member(), now)  # waits
    others = [make_session(now, title=f"Training {days}", remind_days=days) for days in (None, 2)]
    others.append(make_session(now, title="Later", remind_days=3, starts_at=session.starts_at + timedelta(days=1)))
    for other in others:
        sign_up(other, make_member(), now)
    gone = sign_up(others[0], make_member(), now)
    seats.give_up(gone.id, actor=COMMAND, now=now)
    assert reminders.remind_due(session.starts_at - timedelta(days=3, minutes=1)) == 0
    at = session.starts_at - timedelta(days=3)
    assert [reminders.remind_due(at), reminders.remind_due(at)] == [1, 0]
    assert told(db) == ["signed_up", "waiting", *["signed_up"] * 4, "reminder"]
    assert [session.reminded_at, *(other.reminded_at for other in others)] == [at, None, None, None]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "training_session.reminded")).one()
    assert (event.subject_id, event.details) == (session.id, {"members": 1})


def test_as_early_as_can_be_asked_is_reminded_at_the_moment_itself(db, now):
    days = sessions.FURTHEST_REMINDER
    session = make_session(now, remind_days=days, starts_at=now + timedelta(days=40))
    sign_up(session, make_member(), now)
    at = session.starts_at - timedelta(days=days)
    assert [reminders.remind_due(at - timedelta(seconds=1)), reminders.remind_due(at)] == [0, 1]


def test_of_a_session_that_has_begun_or_was_called_off_nobody_is_reminded(db, now):
    begun, off = make_session(now), make_session(now, title="Gaat niet door")
    for session in (begun, off):
        sign_up(session, make_member(), now)
    sessions.cancel_session(off, "", actor=COMMAND, now=now)
    assert reminders.remind_due(begun.starts_at) == 0
    assert (begun.reminded_at, off.reminded_at) == (None, None)


def test_who_signed_up_just_now_is_not_reminded(db, now):
    session = make_session(now, capacity=9, remind_days=3)
    at = session.starts_at - timedelta(days=3)
    settled, fresh = make_member(), make_member()
    sign_up(session, settled, at - reminders.SETTLED - timedelta(minutes=1))
    sign_up(session, fresh, at - reminders.SETTLED + timedelta(minutes=1))
    assert reminders.remind_due(at) == 1
    reminded = select(OutboundMail.user_id).where(OutboundMail.template == "training")
    mails = db.session.execute(reminded.add_columns(OutboundMail.values))
    assert [user_id for user_id, values in mails if values["kind"] == "reminder"] == [settled.user_id]


def test_another_day_is_reminded_of_anew(db, now):
    session = make_session(now, remind_days=3)
    sign_up(session, make_member(), now)
    at = session.starts_at - timedelta(days=3)
    assert reminders.remind_due(at) == 1
    later = session_text(now, starts_at=session.starts_at + timedelta(days=7))
    sessions.write_session(later, session, actor=COMMAND, now=at)
    assert reminders.remind_due(at) == 0
    assert reminders.remind_due(at + timedelta(days=7)) == 1


def test_each_act_on_a_session_is_in_the_trail(db, now):
    session, other = make_session(now), make_session(now)
    sessions.write_session(session_text(now, capacity=9), session, actor=COMMAND, now=now)
    reminders.remind_due(session.starts_at - timedelta(hours=1))
    sessions.cancel_session(session, "", actor=COMMAND, now=now)
    sessions.delete_session(other, actor=COMMAND, now=now)
    rows = select(AuditEvent.action).where(AuditEvent.subject_type == "TrainingSession").order_by(AuditEvent.id)
    acts = list(db.session.scalars(rows))
    assert set(acts) == {
        "training_session.created",
        "training_session.changed",
        "training_session.reminded",
        "training_session.cancelled",
        "training_session.deleted",
    }
