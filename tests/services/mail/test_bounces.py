"""What a delivery report does to the mail that it is about, and to the member who should have got it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.importing.bounces import Outcome, Report
from app.models import Account, AuditEvent, MailState
from app.services.audit import COMMAND
from app.services.mail import bounces, outbox
from app.services.mail.bounces import Effect
from app.services.mail.smtp_replies import DELAYED
from tests.support.factories.people import make_member

HOUR = timedelta(hours=1)
NOBODY = "550 5.1.1 user unknown"


def message_id_of(mail_id, resends):
    return f"<{mail_id}.{resends}.{'ab' * 12}@voorbeeldstad.example>"


@pytest.fixture
def member(db):
    make_member()
    return make_member(email="jan@post.example")


@pytest.fixture
def sent(db, member, now):
    """Two that were sent to this member; the first one is meant."""
    mails = []
    for _ in range(2):
        given = {"recipient": member.email, "user_id": member.user_id, "locale": "nl", "values": {}, "now": now}
        mails.append(outbox.queue_mail("waiting", **given))
    for mail in mails:
        mail.state, mail.sent_at = MailState.SENT, now
    db.session.flush()
    return mails[0]


def note(mail, now, action="failed", status="5.1.1", reason=NOBODY, *, to="jan@post.example", resends=0):
    outcomes = (
        Outcome(frozenset({"ander@post.example"}), "delivered", "2.0.0", ""),
        Outcome(frozenset({to}), action, status, reason),
    )
    report = Report(("<other@example>", message_id_of(mail.id, resends)), outcomes)
    return bounces.note_report(report, message_id_of=message_id_of, actor=COMMAND, now=now)


def events(db):
    rows = select(AuditEvent.action, AuditEvent.subject_id, AuditEvent.member_id).order_by(AuditEvent.id)
    return [tuple(row) for row in db.session.execute(rows)]


@pytest.mark.parametrize("state", [MailState.SENT, MailState.SENDING, MailState.RETRYING])
def test_a_failure_marks_the_mail_and_by_its_report_the_address_once(db, member, sent, now, state):
    sent.state, sent.claimed_by, sent.lease_until = state, "worker", now
    db.session.flush()
    assert note(sent, now + HOUR) == Effect.FAILED
    assert (sent.state, sent.error, sent.claimed_by, sent.lease_until) == (MailState.FAILED, NOBODY, None, None)
    db.session.refresh(member)
    broken = (member.email_broken_at, member.email_broken_reason, member.email_broken_by_report)
    assert broken == (now + HOUR, NOBODY, True)
    assert events(db) == [("mail.reported", sent.id, member.id), ("email.broken", None, member.id)]
    assert note(sent, now + 2 * HOUR) == Effect.KNOWN
    assert len(events(db)) == 2


@pytest.mark.parametrize(
    ("status", "reason"), [("4.1.1", NOBODY), ("5.2.2", "552 5.2.2 mailbox full"), ("5.7.1", "550 5.7.1 spam")]
)
def test_a_failure_for_another_reason_says_nothing_of_the_address(db, member, sent, now, status, reason):
    assert note(sent, now, status=status, reason=reason) == Effect.FAILED
    db.session.refresh(member)
    assert (sent.state, member.email_broken_at) == (MailState.FAILED, None)


@pytest.mark.parametrize(("hours", "is_broken"), [(-1, True), (0, True), (1, False)])
def test_who_typed_a_mailed_code_since_has_an_address_that_works(db, member, sent, now, hours, is_broken):
    db.session.get(Account, member.user_id).last_sign_in_at = now + hours * HOUR
    db.session.flush()
    note(sent, now + 2 * HOUR)
    db.session.refresh(member)
    assert (member.email_broken_at is not None) is is_broken


def test_a_delay_is_noted_once_and_an_arrival_changes_nothing(db, sent, now):
    delayed = {"action": "delayed", "status": "4.4.1", "reason": "no answer"}
    assert [note(sent, now, **delayed) for _ in range(2)] == [Effect.DELAYED, Effect.KNOWN]
    assert (sent.state, sent.error) == (MailState.SENT, f"{DELAYED}no answer")
    assert note(sent, now, action="delivered") == Effect.GOOD
    sent.state = MailState.FAILED
    assert note(sent, now, **delayed | {"reason": "still none"}) == Effect.KNOWN
    assert sent.error == f"{DELAYED}no answer"


def test_a_report_counts_for_the_mail_the_receiver_and_the_sending_that_it_names(db, member, sent, now):
    assert note(sent, now, to="iemand@post.example") == Effect.UNKNOWN
    assert note(sent, now, to="jan@post.example") == Effect.FAILED
    sent.state, sent.resends = MailState.SENT, 1
    db.session.flush()
    assert note(sent, now) == Effect.KNOWN
    assert sent.state == MailState.SENT
    assert note(sent, now, resends=1) == Effect.FAILED
    made_up = Report((message_id_of(sent.id, 0).replace("ab", "cd"), "nonsense"), ())
    told = bounces.note_report(made_up, message_id_of=message_id_of, actor=COMMAND, now=now)
    assert told == Effect.UNKNOWN
