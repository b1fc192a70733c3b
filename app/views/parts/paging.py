"""One page of what a service lists, with the addresses of its neighbours (`tables/pages.html`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, request, url_for
from flask_sqlalchemy.pagination import Pagination

Read = Callable[..., Sequence[Any]]  # takes `limit` and `offset`
AROUND = 2  # numbers of pages on each side of the present one


class Jump(NamedTuple):
    """A form that goes to a page by its number: its address, and the fields that keep what is asked beside it."""

    action: str
    kept: list[tuple[str, str]]


def init_app(app: Flask) -> None:
    """Give the templates what `tables/pages.html` asks."""
    app.jinja_env.globals.update(page_numbers=page_numbers, jump_to_page=jump_to_page)


def page_numbers(page: int, pages: int) -> list[int | None]:
    """The first page, those around the present one and the last; None where numbers are left out."""
    shown = sorted({1, pages, *range(max(1, page - AROUND), min(pages, page + AROUND) + 1)})
    numbers: list[int | None] = []
    for number in shown:
        last = numbers[-1] if numbers else None
        if last is not None and number == last + 2:
            numbers.append(last + 1)  # a gap of one page is no gap
        elif last is not None and number > last + 2:
            numbers.append(None)
        numbers.append(number)
    return numbers


def jump_to_page(page_url: Callable[[int], str]) -> Jump:
    """The form for these pages; the address of any of them says what is to be kept."""
    parts = urlsplit(page_url(1))
    action = f"{parts.path}#{parts.fragment}" if parts.fragment else parts.path
    return Jump(action, [(name, value) for name, value in parse_qsl(parts.query) if name != "page"])


class Listed(Pagination):
    """The page that `page` in the address asks for; past the end it is the last one.

    `read` lists the rows of one page, `total` says how many there are, `page_url` makes the address of a page.
    """

    page_url: Callable[[int], str]

    def __init__(self, read: Read, total: int, *, size: int, page_url: Callable[[int], str]) -> None:
        self.page_url = page_url
        wanted, last = request.args.get("page", 1, type=int), max(1, -(-total // size))
        page = min(max(1, wanted), last)
        super().__init__(page=page, per_page=size, max_per_page=None, error_out=False, read=read, total=total)

    def _query_items(self) -> list[Any]:
        if not self._query_args["total"]:
            return []
        return list(self._query_args["read"](limit=self.per_page, offset=self._query_offset))

    def _query_count(self) -> int:
        total: int = self._query_args["total"]
        return total


def listed_of(rows: Sequence[Any], *, size: int, page_url: Callable[[int], str]) -> Listed:
    """The page of rows that were all read already."""
    return Listed(lambda limit, offset: rows[offset : offset + limit], len(rows), size=size, page_url=page_url)


def page_of(endpoint: str, **kept: Any) -> Callable[[int], str]:
    """The address of a page of this route, with the arguments that stay."""
    return lambda number: url_for(endpoint, page=number, **kept)


def page_of_here(anchor: str) -> Callable[[int], str]:
    """The address of a page of the present one, at this place on it."""
    return lambda number: f"{request.path}?page={number}#{anchor}"
