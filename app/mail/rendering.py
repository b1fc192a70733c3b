"""From a template to the bytes of a message (RFC 5322, quoted-printable, CRLF).

A mail is rendered and encoded once per template and language; per receiver only the lines with a name, a user name, a
link or a code are filled in and encoded again. So a campaign costs what SMTP costs, not what rendering costs (PERF 6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy, quoprimime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Final

from markupsafe import escape

from app.addresses import ascii_address
from app.mail.post_office import post_office

POLICY: Final = policy.SMTP
BOUNDARY: Final = "=_ledenportal"  # "=_" can stand in no quoted-printable text
OPEN: Final = ("name", "user_name", "link", "code", "moment")  # what differs per receiver, where a template takes it
PLACE: Final = re.compile("\ue000([a-z_]+)\ue001")  # private use characters: no template holds them
LINE: Final = 78  # characters; longer headers are folded

Line = bytes | tuple[str, ...]  # encoded; or text, name of a value, text, name, … , text


@dataclass(frozen=True, slots=True)
class CompiledMail:
    """A mail with places left open for what differs per receiver."""

    sender: bytes
    subject: Line
    head: bytes
    text_part: list[Line]
    html_part: list[Line]

    def fill(
        self,
        *,
        to: str,
        message_id: str,
        sent_at: datetime,
        values: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The message for one receiver. `values` are escaped in the HTML part; `headers` are written as they are.

        Raises ValueError for an address or a header that cannot stand in a message.
        """
        own = [write_header("To", to), _plain_header("Message-ID", message_id)]
        own += [_plain_header("Date", format_datetime(sent_at))]
        own += [_plain_header(name, value) for name, value in (headers or {}).items()]
        tidy = {name: clean(value) for name, value in values.items()}
        own += [self.sender, _subject(_put_in(self.subject, tidy)) if isinstance(self.subject, tuple) else self.subject]
        safe = {name: str(escape(value)) for name, value in tidy.items()}
        between, last = f"\r\n--{BOUNDARY}\r\n".encode(), f"\r\n--{BOUNDARY}--\r\n".encode()
        parts = [*own, self.head, between[2:], _part_head("plain"), *_fill(self.text_part, tidy)]
        parts += [between, _part_head("html"), *_fill(self.html_part, safe), last]
        return b"".join(parts)


def compile_mail(name: str, locale: str, values: Mapping[str, Any], *, leave_open: bool = True) -> CompiledMail:
    """Write a mail. With `leave_open` the text values of OPEN are left open, to be filled in per receiver."""
    shown: dict[str, Any] = {key: clean(value) if isinstance(value, str) else value for key, value in values.items()}
    if leave_open:
        shown |= {key: f"\ue000{key}\ue001" for key in per_recipient_values(values)}
    settings = post_office.settings
    subject, text_part, html_part = post_office.write(name, locale, shown)
    sender = _mailbox(settings["MUNICIPALITY"], settings["MAIL_DEFAULT_SENDER"])
    head = [_write_our_address("Reply-To", settings["MAIL_REPLY_TO"])] if settings["MAIL_REPLY_TO"] else []
    head += [_plain_header("Auto-Submitted", "auto-generated")]
    head += [_plain_header("Content-Language", locale.split("_")[0]), _plain_header("MIME-Version", "1.0")]
    head += [_plain_header("Content-Type", f'multipart/alternative; boundary="{BOUNDARY}"'), b"\r\n"]
    pieces = tuple(PLACE.split(subject))
    written = pieces if len(pieces) > 1 else _subject(subject)
    parts = _lines(text_part), _lines(html_part)
    return CompiledMail(_write_our_address("From", sender), written, b"".join(head), *parts)


def per_recipient_values(values: Mapping[str, Any]) -> dict[str, str]:
    """The values that are filled in per receiver. An empty one is none: a template may say something else then."""
    return {name: values[name] for name in OPEN if isinstance(values.get(name), str) and values[name]}


def clean(value: str) -> str:
    """Names and links are one line: no line breaks or other control characters, and no open places."""
    return " ".join("".join(" " if c < " " or c in "\x7f\x85\u2028\u2029\ue000\ue001" else c for c in value).split())


def write_header(name: str, value: str) -> bytes:
    """One header, folded and encoded where it must be. Raises ValueError for what is no address in an address header.

    A plain address needs no parser, which would take longer than all the rest of a message.
    """
    if name == "To":
        value = ascii_address(value)
        if len(value) < LINE - len("To: "):
            return f"To: {value}\r\n".encode()
    folded: str = POLICY.header_factory(name, value).fold(policy=POLICY)
    return folded.encode("ascii")


def _subject(words: str) -> bytes:
    return write_header("Subject", words)


_write_our_address = lru_cache(maxsize=10)(write_header)  # the same on each mail; nothing of a receiver is kept


def _mailbox(name: str, address: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{ascii_address(address)}>'


def _plain_header(name: str, value: str) -> bytes:
    if not value.isascii() or any(c < " " for c in value):
        raise ValueError(f"not a value for the header {name}")
    return f"{name}: {value}\r\n".encode()


def _part_head(kind: str) -> bytes:
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'.encode()


def _lines(rendered: str) -> list[Line]:
    """Encoded lines, neighbours without an open place joined to one."""
    lines: list[Line] = []
    tidy = re.sub(r"\n{3,}", "\n\n", rendered.strip())
    for text in tidy.split("\n"):
        pieces = PLACE.split(text)
        if len(pieces) > 1:
            lines.append(tuple(pieces))
            continue
        encoded = _encode(text) + b"\r\n"
        if lines and isinstance(lines[-1], bytes):
            lines[-1] += encoded
        else:
            lines.append(encoded)
    return lines


def _fill(lines: list[Line], values: Mapping[str, str]) -> list[bytes]:
    return [line if isinstance(line, bytes) else _encode(_put_in(line, values)) + b"\r\n" for line in lines]


def _put_in(pieces: tuple[str, ...], values: Mapping[str, str]) -> str:
    return "".join(piece if place % 2 == 0 else values[piece] for place, piece in enumerate(pieces))


def _encode(line: str) -> bytes:
    encoded: str = quoprimime.body_encode(line.encode().decode("latin-1"), eol="\r\n")
    return encoded.encode("ascii")
