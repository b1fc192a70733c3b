"""User names that people can read and remember: `jdevries`, and `jdevries2` for the next one; and who is called so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, or_, select

from app.extensions import db
from app.services.search.folding import fold_text
from app.typed.texts import fit

LONGEST = 30  # it is typed on a phone
WITHOUT_LETTERS = "lid"  # for a name that has no Latin letters at all
DIGITS = 6  # of the number behind a name
FEW = 100  # so many names are looked up one by one; for more, all existing names are read once

_NO_LETTERS = re.compile(r"[^a-z]+")


class NameParts(NamedTuple):
    """What a user name is made of."""

    first_name: str
    initials: str
    infix: str
    surname: str


def make_user_names(people: Sequence[NameParts]) -> list[str]:
    """A user name for each of `people`: unused, different from each other, lower-case ASCII, at most 30 characters.

    Call `bulk_rows.serialize` first and insert in the same transaction: then no other import takes one in between.
    Whatever happens, the unique index on lower(username) has the last word.
    """
    bases = [_base(person) for person in people]
    taken = _taken(set(bases))
    last: dict[str, int] = {}
    names = []
    for base in bases:
        name = _next_free(base, taken, last)
        taken.add(name)
        names.append(name)
    return names


def _base(person: NameParts) -> str:
    """First initial + infix + surname. Letters only, so a number behind it can only be ours."""
    initial = _letters(person.first_name or person.initials)[:1]
    return (initial + _letters(person.infix) + _letters(person.surname))[:LONGEST] or WITHOUT_LETTERS


def _letters(name: str) -> str:
    return _NO_LETTERS.sub("", fold_text(name))


def _next_free(base: str, taken: set[str], last: dict[str, int]) -> str:
    number = last.get(base, 0)
    while True:
        number += 1
        ending = str(number) if number > 1 else ""
        name = base[: LONGEST - len(ending)] + ending
        if name not in taken:
            last[base] = number
            return name


def _taken(bases: set[str]) -> set[str]:
    name = func.lower(User.username)
    statement = select(name)
    if len(bases) <= FEW:
        # A shortened base with its number is found by the shortened start.
        starts = {base[: LONGEST - DIGITS] for base in bases}
        statement = statement.where(or_(*(name.startswith(start) for start in starts)))
    return set(db.session.scalars(statement))


def names_of_account(*, first_name: str, initials: str, infix: str, surname: str) -> tuple[str, str]:
    """First and last name as FAB's user has them, which the password rule and the account pages read."""
    last_name = " ".join(filter(None, (infix, surname)))
    return fit(first_name or initials, User.first_name), fit(last_name, User.last_name)
