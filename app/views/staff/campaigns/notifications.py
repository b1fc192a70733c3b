"""What each member was told, on a generated screen that only reads: sent, read and done."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select

from app.member_fields import show_phone
from app.models import Member, Notification
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.base import StaffView
from app.views.labels.messages.campaigns import NOTIFICATION_KINDS
from app.views.tables.filters.by_member import member_filter


class MemberNotificationsView(StaffView):
    """The latest first. The texts are the campaign's."""

    datamodel = SQLAInterface(Notification)
    member_of = "member_id"
    route_base = "/meldingen-per-lid"
    include_route_methods = {"list"}
    singular, plural = _("notification"), _("notifications per member")
    base_order = ("id", "desc")
    quick_search = ("member.search_text",)
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, user name, e-mail address or telephone number")
    choices = {"campaign.kind": NOTIFICATION_KINDS}
    label_columns = {
        "member.sort_name": _("Member"),
        "member.search_text": _("Member"),
        "member.email": _("E-mail address"),
        "member.mobile": _("Mobile number"),
        "member.phone": _("Telephone number"),
        "campaign.title": _("Title"),
        "campaign.kind": _("What is it about?"),
        "created_at": _("Sent"),
        "read_at": _("Read"),
        "done_at": _("Done"),
        "withdrawn_at": _("Withdrawn"),
    }
    list_columns = [
        "member.sort_name",
        "campaign.title",
        "campaign.kind",
        "created_at",
        "read_at",
        "done_at",
        "withdrawn_at",
    ]
    more_columns = ("member.email", "member.mobile", "member.phone")
    formatters_columns = {"member.mobile": show_phone, "member.phone": show_phone}
    show_columns = list_columns
    search_columns = ["campaign.kind", "created_at", "read_at", "done_at"]
    order_columns: list[str] = []

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters = [member_filter(Notification.member_id.in_), *self.filters]

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """Of the members who are found by these words."""
        members = select(Member.id).where(*contains_words(typed))
        return Notification.member_id.in_(members) if typed.strip() else None

    def row_name(self, item: Any) -> str:
        """What was told to whom."""
        return f"{item.campaign.title}: {item.member.full_name}"
