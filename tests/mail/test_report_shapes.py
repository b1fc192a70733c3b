"""Delivery reports in the shapes that mail servers make of them: each tells of the same mail and the same refusal."""

from __future__ import annotations

from base64 import encodebytes

import pytest

from app.importing.bounces import read_report

OURS = "<3.0.11731690a159c0968bef6cd1@localhost>"
JAN = "jan@post.example"
STATUS = f"""\
Reporting-MTA: dns; mx.post.example

Final-Recipient: rfc822; {JAN}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
"""
SPACED = f"""\
Reporting-MTA : dns;mx.post.example
Action : failed
Status : 5.1.1
Original-Recipient : rfc/822;{JAN}
Final-Recipient : rfc/822;{JAN}
Diagnostic-Code : smtp;550 5.1.1 User unknown
"""
NOT_FOLDED = STATUS.replace("550 5.1.1 User unknown", "550\n5.1.1 User\nunknown")
GLOBAL = STATUS.replace("rfc822;", "utf-8;")
HEADERS = f"From: verkiezingen@voorbeeldstad.example\nTo: {JAN}\nMessage-ID: {OURS}\nSubject: Er staat iets klaar\n"
FOLDED_ID = HEADERS.replace("Message-ID: ", "Message-ID:\n ")
ORIGINAL = f"{HEADERS}\nhoi\n"


def part(kind, body, encoding=""):
    if encoding == "base64":
        body = encodebytes(body.encode()).decode()
    head = f"Content-Transfer-Encoding: {encoding}\n" if encoding else ""
    return f"Content-Type: {kind}\n{head}\n{body}"


def mail(*parts, kind='multipart/report; report-type=delivery-status; boundary="BB"'):
    body = "".join(f"--BB\n{inner}\n" for inner in parts)
    return f"From: MAILER-DAEMON@mx.post.example\nMIME-Version: 1.0\nContent-Type: {kind}\n\n{body}--BB--\n"


def forwarded(report, encoding=""):
    inner = part("message/rfc822", report, encoding).replace("BB", "CC" if not encoding else "BB")
    return mail(part("text/plain", "zie bijlage"), inner, kind='multipart/mixed; boundary="BB"')


MIXED = 'multipart/mixed; boundary="BB"'
NOTE = part("text/plain", "niet bezorgd")
USUAL = mail(NOTE, part("message/delivery-status", STATUS), part("message/rfc822", ORIGINAL))
SHAPES = {
    "usual": USUAL,
    "carriage returns": USUAL.replace("\n", "\r\n"),
    "multipart/mixed": mail(
        NOTE, part("message/delivery-status", STATUS), part("message/rfc822", ORIGINAL), kind=MIXED
    ),
    "spaced fields": mail(NOTE, part("message/delivery-status", SPACED), part("message/rfc822", ORIGINAL)),
    "fields that are not folded": mail(
        NOTE, part("message/delivery-status", NOT_FOLDED), part("message/rfc822", ORIGINAL)
    ),
    "global": mail(NOTE, part("message/global-delivery-status", GLOBAL), part("message/global", ORIGINAL)),
    "global headers": mail(
        NOTE, part("message/global-delivery-status", GLOBAL), part("message/global-headers", HEADERS)
    ),
    "headers only": mail(NOTE, part("message/delivery-status", STATUS), part("text/rfc822-headers", HEADERS)),
    "headers as a message": mail(
        NOTE, part("message/delivery-status", STATUS), part("message/rfc822-headers", HEADERS)
    ),
    "a folded Message-ID": mail(NOTE, part("message/delivery-status", STATUS), part("text/rfc822-headers", FOLDED_ID)),
    "base64 status": mail(NOTE, part("message/delivery-status", STATUS, "base64"), part("message/rfc822", ORIGINAL)),
    "base64 global status": mail(
        NOTE, part("message/global-delivery-status", GLOBAL, "base64"), part("message/global", ORIGINAL, "base64")
    ),
    "base64 original": mail(NOTE, part("message/delivery-status", STATUS), part("message/rfc822", ORIGINAL, "base64")),
    "base64 headers": mail(
        NOTE, part("message/delivery-status", STATUS), part("text/rfc822-headers", HEADERS, "base64")
    ),
    "status as plain text": mail(NOTE, part("text/plain", STATUS), part("message/rfc822", ORIGINAL), kind=MIXED),
    "status as base64 text": mail(NOTE, part("text/plain", STATUS, "base64"), part("message/rfc822", ORIGINAL)),
    "one text": part("text/plain", f"{STATUS}\n{ORIGINAL}").replace("Content-Type", "From: x@y\nContent-Type", 1),
    "a boundary that is wrong": USUAL.replace('boundary="BB"', 'boundary="ZZ"'),
}
ALL = {
    **SHAPES,
    **{
        f"{name}, forwarded": forwarded(report) for name, report in SHAPES.items() if name != "a boundary that is wrong"
    },
    **{f"{name}, forwarded as base64": forwarded(report, "base64") for name, report in SHAPES.items()},
}


@pytest.mark.parametrize("name", ALL)
def test_every_shape_tells_the_same(name):
    report = read_report(ALL[name].encode())
    assert report is not None
    assert OURS in report.message_ids
    [outcome] = report.outcomes
    assert (outcome.recipients, outcome.action, outcome.status) == ({JAN}, "failed", "5.1.1")
    assert outcome.reason == "550 5.1.1 User unknown"


def test_a_status_begins_its_field():
    for wrong in ("see 5.1.1", "x5.1.1", "5.1.1.2", "15.1.1"):
        assert read_report(USUAL.replace("Status: 5.1.1", f"Status: {wrong}").encode()) is None


def test_an_answer_that_quotes_a_report_is_none():
    quoted = "\n".join(f"> {line}" for line in STATUS.splitlines())
    assert read_report(mail(part("text/plain", quoted), kind=MIXED).encode()) is None


def test_a_mail_in_a_mail_without_end_is_read_so_far_only():
    report = USUAL
    for _ in range(20):
        report = f"Content-Type: message/rfc822\n\n{report}"
    assert read_report(report.encode()) is None
