"""A real SMTP server for tests: keeps what it receives, and refuses when told so."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.machines.postgresql import free_port

CODE = re.compile(r"\b[0-9]{3} ?[0-9]{3}\b")
LINK = re.compile(r"https?://[^\s<>\"]+")


class Mailbox:
    """Every mail that the portal handed over, in order, as parsed messages."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answer = "250 OK"  # what the server says to a message; "451 …" or "550 …" refuses it
        self.refused: dict[str, str] = {}  # by receiver what it says instead, before the message
        self.sender_answer = "250 OK"  # what it says to the sender of the portal
        self.raw: list[bytes] = []  # the messages as they came over the wire
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def start(self) -> None:
        """Listen on this machine."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    def empty(self) -> None:
        """Forget all mails and accept again."""
        self.messages.clear()
        self.raw.clear()
        self.refused.clear()
        self.answer = self.sender_answer = "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """aiosmtpd's hook for the sender."""
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """aiosmtpd's hook for a receiver."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook for one message."""
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content or b"", policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.raw.append(envelope.original_content or b"")
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to this address, oldest first."""
        return [m for m in self.messages if address.lower() in str(m["To"]).lower()]


def text_of(message: EmailMessage) -> str:
    """The plain text part."""
    part = message.get_body(("plain",))
    assert part is not None, "a mail without plain text"
    content: str = part.get_content()
    return content


def code_in(message: EmailMessage) -> str:
    """The sign-in code of a mail."""
    found = CODE.search(text_of(message))
    assert found, "a mail without a code"
    return found.group().replace(" ", "")


def link_in(message: EmailMessage) -> str:
    """The first link of a mail."""
    found = LINK.search(text_of(message))
    assert found, "a mail without a link"
    return found.group()
