"""The only file that speaks SMTP: a connection for one or many mails, and what an answer of the server means."""

from __future__ import annotations

import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, Final

from flask_mail import Connection

from app.addresses import ascii_address
from app.mail.post_office import post_office
from app.mail.rendering import CompiledMail


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


GOODBYE_SECONDS: Final = 1.0  # what a server gets to say goodbye: it has taken the mail


class Deadline:
    """Until when a server may take its time, whatever it does meanwhile: a byte a second is no answer."""

    def __init__(self, seconds: float) -> None:
        self.restart(seconds)

    def restart(self, seconds: float) -> None:
        """From now on it has so long."""
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none."""
        if time.monotonic() >= self._end:
            raise TimeoutError("the mail server took too long")
        return self.at_least_a_little()

    def at_least_a_little(self) -> float:
        """Seconds, for what must not fail now: a message that was taken stays taken."""
        return max(self._end - time.monotonic(), 0.01)


class _LimitedReader(io.RawIOBase):
    """What the server says, read until the deadline; the limit of a socket begins anew at each byte."""

    def __init__(self, read_from: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = read_from, deadline

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As much as there is."""
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)


class _LimitedSMTP(smtplib.SMTP):
    """smtplib's client, of which connecting, sending and every answer end at the deadline.

    Looking up the name of the server is left to the system's resolver, which has limits of its own.
    """

    def __init__(self, deadline: Deadline, host: str, port: int) -> None:
        self._deadline = deadline
        super().__init__(host, port, timeout=deadline.left())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        failed = OSError("the mail server has no address")
        for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                return socket.create_connection((str(address[0]), port), self._deadline.left())
            except OSError as error:
                failed = error
        raise failed

    def send(self, data: Any) -> None:
        """smtplib's, within what is left."""
        if self.sock is not None:
            self.sock.settimeout(self._deadline.left())
        super().send(data)

    def getreply(self) -> tuple[int, bytes]:
        """smtplib's, within what is left, which is also the limit of what follows on the socket (TLS)."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_LimitedReader(self.sock, self._deadline))
        reply = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(self._deadline.at_least_a_little())
        return reply


class _LimitedTlsSMTP(_LimitedSMTP, smtplib.SMTP_SSL):
    """The same over TLS from the beginning: smtplib wraps the socket that `_LimitedSMTP` opens."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        plain.settimeout(self._deadline.left())
        return _trust(post_office.settings["MAIL_CA_FILE"]).wrap_socket(plain, server_hostname=host)


@lru_cache(maxsize=4)
def _trust(ca_file: str) -> ssl.SSLContext:
    """For TLS to a server that shows a certificate of its name, by whom the system trusts or by `ca_file` alone.

    smtplib by itself takes any certificate: whoever sits in between would read every code and link, and the password.
    """
    return ssl.create_default_context(cafile=ca_file or None)


def _dial(deadline: Deadline) -> smtplib.SMTP:
    """Connect as configured: in the clear, through TLS, or with STARTTLS, without which we go no further."""
    settings = post_office.server
    kind = _LimitedTlsSMTP if settings.use_ssl else _LimitedSMTP
    host = kind(deadline, settings.server, settings.port or 0)
    if settings.use_tls:
        host.starttls(context=_trust(post_office.settings["MAIL_CA_FILE"]))
    return host


class TimedConnection(Connection):
    """Flask-Mail's connection with a deadline: a mail server that hangs must not hold up a sign-in."""

    def __init__(self, *, is_for_one: bool) -> None:
        super().__init__(post_office.server)  # type: ignore[arg-type]
        self.compiled: dict[str, CompiledMail] = {}  # rendered once for all mails of this connection
        self.is_for_one = is_for_one
        self.deadline = Deadline(limit_seconds())

    def configure_host(self) -> smtplib.SMTP:
        """Connect, with STARTTLS or TLS and a login as configured."""
        host = _dial(self.deadline)
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host

    def start_message(self) -> None:
        """Each mail of a batch has the whole time; one for which somebody waits has what connecting left of it."""
        if not self.is_for_one:
            self.deadline.restart(limit_seconds())


def limit_seconds() -> float:
    """How long a hand-over may take, whatever the server does."""
    return float(post_office.settings["MAIL_TIMEOUT_SECONDS"])


@contextmanager
def connect(*, is_for_one: bool = False) -> Iterator[TimedConnection]:
    """One connection for many mails, or for one within a single time limit. Raises ConnectionLost."""
    connection = TimedConnection(is_for_one=is_for_one)
    try:
        connection.__enter__()
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectionLost(_words_of(error)) from error
    try:
        yield connection
    finally:
        _close(connection)


def check(seconds: float) -> None:
    """Raises OSError or SMTPException when no mail server that we trust greets us in time; nothing is sent."""
    with _dial(Deadline(seconds)):
        pass


def _close(connection: TimedConnection) -> None:
    """Say goodbye; a server that hung up already has what it took."""
    connection.deadline.restart(GOODBYE_SECONDS)
    with suppress(OSError, smtplib.SMTPException):
        connection.__exit__(None, None, None)  # type: ignore[arg-type]
    if connection.host is not None:
        connection.host.close()


def hand_over(connection: TimedConnection, receiver: str, message: bytes) -> None:
    """Give one message to the mail server. Raises NotHandedOver."""
    if connection.host is None:  # Flask-Mail suppresses sending
        return
    sender = ascii_address(post_office.settings["MAIL_DEFAULT_SENDER"])
    connection.start_message()
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
