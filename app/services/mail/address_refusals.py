"""Whether a refusal says that this very mailbox does not exist or is switched off.

Whoever is marked for it gets no mail any more and may never learn why. So a reply marks only when it says so of the
receiver's own address, by a code of RFC 3463 or in clear words, and holds nothing that says something else: of the
sender, the mail, the moment, the room, a rule of the other server. In doubt nobody is marked: the mail is failed, and
the team sees its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.addresses import ascii_address
from app.services.mail import refusal_words as words_of

LONGEST_REPLY: Final = 1_000  # characters that are looked at
STATUS: Final = re.compile(r"(?<![\w.\[-])([245])\.(\d{1,3})\.(\d{1,3})(?![\w\]-]|\.\d)")
NO_MAILBOX: Final = frozenset({"5.1.1", "5.1.10"})
NO_DOMAIN: Final = "5.1.2"
SWITCHED_OFF: Final = "5.2.1"
# A status that says something else than these, or nothing: then words decide. Each other one is about something else.
WIDE: Final = frozenset({"5.0.0", "5.1.0", "5.1.3", "5.1.6", "5.5.0"})

_ADDRESS: Final = re.compile(
    r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){0,9}[\w-]{1,63}"
)
_DOMAIN: Final = re.compile(r"\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z][a-z0-9-]{1,30}\b")
_MARKS: Final = "\"'()<>[],;:."
_WORD: Final = re.compile(r"[a-z]+")
_LINK: Final = re.compile(r"\bhttps?:\S+|\bwww\.\S+")
# Said of the talk between two servers, by the server that reports.
_REPORTED: Final = re.compile(
    r"\(in reply to (?:end of )?[a-z ]{2,20} command\)|\bsmtp error from remote mail server\b|"
    r"\bin relay recipient table\b"
)
# Advice that follows a refusal.
_ADVICE: Final = re.compile(
    r"\bor you do(?: not|n.t) have authori[sz]ation to see it|"
    r"\b(?:check|verify|correct|double-check\w*)\b[^.;]{0,80}?\b(?:try again|try sending|resend|send again|retry)|"
    r"\b(?:contact|mail to|e-?mail to|call|ask|write to)(?: the| your| our)?[ :<]{1,3}other-address"
)
HELPERS: Final = frozenset({"postmaster", "mailer-daemon", "abuse", "support", "helpdesk", "hostmaster"})


@dataclass(frozen=True, slots=True)
class _Said:
    """What a server said, with whose address and domain it names."""

    words: str  # lower case; the receiver's address is `own-address`, another `other-address`, likewise domains
    statuses: frozenset[str]


def status_of(words: str) -> str:
    """The enhanced status code (RFC 3463) in the words of a server, or "" where it gave none."""
    found = STATUS.search(words)
    return found.group() if found else ""


def is_about_address(words: str, address: str) -> bool:
    """Whether a permanent refusal says that the mailbox of `address` does not exist or is switched off."""
    said = _understand(words, address)
    if said.words[:1] == "4" or not said.statuses <= NO_MAILBOX | WIDE | {NO_DOMAIN, SWITCHED_OFF}:
        return False
    if words_of.CONTRARY.search(said.words) or _is_of_another(said, address):
        return False
    if words_of.CLEAR.search(said.words):
        return True
    if SWITCHED_OFF in said.statuses and words_of.OFF.search(said.words):
        return True
    return (_adds_nothing(said) and bool(said.statuses & (NO_MAILBOX | {SWITCHED_OFF}))) or _lacks_domain(said)


def _understand(words: str, address: str) -> _Said:
    text = " ".join(words[:LONGEST_REPLY].lower().replace("’", "'").split())
    statuses = frozenset(found.group() for found in STATUS.finditer(text))
    local, _, domain = _on_the_wire(address).rpartition("@")
    text = _REPORTED.sub(" ", _LINK.sub(" ", text))
    text = _ADDRESS.sub(lambda found: _whose(found.group(), local, domain), text)
    text = text.replace("resolver.adr.", "").replace("validrcptto list", "")
    text = " ".join("own-address" if _is_name(word, local) else word for word in text.split())
    text = _DOMAIN.sub(lambda found: " own-domain " if found.group() == domain else " other-domain ", text)
    return _Said(" ".join(_ADVICE.sub(" ", text).split()), statuses)


def _is_name(word: str, local: str) -> bool:
    """Whether this is what stands before the @ of the receiver, and not a word that happens to be the same."""
    return word.strip(_MARKS) == local and ("." in local or word[0] in _MARKS)


def _on_the_wire(address: str) -> str:
    """As servers know and name it."""
    try:
        return ascii_address(address.lower())
    except ValueError:
        return address.lower()


def _whose(named: str, local: str, domain: str) -> str:
    name, _, at = named.rpartition("@")
    if (name, at) == (local, domain):
        return " own-address "
    return " " if name.strip("'") in HELPERS else " other-address "


def _is_of_another(said: _Said, address: str) -> bool:
    """Whether the words name somebody else: a sender, or the address to which the receiver forwards."""
    if "other-address" in said.words:
        return True
    local = address.lower().rpartition("@")[0]
    names = {name for found in words_of.WHOSE.finditer(said.words) for name in found.groups("")}
    return bool(names - words_of.NO_NAMES - {local})


def _lacks_domain(said: _Said) -> bool:
    if "other-domain" in said.words and "own-" not in said.words:
        return False
    if NO_DOMAIN in said.statuses:
        return True
    return "own-" in said.words and words_of.NO_DOMAIN_WORDS.search(said.words) is not None


def _adds_nothing(said: _Said) -> bool:
    """Whether nothing but a code was said, in a sentence or without."""
    said_of_hosts = said.words.replace("other-domain", "")
    return set(_WORD.findall(said_of_hosts)) <= words_of.NEUTRAL
