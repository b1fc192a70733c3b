"""A mail is rendered once and filled in per receiver: what arrives is what rendering each one would have made."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from app.addresses import ascii_address
from app.mail.mails import FROM_OUTBOX, SIGN_IN_CODE
from app.mail.rendering import clean, compile_mail, per_recipient_values, write_header
from tests.support.mailbox import text_of

NAMES = [
    "Zoë d'Été <b>&",
    "Jan",
    'Łukasz Żółć-Ørsted \\ "Bé"',
    "=?utf-8?q?x?= %(name)s {{ name }} " + "lang " * 40,
    "Ünïcode " * 12,
    "\ue000link\ue001 .",
    "李小龍",
]
AT = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
SENDER = {
    "MUNICIPALITY": "Gemeente Súdwest-Fryslân",
    "MAIL_DEFAULT_SENDER": "verkiezingen@sudwest.example",
    "MAIL_REPLY_TO": "team@sudwest.example",
}


@pytest.fixture(autouse=True)
def _sender(app, db, monkeypatch):
    for name, value in SENDER.items():
        monkeypatch.setitem(app.config, name, value)


def message(template, values, *, leave_open, to="jan@post.example", locale="nl", headers=None):
    sheet = compile_mail(template, locale, values, leave_open=leave_open)
    filled = per_recipient_values(values)
    return sheet.fill(to=to, message_id="<1@x>", sent_at=AT, values=filled, headers=headers)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("locale", ["nl", "en"])
def test_filled_in_is_the_same_as_rendered(db, name, locale):
    values = {"name": name, "user_name": "zoë.été&co", "link": "https://x.example/a?b=1&c=<2>"}
    once, each = (message("waiting", values, leave_open=is_open, locale=locale) for is_open in (True, False))
    assert once == each


def test_one_sheet_serves_every_receiver(db):
    sheet = compile_mail("waiting", "nl", {"name": "A", "user_name": "a", "link": "x"})
    for name in NAMES:
        values = {"name": name, "user_name": "jan", "link": "x"}
        filled = sheet.fill(to="jan@post.example", message_id="<1@x>", sent_at=AT, values=values)
        parsed = message_from_bytes(filled, policy=policy.default)
        assert text_of(parsed).startswith(f"Hallo {clean(name)},")


def test_a_name_is_text_in_html_and_in_plain_text(db):
    values = {"name": NAMES[0], "user_name": "jan", "link": "https://x.example/"}
    parsed = message_from_bytes(message("waiting", values, leave_open=True), policy=policy.default)
    assert "Hallo Zoë d'Été <b>&," in text_of(parsed)
    html = parsed.get_body(("html",)).get_content()
    assert "Hallo Zoë d&#39;Été &lt;b&gt;&amp;," in html
    assert "<b>" not in html


def test_what_leaves_is_a_sound_message(db):
    values = {"name": "Zoë", "user_name": "jan", "link": "https://x.example/" + "a" * 200}
    raw = message("invitation", {**values, "days": 14}, leave_open=True)
    parsed = message_from_bytes(raw, policy=policy.default)
    assert parsed.defects == []
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    [sender] = parsed["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Gemeente Súdwest-Fryslân", "verkiezingen@sudwest.example")
    assert parsed["Reply-To"] == "team@sudwest.example"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Date"].datetime == AT
    assert raw.isascii()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_nothing_in_a_mail_is_fetched_from_elsewhere(db):
    for template in (*FROM_OUTBOX, SIGN_IN_CODE.name):
        values = {"name": "Jan", "user_name": "jan", "link": "https://x.example/", "days": 1, "code": "123456"}
        values |= {"asked_at": AT, "user_names": ["jan"], "kind": "changed"}
        parsed = message_from_bytes(message(template, values, leave_open=False), policy=policy.default)
        html = parsed.get_body(("html",)).get_content()
        assert not re.search(r"<img|<script|<link|src=|url\(", html, re.IGNORECASE), template
        assert set(re.findall(r'href="(https?://[^"]*)"', html)) <= {"https://x.example/"}


@pytest.mark.parametrize("line", ["\r\nBcc: everybody@post.example", "\nX: y", "é"])
def test_no_header_can_be_slipped_in(db, line):
    values = {"name": "Jan" + line, "user_name": "jan", "link": "x"}
    parsed = message_from_bytes(message("waiting", values, leave_open=True), policy=policy.default)
    assert set(parsed.keys()) == {
        "To",
        "Message-ID",
        "Date",
        "From",
        "Subject",
        "Reply-To",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    }
    with pytest.raises(ValueError, match="header"):
        message("waiting", values, leave_open=True, headers={"List-Unsubscribe": "<https://x/>" + line})


def test_a_header_of_the_worker_stays_on_one_line(db):
    address = f"<https://x.example/afmelden/{'t' * 120}>"
    headers = {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    raw = message("waiting", {"name": "A", "user_name": "a", "link": "x"}, leave_open=True, headers=headers)
    assert f"\r\nList-Unsubscribe: {address}\r\n".encode() in raw


@pytest.mark.parametrize(
    ("address", "plain"),
    [("jan@post.example", "jan@post.example"), ("jan@bücher.example", "jan@xn--bcher-kva.example")],
)
def test_a_domain_with_accents_is_written_as_servers_know_it(address, plain):
    assert ascii_address(address) == plain
    assert write_header("To", address) == f"To: {plain}\r\n".encode()


@pytest.mark.parametrize("address", ["zoë@post.example", "jan", "a b@post.example", "x@y\r\nBcc: z@post.example", ""])
def test_what_no_server_takes_is_refused(address):
    with pytest.raises(ValueError):  # noqa: PT011
        ascii_address(address)


def test_a_long_address_is_folded():
    address = "a" * 60 + "@" + "b" * 40 + ".example"
    assert all(len(line) <= 120 for line in write_header("To", address).split(b"\r\n"))
    assert address.encode() in write_header("To", address).replace(b"\r\n ", b"")
