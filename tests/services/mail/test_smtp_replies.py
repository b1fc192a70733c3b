"""What a refusal says of an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.mail.smtp_replies import explain_reply, is_about_address

CASES = Path(__file__).resolve().parents[4] / "shared/data/cases/smtp_refusals_not_about_address.txt"


@pytest.mark.parametrize(
    "words",
    [
        "550 5.1.1 <jan@post.example>: Recipient address rejected: User unknown",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
        "550 5.4.1 Recipient address rejected: Access denied",
        "550 5.5.0 Requested action not taken: mailbox unavailable",
        "550 No such user here",
        "550 5.2.1 mailbox disabled",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
        "550 5.1.1 <rate.limit@spam-full.example>: Recipient address rejected: User unknown",
        "550 5.1.2 host or domain name not found",
        "551 mailbox is disabled",
        "550 5.1.0 no such mailbox here",
    ],
)
def test_the_address_does_not_work(words):
    assert is_about_address(words)
    assert "does not exist" in str(explain_reply(words))


@pytest.mark.parametrize(
    "words",
    [
        "554 5.7.1 <jan@post.example>: Relay access denied",
        "550 5.7.1 <jan@post.example>: Recipient address rejected: blocked by policy",
        "552 5.2.2 mailbox full",
        "550 5.1.8 sender address rejected: domain not found",
        "550 5.3.4 message too big",
        "552 too big",
        "554 transaction failed",
        "",
        "553 sorry",
        "550 relay not permitted",
        "550 5.1.0 192.0.2.1 is not allowed to send from <stad.nl> per its SPF Record",
        "550 5.1.0 <noreply@stad.nl> sender rejected",
        "553 5.1.8 <noreply@stad.nl>... Domain of sender address noreply@stad.nl does not exist",
        "550 Sender verify failed",
        "550 Message rejected as spam",
        "550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
        "550 5.1.1 user unknown; 552 5.2.2 mailbox quota",
        "550 5.1.7 invalid address",
        "550 5.7.26 Unauthenticated email is not accepted due to DMARC",
        "550 5.1.1 Greylisted, try again",
        "550 5.1.1 too many recipients",
        "550 5.4.1 relaying denied: no such user",
        "554 5.1.1 blocked by policy",
        "550 " + "x" * 5_000 + " user unknown",
    ],
)
def test_it_is_not_the_address(words):
    assert not is_about_address(words)
    assert "does not exist" not in str(explain_reply(words))


@pytest.mark.skipif(not CASES.exists(), reason="the real replies are not here")
def test_no_real_refusal_of_the_sender_is_taken_for_a_bad_address():
    replies = [line for line in CASES.read_text().splitlines() if line[:3].isdigit()]
    assert replies
    assert [reply for reply in replies if is_about_address(reply)] == []
