"""Mail in the outbox: who claims it, how long it is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import MailState
from app.services.mail import outbox

MINUTE = timedelta(minutes=1)
LITTLE = timedelta(seconds=1)


@pytest.fixture
def queue(db, now):
    def add(key=None, **values):
        mail = outbox.queue_mail(
            "user_names",
            recipient="a@b.example",
            user_id=None,
            locale="nl",
            values={},
            now=now,
            deduplication_key=key,
        )
        for name, value in values.items():
            setattr(mail, name, value)
        db.session.flush()
        return mail

    return add


def claim(now, worker="worker", limit=50):
    return [mail.id for mail in outbox.claim_due(worker, now, limit=limit)]


def test_a_mail_is_tried_for_two_days_with_growing_waits_and_then_given_up(queue, now):
    mail, waits, at = queue(), [], now
    while True:
        assert claim(at) == [mail.id]
        outbox.mark_failed(mail, "later", is_permanent=False, now=at)
        if mail.state == MailState.FAILED:
            break
        assert mail.state == MailState.RETRYING
        assert claim(mail.next_attempt_at - LITTLE) == []
        waits.append(mail.next_attempt_at - at)
        at = mail.next_attempt_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (outbox.RETRY_WAITS[0], outbox.RETRY_WAITS[-1])
    assert timedelta(days=1) < at - now <= timedelta(days=2)
    assert mail.attempts == len(waits) + 1
    assert claim(at + timedelta(days=1)) == []


def test_a_permanent_refusal_is_failed_at_once(queue, now):
    mail = queue()
    claim(now)
    outbox.mark_failed(mail, "no such user", is_permanent=True, now=now)
    assert (mail.state, mail.error, mail.claimed_by) == (MailState.FAILED, "no such user", None)


def test_a_mail_is_claimed_once_and_only_when_it_is_due(queue, now):
    due, late = queue(), queue(next_attempt_at=now + MINUTE)
    assert claim(now, "first") == [due.id]
    assert claim(now, "second") == []
    assert claim(now + MINUTE, "second") == [late.id]


def test_what_was_tried_before_goes_first_and_what_is_for_many_last(queue, now):
    many = queue(is_bulk=True)
    own = queue()
    again = queue(state=MailState.RETRYING)
    assert [claim(now, limit=1) for _ in range(4)] == [[again.id], [own.id], [many.id], []]


def test_what_was_put_back_untried_does_not_count_as_a_try(queue, now):
    mail = queue()
    claim(now)
    outbox.release([mail], due_at=now + MINUTE)
    assert (mail.state, mail.attempts, mail.next_attempt_at) == (MailState.RETRYING, 0, now + MINUTE)


def test_mail_of_a_worker_that_died_is_due_again_after_its_lease(db, queue, now):
    mail = queue()
    claim(now)
    assert outbox.release_expired(now + outbox.LEASE) == 0
    assert outbox.release_expired(now + outbox.LEASE + LITTLE) == 1
    assert claim(now + outbox.LEASE + LITTLE, "other") == [mail.id]


def test_who_lost_a_mail_keeps_and_marks_nothing_of_it(db, queue, now):
    kept, lost = queue(), queue()
    mails = outbox.claim_due("slow", now, limit=50)
    later = now + outbox.LEASE - LITTLE
    assert outbox.extend_lease(mails, "other", later) == []
    assert outbox.extend_lease([kept], "slow", later) == [kept]
    assert outbox.release_expired(later + 2 * LITTLE) == 1
    assert outbox.extend_lease(mails, "slow", later) == [kept]
    assert claim(later + 2 * LITTLE, "other") == [lost.id]


def test_what_may_come_once_is_queued_once(db, queue, now):
    assert queue("reset:1") is not None
    again = {"recipient": "a@b.example", "user_id": None, "locale": "nl", "values": {}, "now": now}
    assert outbox.queue_mail("user_names", **again, deduplication_key="reset:1") is None
    assert outbox.queue_mail("user_names", **again, deduplication_key="reset:2") is not None


def test_for_an_unknown_person_nothing_is_queued(db, now):
    mail = {"user_id": None, "locale": "nl", "values": {}, "now": now}
    outbox.queue_if_known("user_names", recipient=None, **mail)
    assert claim(now) == []
    outbox.queue_if_known("user_names", recipient="a@b.example", **mail)
    assert len(claim(now)) == 1
