"""Every text of the screens has its Dutch."""

from __future__ import annotations

from devtools.translations import find_problems


def test_every_text_is_collected_and_translated():
    assert list(find_problems()) == []
