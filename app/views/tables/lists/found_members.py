"""Members that a list or a page found, taken to where one writes to them or acts on them."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.auth.visitor import current_actor
from app.services import bulk_runs

# The permission, the page, and how it takes the members.
TARGETS: dict[str, tuple[str, str, str]] = {
    "notify": ("can_add", "CampaignsView.add", "selection"),
    "write": ("can_add", "TeamQuestionsView.add", "selection"),
    "members": ("can_list", "MembersView.list", "selection"),
}


def take_members(view: Any, keys: Select[Any], *, back: str, query: str = "") -> ResponseReturnValue:
    """Keep these members (`keys` selects their ids) and go where the form says. Of nobody one is told, at `back`."""
    permission, endpoint, argument = TARGETS.get(request.form.get("for", "")) or abort(404)
    if not current_app.extensions["appbuilder"].sm.has_access(permission, endpoint.partition(".")[0]):
        abort(403)
    kept: list[Any] = []

    def keep() -> None:
        given = {"query": query, "actor": current_actor(), "now": g.now}
        kept.append(bulk_runs.start_run(type(view).__name__, "", keys, member_id=lambda member: member, **given))

    if not view._commit_or_refuse(keep, None):
        return redirect(back)
    return redirect(url_for(endpoint, **{argument: kept[0].id}))
