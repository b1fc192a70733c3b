"""Who is at the door: sign-ins, and the browsers that are signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask_admin import expose
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Query
from wtforms import SelectField, StringField

from app.auth.browser import browser_name
from app.auth.visitor import current_actor
from app.extensions import db
from app.i18n import translate
from app.models import Account, AuditEvent, Member, User, UserSession
from app.phrases import RuleBroken
from app.services.access import sessions
from app.services.accounts.session_end import end_session_of
from app.views.console.table import ConsoleTable
from app.views.labels.accounts import SIGN_IN_WORDS
from app.views.staff.audit.audit import EVENT_CELLS, AuditEventsView, event_filters, look_up_names, say_actor
from app.views.staff.audit.words import say_action
from app.views.tables.filters.by_column import ANY, Filter

SIGN_INS = SIGN_IN_WORDS.actions


class ConsoleSignIns(ConsoleTable):
    """What happened at the front door, out of the audit trail; the latest first."""

    model = AuditEvent
    title = _("Signing in")
    path = "/console/inloggen"
    label_columns = AuditEventsView.label_columns
    column_list = ["at", "actor_name", "action", "ip"]
    column_details_list = ["at", "actor_name", "action", "member.member_number", "details", "ip"]
    order_columns = ["at"]
    base_order = ("at", "desc")
    filter_columns = ["at"]
    column_formatters = {name: lambda _view, _context, item, column: EVENT_CELLS[column](item) for name in EVENT_CELLS}

    def rows(self) -> Query[Any]:
        """The events of signing in."""
        return super().rows().filter(AuditEvent.action.in_(list(SIGN_INS)))

    def more_filters(self) -> list[Filter]:
        """By what happened, instead of by group."""
        what = SelectField(_("What"), choices=[("", ANY), *SIGN_INS.items()], default="")
        happened = Filter("what", _("What"), what, lambda code: AuditEvent.action == code, say_action)
        return [happened, *(question for question in event_filters() if question.argument in ("who", "ip"))]

    def row_name(self, item: AuditEvent) -> str:
        """What was done, and by whom."""
        return f"{say_action(item.action)}, {say_actor(item)}"

    def look_up(self, items: list[AuditEvent]) -> None:
        """The user names behind the numbers on this page, in one statement."""
        look_up_names(items)


class ConsoleSessions(ConsoleTable):
    """The signed-in browsers, the latest one first. The token's hash stays in the database."""

    model = UserSession
    title = _("Sessions")
    path = "/console/sessies"
    label_columns = {
        "id": _("Reference number"),
        "user_id": _("Account"),
        "state": _("State"),
        "created_at": _("Signed in on"),
        "last_seen_at": _("Last used"),
        "ip": _("Internet address"),
        "agent": _("Browser"),
    }
    column_list = ["user_id", "state", "created_at", "last_seen_at", "ip", "agent"]
    column_details_list = ["id", *column_list]
    order_columns = ["id", "last_seen_at"]
    filter_columns = ["last_seen_at"]
    column_formatters = {
        "user_id": lambda view, _context, item, _name: view.row_name(item),
        "state": lambda view, _context, item, _name: view.say_state(item),
        "agent": lambda _view, _context, item, _name: browser_name(item.agent),
    }

    def more_filters(self) -> list[Filter]:
        """By account and by where the browser is; each has an index, or a session table that stays small."""
        who, ip = _("Account (user name)"), _("Internet address")
        return [
            Filter("who", who, StringField(who), _of_account),
            Filter("ip", ip, StringField(ip), lambda typed: UserSession.ip == typed),
        ]

    def look_up(self, items: list[UserSession]) -> None:
        """User name, epoch and whether it is a member, of the accounts on this page."""
        people = (
            select(User.id, User.username, Account.epoch, Member.id)
            .outerjoin(Account, Account.user_id == User.id)
            .outerjoin(Member, Member.user_id == User.id)
            .where(User.id.in_({item.user_id for item in items}))
        )
        g.people = {user_id: (name, epoch, member) for user_id, name, epoch, member in db.session.execute(people)}

    def row_name(self, item: UserSession) -> str:
        """Whose it is."""
        return str(g.people[item.user_id][0])

    def say_state(self, item: UserSession) -> str:
        """Whether somebody can go on in it; what ended is cleared away within the hour."""
        _name, epoch, member = g.people[item.user_id]
        settings = current_app.config
        minutes = settings["IDLE_MINUTES_STAFF"] if member is None else settings["IDLE_MINUTES_MEMBER"]
        limits = {"idle": timedelta(minutes=minutes), "absolute": timedelta(hours=settings["SESSION_HOURS"])}
        is_live = item.epoch == epoch and sessions.is_live(item, **limits, now=g.now)
        return str(gettext("signed in") if is_live else gettext("has ended"))

    def offers(self, item: UserSession) -> list[tuple[Any, str]]:
        """Ending it, where it is somebody else's."""
        is_offered = item.user_id != current_actor().user_id and self.can("end")
        return [(gettext("End this session"), url_for(".end", key=item.id, next=self.back()))] if is_offered else []

    @expose("/<int:key>/beeindig", methods=["GET", "POST"])
    @permission_name("end")
    def end(self, key: int) -> Any:
        """GET asks whether it is sure; the POST signs that browser out."""
        item = self.find_row(key)
        self.look_up([item])
        name = self.row_name(item)
        if request.method != "POST":
            title = gettext("End the session of %(name)s", name=name)
            return self.page("console/sure.html", title=title, back=url_for(".details_view", key=key, next=self.back()))
        try:
            end_session_of(item, actor=current_actor(), now=g.now)
            db.session.commit()
            flash(gettext("The session of %(name)s has ended.", name=name), "success")
        except RuleBroken as error:
            db.session.rollback()
            flash(translate(error.text), "error")
        return redirect(self.back())


def _of_account(typed: str) -> ColumnElement[bool]:
    return UserSession.user_id.in_(select(User.id).where(User.username == typed.lower()))
