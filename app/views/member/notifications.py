"""My notifications: what waits, and the way to where it is done. Opening is a POST, because it notes the reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from app.auth.visitor import signed_in_member
from app.extensions import db
from app.models import Campaign, Notification, NotificationKind
from app.services import notifications
from app.views.base import MemberModelView

PAGE_SIZE = 20

# Where what is asked can be done; a kind without a page is only read.
PLACES: dict[str, Callable[[Campaign], str]] = {
    NotificationKind.CHECK_DATA: lambda campaign: url_for("ProfileView.show"),
    NotificationKind.GIVE_BSN: lambda campaign: url_for("ProfileView.bsn"),
    NotificationKind.GIVE_AVAILABILITY: lambda campaign: _election_page(campaign),
    NotificationKind.PREFER_FUNCTION: lambda campaign: _election_page(campaign),
}


def _election_page(campaign: Campaign) -> str:
    if campaign.election is None:
        return url_for("AvailabilityView.list")
    return url_for("AvailabilityView.edit", code=campaign.election.code)


class NotificationsView(MemberModelView):
    """Meldingen."""

    datamodel = SQLAInterface(Notification)
    route_base = "/meldingen"
    include_route_methods = {"list", "open"}
    one, many = _("notification"), _("notifications")
    base_order = ("created_at", "desc")
    label_columns = {"created_at": _("Received"), "read_at": _("Read"), "done_at": _("Done")}
    list_columns = ["created_at", "read_at", "done_at"]
    show_columns = ["created_at"]
    edit_columns: list[str] = []
    list_template = "member/notifications.html"

    @expose("/", methods=["GET"])
    @has_access
    def list(self):
        """What is new or still to be done; with `all`, everything."""
        member, wants_all = signed_in_member(), "all" in request.args
        total = notifications.count_notifications(member.id, only_open=not wants_all)
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(1, request.args.get("page", 1, type=int)), pages)
        found = notifications.list_notifications(
            member.id, only_open=not wants_all, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE
        )
        locale = str(get_locale())
        return self._answer(
            self.list_template,
            title=gettext("My notifications"),
            items=[(one, notifications.title_in(one.campaign, locale), notifications.body_in(one.campaign, locale),
                    notifications.is_action(one.campaign.kind), one.campaign.kind in PLACES) for one in found],
            wants_all=wants_all,
            listing={
                "page": page,
                "pages": pages,
                "page_url": lambda number: url_for(".list", page=number, all=1 if wants_all else None),
            },
            breadcrumbs=[],
        )  # fmt: skip

    @expose("/<pk>/openen", methods=["POST"])
    @has_access
    def open(self, pk: str):
        """Note that it was read, and go to where it is done."""
        item: Any = self.find_row(pk)
        notifications.mark_read(item, g.now)
        db.session.commit()
        place = PLACES.get(item.campaign.kind)
        return redirect(place(item.campaign) if place else url_for(".list"))

    def rows(self) -> Any:
        """What was taken back is no longer there."""
        return super().rows().filter(Notification.withdrawn_at.is_(None))
