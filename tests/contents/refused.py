"""Why a file is refused."""

from __future__ import annotations

import io

import pytest

from app.contents import ContentRefused, Limits, recognise


def reason(content: bytes, limits: Limits | None = None) -> str:
    """The sentence; fails when the file is taken."""
    with pytest.raises(ContentRefused) as refused:
        recognise(io.BytesIO(content), limits)
    return str(refused.value)
