"""Each mail in both languages, as it arrives. After a wanted change: UPDATE_SNAPSHOTS=1, and read the difference.

The files hold the headers in plain words, then the text and the HTML; only the Message-ID is left out.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask_babel import force_locale

from app.i18n import write_full_moment
from app.mail.mails import ADDRESS_CODE, FROM_OUTBOX, SIGN_IN_CODE, send_mail
from app.mail.post_office import post_office
from app.mail.server import connect
from app.mail.unsubscribe import headers_for
from app.models import NotificationKind
from app.services.members.account_notices import Changed
from app.services.notifications.digest_contents import Told
from app.services.training.telling import Told as TrainingTold
from app.views.labels.messages.mail import MAIL_TEMPLATES

FOLDER = Path(__file__).parent / "snapshots"
NAMES = {"name": "Zoë d'Été", "user_name": "zoe.dete"}
TOKEN = {"token": "t0ken"}
DUE = datetime(2027, 1, 5, 23, tzinfo=UTC)  # the 6th begins
SOON = datetime(2026, 2, 5, 16, tzinfo=UTC)  # three days after the `now` of the tests, at five o'clock
OTHERS = [kind for kind in NotificationKind if kind != NotificationKind.GIVE_AVAILABILITY]
RECEIVED = {
    "election": "Gemeenteraad <Voorbeeldstad> 2027",
    "outcome": "answer",
    "by": "member",
    "until": "2027-01-09T16:00:00+00:00",
    "placed_by": "2027-02-06",
    "path": "/beschikbaarheid/GR2027",
}
APPOINTED = {
    "election": "Gemeenteraad <Voorbeeldstad> 2027",
    "kind": "new",
    "until": "2027-01-09T16:00:00+00:00",
}
LOCKED = {"where": "", "why": "wrong", "until": "2026-02-02T10:00:00+00:00"}
UNSUBSCRIBE = {
    "List-Unsubscribe": "<https://leden.voorbeeldstad.example/e-mail-stoppen/t0ken>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}
MAILS = {
    "sign_in_code": {**NAMES, "code": "123 456", "wanted_for": "sign_in"},
    "sign_in_code_password": {**NAMES, "code": "123 456", "wanted_for": "password"},
    "sign_in_code_email": {**NAMES, "code": "123 456", "wanted_for": "email"},
    "address_code": {"code": "123 456"},
    "invitation": {**NAMES, **TOKEN},
    "password_reset": {**NAMES, **TOKEN},
    "password_resets": {
        "links": [
            {"link_id": 1, "mail": "password_reset", "user_name": "zoe.dete", **TOKEN},
            {"link_id": 2, "mail": "invitation", "user_name": "jan.dete", **TOKEN},
        ]
    },
    "email_old": {**NAMES, **TOKEN},
    "email_new": {**NAMES, **TOKEN},
    "user_names": {"user_names": ["zoe.dete", "jan.dete"]},
    "sign_in_locked": {**NAMES, **LOCKED},
    "sign_in_locked_device": {**NAMES, **LOCKED, "where": "device"},
    "sign_in_locked_session": {**NAMES, **LOCKED, "where": "session"},
    "codes_locked": {**NAMES, **LOCKED},
    "codes_locked_asked": {**NAMES, **LOCKED, "where": "device", "why": "asked"},
    "password_changed": NAMES,
    "account_changed": {**NAMES, "changed": ["email", "iban"]},
    "account_changed_all": {**NAMES, "changed": [*Changed]},
    "new_admin": {"name": "Zoë d'Été", "who": "Jan Jansen", "their_name": "jansen", "by": "beheer"},
    "waiting": {**NAMES, "path": "/meldingen/7", "told": (Told("give_availability", DUE),)},
    "waiting_reminder": {**NAMES, "path": "/meldingen/7", "told": (Told("check_data", SOON, is_reminder=True),)},
    "waiting_several": {**NAMES, "told": (Told("give_availability", DUE), *map(Told, OTHERS))},
    "availability_received": {**NAMES, **RECEIVED},
    "availability_received_candidate": {**NAMES, **RECEIVED, "outcome": "candidacy"},
    "availability_received_phoned": {**NAMES, **RECEIVED, "by": "team", "until": "", "placed_by": ""},
    "appointed": {**NAMES, **APPOINTED},
    "appointed_changed": {**NAMES, **APPOINTED, "kind": "changed"},
    "appointed_new_agreed": {**NAMES, **APPOINTED, "kind": "new_agreed", "until": ""},
    "appointed_changed_agreed": {**NAMES, **APPOINTED, "kind": "changed_agreed", "until": ""},
    "appointed_withdrawn": {**NAMES, **APPOINTED, "kind": "withdrawn", "until": ""},
    "replacement": {**NAMES, **APPOINTED, "kind": "asked"},
    "replacement_too_late": {**NAMES, **APPOINTED, "kind": "too_late", "until": ""},
    "replacement_withdrawn": {**NAMES, **APPOINTED, "kind": "withdrawn", "until": ""},
    **{f"training_{told}": {**NAMES, "training": "Basis <voorzitter>", "kind": told.value} for told in TrainingTold},
    "appointed_reminder": {**NAMES, **APPOINTED, "kind": "reminder"},
    "waiting_optional": {**NAMES, "is_optional": True, "told": (Told("news"),)},
    "waiting_test": {**NAMES, "path": "/verzendingen/show/3", "is_test": True, "told": (Told("give_bsn", DUE),)},
}


CODES = {"sign_in_code": SIGN_IN_CODE, "address_code": ADDRESS_CODE}


def is_of_code(name):
    return name.startswith(tuple(CODES))


def mail_of(name):
    if is_of_code(name):
        return next(mail for start, mail in CODES.items() if name.startswith(start))
    if name in FROM_OUTBOX:
        return FROM_OUTBOX[name]
    return next(mail for start, mail in FROM_OUTBOX.items() if name.startswith(start))  # the rest names a variant


def describe(message: EmailMessage) -> str:
    """The message as a person compares it."""
    headers = [f"{name}: {value}" for name, value in message.items() if name not in ("Message-ID", "X-Peer")]
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    contents = [part.get_content().replace("\r\n", "\n") for part in parts if part is not None]
    return "\n".join(["\n".join(headers), "", contents[0], "-" * 80, contents[1]])


@pytest.fixture
def settings(app, db, monkeypatch):
    more = {
        "MUNICIPALITY": "Gemeente Súdwest-Voorbeeld",
        "MAIL_REPLY_TO": "verkiezingen@voorbeeldstad.example",
        "MAIL_DEFAULT_SENDER": "portaal@voorbeeldstad.example",
        "PUBLIC_URL": "https://leden.voorbeeldstad.example",
        "CONTACT_PHONE": "14 012",
    }
    monkeypatch.setattr(post_office, "compiled", {})
    for name, value in more.items():
        monkeypatch.setitem(app.config, name, value)


@pytest.mark.parametrize("locale", ["nl", "en"])
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_as_it_was(settings, clock, mailbox, name, locale, now):
    with force_locale(locale):
        values = {**MAILS[name], "moment": write_full_moment(now)} if is_of_code(name) else MAILS[name]
    headers = UNSUBSCRIBE if name == "waiting_optional" else None
    with connect() as connection:
        send_mail(connection, mail_of(name), to="zoe@post.example", locale=locale, values=values, headers=headers)
    [message] = mailbox.messages
    seen, file = describe(message), FOLDER / f"{name}.{locale}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(seen, encoding="utf-8")
    assert seen == file.read_text(encoding="utf-8")


def test_every_mail_has_a_snapshot():
    assert {mail_of(name) for name in MAILS} == {*FROM_OUTBOX.values(), *CODES.values()}
    assert {file.name for file in FOLDER.iterdir()} == {
        f"{name}.{locale}.txt" for name in MAILS for locale in ("nl", "en")
    }


def test_every_mail_that_the_team_sees_has_a_name_on_screen():
    assert set(MAIL_TEMPLATES) == set(FROM_OUTBOX)


def test_each_link_leads_to_a_page(app):
    pages = app.url_map.bind("localhost")
    for mail in filter(lambda mail: mail.path, FROM_OUTBOX.values()):
        pages.match(f"{mail.path}{'t0ken' if mail.needs_token else ''}")


def test_the_headers_of_optional_mail_are_those_of_the_portal(app, db):
    assert set(headers_for(1, ["news"])) == set(UNSUBSCRIBE)


def test_a_mail_that_is_written_once_holds_nothing_of_who_got_it_before(app, db, mailbox, monkeypatch):
    monkeypatch.setattr(post_office, "compiled", {})
    people = [
        ("Zoë <&", "zoe", "123 456", "maandag"),
        ("Jan", "jan", "654 321", "dinsdag"),
        ("", "", "111 222", "later"),
    ]
    for name, user_name, code, moment in people:
        values = {"name": name, "user_name": user_name, "code": code, "moment": moment, "wanted_for": "sign_in"}
        with connect() as connection:
            send_mail(connection, SIGN_IN_CODE, to="een@post.example", locale="nl", values=values)
    kept = repr(post_office.compiled)
    for message, own in zip(mailbox.messages, people, strict=True):
        seen = describe(message)
        assert f"Subject: {own[2]} is je code" in seen
        assert f"<title>{own[2]} is je code" in seen
        for value in own[1:] if own[0] else own[2:]:
            assert value in seen
        assert not any(part in seen for other in people if other is not own for part in (other[2], other[3]))
        assert not any(value in kept for value in own[1:] if value)
    assert len(post_office.compiled) == 2  # with a name, and without
