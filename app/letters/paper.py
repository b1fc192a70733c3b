"""What a letter holds: plain data, the same for each place that prints or shows it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

PAGE_WORDS: Final = {"nl": "Bladzijde {0} van {1}", "en": "Page {0} of {1}"}

Block = dict[str, Any]  # as app.letters.markdown makes them; the template walks them
Span = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose letter it is: the name, and the lines beside the logo."""

    name: str
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `language` is nl or en; `facts` stand above the text as (label, value); `written_at` is its date."""

    language: str
    title: str
    sender: Sender
    recipient: Sequence[str]
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[Block]
    written_at: datetime
    footer: str = ""


def as_input(letter: Letter, *, logo: str) -> str:
    """The letter as the JSON that the template reads, without invisible letters; the same each time."""
    return json.dumps(
        visible(
            {
                "language": letter.language,
                "title": letter.title,
                "author": letter.sender.name,
                "sender-name": letter.sender.name,
                "sender": list(letter.sender.lines),
                "recipient": list(letter.recipient),
                "facts": [list(fact) for fact in letter.facts],
                "blocks": list(letter.blocks),
                "footer": letter.footer,
                "page-words": PAGE_WORDS.get(letter.language, PAGE_WORDS["nl"]),
                "logo": logo,
                "logo-alt": f"Logo {letter.sender.name}",
            }
        ),
        sort_keys=True,
        ensure_ascii=False,
    )


def visible(value: Any) -> Any:
    """The same without letters that nobody sees and archives refuse: control, turning and private ones."""
    if isinstance(value, str):
        if value.isprintable():  # nearly always, and much faster than looking at each letter
            return value
        return "".join(" " if letter in "\n\t" else letter for letter in value if _is_visible(letter))
    if isinstance(value, dict):
        return {name: visible(part) for name, part in value.items()}
    return [visible(part) for part in value] if isinstance(value, (list, tuple)) else value


def _is_visible(letter: str) -> bool:
    return letter in "\n\t" or unicodedata.category(letter)[0] != "C"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `widths` are shares of the line."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]

    def as_block(self) -> Block:
        """As the template draws it."""
        return {"kind": "table", **{name: _plain(value) for name, value in asdict(self).items()}}


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What stands in the place of each fill-in: `words` within a line, `blocks` on a line of its own."""

    words: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, list[Block]] = field(default_factory=dict)
