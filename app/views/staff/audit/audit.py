"""The audit trail for administrators, on a generated screen that only reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, url_for
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, or_, select
from wtforms import SelectField, StringField

from app.clock import local
from app.extensions import db
from app.i18n import write_date
from app.models import AuditEvent, Member, MergedMember, User
from app.services.members.search import ids_before, members_called
from app.views.base import StaffView
from app.views.labels.audit import ACTORS
from app.views.staff.audit.pages import find_pages, write_link
from app.views.staff.audit.words import all_words, say_action, say_details
from app.views.tables.filters.by_column import Filter
from app.views.tables.words import sentence


def say_actor(item: AuditEvent) -> str:
    """Who acted, in words; `look_up_names` came first."""
    if item.actor_name:
        return str(ACTORS.get(item.actor_name, item.actor_name))
    known: str | None = g.get("user_names", {}).get(item.actor_user_id)
    return str(_("nobody signed in, account %(name)s", name=known)) if known else str(_("nobody signed in"))


def say_subject(item: AuditEvent) -> Any:
    """Whom or what it was done to, in words; `look_up_names` came first."""
    if item.member is not None:
        number = f" ({item.member.member_number})" if item.member.member_number else ""
        return write_link(f"{item.member.full_name}{number}", url_for("MembersView.show", pk=item.member.id))
    if item.member_id is not None:
        return str(_("member no. %(number)s, deleted", number=item.member_id))
    if item.subject_type == "User":
        known = g.get("user_names", {}).get(item.subject_id)
        name = str(known or _("account no. %(number)s", number=item.subject_id))
        return write_link(name, url_for("UsersView.show", pk=item.subject_id) if known else "")
    words = all_words().subjects.get(item.subject_type)
    page = g.get("subject_pages", {}).get((item.subject_type, item.subject_id), "")
    return write_link(f"{words} {item.subject_id}", page) if words and item.subject_id else ""


def list_details(event: AuditEvent) -> Any:
    """The details in words, each on a line."""
    rows = [Markup("<li>{}: {}</li>").format(label, value) for label, value in say_details(event)]
    return Markup('<ul class="plain">{}</ul>').format(Markup("").join(rows)) if rows else ""


def _say_at(item: AuditEvent) -> str:
    return f"{write_date(local(item.at).date())}, {local(item.at):%H:%M:%S}"


EVENT_CELLS: dict[str, Callable[[AuditEvent], Any]] = {
    "at": _say_at,
    "actor_name": say_actor,
    "action": lambda item: say_action(item.action),
    "member.member_number": say_subject,
    "details": list_details,
}


class AuditEventsView(StaffView):
    """The latest event first. Nothing is added, changed or deleted here; the database refuses it too."""

    datamodel = SQLAInterface(AuditEvent)
    route_base = "/logboek"
    include_route_methods = {"list", "show"}
    cells = EVENT_CELLS
    singular, plural = _("event"), _("events in the audit trail")
    base_order = ("at", "desc")
    label_columns = {
        "at": _("When"),
        "actor_name": _("Who"),
        "action": _("What"),
        "member.member_number": _("About"),
        "details": _("Details"),
        "ip": _("Internet address"),
    }
    list_columns = ["at", "actor_name", "action", "member.member_number", "ip"]
    show_columns = ["at", "actor_name", "action", "member.member_number", "details", "ip"]
    search_columns = ["at"]
    order_columns = ["at"]

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters = [*self.filters, *event_filters()]

    def row_name(self, item: AuditEvent) -> str:
        """What was done, and by whom."""
        return sentence(f"{say_action(item.action)}, {say_actor(item)}")

    def look_up(self, items: list[AuditEvent]) -> None:
        """The user names and the pages behind the numbers, in two statements."""
        look_up_names(items)
        things = [item for item in items if item.member_id is None and item.subject_type != "User"]
        g.subject_pages = find_pages({(item.subject_type, item.subject_id) for item in things if item.subject_id})


def look_up_names(items: list[AuditEvent]) -> None:
    """Keep in `g` the user names behind the numbers of these events, in one statement."""
    ids = {item.actor_user_id for item in items if not item.actor_name}
    ids |= {item.subject_id for item in items if item.subject_type == "User"}
    found = select(User.id, User.username).where(User.id.in_(ids - {None}))
    g.user_names = dict(db.session.execute(found).all())


def event_filters() -> list[Filter]:
    """By group of actions, who acted, whom it was about and from where; each of them has an index."""
    groups = all_words().groups
    choices = [("", _("All"))] + [(name, label) for name, (label, _actions) in groups.items()]
    texts = {
        "who": (_("Who (user name)"), _by),
        "about": (_("About (user name or member number)"), _about),
        "ip": (_("Internet address"), lambda typed: AuditEvent.ip == typed),
    }
    what = SelectField(_("What"), choices=choices, default="")
    return [
        Filter("what", _("What"), what, _in_group, lambda name: str(groups[name][0])),
        *(Filter(name, label, StringField(label), criterion) for name, (label, criterion) in texts.items()),
    ]


def _in_group(name: str) -> ColumnElement[bool]:
    # The codes written out, because an index on them serves no LIKE in most collations of PostgreSQL.
    return AuditEvent.action.in_(list(all_words().groups[name][1]))


def _by(typed: str) -> ColumnElement[bool]:
    """What this user did. Where nobody was signed in yet, only the number of the account was written down."""
    name = typed.lower()
    by_number = AuditEvent.actor_user_id.in_(select(User.id).where(User.username == name))
    earlier = AuditEvent.actor_user_id.in_(ids_before(members_called(typed, Member.id), MergedMember.old_user_id))
    return or_(AuditEvent.actor_name == name, by_number, earlier)


def _about(typed: str) -> ColumnElement[bool]:
    """What was done to the member with this number, or to the account with this user name."""
    name = typed.lower()
    user_ids = select(User.id).where(User.username == name)
    members = members_called(typed, Member.id)
    is_account = and_(AuditEvent.subject_type == "User", AuditEvent.subject_id.in_(user_ids))
    return or_(AuditEvent.member_id.in_(members), AuditEvent.member_id.in_(ids_before(members)), is_account)
