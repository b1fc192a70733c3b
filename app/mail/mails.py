"""Every mail of the portal: a row each. Its words, the subject too, are `templates/mail/<name>.txt` and `.html`.

A mail holds no personal content beyond the greeting: it says that something waits, and where to sign in. It is written
in the reader's language (`rendering`) and handed over to the mail server (`server`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from app.addresses import ascii_address
from app.clock import utc_now
from app.mail.post_office import post_office
from app.mail.rendering import CompiledMail, compile_mail, per_recipient_values
from app.mail.server import NotHandedOver, TimedConnection, hand_over


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail: its name, where its link leads, and what the worker adds when it leaves."""

    name: str
    path: str | None = None  # of the link in it; the token comes behind it
    needs_token: bool = False  # made just before it leaves
    needs_names: bool = False  # of the receiver, as they are when it leaves
    is_kept: bool = False  # written once for each language: all that differs is filled in for the receiver


NOT_AN_ADDRESS: Final = "550 5.1.3 not an address"  # said by the portal itself, in the way of a mail server
# These never wait in the outbox, and have no link, so that nobody learns to click one.
SIGN_IN_CODE: Final = Mail("sign_in_code", is_kept=True)
ADDRESS_CODE: Final = Mail("address_code", is_kept=True)
FROM_OUTBOX: Final = {
    mail.name: mail
    for mail in (
        Mail("invitation", "/uitnodiging/", needs_token=True),
        Mail("password_reset", "/wachtwoord-kiezen/", needs_token=True),
        Mail("password_resets", needs_token=True),  # `links`: several, each with the name of the mail it is a link of
        Mail("email_old", "/e-mail-bevestigen/", needs_token=True),
        Mail("email_new", "/e-mail-bevestigen/", needs_token=True),
        Mail("user_names", "/"),
        Mail("sign_in_locked", "/wachtwoord-vergeten"),
        Mail("codes_locked", "/wachtwoord-vergeten"),
        Mail("password_changed", "/wachtwoord-vergeten"),
        Mail("account_changed"),  # without a link: whoever reads it has to call or write to the team
        Mail("new_admin", "/gebruikers/list/"),
        Mail("waiting", "/", needs_names=True),
        Mail("availability_received", "/beschikbaarheid/", needs_names=True),
    )
}


def send_mail(
    connection: TimedConnection,
    mail: Mail,
    *,
    to: str,
    locale: str,
    values: Mapping[str, Any],
    message_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> str:
    """Fill in and hand over one mail; gives its Message-ID. Raises NotHandedOver.

    `values` are what the template fills in, with a `token` where the mail needs one, and a `path` where its link leads
    elsewhere. `headers` are such as List-Unsubscribe.
    """
    message_id = message_id or make_message_id(secrets.token_hex(12))
    shown = _with_link(mail, values)
    try:
        receiver = ascii_address(to)
        message = _compiled(connection, mail, locale, shown).fill(
            to=receiver,
            message_id=message_id,
            sent_at=utc_now(),
            values=per_recipient_values(shown),
            headers=headers,
        )
    except ValueError as error:
        raise NotHandedOver(NOT_AN_ADDRESS, is_permanent=True, at_recipient=True) from error
    hand_over(connection, receiver, message)
    return message_id


def _with_link(mail: Mail, values: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(values)
    for name, read in (("until", datetime.fromisoformat), ("placed_by", date.fromisoformat)):
        if shown.get(name):
            shown[name] = read(shown[name])  # the outbox keeps instants and days as text
    if "links" in shown:
        shown["links"] = [{**each, "link": _address_of(each)} for each in shown["links"]]
    path, token = shown.pop("path", mail.path), shown.pop("token", "")
    return shown if path is None else {**shown, "link": public_url(f"{path}{token}")}


def _address_of(link: Mapping[str, Any]) -> str:
    return public_url(f"{FROM_OUTBOX[link['mail']].path}{link['token']}")


def _compiled(connection: TimedConnection, mail: Mail, locale: str, values: Mapping[str, Any]) -> CompiledMail:
    """Rendered once for all mails of a connection that differ in what is filled in only. A code is waited for, so its
    mail is rendered once for all connections.
    """
    kept = post_office.compiled if mail.is_kept else connection.compiled
    is_open = per_recipient_values(values)
    others = {key: value for key, value in values.items() if key not in is_open}
    key = repr((mail.name, locale, sorted(is_open), sorted(others.items())))
    if key not in kept:
        kept[key] = compile_mail(mail.name, locale, values)
    return kept[key]


def public_url(path: str) -> str:
    """An address within the portal, from the configured public URL only: a Host header can be forged."""
    return f"{post_office.settings['PUBLIC_URL']}{path}"


def make_message_id(local_part: str) -> str:
    """A Message-ID (RFC 5322) in the portal's domain."""
    return f"<{local_part}@{urlsplit(post_office.settings['PUBLIC_URL']).hostname}>"


def message_id_of(mail_id: int, resends: int) -> str:
    """The Message-ID of a mail from the outbox: the same at each try, and nobody can guess one that was not sent."""
    key = f"message id:{post_office.settings['SECRET_KEY']}".encode()
    seal = hmac.new(key, f"{mail_id}.{resends}".encode(), hashlib.sha256).hexdigest()[:24]
    return make_message_id(f"{mail_id}.{resends}.{seal}")
