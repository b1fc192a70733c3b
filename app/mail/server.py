"""The only file that speaks SMTP: a connection for one or many mails, and what an answer of the server means."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask_mail import Connection

from app.mail.post_office import post_office
from app.mail.rendering import CompiledMail, ascii_address


class NotHandedOver(Exception):
    """The mail server did not take the message; `str()` is what it said.

    `is_permanent`: trying again will not help (5xx). `at_recipient`: it was refused for this receiver, so the address
    may be wrong; otherwise it is the message or the sender that the server does not want.
    """

    def __init__(self, reason: str, *, is_permanent: bool, at_recipient: bool = False) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
        self.at_recipient = at_recipient


class ConnectionLost(NotHandedOver):
    """No connection to the mail server, it broke, or the server does not want us: what was not tried can wait.

    It says nothing of the receivers, so it is never permanent, whatever the server answered.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason, is_permanent=False)


class TimedConnection(Connection):
    """Flask-Mail's connection with a time limit: a silent mail server must not hold up a sign-in."""

    def __init__(self) -> None:
        super().__init__(post_office.server)  # type: ignore[arg-type]
        self.compiled: dict[str, CompiledMail] = {}  # rendered once for all mails of this connection

    def configure_host(self) -> smtplib.SMTP:
        """Connect, with STARTTLS or TLS and a login as configured."""
        kind = smtplib.SMTP_SSL if self.mail.use_ssl else smtplib.SMTP
        host = kind(self.mail.server, self.mail.port, timeout=post_office.settings["MAIL_TIMEOUT_SECONDS"])
        if self.mail.use_tls:
            host.starttls()
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host


@contextmanager
def connect() -> Iterator[TimedConnection]:
    """One connection for one or many mails. Raises ConnectionLost."""
    connection = TimedConnection()
    try:
        connection.__enter__()
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectionLost(_words_of(error)) from error
    try:
        yield connection
    finally:
        _close(connection)


def check(seconds: float) -> None:
    """Raises OSError or SMTPException when no mail server greets us in time; nothing is sent."""
    settings = post_office.server
    kind = smtplib.SMTP_SSL if settings.use_ssl else smtplib.SMTP
    with kind(settings.server, settings.port or 0, timeout=seconds):
        pass


def _close(connection: TimedConnection) -> None:
    """Say goodbye; a server that hung up already has what it took."""
    with suppress(OSError, smtplib.SMTPException):
        connection.__exit__(None, None, None)  # type: ignore[arg-type]


def hand_over(connection: TimedConnection, receiver: str, message: bytes) -> None:
    """Give one message to the mail server. Raises NotHandedOver."""
    if connection.host is None:  # Flask-Mail suppresses sending
        return
    sender = ascii_address(post_office.settings["MAIL_DEFAULT_SENDER"])
    try:
        connection.host.sendmail(sender, [receiver], message)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _refused(code, words, at_recipient=True) from error
    except smtplib.SMTPDataError as error:
        raise _refused(error.smtp_code, error.smtp_error, at_recipient=False) from error
    except (OSError, smtplib.SMTPException) as error:  # refused as sender, too: every mail would be
        raise ConnectionLost(_words_of(error)) from error


def _refused(code: int, words: bytes | str, *, at_recipient: bool) -> NotHandedOver:
    reason = _tidy(code, words)
    if code == 421:  # the server closes the connection, whatever was to be said of this mail
        return ConnectionLost(reason)
    return NotHandedOver(reason, is_permanent=code >= 500, at_recipient=at_recipient)


def _words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _tidy(error.smtp_code, error.smtp_error)
    return type(error).__name__


def _tidy(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(re.sub(r'[^ -~]', ' ', said).split())}"[:300]
