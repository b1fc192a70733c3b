"""E-mails for the team, on a generated screen: what left, what waits, what failed and why. Texts are not shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, g
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select

from app.addresses import one_spelling
from app.auth.visitor import current_actor
from app.i18n import translate, write_moment
from app.models import MailState, Member, OutboundMail
from app.phrases import RuleBroken
from app.services.mail import resending
from app.services.mail.resending import MAY_BE_RESENT, may_be_cancelled
from app.services.mail.smtp_replies import explain_reply
from app.services.mail.undeliverable_addresses import last_stop
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.base import StaffView
from app.views.labels.messages.mail import MAIL_STATES, MAIL_TEMPLATES
from app.views.tables.filters.by_member import owner_filter
from app.views.tables.words import sentence

OVER = (MailState.SENT, MailState.FAILED, MailState.CANCELLED)


def _who(item: OutboundMail) -> str:
    known: str | None = g.get("receivers", {}).get(item.id)
    return known or item.recipient


def _why(item: OutboundMail) -> str:
    return translate(explain_reply(item.error, item.recipient)) if item.error or item.state == MailState.FAILED else ""


CELLS: dict[str, Callable[[OutboundMail], Any]] = {
    "who": _who,
    "error": _why,
    "words": lambda item: item.error,
    "next_attempt_at": lambda item: "" if item.state in OVER else write_moment(item.next_attempt_at),
}


class MailsView(StaffView):
    """The latest first. A mail that failed stays here until it is sent again or put aside."""

    datamodel = SQLAInterface(OutboundMail)
    route_base = "/e-mails"
    list_template = "staff/mail/list.html"
    include_route_methods = {"list", "show", "action", "action_post"}
    cells = CELLS
    singular, plural = _("e-mail"), _("e-mails")
    base_order = ("id", "desc")
    quick_search = ("recipient",)
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, user name, e-mail address or telephone number")
    choices = {"state": MAIL_STATES, "template": MAIL_TEMPLATES}
    label_columns = {
        "who": _("To"),
        "recipient": _("E-mail address"),
        "template": _("Which mail"),
        "state": _("State"),
        "created_at": _("Made on"),
        "sent_at": _("Sent"),
        "next_attempt_at": _("Next try"),
        "attempts": _("Tries"),
        "error": _("Why not"),
        "words": _("Words of the mail server"),
        "id": _("Reference number"),
        "is_bulk": _("Part of a mailing"),
        "resends": _("Sent again by the team"),
        "first_tried_at": _("Tried since"),
        "lease_until": _("Claimed until"),
        "message_id": _("Message-ID"),
    }
    list_columns = ["who", "template", "state", "created_at", "error"]
    more_columns = ("recipient", "sent_at", "attempts")
    show_columns = [
        "who",
        "recipient",
        "template",
        "state",
        "created_at",
        "sent_at",
        "attempts",
        "next_attempt_at",
        "error",
        "words",
        "id",
        "is_bulk",
        "resends",
        "first_tried_at",
        "lease_until",
        "message_id",
    ]
    search_columns = ["state", "template", "is_bulk", "created_at"]
    order_columns: list[str] = []

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters = [owner_filter(OutboundMail.user_id.in_), *self.filters]

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """Mail to members who are found by these words, or to exactly this address."""
        words = typed.strip()
        if not words:
            return None
        members = select(Member.user_id).where(and_(*contains_words(words)))
        if "@" in words:
            return OutboundMail.user_id.in_(members) | (OutboundMail.recipient == one_spelling(words))
        return OutboundMail.user_id.in_(members)

    def marking_stopped_at(self) -> datetime | None:
        """When addresses were last no longer marked, because one after another was said not to exist."""
        return last_stop(g.now)

    def look_up(self, items: list[OutboundMail]) -> None:
        """Who these mails are for, in one statement."""
        g.receivers = resending.find_names(items)

    def row_name(self, item: OutboundMail) -> str:
        """Which mail to whom."""
        mail = MAIL_TEMPLATES.get(item.template, item.template)
        return sentence(gettext("%(mail)s to %(name)s", mail=mail, name=_who(item)))

    def offers(self, act: str, item: OutboundMail) -> bool:
        """Only what makes sense for this mail."""
        return item.state in (MAY_BE_RESENT if act == "resend" else may_be_cancelled(item))

    @action(
        "resend",
        _("Send again"),
        _("It leaves now, to the address that we have today. A link in it that was replaced is not sent again."),
    )
    def resend(self, items: list[OutboundMail]) -> None:
        """Try what failed or was cancelled once more."""
        done = _each(items, resending.resend, lambda _mail: MAY_BE_RESENT)
        flash(ngettext("%(num)s mail is sent again.", "%(num)s mails are sent again.", done), "success")

    @action(
        "cancel",
        _("Do not send"),
        _("What waits does not leave. What failed is no longer counted as failed; nobody gets a mail about it."),
    )
    def cancel(self, items: list[OutboundMail]) -> None:
        """Keep it from leaving, or put it aside."""
        done = _each(items, resending.cancel, may_be_cancelled)
        flash(ngettext("%(num)s mail is cancelled.", "%(num)s mails are cancelled.", done), "success")


def _each(
    items: list[OutboundMail],
    change: Callable[..., None],
    states_of: Callable[[OutboundMail], tuple[MailState, ...]],
) -> int:
    """Those that it fits; the others are left as they are. Raises RuleBroken when it fits none."""
    fitting = [item for item in items if item.state in states_of(item)]
    if not fitting:
        change(items[0], actor=current_actor(), now=g.now)
    done = 0
    for item in fitting:
        try:
            change(item, actor=current_actor(), now=g.now)
            done += 1
        except RuleBroken:
            if len(fitting) == 1:
                raise
    return done
