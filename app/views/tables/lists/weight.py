"""What keeps a page of a list light: each page stays under 50 kB, whatever columns are chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

PAGE_SIZES: Final = (25, 50, 100)
# Bytes, with room to spare: tests hold a page of every list at its largest size under 50 kB.
FOR_ROWS: Final = 28_000  # what the menu, the filters and the acts leave of a page
OF_ROW, OF_BOX, OF_WAY, OF_CELL = 90, 90, 80, 32


def fitting_sizes(columns: int, *, has_boxes: bool, has_ways: bool) -> list[int]:
    """The page sizes at which a list with so many columns is light enough; the smallest is always there.

    `has_boxes`: each row can be ticked. `has_ways`: each row has a link to its form.
    """
    row = OF_ROW + columns * OF_CELL + has_boxes * OF_BOX + has_ways * OF_WAY
    return [size for size in PAGE_SIZES if size == PAGE_SIZES[0] or size * row <= FOR_ROWS]


def read_size(given: int | None, default: int, offered: list[int]) -> int:
    """The page size that is asked, or the largest that is offered below it."""
    wanted = given if given and given >= offered[0] else default
    return max((size for size in offered if size <= wanted), default=offered[0])


def title_rules(titles: Iterable[str], *, first: int) -> Markup:
    """Style rules that put the title of its column before each cell where rows stand under each other, on a phone.

    Once for the list instead of at each cell. `first` is the place in the row of the first title, counted from one.
    """
    rules = [
        f'.listed td:nth-child({place})::before{{content:"{_as_css(title)}: "}}'
        for place, title in enumerate(titles, first)
    ]
    return Markup("@media (max-width:40rem){%s}") % Markup("".join(rules))  # noqa: S704 (`_as_css` escapes each title)


def _as_css(text: str) -> str:
    """Within quotes: what is neither letter, digit nor space as its number, so that no text ends the string."""
    return "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in text)
