"""Delivery reports (RFC 3464, 6533) in a mail (.eml) or a mailbox file (mbox), as mail servers send them back.

Servers do not keep to the shape: the report stands in another kind of mail, is forwarded, encoded, called plain text,
its fields are spaced or not folded. So it is known by its fields, wherever they stand, and the mail by its Message-ID.

Anybody can send such a mail, so nothing of it is trusted: it is bounded in size, a broken one is only "no report", and
what it names is compared with what the portal sent (services.bounces).
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from itertools import islice
from pathlib import Path
from typing import Any, Final

from app.importing.faults import FileRefused
from app.importing.limits import MEBIBYTE
from app.phrases import phrase

MOST_BYTES: Final = 200 * MEBIBYTE  # of a file: some 20,000 reports
MOST_OF_MESSAGE: Final = 2 * MEBIBYTE  # a report returns at most the mail, and ours are 10 kB
MOST_PARTS: Final = 50  # of a message, and receivers in a report; ours have one
LONGEST_FIELD: Final = 2_000  # characters; what a server says of one mail
MOST_DEPTH: Final = 5  # of a mail in a mail
MESSAGE_KIND: Final = re.compile(rb"^(content-type:\s{0,20})message/", re.IGNORECASE | re.MULTILINE)
ID: Final = re.compile(r"<[^<>\s]{3,200}>")
HEADER_WITH_ID: Final = re.compile(r"^message-id[ \t]{0,20}:\s{0,20}(<[^<>\s]{3,200}>)", re.IGNORECASE | re.MULTILINE)
STATUS_FIELD: Final = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?![\w.])")
FIELD: Final = re.compile(r"([a-z][a-z0-9-]{1,40})[ \t]{0,20}:(.*)", re.IGNORECASE)
FIELDS: Final = frozenset(
    {
        *("reporting-mta", "original-envelope-id", "dsn-gateway", "received-from-mta", "arrival-date", "remote-mta"),
        *("original-recipient", "final-recipient", "action", "status", "diagnostic-code", "last-attempt-date"),
        *("final-log-id", "will-retry-until"),
    }
)
MAY_HOLD_STATUS: Final = frozenset({"message/delivery-status", "message/global-delivery-status", "text/plain"})
MAY_HOLD_ORIGINAL: Final = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/global-headers",
        "message/rfc822-headers",
        "text/rfc822-headers",
        "text/plain",
    }
)


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
        return _read(_parse(raw))
    except Exception:  # the parser of the standard library fails in many ways on what is no mail
        return None


def _read(message: Message[str, str]) -> Report | None:
    parts = list(islice(_walk(message, 0), MOST_PARTS))
    outcomes = [outcome for kind, text in parts if kind in MAY_HOLD_STATUS for outcome in _outcomes(text)]
    if not outcomes:
        return None
    ids = [found for kind, text in parts if kind in MAY_HOLD_ORIGINAL for found in HEADER_WITH_ID.findall(text)]
    for name in ("In-Reply-To", "References", "X-Original-Message-ID"):
        ids += ID.findall(str(message[name] or ""))
    return Report(tuple(dict.fromkeys(ids))[:MOST_PARTS], tuple(outcomes[:MOST_PARTS]))


def _parse(raw: bytes) -> Message[str, str]:
    """The parser of the standard library takes parts of the kind message/… apart and decodes none: hide that kind."""
    return message_from_bytes(MESSAGE_KIND.sub(rb"\1x-message/", raw))


def _walk(part: Message[str, str], depth: int) -> Iterator[tuple[str, str]]:
    """Kind and text of each part; a mail that is attached gives its own text, and then its parts."""
    payload: Any = part.get_payload()
    if isinstance(payload, list):
        for inner in payload[:MOST_PARTS]:
            yield from _walk(inner, depth)
        return
    kind = part.get_content_type().removeprefix("x-")
    if kind.startswith("multipart/"):
        kind = "text/plain"  # its boundary is wrong: read it as one text
    if kind not in MAY_HOLD_STATUS | MAY_HOLD_ORIGINAL:
        return
    raw: Any = part.get_payload(decode=True) or b""
    yield kind, raw.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if kind in ("message/rfc822", "message/global") and depth < MOST_DEPTH:
        yield from _walk(_parse(raw), depth + 1)


def _outcomes(text: str) -> Iterator[Outcome]:
    """A block of fields per receiver, after one for the message."""
    for fields in _blocks(text):
        addresses = (fields.get("original-recipient"), fields.get("final-recipient"))
        recipients = frozenset(filter(None, map(_address, addresses)))
        found = STATUS_FIELD.match(fields.get("status", "").strip())
        if recipients and found:
            status = found.group(1)
            action = fields.get("action", "").strip().lower() or ("failed" if status.startswith("5") else "delayed")
            yield Outcome(recipients, action, status, _reason(status, fields))


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """The fields between empty lines. A line that begins no known field goes on with the one before, folded or not."""
    fields: dict[str, str] = {}
    last = ""
    for line in [*text.split("\n"), ""]:
        if not line.strip():
            if fields:
                yield fields
            fields, last = {}, ""
            continue
        found = FIELD.match(line)
        name = found.group(1).lower() if found else ""
        if found and (name in FIELDS or name.startswith("x-")):
            last = name
            fields.setdefault(name, found.group(2))
        elif last and len(fields[last]) < LONGEST_FIELD:
            fields[last] += f" {line.strip()}"


def _address(field: str | None) -> str:
    """`rfc822; jan@post.example`, with or without kind and brackets."""
    address = (field or "").rpartition(";")[2]
    return address.strip().strip("<>").strip().lower()[:254]


def _reason(status: str, fields: Mapping[str, str]) -> str:
    words = re.sub(r"^\s*[\w-]{1,40}\s*;", "", fields.get("diagnostic-code", ""))
    tidy = " ".join(re.sub(r"[^ -~]", " ", words).split())
    return (tidy if status in tidy else f"{status} {tidy}".strip())[:300]
