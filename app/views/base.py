"""What every screen builds on; import from here.

`Page` is any page of ours; `StaffView` a generated screen for the team on a table (list, show, add, edit, delete,
actions); `MemberModelView` a restricted one for members on their own rows.
"""

from __future__ import annotations

from app.views.page import Page, safe_next
from app.views.tables.member_view import MemberModelView
from app.views.tables.staff_view import StaffView

__all__ = ["MemberModelView", "Page", "StaffView", "safe_next"]
