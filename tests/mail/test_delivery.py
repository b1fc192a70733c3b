"""Handing over: marked per message, tried again after growing waits, and what a refusal says of the address."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from app.clock import utc_now
from app.mail import delivery, mails
from app.mail.delivery import deliver_due_mail
from app.models import AuditEvent, MailState
from app.phrases import RuleBroken
from app.services.access.people import find_person
from app.services.audit import COMMAND
from app.services.mail import outbox, resending, undeliverable_addresses
from app.services.mail.undeliverable_addresses import MOST_IN_A_WHILE, last_stop
from app.services.members import profile
from tests.support.factories.people import make_member

NO_SUCH = "550 5.1.1 No such user"


@pytest.fixture
def queue(db, clock, now):
    """`queue(member, …)`: a mail "something waits" for each, due now."""

    def put(*members, **more):
        rows = [
            outbox.queue_mail(
                "waiting", recipient=member.email, user_id=member.user_id, locale="nl", values={}, now=now, **more
            )
            for member in members
        ]
        db.session.commit()
        return rows

    return put


@pytest.fixture
def deliver(db, clock):
    """Deliver at this hour, and read everything anew."""

    def run(hours=0.0):
        clock.shift(timedelta(hours=hours))
        taken = deliver_due_mail()
        db.session.expire_all()
        return taken

    return run


def test_a_mail_greets_by_the_name_of_this_moment(queue, deliver, mailbox):
    [row] = queue(make_member(first_name="Zoë", infix="d'", surname="Été", email="zoe@post.example"))
    assert deliver() == 1
    [message] = mailbox.messages
    assert "Hallo Zoë d' Été," in message.get_body(("plain",)).get_content()
    assert (row.state, row.message_id) == (MailState.SENT, message["Message-ID"])


def test_one_connection_serves_a_batch(queue, deliver, mailbox, monkeypatch):
    opened = []
    connect = delivery.connect
    monkeypatch.setattr(delivery, "connect", lambda: opened.append(1) or connect())
    queue(*(make_member() for _ in range(5)))
    assert deliver() == 5
    assert len(opened) == 1


def test_a_refused_address_is_failed_at_once_and_the_member_marked(queue, deliver, mailbox, db, now):
    broken, fine = make_member(), make_member()
    first, second = queue(broken, fine)
    mailbox.refused[broken.email] = NO_SUCH
    assert deliver() == 1
    assert (first.state, first.error, second.state) == (MailState.FAILED, NO_SUCH, MailState.SENT)
    assert (broken.email_broken_at, broken.email_broken_reason) == (now, NO_SUCH)
    assert fine.email_broken_at is None
    assert db.session.scalar(select(AuditEvent.member_id).where(AuditEvent.action == "email.broken")) == broken.id


def test_a_couple_with_one_address_is_marked_both(queue, deliver, mailbox):
    first, other = make_member(email="samen@post.example"), make_member(email="samen@post.example")
    queue(first)
    mailbox.refused["samen@post.example"] = NO_SUCH
    deliver()
    assert first.email_broken_at
    assert other.email_broken_at


def test_a_server_that_refuses_one_address_after_another_is_not_believed(queue, deliver, mailbox, db, caplog, now):
    members = [make_member() for _ in range(15)]
    rows = queue(*members)
    mailbox.refused |= {member.email: NO_SUCH for member in members}
    deliver()
    assert {row.state for row in rows} == {MailState.FAILED}
    assert sum(member.email_broken_at is not None for member in members) == MOST_IN_A_WHILE
    assert last_stop(utc_now()) == now
    stops = select(func.count()).where(AuditEvent.action == "email.marking_stopped")
    assert db.session.scalar(stops) == 1
    assert len([line for line in caplog.messages if "said not to exist" in line]) == 1
    queue(make_member(email=members[0].email), *members[10:12])
    deliver(1.1)  # after a while a few may be marked again
    assert sum(member.email_broken_at is not None for member in members) == MOST_IN_A_WHILE + 2


@pytest.mark.parametrize("answer", ["554 5.7.1 Relay access denied", "552 5.2.2 Mailbox full"])
def test_another_permanent_refusal_fails_the_mail_but_says_nothing_of_the_address(queue, deliver, mailbox, answer):
    member = make_member()
    [row] = queue(member)
    mailbox.refused[member.email] = answer
    deliver()
    assert (row.state, row.error) == (MailState.FAILED, answer)
    assert member.email_broken_at is None


def test_a_message_that_is_refused_says_nothing_of_the_address(queue, deliver, mailbox):
    member = make_member()
    [row] = queue(member)
    mailbox.answer = "550 looks like spam"
    deliver()
    assert (row.state, row.error) == (MailState.FAILED, "550 looks like spam")
    assert member.email_broken_at is None


@pytest.mark.parametrize("answer", ["550 5.7.1 who are you", "530 5.7.0 authentication required", "421 busy"])
def test_a_server_that_refuses_the_portal_fails_no_mail_and_marks_nobody(queue, deliver, mailbox, answer):
    members = [make_member() for _ in range(3)]
    rows = queue(*members)
    mailbox.sender_answer = answer
    assert deliver() == 0
    assert {row.state for row in rows} == {MailState.RETRYING}
    assert [row.attempts for row in rows] == [1, 0, 0]  # only one was tried
    assert rows[0].error == answer
    assert all(member.email_broken_at is None for member in members)
    mailbox.empty()
    assert deliver(0.02) == 3


def test_a_temporary_refusal_is_tried_again_after_growing_waits_up_to_two_days(queue, deliver, mailbox, now):
    member = make_member()
    [row] = queue(member)
    mailbox.refused[member.email] = "451 4.2.0 try again later"
    waits = []
    for _ in range(20):
        deliver()
        if row.state == MailState.FAILED:
            break
        waits.append(row.next_attempt_at)
        deliver(0)  # before its time nothing happens
        assert row.attempts == len(waits)
        deliver((row.next_attempt_at - now).total_seconds() / 3600 - hours_since(now))
    gaps = [later - earlier for earlier, later in pairwise(waits)]
    assert gaps == sorted(gaps)
    assert timedelta(hours=36) < waits[-1] - now <= timedelta(days=2)
    assert (row.state, row.error) == (MailState.FAILED, "451 4.2.0 try again later")
    assert member.email_broken_at is None


def hours_since(now):
    return (utc_now() - now).total_seconds() / 3600


def test_two_days_count_from_the_first_try(queue, deliver, mailbox):
    member = make_member()
    [row] = queue(member)
    mailbox.refused[member.email] = "450 later"
    deliver(24 * 5)  # the worker was off
    assert row.state == MailState.RETRYING


def test_a_retry_has_the_same_message_id_and_sending_again_another(queue, deliver, mailbox, now):
    member = make_member()
    [row] = queue(member)
    first = mails.message_id_of(row.id, row.resends)
    mailbox.refused[member.email] = NO_SUCH
    deliver()
    resending.resend(row, actor=COMMAND, now=now)
    mailbox.empty()
    deliver()
    assert row.message_id not in (first, None)
    assert first.endswith("@localhost>")


def test_a_mail_taken_later_shows_that_the_address_works_again(queue, deliver, mailbox):
    member = make_member()
    queue(member)
    mailbox.refused[member.email] = NO_SUCH
    deliver()
    mailbox.empty()
    queue(member)
    deliver()
    assert member.email_broken_at is None


def test_after_a_report_only_an_arrival_shows_that(queue, deliver, mailbox, db, now):
    member = make_member()
    undeliverable_addresses.mark_broken(member.email, "5.1.1", by_report=True, actor=COMMAND, now=now)
    queue(member)
    deliver()
    assert member.email_broken_at
    person = find_person(member.user_id)
    undeliverable_addresses.mark_confirmed(person, COMMAND, now)
    assert member.email_broken_at is None


def test_another_address_is_a_new_beginning(queue, deliver, mailbox, db, now):
    member = make_member()
    undeliverable_addresses.mark_broken(member.email, "5.1.1", by_report=True, actor=COMMAND, now=now)
    profile.change_data(member, {"email": "nieuw@post.example"}, actor=COMMAND, now=now)
    assert member.email_broken_at is None


def test_a_slow_server_does_not_outlast_the_lease(queue, clock, mailbox, db, monkeypatch):
    rows = queue(*(make_member() for _ in range(3)))
    send = mails.send_mail

    def slowly(*given, **values):
        clock.shift(timedelta(minutes=4, seconds=30))
        return send(*given, **values)

    monkeypatch.setattr(mails, "send_mail", slowly)
    seen = []
    extend = outbox.extend_lease
    monkeypatch.setattr(outbox, "extend_lease", lambda *given: seen.append(1) or extend(*given))
    assert deliver_due_mail() == 3
    assert len(seen) == 2
    db.session.expire_all()
    assert {row.state for row in rows} == {MailState.SENT}


def test_a_mail_that_another_worker_claimed_meanwhile_is_left_to_it(queue, db, now):
    rows = queue(make_member(), make_member())
    mine = outbox.claim_due("me", now, limit=2)
    outbox.release_expired(now + timedelta(minutes=6))
    theirs = outbox.claim_due("them", now + timedelta(minutes=6), limit=1)
    kept = outbox.extend_lease(mine, "me", now + timedelta(minutes=6))
    assert kept == []
    db.session.expire_all()
    assert [row.claimed_by for row in rows] == [theirs[0].claimed_by, None]


def test_a_mail_that_failed_can_be_sent_again_to_the_new_address(queue, deliver, mailbox, now):
    member = make_member()
    [row] = queue(member)
    mailbox.refused[member.email] = NO_SUCH
    deliver()
    profile.change_data(member, {"email": "nieuw@post.example"}, actor=COMMAND, now=now)
    resending.resend(row, actor=COMMAND, now=now)
    assert deliver() == 1
    assert mailbox.messages[0]["To"] == "nieuw@post.example"


def test_what_was_sent_is_neither_sent_again_nor_cancelled(queue, deliver, mailbox, now):
    [row] = queue(make_member())
    deliver()
    for act in (resending.resend, resending.cancel):
        with pytest.raises(RuleBroken):
            act(row, actor=COMMAND, now=now)


def test_a_cancelled_mail_does_not_leave_until_it_is_sent_again(queue, deliver, mailbox, now):
    [row] = queue(make_member())
    resending.cancel(row, actor=COMMAND, now=now)
    assert deliver() == 0
    resending.resend(row, actor=COMMAND, now=now)
    assert deliver() == 1


def test_handing_over_takes_few_statements_per_mail(queue, mailbox, statements):
    counts = []
    for number in (5, 15):
        queue(*(make_member() for _ in range(number)))
        with statements() as seen:
            deliver_due_mail()
        counts.append(len(seen))
    assert counts[1] - counts[0] == 10  # one per mail: the mark


@pytest.mark.parametrize("how", ["waits for the first time", "is tried again"])
def test_what_waited_while_the_address_changed_goes_to_the_new_one_only(queue, deliver, mailbox, db, how):
    member, other = make_member(email="oud@post.example"), make_member()
    row, others = queue(member, other)
    if how == "is tried again":
        mailbox.refused["oud@post.example"] = "451 4.3.0 later"
        deliver()
    member.email = "nieuw@post.example"
    db.session.commit()
    before = len(mailbox.messages)
    deliver(hours=1)
    assert "oud@post.example" not in [str(message["To"]) for message in mailbox.messages[before:]]
    assert "nieuw@post.example" in [str(message["To"]) for message in mailbox.messages[before:]]
    assert (row.recipient, row.state, others.recipient) == ("nieuw@post.example", MailState.SENT, other.email)


def test_what_waited_for_somebody_without_an_address_now_is_cancelled_and_says_why(queue, deliver, mailbox, db):
    member = make_member()
    [row] = queue(member)
    member.email = None
    db.session.commit()
    assert deliver() == 0
    assert (row.state, row.error, mailbox.messages) == (MailState.CANCELLED, delivery.NO_ADDRESS, [])


def test_a_notice_of_the_change_goes_to_the_address_of_before(deliver, mailbox, db, clock, now):
    member = make_member(email="nieuw@post.example")
    notice = {"user_id": member.user_id, "locale": "nl", "values": {"changed": ["email"], "name": "Jan"}, "now": now}
    outbox.queue_mail("account_changed", recipient="oud@post.example", **notice)
    db.session.commit()
    deliver()
    assert [str(message["To"]) for message in mailbox.messages] == ["oud@post.example"]
