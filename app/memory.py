"""What is made once and comes again: kept by a key for as long as the application runs, and never more than so many."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import current_app

Thing = TypeVar("Thing")


def memory_of(about: str) -> dict[Any, Any]:
    """What this application keeps of a subject until it ends; found in few steps, for a page asks some forty times."""
    app: Any = current_app
    kept: dict[Any, Any] = app._get_current_object().extensions.setdefault(f"memory of {about}", {})
    return kept


def made_once(about: str, key: Hashable, make: Callable[[], Thing], *, most: int) -> Thing:
    """What `make` gives, made once for each key of what this is `about`. All that it is made of stands in the key.

    Each application has its own. Where there are `most` already it begins again, empty.
    """
    kept = memory_of(about)
    found: Thing | None = kept.get(key)
    if found is None:
        found = make()
        if len(kept) >= most:
            kept.clear()
        kept[key] = found
    return found
