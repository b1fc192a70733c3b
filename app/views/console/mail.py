"""Outbound mail in the console: every mail of the portal, whoever it was for, and sending one again."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask_admin import expose
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select
from wtforms import StringField

from app import jobs
from app.auth.visitor import current_actor
from app.extensions import db
from app.models import MailState, OutboundMail, User
from app.services.mail.resending import MAY_BE_RESENT, resend
from app.views.console.table import ConsoleTable
from app.views.labels.mail import MAIL_STATES, MAIL_TEMPLATES
from app.views.tables.filters import Filter


class ConsoleMail(ConsoleTable):
    """The latest mail first. `values` and the de-duplication key stay in the database."""

    table = OutboundMail
    title = _("Outbound mail")
    path = "/console/mail"
    choices = {"state": MAIL_STATES, "template": MAIL_TEMPLATES}
    tones = {MailState.FAILED: "error", MailState.RETRYING: "warning", MailState.SENT: "success"}
    column_labels = {
        "id": _("Reference number"),
        "template": _("Which mail"),
        "recipient": _("To"),
        "user_id": _("Account"),
        "locale": _("Language"),
        "is_bulk": _("Part of a mailing"),
        "state": _("State"),
        "attempts": _("Tries"),
        "first_tried_at": _("Tried since"),
        "resends": _("Sent again by the team"),
        "created_at": _("Made on"),
        "next_attempt_at": _("Next try"),
        "claimed_by": _("Claimed by worker"),
        "lease_until": _("Claimed until"),
        "sent_at": _("Sent"),
        "message_id": _("Message-ID"),
        "error": _("Words of the mail server"),
    }
    column_list = ["created_at", "template", "recipient", "state", "attempts", "error"]
    column_details_list = [
        *("id", "template", "recipient", "user_id", "locale", "is_bulk", "state", "attempts", "resends"),
        *(
            "created_at",
            "first_tried_at",
            "next_attempt_at",
            "claimed_by",
            "lease_until",
            "sent_at",
            "message_id",
            "error",
        ),
    ]
    column_searchable_list = ["recipient"]
    quick_label = _("Search by e-mail address")
    column_sortable_list = ["id"]  # the order in which they were made, by an index
    filter_columns = ["state", "template", "is_bulk", "created_at"]
    column_formatters = {"user_id": lambda view, _context, item, _name: view.say_account(item)}

    def more_filters(self) -> list[Filter]:
        """By the account that it was for."""
        label = _("Account (user name)")
        return [Filter("who", label, StringField(label), _of_account)]

    def row_name(self, item: OutboundMail) -> str:
        """What it is, and to whom."""
        return f"{MAIL_TEMPLATES.get(item.template, item.template)}, {item.recipient}"

    def look_up(self, items: list[OutboundMail]) -> None:
        """The user names, where a page shows them."""
        g.user_names = {}
        if len(items) == 1:
            found = select(User.id, User.username).where(User.id == items[0].user_id)
            g.user_names = dict(db.session.execute(found).tuples().all())

    def say_account(self, item: OutboundMail) -> str:
        """The user name."""
        return str(g.user_names.get(item.user_id, ""))

    def offers(self, item: OutboundMail) -> list[tuple[Any, str]]:
        """Sending it again, where that can be."""
        is_offered = item.state in MAY_BE_RESENT and self.can("retry")
        return [(gettext("Send again"), url_for(".retry", key=item.id, next=self.back()))] if is_offered else []

    @expose("/<int:key>/opnieuw", methods=["GET", "POST"])
    @permission_name("retry")
    def retry(self, key: int) -> Any:
        """A page that asks whether it is sure; the POST makes the mail due at once."""
        item = self.find_row(key)
        return self.sure(
            key,
            title=gettext("Send the mail to %(recipient)s again", recipient=item.recipient),
            question=gettext(
                "It leaves now, to the address that we have today. A link in it that was replaced is not sent again."
            ),
            button=gettext("Send again"),
            act=lambda: _retry(item),
        )


def _retry(item: OutboundMail) -> str:
    resend(item, actor=current_actor(), now=g.now)
    db.session.commit()
    jobs.deliver_mail()
    return str(gettext("The mail to %(recipient)s is sent again.", recipient=item.recipient))


def _of_account(typed: str) -> ColumnElement[bool]:
    return OutboundMail.user_id.in_(select(User.id).where(User.username == typed.lower()))
