"""Addresses that are the same at each request are made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote_plus

from flask import current_app, request, url_for

from app.memory import memory_of

ROW: Final = str(2**31 - 1)  # stands for the key of a row in an address that is kept; some take a number only
SAFE: Final = "!$'()*,/:;?@"  # what `url_for` leaves as it is in a query


def kept_url(endpoint: str, **values: Any) -> str:
    """`url_for`, made once for what is the same at each request: the portal's own address, without a prefix.

    Not kept for views that put something of the present address in their own, such as the code of an election.
    """
    here: Any = request
    kept = memory_of("addresses")
    key, has_prefix = (endpoint, *values, *values.values()), bool(here._get_current_object().script_root)
    known: str | None = None if has_prefix else kept.get(key)
    if known is not None:
        return known
    url = url_for(endpoint, **values)
    if not has_prefix and endpoint.partition(".")[0] not in current_app.url_default_functions:
        kept[key] = url
    return url


def row_url(endpoint: str, key: Any, *, next: str = "", **values: Any) -> str:
    """`url_for` of a row, of which the `pk` is `key`, with the way back: made once for all rows of a view."""
    if not str(key).isascii() or not str(key).isalnum():
        asked: dict[str, Any] = {**values, "next": next} if next else values
        return url_for(endpoint, pk=key, **asked)
    url = kept_url(endpoint, pk=ROW, **values).replace(ROW, str(key))
    return f"{url}?next={_in_query(next)}" if next else url


def asking_url(endpoint: str, **asked: Any) -> str:
    """`url_for` of a page whose query asks something of a row, and whose path nothing: made once whatever it asks."""
    query = "&".join(f"{name}={_in_query(str(value))}" for name, value in asked.items())
    return f"{kept_url(endpoint)}?{query}"


def row_urls(endpoint: str) -> Callable[[Any], str]:
    """`row_url` by the key, for the many rows of a list."""
    kept = kept_url(endpoint, pk=ROW)

    def url(key: Any) -> str:
        written = str(key)
        is_plain = written.isascii() and written.isalnum()
        return kept.replace(ROW, written) if is_plain else url_for(endpoint, pk=key)

    return url


@lru_cache(maxsize=200)
def _in_query(address: str) -> str:
    return quote_plus(address, safe=SAFE)
