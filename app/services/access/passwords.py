"""Passwords: one hash for all, and the rules a new one must meet (NCSC / OWASP ASVS 6.2; SECURITY §1)."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from app.phrases import Phrase, RuleBroken, phrase

MIN_LENGTH = 12
MAX_LENGTH = 128
ZXCVBN_LENGTH = 72  # it refuses longer ones; 72 characters tell enough
MIN_GUESSES_LOG10 = 10  # what combines a common word or name with something takes fewer than 10^10 guesses

SUBSTITUTES = frozenset("4@8({[<369!1|7$50+%2")  # of letters, in zxcvbn's table
MOST_SUBSTITUTES = 6  # kinds in one password; who uses more has no word in it

# OWASP's first choice for argon2id. Each hash takes 19 MiB, so at most four run at once in a process.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(4)
_nobodys_hash = _hasher.hash(secrets.token_urlsafe(32))

# What people in this field choose first; zxcvbn's own lists are English.
DUTCH_COMMON = [
    "welkom",
    "wachtwoord",
    "geheim",
    "gemeente",
    "verkiezing",
    "verkiezingen",
    "stembureau",
    "stembureaulid",
    "stemmen",
    "stemlokaal",
    "ledenportal",
    "nederland",
    "amsterdam",
    "rotterdam",
    "feyenoord",
    "ajax",
    "voetbal",
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "januari",
    "februari",
    "maart",
    "april",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
    "lente",
    "zomer",
    "herfst",
    "winter",
    "qwertyuiop",
    "azertyuiop",
    "hallo",
    "liefde",
    "vakantie",
    "koningsdag",
]


def as_typed_anywhere(password: str) -> str:
    """One spelling for one password: keyboards write é as one sign or as two (NIST SP 800-63B, 5.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The argon2id hash to store. Takes some 20 ms and 19 MiB: call it before a write transaction opens."""
    with _at_once:
        return _hasher.hash(as_typed_anywhere(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is right. Without a stored hash the same work is done, so the time tells nothing."""
    with _at_once:
        try:
            right = _hasher.verify(stored or _nobodys_hash, as_typed_anywhere(password)[: MAX_LENGTH + 1])
        except (VerificationError, InvalidHashError):
            return False
    return right and stored is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says of a password: why it is refused, or None; and how strong it is, from 0 to 100.

    What is refused stays under ENOUGH, so that a meter never shows as strong what a form then refuses.
    """

    refusal: Phrase | None
    strength: int


ENOUGH: Final = 60  # of 100
TOO_SHORT = phrase("Your password is too short. Use at least %(count)s characters.", count=MIN_LENGTH)


def judge_password(password: str, *, own_words: Iterable[str]) -> Verdict:
    """Judge a new password: too short, too long, common, or made of the person's own words.

    `own_words`: name, user name, e-mail address and municipality.
    """
    password = as_typed_anywhere(password)
    if len(password) < MIN_LENGTH:
        return Verdict(TOO_SHORT, 20 * len(password) // MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return Verdict(phrase("Your password is too long. Use at most %(count)s characters.", count=MAX_LENGTH), 0)
    words = _words_of(own_words)
    judged = _with_few_substitutes(password[:ZXCVBN_LENGTH])
    result = zxcvbn(judged, user_inputs=[*words, *DUTCH_COMMON], max_length=ZXCVBN_LENGTH)
    above = float(result["guesses_log10"]) - MIN_GUESSES_LOG10
    if above >= 0:
        return Verdict(None, min(100, ENOUGH + int(above * 6)))
    refused = phrase("Many people use a password like this, so it is easy to guess. Choose another one.")
    if any(part.get("matched_word") in words for part in result["sequence"]):
        refused = phrase("This password is easy to guess, because your name or your municipality is in it.")
    return Verdict(refused, max(20, ENOUGH - 1 + int(above * 4)))


def check_new_password(password: str, *, own_words: Iterable[str]) -> None:
    """Refuse what `judge_password` refuses. Raises RuleBroken with field "password"."""
    refusal = judge_password(password, own_words=own_words).refusal
    if refusal is not None:
        raise RuleBroken(refusal, field="password")


def _with_few_substitutes(password: str) -> str:
    """The same with a blank for each further kind of character that may stand for a letter, as 4 and @ for a.

    zxcvbn tries all combinations of those; with sixteen kinds it takes seconds.
    """
    kinds = [letter for letter in dict.fromkeys(password) if letter in SUBSTITUTES]
    return password.translate({ord(letter): " " for letter in kinds[MOST_SUBSTITUTES:]})


def _words_of(own_words: Iterable[str]) -> set[str]:
    """The words themselves and their parts: of "jan.vries@mail.nl" also "jan" and "vries"."""
    whole = {word.lower() for word in own_words if word}
    parts = {part for word in whole for part in word.replace("@", " ").replace(".", " ").replace("-", " ").split()}
    return {word for word in whole | parts if len(word) >= 3}
