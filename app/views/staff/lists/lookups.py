"""What a form looks up while one types, as JSON: at most ten rows, for who may see them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access

from app.auth.visitor import signed_in_visitor
from app.extensions import db
from app.models import Election
from app.views.base import Page, StaffView
from app.views.forms.lookup import LONGEST, SHOWN, Option
from app.views.forms.lookup_sources import find_member_options, find_station_options
from app.views.tables.columns import relation_of
from app.views.tables.relations import find_options


class LookupsView(Page):
    """`app.permissions` says who may look up what; the row guard holds beneath it."""

    route_base = "/opzoeken"
    default_view = "members"

    @expose("/leden", methods=["GET"])
    @has_access
    def members(self) -> ResponseReturnValue:
        """Members, for the team."""
        return _answer(find_member_options(_typed(), SHOWN))

    @expose("/stembureaus/<int:election_id>", methods=["GET"])
    @has_access
    def stations(self, election_id: int) -> ResponseReturnValue:
        """Polling stations of an election; for members of one that they may answer."""
        election = db.session.get(Election, election_id)
        if election is None or (signed_in_visitor().member is not None and not election.is_answerable):
            abort(404)
        return _answer(find_station_options(election.id, _typed(), SHOWN))

    @expose("/rijen/<screen>/<column>", methods=["GET"])
    @has_access
    def related(self, screen: str, column: str) -> ResponseReturnValue:
        """What a generated form refers to, for who may fill it in."""
        view = next((view for view in _filled_in() if type(view).__name__ == screen), None)
        columns = {*view.add_columns, *view.edit_columns} if view else set()
        relation = relation_of(view.datamodel.obj, column) if view and column in columns else None
        if relation is None or relation.uselist:
            abort(404)
        return _answer(find_options(relation.mapper.class_, _typed(), SHOWN))


def _filled_in() -> list[StaffView]:
    """The generated screens that have a form for the visitor."""
    views = current_app.extensions["appbuilder"].baseviews
    return [view for view in views if isinstance(view, StaffView) and (view.can("add") or view.can("edit"))]


def _typed() -> str:
    return request.args.get("q", "")[:LONGEST].replace("\x00", "").strip()


def _answer(options: Sequence[Option]) -> ResponseReturnValue:
    answer = jsonify([option._asdict() for option in options])
    answer.headers["Cache-Control"] = "no-store"
    return answer
