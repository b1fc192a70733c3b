"""What a page says."""

from __future__ import annotations

import re


def words(tree) -> str:
    return re.sub(r"\s+", " ", " ".join(tree.xpath("//main//text()")))
