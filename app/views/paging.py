"""One page of what a service lists, with the addresses of its neighbours (`tables/pages.html`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import request, url_for
from flask_sqlalchemy.pagination import Pagination

Read = Callable[..., Sequence[Any]]  # takes `limit` and `offset`


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
        return list(self._query_args["read"](limit=self.per_page, offset=self._query_offset))

    def _query_count(self) -> int:
        total: int = self._query_args["total"]
        return total


def page_of(endpoint: str, **kept: Any) -> Callable[[int], str]:
    """The address of a page of this route, with the arguments that stay."""
    return lambda number: url_for(endpoint, page=number, **kept)


def page_of_here(anchor: str) -> Callable[[int], str]:
    """The address of a page of the present one, at this place on it."""
    return lambda number: f"{request.path}?page={number}#{anchor}"
