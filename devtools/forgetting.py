"""A pytest plugin: what services keep for later is forgotten before each test, so that each runs all of its lines.

Else only the first test that asks for a statement would count as one that runs the lines that make it.
"""

from __future__ import annotations

import functools
import gc

import pytest


@pytest.fixture(autouse=True)
def _forget_what_is_kept() -> None:
    for kept in _find_kept():
        kept.cache_clear()


@functools.cache
def _find_kept() -> list[functools._lru_cache_wrapper[object]]:
    gc.unfreeze()  # what tests/conftest.py left alone is in no list else
    found = (thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper))
    kept = [thing for thing in found if getattr(thing, "__module__", "").startswith("app.services.")]
    if not kept:
        raise RuntimeError("services keep something, and nothing was found to forget")
    return kept
