"""Nouns are declared in lower case; a title begins with a capital, and a label within a sentence does not."""

from __future__ import annotations

from typing import Any


def sentence(words: Any) -> str:
    """With a capital in front."""
    plain = str(words)
    return plain[:1].upper() + plain[1:]


def lower_first(words: Any) -> str:
    """As it stands within a sentence; an abbreviation such as BSN keeps its capitals."""
    plain = str(words)
    return plain if plain[1:2].isupper() else plain[:1].lower() + plain[1:]
