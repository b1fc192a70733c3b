"""After "Save and look" the page of the row, whatever list the form was opened from."""

from __future__ import annotations

from typing import Any

from flask import g, url_for


class SavedThenShown:
    """For a StaffView: what `create_row` or `change_row` hands to `show_after` is where the form leads to."""

    endpoint: str

    @staticmethod
    def show_after(item: Any) -> None:
        """Remember the row for this request."""
        g.saved_row = item

    def get_redirect(self) -> str:
        """The row that was just saved, else as every form."""
        item = g.pop("saved_row", None)
        if item is None:
            target: str = super().get_redirect()  # type: ignore[misc]
            return target
        return url_for(f"{self.endpoint}.show", pk=item.id)
