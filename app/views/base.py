"""What every screen builds on; import from here.

`Page` is any page of ours, `MemberPage` one for members, `StaffView` a generated screen for the team (list, show, add,
edit, delete, actions) and `MemberModelView` a generated screen on the signed-in member's own row.
"""

from __future__ import annotations

from app.views.page import MemberPage, Page, safe_next

__all__ = ["MemberPage", "Page", "safe_next"]
