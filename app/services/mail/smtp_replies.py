"""What a refusal of a mail server, or a delivery report, means for people."""

from __future__ import annotations

from typing import Final

from app.phrases import Phrase, phrase
from app.services.mail.address_refusals import is_about_address, status_of

DELAYED: Final = "delayed: "  # before the words of a report that says so


def explain_reply(words: str, address: str | None) -> Phrase:
    """What a refusal of a mail to this address means."""
    if not words:
        return phrase("No reason was given.")
    if words.startswith(DELAYED):
        return phrase("It is delayed: another mail server still tries.")
    if is_about_address(words, address or ""):
        return NO_SUCH_ADDRESS
    status = status_of(words)
    for start, meaning in _MEANINGS:
        if status.startswith(start):
            return meaning
    if words[:1] in "0123456789":
        return phrase("The mail server refused it.")
    return phrase("The mail server could not be reached.")


NO_SUCH_ADDRESS: Final = phrase("This address does not exist, or is switched off.")
_MEANINGS: Final = (
    ("5.1.7", phrase("The mail server does not accept the sender.")),
    ("5.1.8", phrase("The mail server does not accept the sender.")),
    ("5.2.2", phrase("The mailbox is full.")),
    ("4.2.2", phrase("The mailbox is full.")),
    ("5.7", phrase("The mail server does not accept this mail.")),
)
