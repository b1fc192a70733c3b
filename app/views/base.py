"""What every screen builds on; import from here.

`Page` is any page of ours, `MemberPage` one for members, and `StaffView` a generated screen for the team (list,
show, add, edit, delete, actions).
"""

from __future__ import annotations

from app.views.generated.staff_view import StaffView
from app.views.page import MemberPage, Page, safe_next

__all__ = ["MemberPage", "Page", "StaffView", "safe_next"]
