"""What members did at earlier elections, on a generated screen; added from the list or from the page of a member."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Election, Function, Member, Service
from app.phrases import RuleBroken, phrase
from app.services.experience import services
from app.services.experience.services import LONGEST, ServiceText
from app.services.members.lookup import find_member
from app.views.base import StaffView
from app.views.forms.asked import AskedField
from app.views.forms.fields import DutchDateField, read_key
from app.views.forms.forms import PortalForm
from app.views.forms.lookup import LookupField
from app.views.forms.lookup_sources import MEMBERS
from app.views.parts.markdown import in_language
from app.views.tables.filters.by_member import member_filter


class OfMemberForm(PortalForm):
    """Of whom something is."""

    member = LookupField(
        _("Member"),
        [InputRequired()],
        source=MEMBERS,
        description=_("Type a name, member number, user name or telephone number."),
    )


class ServiceForm(PortalForm):
    """At which election a member did what."""

    election_id = SelectField(_("Election"), [Optional()], coerce=read_key)
    election_name = StringField(
        _("Or an earlier election"),
        [Optional(), Length(max=LONGEST)],
        description=_("The name of an election that is not in the list, for example Tweede Kamer 2012."),
    )
    worked_on = DutchDateField(
        _("Day"),
        [Optional()],
        description=_("Only when it is another day than that of the election. For example 31-12-1980."),
    )
    function_id = AskedField(_("Function"), coerce=read_key)
    station = StringField(
        _("Polling station"), [Optional(), Length(max=LONGEST)], description=_("Its number or name, if it is known.")
    )

    def __init__(self, *args: Any, obj: Service | None = None, **kwargs: Any) -> None:
        if obj is not None:
            kwargs["data"] = {**kwargs.get("data", {}), **_as_typed(obj)}
        super().__init__(*args, **kwargs)
        elections = db.session.execute(select(Election.id, Election.name).order_by(Election.voting_on.desc()))
        self.election_id.choices = [(0, _("(none)")), *map(tuple, elections)]
        named = select(Function.id, Function.name, Function.name_en).order_by(Function.position, Function.id)
        self.function_id.choices = [(row.id, in_language(row, "name")) for row in db.session.execute(named)]

    def wanted(self) -> ServiceText:
        """What was filled in."""
        return ServiceText(
            self.function_id.data,
            self.election_id.data or None,
            self.election_name.data or "",
            self.worked_on.data,
            self.station.data or "",
        )


class NewServiceForm(OfMemberForm, ServiceForm):
    """And of whom, asked first."""


def _as_typed(service: Service) -> dict[str, Any]:
    return {
        "election_id": service.election_id or 0,
        "election_name": "" if service.election_id else service.election_name,
        "worked_on": service.worked_on,
        "function_id": service.function_id,
        "station": service.station_name,
    }


class ServicesView(StaffView):
    """Ervaring."""

    datamodel = SQLAInterface(Service)
    member_of = "member_id"
    route_base = "/ervaring"
    singular, plural = _("experience"), _("experience of members")
    base_order = ("id", "desc")
    quick_search = ("election_name", "station_name")
    quick_label = _("Search by election or polling station")
    label_columns = {
        "member": _("Member"),
        "election_name": _("Election"),
        "worked_on": _("Day"),
        "function": _("Function"),
        "station_name": _("Polling station"),
    }
    list_columns = show_columns = ["member", "election_name", "worked_on", "function", "station_name"]
    add_columns = edit_columns = ["election_name"]
    search_columns = ["worked_on"]
    order_columns: list[str] = []
    edit_form = ServiceForm

    def _init_forms(self) -> None:
        super()._init_forms()
        self.filters += [member_filter(lambda ids: Service.member_id.in_(ids))]

    def add_form(self) -> NewServiceForm:
        """Of the member whom the address names."""
        return NewServiceForm(data={"member": request.args.get("member", "")})

    def row_name(self, item: Service) -> str:
        """Who did what at which election."""
        return f"{item.member.full_name}: {in_language(item.function, 'name')}, {item.election_name}"

    def create_row(self, form: Any) -> Service:
        """By the rules of the service."""
        found = find_member(form.member.data)
        if found is None:
            raise RuleBroken(phrase("This is gone."), field="member")
        return services.write_service(found[1], form.wanted(), None, actor=current_actor(), now=g.now)

    def say_added(self, item: Service) -> str:
        """Of whom."""
        member = db.session.get_one(Member, item.member_id)
        return str(gettext("The experience of %(name)s has been added.", name=member.full_name))

    def change_row(self, item: Service, form: Any) -> None:
        """By the same rules."""
        services.write_service(item.member, form.wanted(), item, actor=current_actor(), now=g.now)

    def delete_row(self, item: Service) -> None:
        """What was written by mistake."""
        services.delete_service(item, actor=current_actor(), now=g.now)
