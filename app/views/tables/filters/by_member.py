"""A filter on one member, for lists of rows that belong to members; the page of a member links to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select
from wtforms import StringField

from app.models import Member
from app.services.members.search import members_called
from app.views.forms.lookup import LazyUrl
from app.views.tables.filters.by_column import Filter

LABEL = _("Member (name or member number)")


def _field() -> StringField:
    return StringField(LABEL, render_kw={"data-lookup": LazyUrl("LookupsView.members"), "autocomplete": "off"})


def member_filter(criterion: Callable[[Select[Any]], ColumnElement[bool]]) -> Filter:
    """`criterion` makes of a SELECT of member ids what it asks of a row."""
    return Filter("member", LABEL, _field(), lambda typed: criterion(members_called(typed, Member.id)), shown=())


def owner_filter(criterion: Callable[[Select[Any]], ColumnElement[bool]]) -> Filter:
    """The same for rows that belong to an account: a SELECT of ids of users."""
    return Filter("member", LABEL, _field(), lambda typed: criterion(members_called(typed, Member.user_id)), shown=())
