"""E-mail addresses in one spelling: what is typed or read becomes what is kept, compared and mailed.

Kept is small letters, an international domain in its own letters (`jan@bücher.example`). On the wire it is
`jan@xn--bcher-kva.example` (IDNA 2008), because mail servers take nothing else for certain; for the same reason an
address with other letters than ASCII before the @ is refused (it would need SMTPUTF8 all the way).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import idna
from email_validator import EmailNotValidError, validate_email

from app.phrases import Phrase, phrase

LONGEST: Final = 254  # characters, on the wire (RFC 5321)
LONGEST_LOCAL: Final = 64  # before the @
ORDINARY_LOCAL: Final = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
PLAIN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
QUOTES: Final = "'\"`´‘’‚‛“”„"  # a spreadsheet writes one before a text, people copy them along

TOO_LONG: Final = phrase("This e-mail address is too long.")
NO_AT: Final = phrase("Type an e-mail address with an @ and a full stop, for example name@example.com.")
NOT_ONE: Final = phrase("Type one e-mail address, without a name or another address.")
NO_SPACES: Final = phrase("An e-mail address has no spaces.")
NO_ACCENTS: Final = phrase(
    "Before the @ stand only letters without accents, digits and signs. We cannot mail another address."
)
BAD_LOCAL: Final = phrase("Something before the @ cannot stand in an e-mail address.")
BAD_DOMAIN: Final = phrase("Behind the @ stands a name with a full stop, such as example.com. This one cannot exist.")


def read_address(typed: str) -> str | Phrase:
    """The address as it is kept, or what is wrong with it. Whether mail arrives there is not tried."""
    if len(typed) > 4 * LONGEST:
        return TOO_LONG
    address = tidy(typed)
    local, _, domain = address.rpartition("@")
    if len(local) <= LONGEST_LOCAL and ORDINARY_LOCAL.fullmatch(local):  # as email-validator would say, much quicker
        known = _read_domain(domain)
        if known is not None and len(local) + len(known[1]) < LONGEST:
            return f"{local}@{known[0]}".lower()
    return _find_fault(address, local, domain) or f"{local}@{(_read_domain(domain) or (domain,))[0]}".lower()


def _find_fault(address: str, local: str, domain: str) -> Phrase | None:
    checks = (
        (len(address) > LONGEST, TOO_LONG),
        ("@" not in address or not domain, NO_AT),
        ("@" in local or not address.isprintable() or any(sign in address for sign in ",;<>"), NOT_ONE),
        (" " in address, NO_SPACES),
        (not local.isascii(), NO_ACCENTS),
        (len(local) > LONGEST_LOCAL, TOO_LONG),
    )
    fault = next((fault for is_so, fault in checks if is_so), None)
    known = _read_domain(domain)
    if fault is not None or known is None:
        return fault or BAD_DOMAIN
    if len(local) + len(known[1]) >= LONGEST:
        return TOO_LONG
    try:
        validate_email(f"{local}@a.example", check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return BAD_LOCAL
    return None


@lru_cache(maxsize=4096)
def _read_domain(domain: str) -> tuple[str, str] | None:
    """The domain in its own letters and as mail servers know it, or None."""
    try:
        valid = validate_email(f"a@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return None
    return valid.domain, valid.ascii_domain


def tidy(typed: str) -> str:
    """Without what nobody sees: invisible letters, odd spaces, quotes around it, `mailto:`."""
    seen = typed if typed.isascii() else "".join(sign for sign in typed if not _is_invisible(sign))
    address = seen.strip().strip(QUOTES).strip()
    return address[7:] if address[:7].lower() == "mailto:" else address


def _is_invisible(sign: str) -> bool:
    return not sign.isascii() and unicodedata.category(sign) in ("Cf", "Zs")


def one_spelling(address: str) -> str:
    """The address as it would be kept, to compare it with what is; one that cannot be is only tidied."""
    tidied = tidy(address).lower()
    local, _, domain = tidied.rpartition("@")
    known = _read_domain(domain) if (domain and "xn--" in domain) or not domain.isascii() else None
    return f"{local}@{known[0]}".lower() if known else tidied


def in_own_letters(typed: str) -> str:
    """An address, or a part of a domain, without the spelling of servers: `xn--bcher-kva` is `bücher`."""
    local, at, domain = typed.rpartition("@")
    return local + at + ".".join(map(_label_in_own_letters, domain.split(".")))


def _label_in_own_letters(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    try:
        return idna.decode(label.lower())
    except idna.IDNAError:
        return label


def ascii_address(address: str) -> str:
    """The address as every mail server takes it. Raises ValueError where that cannot be."""
    if PLAIN.fullmatch(address):
        return address
    local, _, domain = address.rpartition("@")
    plain = f"{local}@{idna.encode(domain, uts46=True).decode()}"  # IDNAError is a ValueError
    if not PLAIN.fullmatch(plain):
        raise ValueError("not an address that a mail server takes")
    return plain
