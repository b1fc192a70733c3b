"""Delivery reports: who did not get a mail, told by whoever sends one; so nothing of them is trusted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from app.importing import bounces as files
from app.importing.bounces import read_report
from app.mail import mails
from app.models import Account, AuditEvent, MailState, Member, OutboundMail
from app.services.audit import COMMAND
from app.services.mail import outbox, resending
from app.services.mail.undeliverable_addresses import MOST_IN_A_WHILE
from tests.mail.bounce_files import make_mailbox, make_plain_mail, make_report
from tests.support.factories.people import make_member


@pytest.fixture
def sent(db, now):
    """`sent(member)`: a mail that our server took."""

    def make(member):
        row = outbox.queue_mail(
            "waiting", recipient=member.email, user_id=member.user_id, locale="nl", values={}, now=now
        )
        outbox.mark_sent(row, message_id(row), now)
        db.session.commit()
        return row

    return make


@pytest.fixture
def bounces(app, db, tmp_path):
    """`bounces(file, …)`: the last line of the command, and its exit status."""

    def run(*contents, status=0):
        paths = []
        for number, content in enumerate(contents):
            paths.append(tmp_path / f"{number}.eml")
            paths[-1].write_bytes(content)
        done = app.test_cli_runner().invoke(args=["portal", "bounces", *map(str, paths)])
        db.session.expire_all()
        assert done.exit_code == status, done.output
        return done.output.strip().splitlines()[-1]

    return run


def message_id(row):
    return mails.message_id_of(row.id, row.resends)


def test_a_report_of_failure_marks_mail_and_member(sent, bounces, db):
    member = make_member()
    row = sent(member)
    line = bounces(make_report(message_id(row), member.email))
    assert line == (
        "1 messages: 1 failed, 0 delayed, 0 known already, 0 not about a mail of ours, 0 delivered, 0 no reports"
    )
    assert row.state == MailState.FAILED
    assert row.error.startswith("550 5.1.1")
    assert "User unknown" in row.error
    assert member.email_broken_at
    assert member.email_broken_by_report
    assert db.session.scalar(select(AuditEvent.member_id).where(AuditEvent.action == "mail.reported")) == member.id


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_the_mail_is_known_by_its_headers_alone(sent, returned):
    row = sent(make_member())
    report = read_report(make_report(message_id(row), row.recipient, returned=returned))
    assert report.message_ids == (message_id(row),)


def test_the_same_report_again_does_nothing(sent, bounces, db):
    row = sent(make_member())
    report = make_report(message_id(row), row.recipient)
    bounces(report)
    assert "0 failed, 0 delayed, 2 known already" in bounces(report, report)
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "mail.reported")) == 1


def test_a_mailbox_file_holds_many(sent, bounces):
    rows = [sent(make_member()) for _ in range(3)]
    reports = [make_report(message_id(row), row.recipient) for row in rows]
    line = bounces(make_mailbox(make_plain_mail(), *reports, make_plain_mail()))
    assert line.startswith("5 messages: 3 failed")
    assert line.endswith("2 no reports")
    assert {row.state for row in rows} == {MailState.FAILED}


def test_a_delay_is_only_noted(sent, bounces):
    member = make_member()
    row = sent(member)
    delay = make_report(message_id(row), member.email, action="delayed", status="4.4.1", diagnostic="connect timed out")
    assert "0 failed, 1 delayed" in bounces(delay)
    assert "0 delayed, 1 known" in bounces(delay)
    assert (row.state, row.error) == (MailState.SENT, "delayed: 4.4.1 connect timed out")
    assert member.email_broken_at is None


@pytest.mark.parametrize(
    ("status", "diagnostic"),
    [
        ("5.2.2", "552 5.2.2 mailbox full"),
        ("5.7.1", "550 5.7.1 blocked"),
        ("4.4.7", "delivery time expired"),
    ],
)
def test_a_failure_for_another_reason_says_nothing_of_the_address(sent, bounces, status, diagnostic):
    member = make_member()
    row = sent(member)
    bounces(make_report(message_id(row), member.email, status=status, diagnostic=diagnostic))
    assert row.state == MailState.FAILED
    assert member.email_broken_at is None


def test_a_report_of_success_changes_nothing(sent, bounces):
    row = sent(make_member())
    good = make_report(message_id(row), row.recipient, action="delivered", status="2.0.0", diagnostic="250 ok")
    assert "1 delivered" in bounces(good)
    assert row.state == MailState.SENT


def test_who_does_not_know_the_message_id_marks_nobody(sent, bounces):
    member = make_member()
    row = sent(member)
    genuine = message_id(row)
    for guessed in (f"<{row.id}.0.{'0' * 24}@localhost>", f"<{row.id}@localhost>", "<>", genuine.replace("@", ".x@")):
        assert "0 failed, 0 delayed, 0 known already, 1 not about" in bounces(make_report(guessed, member.email))
    assert row.state == MailState.SENT
    assert member.email_broken_at is None


def test_a_report_about_another_receiver_marks_nobody(sent, bounces):
    row, other = sent(make_member()), make_member()
    assert "1 not about" in bounces(make_report(message_id(row), other.email))
    assert other.email_broken_at is None
    assert row.state == MailState.SENT


def test_the_message_id_of_one_mail_does_not_serve_for_another(sent, bounces):
    mine, theirs = sent(make_member()), sent(make_member())
    bounces(make_report(message_id(mine), theirs.recipient))
    assert theirs.state == MailState.SENT


def test_a_forwarded_mail_is_known_by_the_address_that_we_wrote(sent, bounces):
    row = sent(make_member())
    bounces(make_report(message_id(row), row.recipient, final="jan@elders.example"))
    assert row.state == MailState.FAILED


def test_an_old_report_does_not_touch_a_mail_that_was_sent_again(sent, bounces, now, db):
    row = sent(make_member())
    old = make_report(message_id(row), row.recipient)
    bounces(old)
    resending.resend(row, actor=COMMAND, now=now)
    db.session.commit()
    assert "1 known" in bounces(old)
    assert row.state == MailState.QUEUED


def test_a_member_who_typed_a_mailed_code_since_is_not_marked(sent, bounces, now, db):
    member = make_member()
    row = sent(member)
    db.session.get(Account, member.user_id).last_sign_in_at = now + timedelta(hours=1)
    db.session.commit()
    bounces(make_report(message_id(row), member.email))
    assert row.state == MailState.FAILED
    assert member.email_broken_at is None


def test_the_command_stops_when_one_address_after_another_is_said_not_to_exist(sent, bounces, db, app, tmp_path):
    rows = [sent(make_member()) for _ in range(MOST_IN_A_WHILE + 2)]
    box = make_mailbox(*(make_report(message_id(row), row.recipient) for row in rows))
    assert bounces(box, status=2).startswith("Stopped: 10 addresses")
    assert count_marked(db) == MOST_IN_A_WHILE
    assert [row.state for row in rows[MOST_IN_A_WHILE:]] == [MailState.SENT] * 2  # their reports can be read again
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "email.marking_stopped")) == 1
    path = tmp_path / "again.mbox"
    path.write_bytes(box)
    done = app.test_cli_runner().invoke(args=["portal", "bounces", "--most", "50", str(path)])
    assert "2 failed, 0 delayed, 10 known already" in done.output
    assert count_marked(db) == len(rows)


def count_marked(db):
    return db.session.scalar(select(func.count(Member.id)).where(Member.email_broken_at.is_not(None)))


HOSTILE = [
    b"",
    b"\x00" * 5000,
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n" * 300,
    b"Content-Type: multipart/report; boundary=\n\n",
    make_report("<1.0.x@y>", "a@b").replace(b"message/delivery-status", b"message/delivery-status; charset=nonsense"),
    make_report("<" + "9" * 100_000 + ">", "a" * 100_000),
    make_report("<1.0.x@y>", "a@b").replace(b"Status: 5.1.1", b"Status: =?utf-8?b?/////w==?= \xff\xfe"),
    b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000)),
]


@pytest.mark.parametrize("junk", HOSTILE, ids=range(len(HOSTILE)))
def test_junk_is_harmless(sent, bounces, junk):
    row = sent(make_member())
    good = make_report(message_id(row), row.recipient)
    assert bounces(junk, good).startswith("2 messages: 1 failed")


@given(junk=some.binary(max_size=300), place=some.integers(0, 1500))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_broken_report_never_raises(junk, place):
    report = make_report("<1.0.x@y>", "jan@post.example")
    read_report(report[:place] + junk + report[place + len(junk) :])


def test_a_file_that_is_too_large_is_refused(bounces, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 50)
    assert "MB" in bounces(make_plain_mail(), status=2)


def test_only_so_much_of_a_message_is_read(sent, bounces, monkeypatch):
    row = sent(make_member())
    report = make_report(message_id(row), row.recipient)
    padded = report.replace(b"I'm sorry", b"x" * 100_000)
    monkeypatch.setattr(files, "MOST_OF_MESSAGE", 50_000)
    assert "1 no reports" in bounces(make_mailbox(padded))
    assert row.state == MailState.SENT


def test_a_repeat_before_the_worker_noted_it_is_stopped(db, now, bounces):
    """The worker was killed after the server took the mail; the report is there before the second try."""
    member = make_member()
    row = outbox.queue_mail("waiting", recipient=member.email, user_id=None, locale="nl", values={}, now=now)
    outbox.mark_failed(row, "ConnectionLost", is_permanent=False, now=now)
    db.session.commit()
    bounces(make_report(message_id(row), member.email))
    assert db.session.scalar(select(OutboundMail.state)) == MailState.FAILED
