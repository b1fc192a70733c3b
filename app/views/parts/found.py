"""What a look at a file found, in parts: one part at a time, page by page, each line as cells of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import request

from app.views.parts.paging import Listed

PER_PAGE: Final = 25

Lines = list[Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field with what it was and what it becomes."""

    field: Any
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """A cell with what changes of one thing."""

    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a part is shown: its title, what it means, its columns, and its lines as cells."""

    title: Any
    about: Any
    columns: Sequence[Any]
    write: Callable[[Lines], list[list[Any]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that have lines, and one page of the one that is looked at: rows of cells."""

    all: list[tuple[Any, int, str]]  # title, number of lines, address
    name: str
    shown: Shown
    listing: Listed


def find_parts(
    shown: Mapping[str, Shown], counts: Mapping[str, int], read: Callable[[str], Lines], address: Callable[..., str]
) -> Parts | None:
    """The part and page that the request asks for, else the first with lines; None when all are empty.

    `read` gives the lines of a part; `address` the address of the page with these arguments.
    """
    filled = [name for name in shown if counts.get(name)]
    if not filled:
        return None
    asked = request.args.get("deel")
    name = asked if asked in filled else filled[0]
    lines, write = read(name), shown[name].write

    def read_page(*, limit: int, offset: int) -> list[list[Any]]:
        return write(lines[offset : offset + limit])

    def page_url(page: int) -> str:
        return address(deel=name, page=page, _anchor="deel")

    links = [(shown[part].title, counts[part], address(deel=part, _anchor="deel")) for part in filled]
    return Parts(links, name, shown[name], Listed(read_page, len(lines), size=PER_PAGE, page_url=page_url))
