"""Users and roles, on a generated screen for administrators. Every change goes through `services.users`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import exists, select
from wtforms import EmailField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.auth.visitor import current_actor, list_roles, signed_in_visitor
from app.extensions import db
from app.i18n import write_moment
from app.models import Member, Role, User
from app.permissions import ADMIN, MEMBER, STAFF
from app.services.access import rate_limits
from app.services.access.people import Person, find_person
from app.services.access.rate_limits import PASSWORD_PER_ACCOUNT
from app.services.accounts import team_accounts
from app.services.accounts.team_accounts import LONGEST_NAME, NewUser
from app.views.base import StaffView
from app.views.forms.forms import PortalForm
from app.views.labels.accounts import AUDIENCE_ROLES, ROLES, TEAM_ROLES
from app.views.tables.filters.by_column import Filter
from app.views.tables.lists.page import SearchListing
from app.views.tables.lists.search_list import Found

OF_A_COLLEAGUE = {"autocomplete": "off"}  # not one's own


def _name_field(label: Any) -> StringField:
    return StringField(label, validators=[InputRequired(), Length(max=LONGEST_NAME)], render_kw=OF_A_COLLEAGUE)


def _role_field() -> RadioField:
    hint = _("An administrator can do all that the team can, and also manages users and reads the audit trail.")
    return RadioField(_("Role"), choices=list(TEAM_ROLES.items()), description=hint, validators=[InputRequired()])


class UserForm(PortalForm):
    """Name, e-mail address and role of somebody of the team."""

    first_name = _name_field(_("First name"))
    last_name = _name_field(_("Surname"))
    email = EmailField(
        _("E-mail address"),
        [InputRequired(), Length(max=254)],
        description=_("The sign-in codes go to this address. Another one ends the sessions, and the old one is told."),
        render_kw=OF_A_COLLEAGUE,
    )
    role = _role_field()

    def __init__(self, obj: User, **given: Any) -> None:
        roles = {role.name for role in obj.roles}
        super().__init__(obj=obj, role=next((name for name in (ADMIN, STAFF) if name in roles), None), **given)


def _name_of(user: User) -> str:
    return user.member.full_name if user.member else f"{user.first_name} {user.last_name}".strip()


def _state_of(user: User) -> Any:
    if not user.active:
        return gettext("switched off")
    if not user.password:
        return gettext("not opened yet")
    if str(user.id) in g.get("locked", ()):
        return gettext("locked for a moment: too many wrong passwords")
    return gettext("opened")


CELLS: dict[str, Callable[[User], Any]] = {
    "name": _name_of,
    "member.email": lambda user: (user.member.email or "") if user.member else user.email,
    "roles": lambda user: ", ".join(str(ROLES.get(role.name, role.name)) for role in user.roles),
    "state": _state_of,
    "chosen": lambda user: write_moment(user.account.password_set_at) if user.account else "",
}


class UsersView(StaffView):
    """Starts with the team; members are found by the filter. Nobody is deleted: an account is switched off."""

    datamodel = SQLAInterface(User)
    route_base = "/gebruikers"
    include_route_methods = {"list", "show", "add", "edit", "action", "action_post"}
    cells = CELLS
    singular, plural = _("user"), _("users")
    base_order = ("username", "asc")
    quick_search = ("username", "first_name", "last_name", "member.search_text", "member.email")
    quick_label = _("Search by name, user name, member number or e-mail address of a member")
    label_columns = {
        "username": _("User name"),
        "user_name": _("User name"),
        "name": _("Name"),
        "first_name": _("First name"),
        "last_name": _("Surname"),
        "email": _("E-mail address"),
        "member.email": _("E-mail address"),
        "roles": _("Role"),
        "role": _("Role"),
        "active": _("Switched on"),
        "state": _("Account"),
        "chosen": _("Password chosen on"),
        "account.last_sign_in_at": _("Last signed in"),
    }
    list_columns = ["name", "username", "member.email", "roles", "state", "account.last_sign_in_at"]
    show_columns = [*list_columns, "chosen"]
    search_columns = ["active"]
    order_columns = ["username", "last_name", "account.last_sign_in_at"]
    add_columns = ["first_name", "last_name", "user_name", "email", "role"]
    edit_columns = ["first_name", "last_name", "email", "role"]
    add_form_extra_fields = {
        "first_name": _name_field(_("First name")),
        "last_name": _name_field(_("Surname")),
        "user_name": StringField(
            _("User name"),
            description=_("3 to 40 letters, digits, full stops or hyphens. It cannot be changed later."),
            validators=[InputRequired()],
            render_kw=OF_A_COLLEAGUE,
        ),
        "email": EmailField(
            _("E-mail address"),
            description=_("The invitation goes there, and a code at every sign-in."),
            validators=[InputRequired(), Length(max=254)],
            render_kw=OF_A_COLLEAGUE,
        ),
        "role": _role_field(),
    }
    edit_form = UserForm
    show_template = "staff/accounts/show.html"
    add_template = "staff/accounts/add.html"

    def _init_forms(self) -> None:
        super()._init_forms()
        who = SelectField(_("Who"), choices=list(AUDIENCE_ROLES.items()), default="")
        self.filters = [Filter("who", _("Who"), who, _in_role, lambda role: str(AUDIENCE_ROLES[role])), *self.filters]

    # --- reading -----------------------------------------------------------------------------------------------------

    def found_rows(self) -> Found:
        """Without another wish only the team: members are thousands."""
        found = super().found_rows()
        is_asked = any(asked.argument == "who" for asked, _value in found.answers)
        return found if is_asked else found._replace(rows=found.rows.filter(_in_role("")))

    def _listing(self) -> SearchListing:
        return replace(super()._listing(), clear_url=url_for(".list", who="all"))

    def row_name(self, item: User) -> str:
        """The person's name, and the user name to tell people of one name apart."""
        return f"{_name_of(item)} ({item.username})"

    def look_up(self, items: list[User]) -> None:
        """Which accounts wait after too many wrong passwords."""
        g.locked = rate_limits.find_exceeded(PASSWORD_PER_ACCOUNT, [str(user.id) for user in items], g.now)

    def is_own(self, item: User) -> bool:
        """Whether this is the account of who looks at it; nobody changes their own."""
        return bool(item.id == current_actor().user_id)

    def offers(self, act: str, item: User) -> bool:
        """Only what makes sense on this account, and nothing on the own one."""
        if self.is_own(item):
            return False
        fits = {
            "invite": item.active and not item.password,
            "send_reset_link": item.active and item.password,
            "switch_off": item.active,
            "switch_on": not item.active,
            "end_sessions": item.active and item.password,
        }
        return bool(fits[act])

    def can_edit(self, item: User) -> bool:
        """A member's data are on the card of the member; the own account is changed by somebody else."""
        return self.can("edit") and item.member is None and not self.is_own(item)

    # --- changing ----------------------------------------------------------------------------------------------------

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """Name and role of somebody of the team."""
        item = self.find_row(pk)
        if not self.can_edit(item):
            flash(gettext("This account cannot be changed here."), "error")
            return redirect(url_for(".show", pk=pk))
        return super().edit(pk)

    def create_row(self, form: Any) -> None:
        """The account and its invitation by mail, in one go; nobody chooses a password for somebody else."""
        given = form.data
        new = NewUser(given["user_name"], given["first_name"], given["last_name"], given["email"], [given["role"]])
        team_accounts.add_and_invite(
            new, giver_roles=_own_roles(), actor=current_actor(), now=g.now, lifetime=_lifetime()
        )

    def change_row(self, item: User, form: Any) -> None:
        """The name, the address, and the role if it is another one; a change of these two ends the sessions."""
        person = _person(item)
        given, asked = form.data, {"actor": current_actor(), "now": g.now}
        is_moved = item.email != given["email"]
        team_accounts.change_address(person, given["email"], **asked)
        if is_moved and not item.password:
            team_accounts.send_invitation(_person(item), lifetime=_lifetime(), **asked)
        team_accounts.rename(person, given["first_name"], given["last_name"], **asked)
        team_accounts.change_roles(person, [given["role"]], giver_roles=_own_roles(), **asked)

    def bulk_parameters(self, name: str, form: Any) -> dict[str, Any]:
        """How long an invitation lives."""
        return {"days": _lifetime().days} if name == "invite" else {}

    @action(
        "invite",
        _("Send an invitation"),
        _("They get a mail with a link to choose a password. An earlier invitation no longer works."),
    )
    def invite(self, items: list[User]) -> None:
        """Invite again who has not opened the account."""
        for person in map(_person, items):
            team_accounts.send_invitation(person, actor=current_actor(), now=g.now, lifetime=_lifetime())
        message = ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", len(items))
        flash(message, "success")

    @action(
        "send_reset_link",
        _("Send a link for a new password"),
        _("They get a mail with a link that works for one hour. Until they use it the old password works."),
    )
    def send_reset_link(self, items: list[User]) -> None:
        """Help who forgot the password, or is locked."""
        _each(items, team_accounts.send_reset_link)
        flash(ngettext("%(num)s link is on its way.", "%(num)s links are on their way.", len(items)), "success")

    @action(
        "switch_off",
        _("Switch off"),
        _("They can no longer sign in, and are signed out now. Their data stay. You can switch the account on again."),
    )
    def switch_off(self, items: list[User]) -> None:
        """Keep somebody out."""
        _each(items, team_accounts.switch_off)
        _tell(items, gettext("switched off"))

    @action("switch_on", _("Switch on"), _("They can sign in again, with the password that they had."))
    def switch_on(self, items: list[User]) -> None:
        """Let somebody in again."""
        _each(items, team_accounts.switch_on)
        _tell(items, gettext("switched on"))

    @action("end_sessions", _("End sessions"), _("They are signed out on every device, and can sign in again."))
    def end_sessions(self, items: list[User]) -> None:
        """Sign somebody out everywhere."""
        _each(items, team_accounts.end_all_sessions)
        _tell(items, gettext("signed out everywhere"))


def _in_role(role: str) -> Any:
    """Who has the role; "" stands for the team, "all" for everybody."""
    if role == "all":
        return User.id.is_not(None)
    if role == MEMBER:
        return exists().where(Member.user_id == User.id)
    names = [role] if role else list(TEAM_ROLES)
    # Not `roles.any`: the team is few, so its ids are read first instead of asking it of every member.
    return User.id.in_(select(User.id).join(User.roles).where(Role.name.in_(names)))


def _person(user: User) -> Person:
    return find_person(user.id) or Person(user, user.account, user.member)


def _each(items: list[User], change: Callable[..., None]) -> None:
    for user in items:
        change(_person(user), actor=current_actor(), now=g.now)
    db.session.flush()


def _tell(items: list[User], done: str) -> None:
    flash(gettext("%(names)s: %(done)s.", names=", ".join(_name_of(user) for user in items), done=done), "success")


def _own_roles() -> list[str]:
    return list_roles(signed_in_visitor().user_id)


def _lifetime() -> timedelta:
    return timedelta(days=current_app.config["INVITATION_DAYS"])
