"""What a refusal says of an address: only that this very mailbox does not exist, or is switched off, marks a member."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.mail.address_refusals import is_about_address
from app.services.mail.smtp_replies import explain_reply

CASES = Path(__file__).resolve().parents[4] / "shared/data/cases/smtp_refusals_not_about_address.txt"
JAN = "jan@post.example"

NO_MAILBOX = """
550 5.1.1 <jan@post.example>: Recipient address rejected: User unknown
550 5.1.10 RESOLVER.ADR.RecipientNotFound
550 5.5.0 Requested action not taken: mailbox unavailable
550 No such user here
550 5.2.1 mailbox disabled
550 5.2.1
550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking
551 mailbox is disabled
550 5.1.0 no such mailbox here
550 Gebruiker onbekend
550 Onbekende gebruiker: jan@post.example
550 Dit e-mailadres is opgeheven
550 sorry, no mailbox here by that name (#5.1.1)
550 Unrouteable address
554 delivery error: dd This user doesn't have a yahoo.com account (jan@post.example) [-9] - mta1176.mail.bf1.yahoo.com
550 This mailbox no longer exists
550 This address no longer accepts mail.
552 1 Requested mail action aborted, mailbox not found
554 5.0.0 unknown user: "jan"
550 5.1.1 unknown or illegal alias: JAN@post.example
550 5.1.2 host or domain name not found
550 5.1.2 <jan@post.example>... Host unknown (Name server: post.example: host not found)
550 5.1.1 User jan (jan@post.example) not listed in Domino Directory
550 5.1.1 User unknown, contact postmaster@post.example
550 5.1.1 Recipient address rejected: host mx.post.example[192.0.2.1] said: 550 (in reply to RCPT TO command)
550 User unknown. Please check the address and try again.
550-Mailbox unknown. Either there is no mailbox associated with this name or you don't have authorization to see it.
550 5.1.1 Mailbox "jan" does not exist
550 5.1.1 The email address you entered couldn't be found. Please check the recipient's email address and try to resend
550 Sorry, I couldn't find a mailbox by that name. (#5.1.1)
550 5.1.1 RESOLVER.ADR.RecipNotFound; not found
550 unknown local-part "jan" in domain "post.example"
550 Geen postbus met deze naam
550 Dit postvak bestaat niet
550 5.1.1 Bad destination mailbox address
550 5.1.1 <jan@post.example>: Recipient address rejected: User unknown in relay recipient table
"""

SOMETHING_ELSE = """
554 5.7.1 <jan@post.example>: Relay access denied
550 5.7.1 <jan@post.example>: Recipient address rejected: blocked by policy
552 5.2.2 mailbox full
550 5.1.8 sender address rejected: domain not found
550 5.3.4 message too big
552 too big
554 transaction failed
553 sorry
550 relay not permitted
550 5.1.0 192.0.2.1 is not allowed to send from <stad.nl> per its SPF Record
550 5.1.0 <noreply@stad.nl> sender rejected
553 5.1.8 <noreply@stad.nl>... Domain of sender address noreply@stad.nl does not exist
550 Sender verify failed
550 Message rejected as spam
550-5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages
550 5.1.1 user unknown; 552 5.2.2 mailbox quota
550 5.1.7 invalid address
550 5.7.26 Unauthenticated email is not accepted due to DMARC
550 5.1.1 Greylisted, try again
550 5.1.1 too many recipients
550 5.4.1 relaying denied: no such user
554 5.1.1 blocked by policy
550 Unknown user: noreply@stad.nl
550 Unknown user: "noreply"
550 5.1.1 Unknown originator
550 Verification failed: no such user here (callout)
550 5.1.1 Return path <noreply@stad.nl> does not exist
550 5.2.1 messages arrive too quickly for this mailbox
550 5.2.1 mailbox exceeded its hourly allowance
550 5.1.2 MAILFROM domain stad.nl does not exist
550 5.1.2 stad.nl: domain not found
550 5.2.1 Account disabled for outgoing mail
550 5.2.1 not now
550 your mailbox does not exist
550 De afzender bestaat niet
550 Requested action not taken: mailbox unavailable invalid DNS MX or A/AAAA resource record
550 5.1.1 <jan@elders.example>: Recipient address rejected: User unknown
450 4.1.1 user unknown
450 user unknown
550 Host unknown
550 5.1.1 Client is not known here
550 5.1.10 Recipient not found because your tenant has been suspended
550 5.2.1 inbox is closed for newsletters and marketing
550 5.1.1 this user hears nothing from strangers
550 5.1.1 RCP-P2 Refused due to recipient preferences
550 5.1.1 procmail: Couldn't create "/var/spool/mail/jan": No such user
"""


def lines_of(text):
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("words", lines_of(NO_MAILBOX))
def test_the_address_does_not_work(words):
    assert is_about_address(words, JAN)
    assert "does not exist" in str(explain_reply(words, JAN))


@pytest.mark.parametrize("words", ["", "550 " + "x" * 5_000 + " user unknown", *lines_of(SOMETHING_ELSE)])
def test_it_is_not_the_address(words):
    assert not is_about_address(words, JAN)
    assert "does not exist" not in str(explain_reply(words, JAN))


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("", "No reason was given."),
        ("delayed: 4.4.1 no answer from post.example", "It is delayed: another mail server still tries."),
        ("550 5.1.7 sender address does not exist", "The mail server does not accept the sender."),
        ("501 5.1.8 sender domain not found", "The mail server does not accept the sender."),
        ("552 5.2.2 over quota", "The mailbox is full."),
        ("452 4.2.2 mailbox full", "The mailbox is full."),
        ("550 5.7.26 not signed", "The mail server does not accept this mail."),
        ("421 4.3.0 try again later", "The mail server refused it."),
        ("no answer within 10 seconds", "The mail server could not be reached."),
    ],
)
def test_a_reply_is_told_in_words_for_people(words, meaning):
    assert str(explain_reply(words, JAN)) == meaning


def test_the_name_before_the_at_alone_is_of_the_receiver_too():
    assert is_about_address("550 Invalid mailbox m.van.dijk", "m.van.dijk@post.example")
    assert not is_about_address("550 Unknown user: m.van.dijk", JAN)


def test_access_denied_marks_nobody():
    """Exchange Online says 5.4.1 of an unknown mailbox, but also of a domain that it does not serve or has shut."""
    assert not is_about_address("550 5.4.1 Recipient address rejected: Access denied", JAN)


@pytest.mark.parametrize("address", ["rate.limit@spam-full.example", "sender@policy.example"])
def test_what_the_address_itself_says_is_not_what_the_server_says(address):
    assert is_about_address(f"550 5.1.1 <{address}>: Recipient address rejected: User unknown", address)


def test_without_an_address_whoever_is_named_is_somebody_else():
    assert not is_about_address("550 5.1.1 <jan@post.example>: User unknown", "")


@pytest.mark.skipif(not CASES.exists(), reason="the real replies are not here")
def test_no_real_refusal_of_the_sender_is_taken_for_a_bad_address():
    replies = [line for line in CASES.read_text().splitlines() if line[:3].isdigit()]
    assert replies
    assert [reply for reply in replies if is_about_address(reply, JAN)] == []
