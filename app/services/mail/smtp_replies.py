"""What a refusal of a mail server, or a delivery report, says: is it the address, or something else?"""

from __future__ import annotations

import re
from typing import Final

from app.phrases import Phrase, phrase

STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463 and 5248: no such mailbox, no such domain of the receiver, switched off.
ADDRESS_STATUS: Final = frozenset({"5.1.1", "5.1.2", "5.1.10", "5.2.1"})
# A status that says something else than that, or nothing: then words decide.
WIDE_STATUS: Final = frozenset({"", "5.0.0", "5.1.0", "5.1.3", "5.1.6", "5.4.1", "5.5.0"})
UNKNOWN: Final = re.compile(
    r"user unknown|unknown (user|recipient|mailbox)|no such (user|mailbox|address|recipient|person)|"
    r"(user|mailbox|account|recipient|address)( is)? (unavailable|disabled|not found|inactive|unknown|not known)|"
    r"(user|mailbox|account|recipient|address)[a-z ]{0,40} (does( not|n.t) exist|is disabled)|"
    r"recipient ?not ?found|invalid (recipient|mailbox)|recipient address rejected",
    re.IGNORECASE,
)
# What is wrong is the sender, the mail, the moment or the room: such words weigh more than any code.
CONTRARY: Final = re.compile(
    r"\b(sender|senders|send from|sending|relay|relaying|spf|dkim|dmarc|spam|junk|virus|policy|policies|reputation|"
    r"block(ed|list|listed)?|blacklist(ed)?|rate|limit|limited|too many|quota|full|storage|gr[ea]ylist(ed|ing)?|"
    r"tempor(ary|arily)|try again|later|authentication|authenticate|not permitted|size|too (big|large)|reverse dns)\b",
    re.IGNORECASE,
)
LONGEST_REPLY: Final = 1_000  # characters that are looked at
DELAYED: Final = "delayed: "  # before the words of a report that says so


def status_of(words: str) -> str:
    """The enhanced status code (RFC 3463) in the words of a server, or "" where it gave none."""
    found = STATUS.search(words)
    return found.group() if found else ""


def is_about_address(words: str) -> bool:
    """Whether a permanent refusal at the recipient says that this very mailbox does not exist or is switched off.

    A refusal of the sender or of the mail, a full mailbox or a limit says nothing of the address: whoever is marked for
    that gets no mail any more and never learns why. So a contrary code or word wins, wherever it stands.
    """
    said = " ".join(word for word in words[:LONGEST_REPLY].split() if "@" not in word and word[0] != "<")
    statuses = {found.group() for found in STATUS.finditer(said)}
    if CONTRARY.search(said) or not statuses <= ADDRESS_STATUS | WIDE_STATUS:
        return False
    return bool(statuses & ADDRESS_STATUS) or UNKNOWN.search(said) is not None


def explain_reply(words: str) -> Phrase:
    """What a refusal means, for people."""
    if not words:
        return phrase("No reason was given.")
    if words.startswith(DELAYED):
        return phrase("It is delayed: another mail server still tries.")
    if is_about_address(words):
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
