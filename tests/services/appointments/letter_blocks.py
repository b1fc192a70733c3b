"""What a letter says, as words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def words_of(blocks: Iterable[Any]) -> str:
    """All words of these blocks, those of tables and lists too."""
    parts = []
    for block in blocks:
        parts += [span.get("text", "") for span in block.get("spans", [])]
        parts += [cell for row in block.get("rows", []) for cell in row]
        for item in block.get("items", []):
            parts.append(words_of(item))
    return " ".join(parts)
