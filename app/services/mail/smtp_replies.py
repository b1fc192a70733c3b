"""What a refusal of a mail server, or a delivery report, says: is it the address, or something else?"""

from __future__ import annotations

import re
from typing import Final

from app.phrases import Phrase, phrase

STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463 and 5248: no such mailbox, domain or address; moved; no mail for this domain; switched off.
ADDRESS_STATUS: Final = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"})
# Large providers use a wide status for an unknown mailbox and say it in words.
UNKNOWN: Final = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|address)|mailbox (unavailable|not found)|"
    r"does( not|n.t) exist|recipient address rejected",
    re.IGNORECASE,
)
DELAYED: Final = "delayed: "  # before the words of a report that says so
WITHOUT_STATUS: Final = frozenset({"550", "551", "553"})


def status_of(words: str) -> str:
    """The enhanced status code (RFC 3463) in the words of a server, or "" where it gave none."""
    found = STATUS.search(words)
    return found.group() if found else ""


def is_about_address(words: str) -> bool:
    """Whether a permanent refusal at the recipient says that this address does not work.

    A full mailbox, a policy, or a server of ours that may not relay says nothing of the address.
    """
    status = status_of(words)
    if status in ADDRESS_STATUS:
        return True
    if status.startswith(("5.7.", "5.3.", "5.2.", "4.")):
        return False
    if UNKNOWN.search(words):
        return True
    return not status and words[:3] in WITHOUT_STATUS


def explain_reply(words: str) -> Phrase:
    """What a refusal means, for people."""
    if not words:
        return phrase("No reason was given.")
    if words.startswith(DELAYED):
        return phrase("It is delayed: another mail server still tries.")
    status = status_of(words)
    for start, meaning in _MEANINGS:
        if status.startswith(start):
            return meaning
    if is_about_address(words):
        return NO_SUCH_ADDRESS
    if words[:1] in "0123456789":
        return phrase("The mail server refused it.")
    return phrase("The mail server could not be reached.")


NO_SUCH_ADDRESS: Final = phrase("This address does not exist, or is switched off.")
_MEANINGS: Final = (
    ("5.1.7", phrase("The mail server does not accept the sender.")),
    ("5.1.8", phrase("The mail server does not accept the sender.")),
    ("5.1", NO_SUCH_ADDRESS),
    ("5.2.1", NO_SUCH_ADDRESS),
    ("5.2.2", phrase("The mailbox is full.")),
    ("4.2.2", phrase("The mailbox is full.")),
    ("5.7", phrase("The mail server does not accept this mail.")),
)
