"""Delivery reports (RFC 3464) in a mail (.eml) or a mailbox file (mbox), as mail servers send them back.

Anybody can send such a mail, so nothing of it is trusted: it is bounded in size, a broken one is only "no report", and
what it names is compared with what the portal sent (services.bounces).
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any, Final

from app.importing.faults import FileRefused
from app.importing.limits import MEBIBYTE
from app.phrases import phrase

MOST_BYTES: Final = 200 * MEBIBYTE  # of a file: some 20,000 reports
MOST_OF_MESSAGE: Final = 2 * MEBIBYTE  # a report returns at most the mail, and ours are 10 kB
MOST_PARTS: Final = 50  # of a message, and receivers in a report; ours have one
ID: Final = re.compile(r"<[^<>\s]{3,200}>")
STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a report says of one receiver."""

    recipients: frozenset[str]  # the address as we wrote it, or as it was at last; lower case
    action: str  # "failed", "delayed", "delivered", …
    status: str  # "5.1.1"
    reason: str  # the words of the server that refused, with its codes


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report: the messages that it may be about, and what became of them."""

    message_ids: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


def read_reports(path: Path) -> Iterator[Report | None]:
    """The reports of a file, one message at a time; None for a message that is no report. Raises FileRefused."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileRefused(phrase("The file is larger than %(most)s MB.", most=MOST_BYTES // MEBIBYTE))
        with path.open("rb") as file:
            start = file.read(MOST_OF_MESSAGE)
    except OSError as error:
        raise FileRefused(phrase("The file cannot be read.")) from error
    if not start.startswith(b"From "):
        yield read_report(start)
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as message:
                yield read_report(message.read(MOST_OF_MESSAGE))
    finally:
        box.close()


def read_report(raw: bytes) -> Report | None:
    """The report in one message, or None: another mail, a broken one, or one that means harm."""
    try:
        return _read(message_from_bytes(raw))
    except Exception:  # the parser of the standard library fails in many ways on what is no mail
        return None


def _read(message: Message[str, str]) -> Report | None:
    if message.get_content_type() != "multipart/report":
        return None
    parts = _parts(message)
    outcomes = [
        outcome for part in parts if part.get_content_type() == "message/delivery-status" for outcome in _outcomes(part)
    ]
    if not outcomes:
        return None
    return Report(tuple(dict.fromkeys(_message_ids(message, parts))), tuple(outcomes[:MOST_PARTS]))


def _parts(message: Message[str, str]) -> list[Message[str, str]]:
    payload: Any = message.get_payload()
    return [part for part in payload[:MOST_PARTS] if isinstance(part, Message)] if isinstance(payload, list) else []


def _outcomes(part: Message[str, str]) -> Iterator[Outcome]:
    """A block of fields per receiver, after one for the message."""
    for block in _parts(part):
        recipients = frozenset(filter(None, map(_address, (block["Original-Recipient"], block["Final-Recipient"]))))
        action = str(block["Action"] or "").strip().lower()
        found = STATUS.search(str(block["Status"] or ""))
        if recipients and action and found:
            yield Outcome(recipients, action, found.group(), _reason(found.group(), block))


def _address(field: Any) -> str:
    """`rfc822; jan@post.example`, with or without brackets."""
    _kind, _, address = str(field or "").partition(";")
    return address.strip().strip("<>").lower()[:254]


def _reason(status: str, block: Message[str, str]) -> str:
    words = re.sub(r"^\s*[\w-]+\s*;", "", str(block["Diagnostic-Code"] or ""))
    tidy = " ".join(re.sub(r"[^ -~]", " ", words).split())
    return (tidy if status in tidy else f"{status} {tidy}".strip())[:300]


def _message_ids(message: Message[str, str], parts: list[Message[str, str]]) -> Iterator[str]:
    """Of the mail that comes back, whole or its headers only, or as the report refers to it."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            for original in _parts(part):
                yield from ID.findall(str(original["Message-ID"] or ""))
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            headers = message_from_bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
            yield from ID.findall(str(headers["Message-ID"] or ""))
    for name in ("In-Reply-To", "References", "X-Original-Message-ID"):
        yield from ID.findall(str(message[name] or ""))[:MOST_PARTS]
