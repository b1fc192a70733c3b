"""The short code in a letter: what a person types who cannot scan the QR code (docs/decisions/0026-letters.md).

Fifteen random letters and a check letter, so that a typing error is told as one and costs no try. No vowels (no words),
and of letters that look alike one only; what is read as another one is understood.
"""

from __future__ import annotations

import secrets
from typing import Final

from sqlalchemy import select

from app.extensions import db, vault
from app.models import LinkKind, MailedLink
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase

LETTERS: Final = "BCDFGHJKLMNPRSTVWXZ"  # 19, a prime: each wrong letter, and any two that changed places, is noticed
RANDOM_LETTERS: Final = 15
GROUP: Final = 4
LONGEST_TYPED: Final = 100
READ_AS: Final = str.maketrans("01I2568UYQO", "DLLZSGBVVDD")
LEFT_OUT: Final = dict.fromkeys(map(ord, " \t\r\n\u00a0.,-_"))
PURPOSE: Final = "letter code"


def make_code() -> str:
    """A fresh code, without spaces."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(RANDOM_LETTERS))
    return letters + _check_letter(letters)


def in_groups(code: str) -> str:
    """As it is printed: `BCDF GHJK LMNP RSTV`."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """The code as it was made. Raises RuleBroken with field "code" for what cannot be one."""
    code = typed[:LONGEST_TYPED].upper().translate(LEFT_OUT).translate(READ_AS)
    if len(code) != RANDOM_LETTERS + 1:
        raise RuleBroken(
            phrase("The code has %(count)s letters, in groups of four. Check the letter.", count=RANDOM_LETTERS + 1),
            field="code",
        )
    if not set(code) <= set(LETTERS) or _check_letter(code[:-1]) != code[-1]:
        raise RuleBroken(phrase("One of the letters is not right. Compare them with your letter."), field="code")
    return code


def hash_code(code: str) -> str:
    """What the database keeps: keyed, so that a copy of the database alone tells no code."""
    return vault.lookup_hash(code, purpose=PURPOSE)


@everyone("find a letter")
def find_letter(code: str) -> MailedLink | None:
    """The invitation of the letter with this code, open or not."""
    hashes = vault.lookup_hashes(code, purpose=PURPOSE)
    return db.session.scalar(
        select(MailedLink).where(MailedLink.code_hash.in_(hashes), MailedLink.kind == LinkKind.INVITATION)
    )


def _check_letter(letters: str) -> str:
    return LETTERS[sum(weight * LETTERS.index(letter) for weight, letter in enumerate(letters, start=1)) % len(LETTERS)]
