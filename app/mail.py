"""Every mail of the portal: one `send_…` each, and the only file that speaks SMTP.

A mail holds no personal content beyond the greeting: it says that something waits, and where to sign in. Text and HTML
are rendered from `templates/mail/<name>.txt` and `.html` in the reader's language.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import formataddr, make_msgid
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from flask_mail import Connection, Message


class NotHandedOver(Exception):
    """The mail server did not take the message. `is_permanent`: trying again will not help (5xx for this address)."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


class ConnectionLost(NotHandedOver):
    """No connection to the mail server, or it broke: what was not tried yet can wait."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, is_permanent=False)


class TimedConnection(Connection):  # type: ignore[misc]
    """Flask-Mail's connection with a time limit: a silent mail server must not hold up a sign-in."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, with STARTTLS or TLS and a login as configured."""
        settings = current_app.config
        kind = smtplib.SMTP_SSL if self.mail.use_ssl else smtplib.SMTP
        host = kind(self.mail.server, self.mail.port, timeout=settings["MAIL_TIMEOUT_SECONDS"])
        if self.mail.use_tls:
            host.starttls()
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host


@contextmanager
def connect() -> Iterator[TimedConnection]:
    """One connection for one or many mails. Raises ConnectionLost."""
    connection = TimedConnection(current_app.extensions["mail"])
    try:
        connection.__enter__()
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectionLost(type(error).__name__) from error
    try:
        yield connection
    finally:
        _close(connection)


def _close(connection: TimedConnection) -> None:
    """Say goodbye; a server that hung up already has what it took."""
    with suppress(OSError, smtplib.SMTPException):
        connection.__exit__(None, None, None)  # type: ignore[arg-type]


def send_sign_in_code(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, code: str, asked_at: datetime
) -> str:
    """The code of a sign-in, with when it was asked; no link, so that nobody learns to click one."""
    return _send(connection, "sign_in_code", to, locale, name=name, user_name=user_name, code=code, asked_at=asked_at)


def send_invitation(connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str) -> str:
    """The link to open an account."""
    link = public_url(f"/uitnodiging/{token}")
    days = current_app.config["INVITATION_DAYS"]
    return _send(connection, "invitation", to, locale, name=name, user_name=user_name, link=link, days=days)


def send_password_reset(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str
) -> str:
    """The link to choose a new password."""
    link = public_url(f"/wachtwoord-kiezen/{token}")
    return _send(connection, "password_reset", to, locale, name=name, user_name=user_name, link=link)


def send_email_old(connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str) -> str:
    """The link with which the old address agrees to a new one."""
    link = public_url(f"/e-mail-bevestigen/{token}")
    return _send(connection, "email_old", to, locale, name=name, user_name=user_name, link=link)


def send_email_new(connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str) -> str:
    """The link with which the new address is confirmed."""
    link = public_url(f"/e-mail-bevestigen/{token}")
    return _send(connection, "email_new", to, locale, name=name, user_name=user_name, link=link)


def send_user_names(connection: TimedConnection, *, to: str, locale: str, user_names: list[str]) -> str:
    """The user names that belong to this address; couples share one."""
    return _send(connection, "user_names", to, locale, user_names=user_names, link=public_url("/"))


def send_sign_in_locked(connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str) -> str:
    """Somebody typed a wrong password too often; how to get in at once."""
    link = public_url("/wachtwoord-vergeten")
    return _send(connection, "sign_in_locked", to, locale, name=name, user_name=user_name, link=link)


def send_password_changed(connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str) -> str:
    """The password was changed; what to do if it was somebody else."""
    link = public_url("/wachtwoord-vergeten")
    return _send(connection, "password_changed", to, locale, name=name, user_name=user_name, link=link)


def send_waiting(connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str) -> str:
    """Something waits in the portal: what it is, is only told there."""
    return _send(connection, "waiting", to, locale, name=name, user_name=user_name, link=public_url("/meldingen/"))


SUBJECTS: dict[str, Callable[[], str]] = {
    "sign_in_code": lambda: gettext("Your sign-in code"),
    "invitation": lambda: gettext("Your invitation for the members' portal"),
    "password_reset": lambda: gettext("Choose a new password"),
    "email_old": lambda: gettext("Do you want another e-mail address?"),
    "email_new": lambda: gettext("Confirm your new e-mail address"),
    "user_names": lambda: gettext("Your user name"),
    "sign_in_locked": lambda: gettext("Somebody typed a wrong password"),
    "password_changed": lambda: gettext("Your password has been changed"),
    "waiting": lambda: gettext("Something waits for you in the members' portal"),
}

# What the worker may send from an outbox row. The sign-in code is not among them: it never waits in a queue.
FROM_OUTBOX: dict[str, Callable[..., str]] = {
    "invitation": send_invitation,
    "password_reset": send_password_reset,
    "email_old": send_email_old,
    "email_new": send_email_new,
    "user_names": send_user_names,
    "sign_in_locked": send_sign_in_locked,
    "password_changed": send_password_changed,
    "waiting": send_waiting,
}
WITH_NAMES = {"waiting"}  # whose names the worker looks up when it sends, a batch at a time
WITH_TOKEN = {"invitation", "password_reset", "email_old", "email_new"}


def public_url(path: str) -> str:
    """An address within the portal, from the configured public URL only: a Host header can be forged."""
    return f"{current_app.config['PUBLIC_URL']}{path}"


def _send(connection: TimedConnection, template: str, to: str, locale: str, **values: Any) -> str:
    """Render and hand over one mail; gives its Message-ID. Raises NotHandedOver."""
    message = _build(template, to, locale, values)
    try:
        connection.send(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max(answer[0] for answer in error.recipients.values())
        raise NotHandedOver(f"SMTP {code}", is_permanent=code >= 500) from error
    except smtplib.SMTPServerDisconnected as error:
        raise ConnectionLost(type(error).__name__) from error
    except smtplib.SMTPResponseException as error:
        raise NotHandedOver(f"SMTP {error.smtp_code}", is_permanent=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectionLost(type(error).__name__) from error
    return str(message.msgId)


def _build(template: str, to: str, locale: str, values: dict[str, Any]) -> Message:
    settings = current_app.config
    with force_locale(locale):
        subject = f"{SUBJECTS[template]()} – {settings['MUNICIPALITY']}"
        text_part = render_template(f"mail/{template}.txt", **values)
        html_part = render_template(f"mail/{template}.html", subject=subject, **values)
    message = Message(
        subject=subject,
        recipients=[to],
        body=text_part,
        html=html_part,
        sender=formataddr((settings["MUNICIPALITY"], settings["MAIL_DEFAULT_SENDER"])),
        reply_to=settings["MAIL_REPLY_TO"],
        extra_headers={"Auto-Submitted": "auto-generated"},
    )
    message.msgId = make_msgid(domain=urlsplit(settings["PUBLIC_URL"]).hostname)
    return message
