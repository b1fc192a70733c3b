"""What a refusal says of an address."""

from __future__ import annotations

import pytest

from app.services.mail.smtp_replies import explain_reply, is_about_address


@pytest.mark.parametrize(
    "words",
    [
        "550 5.1.1 <jan@post.example>: Recipient address rejected: User unknown",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
        "550 5.4.1 Recipient address rejected: Access denied",
        "550 5.5.0 Requested action not taken: mailbox unavailable",
        "550 No such user here",
        "553 sorry",
        "550 5.2.1 mailbox disabled",
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
    ],
)
def test_it_is_not_the_address(words):
    assert not is_about_address(words)
    assert "does not exist" not in str(explain_reply(words))
