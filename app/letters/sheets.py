"""Sheets of paper with tables, each beginning on a new page: plain data, as the press prints them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.letters.paper import PAGE_WORDS, visible


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table under a heading, also with cells to write in; `widths` are shares of the line, `height` is in mm."""

    heading: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    height: float = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on paper about one station: a title, lines under it, tables, and a line at the end."""

    title: str
    lines: Sequence[str]
    tables: Sequence[Ruled]
    after: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sheets:
    """All of them. `language` is nl or en; `written_at` is the date of the file."""

    language: str
    title: str
    author: str
    footer: str
    sheets: Sequence[Sheet]
    written_at: datetime

    def as_input(self) -> str:
        """The JSON that the template reads, without invisible letters; the same each time."""
        known = {name: value for name, value in asdict(self).items() if name != "written_at"}
        known["page-words"] = PAGE_WORDS.get(self.language, PAGE_WORDS["nl"])
        return json.dumps(visible(known), sort_keys=True, ensure_ascii=False)
