"""How the team finds text: one rule for every list and for the search page, over folded columns with trigram indexes.

A table that is searched has a column `search_text` that its service writes (folded: no capitals, no accents), and an
index of three-letter parts over it that a migration makes: pg_trgm on PostgreSQL, FTS5 on SQLite, where triggers keep
it. So parts of words are found without reading the table, but never parts of fewer than three letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, column, func, inspect, or_, select, table, true

from app.addresses import in_own_letters
from app.services.bulk import is_postgresql
from app.services.search.folding import fold_text

SHORTEST: Final = 3  # letters: what both trigram indexes can look up
LONGEST: Final = 100  # characters of a search; who pastes a page is not searching
MOST_WORDS: Final = 8
# Infixes (tussenvoegsels) and small words: "de Vries" finds what "Vries" finds, also where the infix was left out.
SMALL_WORDS: Final = frozenset(
    word
    for line in (
        "aan bij de d' den der des di die do dos du el en het in l' la las le les lo los of op over s' 's 't t te ten",
        "ter tot uit van vd v.d. v/d vande vander vanden vom von voor zu zum zur",
    )
    for word in line.split()
)
MARKS: Final = ',;:!?"()[]'  # around a word they say nothing: "Vries, Jan de"
_NUMBER = re.compile(r"\+?[\d\s().\-/]{6,}")
_LEFT_OUT = re.compile(r"\(0\)|[\s().\-/]")


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed, as it is looked for: one of the `alternatives`, of which each word must be found.

    All words are folded. `is_short`: none has three letters, so only beginnings can be looked for. `most`: so many rows
    are enough, where a page shows a few and says that there are more.
    """

    alternatives: tuple[tuple[str, ...], ...]
    most: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all alternatives, for marking them in what is found."""
        return tuple(dict.fromkeys(word for words in self.alternatives for word in words))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.alternatives

    @property
    def is_short(self) -> bool:
        """Whether every word has fewer than three letters."""
        return all(len(word) < SHORTEST for word in self.words)


def read_search(typed: str) -> Search:
    """What to look for. A telephone or other number may be typed in groups of digits: "06 123 456 78"."""
    cut = typed[:LONGEST].replace("\x00", "")
    if "xn--" in cut.lower():  # a domain as servers write it
        cut = " ".join(map(in_own_letters, cut.split()))
    tidy = " ".join(fold_text(cut).split())
    words = tuple(dict.fromkeys(filter(None, (word.strip(MARKS) for word in tidy.split()))))[:MOST_WORDS]
    telling = tuple(word for word in words if word not in SMALL_WORDS) or words
    number = _LEFT_OUT.sub("", tidy) if _NUMBER.fullmatch(tidy) else ""
    number = "+" + number[2:] if number.startswith("00") else number
    both = [telling, (number,)] if len(number) >= SHORTEST and telling != (number,) else [telling]
    return Search(tuple(words for words in both if words))


def holds(model: Any, search: Search) -> ColumnElement[bool]:
    """The row's `search_text` has all words of one of the alternatives, anywhere. Nothing typed: every row.

    Found through the index as soon as one word has three letters; a shorter one is then looked for in what that left.
    """
    if search.is_empty:
        return true()
    return or_(*(_holds_all(model, words, search.most) for words in search.alternatives))


def holds_plainly(model: Any, search: Search) -> ColumnElement[bool]:
    """The same without the index of trigrams, beside a criterion that leaves few rows already."""
    return or_(*(_contain_all(model, words) for words in search.alternatives))


def _contain_all(model: Any, words: Iterable[str]) -> ColumnElement[bool]:
    return and_(true(), *(model.search_text.contains(word, autoescape=True) for word in words))


def _holds_all(model: Any, words: tuple[str, ...], most: int | None) -> ColumnElement[bool]:
    indexed = [word for word in words if len(word) >= SHORTEST]
    if is_postgresql() or not indexed:
        return _contain_all(model, words)
    others = [word for word in words if len(word) < SHORTEST]
    return and_(_in_full_text(model, indexed, None if others else most), _contain_all(model, others))


def _in_full_text(model: Any, words: list[str], most: int | None) -> ColumnElement[bool]:
    """SQLite's FTS5 table of this model: each word is a phrase of trigrams, which is exactly a part of the text."""
    index = table(f"fts_{inspect(model).mapper.local_table.name}", column("rowid"), column("search_text"))
    phrases = " AND ".join('"{}"'.format(word.replace('"', '""')) for word in words)
    rows = select(index.c.rowid).where(index.c.search_text.match(phrases)).limit(most)
    found: ColumnElement[bool] = model.id.in_(rows)
    return found


def begins(text_column: Any, word: str) -> ColumnElement[bool]:
    """The column begins with the word (folded already), as an ordinary index can look it up on both databases."""
    if is_postgresql():
        starts: ColumnElement[bool] = text_column.startswith(word, autoescape=True)
        return starts
    return and_(text_column >= word, text_column < word + chr(0x10FFFF))


def lowered(text_column: Any) -> ColumnElement[str]:
    """The column in lower case, as its index holds it."""
    return func.lower(text_column)
