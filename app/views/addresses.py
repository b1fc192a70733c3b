"""Addresses that are the same at each request are made once."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for


def kept_url(endpoint: str, **values: Any) -> str:
    """`url_for`, made once for what is the same at each request: the portal's own address, without a prefix.

    Not kept for views that put something of the present address in their own, such as the code of an election.
    """
    kept: dict[tuple[str, ...], str] = current_app.extensions.setdefault("kept_urls", {})
    key = (endpoint, *values, *values.values())
    has_prefix = bool(request.script_root)
    if key in kept and not has_prefix:
        return kept[key]
    url = url_for(endpoint, **values)
    if not has_prefix and endpoint.partition(".")[0] not in current_app.url_default_functions:
        kept[key] = url
    return url
