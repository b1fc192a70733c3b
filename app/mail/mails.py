"""Every mail of the portal: one `send_…` each.

A mail holds no personal content beyond the greeting: it says that something waits, and where to sign in. Text and HTML
are rendered from `templates/mail/<name>.txt` and `.html` in the reader's language (`mail_sheets`), and handed over to
the mail server (`mail_server`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext

from app.clock import utc_now
from app.mail.rendering import CompiledMail, ascii_address, make_sheet, per_recipient_values, settings_of_sender
from app.mail.server import ConnectionLost, NotHandedOver, TimedConnection, connect, hand_over

__all__ = ["ConnectionLost", "NotHandedOver", "TimedConnection", "connect"]


class About(TypedDict, total=False):
    """What the worker adds to a mail from the outbox."""

    message_id: str
    headers: Mapping[str, str]  # such as List-Unsubscribe


def send_sign_in_code(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, code: str, asked_at: datetime
) -> str:
    """The code of a sign-in, with when it was asked; no link, so that nobody learns to click one."""
    return _send(
        connection, "sign_in_code", to, locale, {}, name=name, user_name=user_name, code=code, asked_at=asked_at
    )


def send_invitation(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str, **about: Unpack[About]
) -> str:
    """The link to open an account."""
    link = public_url(f"/uitnodiging/{token}")
    days = current_app.config["INVITATION_DAYS"]
    return _send(connection, "invitation", to, locale, about, name=name, user_name=user_name, link=link, days=days)


def send_password_reset(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str, **about: Unpack[About]
) -> str:
    """The link to choose a new password."""
    link = public_url(f"/wachtwoord-kiezen/{token}")
    return _send(connection, "password_reset", to, locale, about, name=name, user_name=user_name, link=link)


def send_email_old(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str, **about: Unpack[About]
) -> str:
    """The link with which the old address agrees to a new one."""
    link = public_url(f"/e-mail-bevestigen/{token}")
    return _send(connection, "email_old", to, locale, about, name=name, user_name=user_name, link=link)


def send_email_new(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, token: str, **about: Unpack[About]
) -> str:
    """The link with which the new address is confirmed."""
    link = public_url(f"/e-mail-bevestigen/{token}")
    return _send(connection, "email_new", to, locale, about, name=name, user_name=user_name, link=link)


def send_user_names(
    connection: TimedConnection, *, to: str, locale: str, user_names: list[str], **about: Unpack[About]
) -> str:
    """The user names that belong to this address; couples share one."""
    return _send(connection, "user_names", to, locale, about, user_names=user_names, link=public_url("/"))


def send_sign_in_locked(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, **about: Unpack[About]
) -> str:
    """Somebody typed a wrong password too often; how to get in at once."""
    link = public_url("/wachtwoord-vergeten")
    return _send(connection, "sign_in_locked", to, locale, about, name=name, user_name=user_name, link=link)


def send_password_changed(
    connection: TimedConnection, *, to: str, locale: str, name: str, user_name: str, **about: Unpack[About]
) -> str:
    """The password was changed; what to do if it was somebody else."""
    link = public_url("/wachtwoord-vergeten")
    return _send(connection, "password_changed", to, locale, about, name=name, user_name=user_name, link=link)


def send_waiting(
    connection: TimedConnection,
    *,
    to: str,
    locale: str,
    name: str,
    user_name: str,
    notification_id: int | None = None,
    is_optional: bool = False,
    test_of: int | None = None,
    **about: Unpack[About],
) -> str:
    """Something waits in the portal: what it is, is only told there.

    The link leads to the notification where there is one, else to the list. `test_of` is the campaign that somebody of
    the team tries out on themselves.
    """
    path = f"/meldingen/{notification_id}" if notification_id else "/meldingen/"
    link = public_url(path if test_of is None else f"/verzendingen/show/{test_of}")
    values = {"user_name": user_name, "link": link, "is_optional": is_optional, "is_test": test_of is not None}
    return _send(connection, "waiting", to, locale, about, name=name, **values)


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


def _send(connection: TimedConnection, template: str, to: str, locale: str, about: About, /, **values: Any) -> str:
    """Fill in and hand over one mail; gives its Message-ID. Raises NotHandedOver."""
    message_id = about.get("message_id") or make_message_id(secrets.token_hex(12))
    try:
        receiver = ascii_address(to)
        message = _sheet(connection, template, locale, values).fill(
            to=receiver,
            message_id=message_id,
            sent_at=utc_now(),
            values=per_recipient_values(values),
            headers=about.get("headers"),
        )
    except ValueError as error:
        raise NotHandedOver("550 5.1.3 not an address", is_permanent=True, at_recipient=True) from error
    hand_over(connection, receiver, message)
    return message_id


def _sheet(connection: TimedConnection, template: str, locale: str, values: Mapping[str, Any]) -> CompiledMail:
    is_open = per_recipient_values(values)
    others = {name: value for name, value in values.items() if name not in is_open}
    key = repr((template, locale, sorted(is_open), sorted(others.items())))
    if key not in connection.sheets:
        sender = settings_of_sender()
        connection.sheets[key] = make_sheet(template, locale, values, subject=lambda: subject_of(template), **sender)
    return connection.sheets[key]


def subject_of(template: str) -> str:
    """The subject of a mail in the present language, with the name of the municipality."""
    return f"{SUBJECTS[template]()} – {current_app.config['MUNICIPALITY']}"


def make_message_id(local_part: str) -> str:
    """A Message-ID (RFC 5322) in the portal's domain."""
    return f"<{local_part}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}>"


def message_id_of(mail_id: int, resends: int) -> str:
    """The Message-ID of a mail from the outbox: the same at each try, and nobody can guess one that was not sent."""
    key = f"message id:{current_app.config['SECRET_KEY']}".encode()
    seal = hmac.new(key, f"{mail_id}.{resends}".encode(), hashlib.sha256).hexdigest()[:24]
    return make_message_id(f"{mail_id}.{resends}.{seal}")
