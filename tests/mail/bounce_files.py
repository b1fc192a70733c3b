"""Delivery reports as mail servers write them, about a mail that the portal sent."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: verkiezingen@voorbeeldstad.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1/mx.example"
Message-Id: <20260202@mx.example>

This is a MIME-encapsulated message.

--b1/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4Abc
Arrival-Date: Mon,  2 Feb 2026 10:00:00 +0100 (CET)

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822;{original}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.post.example
Diagnostic-Code: smtp; {diagnostic}

--b1/mx.example
Content-Description: Undelivered Message
Content-Type: {returned}

From: Gemeente <verkiezingen@voorbeeldstad.example>
To: {original}
Message-ID: {message_id}
Subject: =?utf-8?q?Er_staat_iets_klaar?=

--b1/mx.example--
"""


def make_report(
    message_id: str,
    recipient: str,
    *,
    final: str | None = None,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "550 5.1.1 <x>: Recipient address rejected: User\n    unknown in virtual mailbox table",
    returned: str = "message/rfc822",
) -> bytes:
    """A report as Postfix writes it."""
    return POSTFIX.format(
        message_id=message_id,
        original=recipient,
        final=final or recipient,
        action=action,
        status=status,
        diagnostic=diagnostic,
        returned=returned,
    ).encode()


def make_plain_mail() -> bytes:
    """An answer of a person."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = "jan@post.example", "verkiezingen@voorbeeldstad.example", "Ja"
    message.set_content("Ik kom!\nFrom here it is far.")
    return message.as_bytes()


def make_mailbox(*messages: bytes) -> bytes:
    """An mbox file."""
    lines = (
        b"From MAILER-DAEMON Mon Feb  2 09:00:00 2026\n" + message.replace(b"\nFrom ", b"\n>From ")
        for message in messages
    )
    return b"\n".join(lines)
