"""What the console counts: mails by what became of them, work that waits, who is inside and who was refused."""

from __future__ import annotations

from datetime import timedelta

from app.models import ImportKind, ImportState, MailState, NotificationKind
from app.services import import_runs
from app.services.audiences import groups
from app.services.audit import COMMAND, record_event
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from app.services.mail.outbox import queue_mail
from app.services.operations.status import find_busy_campaigns, find_busy_imports, read_status
from tests.support.factories.people import make_member

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def queue(now, state, number, **values):
    for _ in range(number):
        mail = queue_mail("user_names", recipient="a@b.example", user_id=None, locale="nl", values={}, now=now)
        mail.state = state
        for name, value in values.items():
            setattr(mail, name, value)


def test_mails_are_counted_by_what_became_of_them(db, now):
    for number, state in enumerate(MailState, 1):
        queue(now, state, number)
    db.session.flush()
    numbers = {state: number for number, state in enumerate(MailState, 1)}
    seen = read_status(now)
    assert seen.mails_queued == numbers[MailState.QUEUED]
    assert seen.mails_sending == numbers[MailState.SENDING]
    assert seen.mails_retrying == numbers[MailState.RETRYING]
    assert seen.mails_failed == numbers[MailState.FAILED]


def test_a_mail_is_late_when_it_is_due_for_more_than_five_minutes(db, now):
    queue(now, MailState.QUEUED, 1, next_attempt_at=now - 6 * MINUTE)
    queue(now, MailState.RETRYING, 1, next_attempt_at=now - 6 * MINUTE)
    queue(now, MailState.QUEUED, 1, next_attempt_at=now - 5 * MINUTE)
    queue(now, MailState.FAILED, 1, next_attempt_at=now - 6 * MINUTE)
    db.session.flush()
    assert read_status(now).mails_late == 2


def test_the_last_mail_is_the_one_that_was_sent_last(db, now):
    assert read_status(now).last_sent_at is None
    queue(now, MailState.SENT, 1, sent_at=now - DAY)
    queue(now, MailState.SENT, 1, sent_at=now)  # waited for the rest of its quarter
    queue(now, MailState.SENT, 1, sent_at=now - 6 * MINUTE)
    queue(now, MailState.FAILED, 1)
    db.session.flush()
    assert read_status(now).last_sent_at == now


def test_work_is_counted_until_it_is_done(db, now):
    make_member()
    text = CampaignText(NotificationKind.INFORMATION, "Welkom", groups.everybody())
    later, first, _draft = (campaigns.write_campaign(text, None, actor=COMMAND, now=now) for _ in range(3))
    campaigns.plan_campaign(later, send_at=now + DAY, actor=COMMAND, now=now)
    campaigns.plan_campaign(first, send_at=now, actor=COMMAND, now=now)
    waiting, _done = (
        import_runs.start(ImportKind.ROSTER, "leden.csv", state=state, actor=COMMAND, now=now)
        for state in (ImportState.QUEUED, ImportState.DONE)
    )
    db.session.flush()
    seen = read_status(now)
    assert (seen.campaigns, seen.imports) == (2, 1)
    assert find_busy_campaigns() == [first, later]
    assert find_busy_imports() == [waiting]


def test_only_the_refused_sign_ins_of_the_last_day_count(db, now):
    for action in ("sign_in.refused", "sign_in.code_refused", "sign_in.locked", "sign_in.succeeded"):
        record_event(COMMAND, action, now=now - DAY + MINUTE)
        record_event(COMMAND, action, now=now - DAY)
    db.session.flush()
    assert read_status(now).refused == 3
