"""What the walks share."""

from __future__ import annotations

import pytest

from app.views.pages import errors


@pytest.fixture
def short_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is its status and no page: a walk that is refused at a thousand addresses looks at none of them.

    What the page of a refusal shows has tests of its own, tests/views/pages/test_error_pages.py.
    """
    monkeypatch.setattr(errors, "_page", lambda status, *_words, **_more: ("", status))
