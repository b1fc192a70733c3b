"""My notifications: what waits, and the way to where it is done. Opening is a POST, because it notes the reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from app.auth.visitor import signed_in_member
from app.extensions import db
from app.models import Campaign, Notification, NotificationKind, Thread
from app.services.documents import for_member
from app.services.message_box import read_receipts, threads
from app.services.news import for_member as own_news
from app.services.notifications import notifications
from app.services.overview.inbox import MessageKind
from app.views.base import MemberModelView, safe_next
from app.views.member.inbox import show_messages

# Where what is told of is done or read; a kind without a page is only read. Called by the POST, so it may note what was
# opened. None: it is no longer there.
PLACES: dict[str, Callable[[Campaign], str | None]] = {
    NotificationKind.ACCOUNT: lambda campaign: url_for("ProfileView.show"),
    NotificationKind.CHECK_DATA: lambda campaign: url_for("ProfileView.show"),
    NotificationKind.GIVE_BSN: lambda campaign: url_for("ProfileView.bsn"),
    NotificationKind.GIVE_AVAILABILITY: lambda campaign: _election_page(campaign),
    NotificationKind.PREFER_FUNCTION: lambda campaign: _election_page(campaign),
    NotificationKind.REOPENED: lambda campaign: _election_page(campaign),
    NotificationKind.NEWS: lambda campaign: _message_page(campaign),
    NotificationKind.QUESTION: lambda campaign: _thread_page(campaign.subject_id),
    NotificationKind.TEAM_QUESTION: lambda campaign: _thread_page(
        threads.find_asked_thread(signed_in_member().id, campaign.subject_id)
    ),
    NotificationKind.SURVEY: lambda campaign: url_for("MySurveyView.show", survey_id=campaign.subject_id),
    NotificationKind.DOCUMENT: lambda campaign: _document_card(campaign),
}


def _thread_page(thread_id: int | None) -> str | None:
    thread = db.session.get(Thread, thread_id) if thread_id else None
    if thread is None:
        return None
    read_receipts.mark_read_by_member(thread, g.now)
    return url_for("MessageBoxView.show", pk=thread.id)


def _election_page(campaign: Campaign) -> str:
    if campaign.election is None:
        return url_for("AvailabilityView.list")
    return url_for("AvailabilityView.edit", code=campaign.election.code)


def _message_page(campaign: Campaign) -> str | None:
    member_id = signed_in_member().id
    own = own_news.find_own_news(member_id, campaign.subject_id or 0, g.now)
    if own is None:
        return None
    own_news.mark_news_read(member_id, own.item, g.now)
    return url_for("NewsView.show", pk=own.item.id)


def _document_card(campaign: Campaign) -> str | None:
    """Its card among the documents, from where it is opened or saved."""
    if not for_member.has_document(signed_in_member().id, campaign.subject_id or 0, g.now):
        return None
    return url_for("MyDocumentsView.list", _anchor=f"document-{campaign.subject_id}")


@dataclass(frozen=True, slots=True)
class Card:
    """A notification as its card shows it, in the reader's language."""

    item: Notification
    heading: str
    words: str
    is_action: bool
    has_place: bool


def _card(item: Notification) -> Card:
    campaign, locale = item.campaign, str(get_locale())
    return Card(
        item,
        notifications.title_in(campaign, locale),
        notifications.body_in(campaign, locale),
        notifications.is_action(campaign.kind),
        campaign.kind in PLACES,
    )


class NotificationsView(MemberModelView):
    """Meldingen."""

    datamodel = SQLAInterface(Notification)
    route_base = "/meldingen"
    include_route_methods = {"list", "show", "open"}
    singular, plural = _("notification"), _("notifications")
    base_order = ("created_at", "desc")
    label_columns = {"created_at": _("Received"), "read_at": _("Read"), "done_at": _("Done")}
    list_columns = ["created_at", "read_at", "done_at"]
    show_columns = ["created_at"]
    edit_columns: list[str] = []
    show_template = "member/notification.html"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """Of the messages the notifications."""
        return show_messages(self, MessageKind.NOTIFICATION, gettext("Notifications"))

    @expose("/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> ResponseReturnValue:
        """One notification: where the mail that tells of one leads. What was taken back since leads to the list."""
        item = notifications.find_notification(signed_in_member().id, pk)
        if item is None:
            flash(gettext("This notification is no longer there."), "warning")
            return redirect(url_for(".list"))
        card = _card(item)
        return self._render(self.show_template, title=card.heading, card=card)

    @expose("/<pk>/openen", methods=["POST"])
    @has_access
    def open(self, pk: str) -> ResponseReturnValue:
        """Note that it was read, and go to where it is done."""
        item: Any = self.find_row(pk)
        notifications.mark_read(item, g.now)
        place = PLACES.get(item.campaign.kind)
        target = place(item.campaign) if place else None
        db.session.commit()
        if place and target is None:
            flash(gettext("What this notification told of is no longer there."), "warning")
        return redirect(target or safe_next(request.form.get("next")) or url_for(".list"))

    def rows(self) -> Any:
        """What was taken back is no longer there."""
        return super().rows().filter(Notification.withdrawn_at.is_(None))
