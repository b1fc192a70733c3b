"""Where one member stands, and can still go."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.extensions import db
from app.models import Election, Member
from app.phrases import RuleBroken, phrase
from app.services.planning.board import acts
from app.services.planning.board.one_member.about import list_places
from app.services.planning.board.one_member.nowhere import Hindrance, Why
from app.services.planning.board.one_member.openings import find_outlook
from app.services.planning.board.places import Place
from app.services.planning.board.times import Span
from app.views.labels.availability import shift_label
from app.views.staff.planning.board.pages import (
    PlanPage,
    read_place_key,
    write_key,
    write_span,
    write_station,
    write_work,
)


class PlanMembersView(PlanPage):
    """A member in the plan of an election."""

    route_base = "/indeling/<int:pk>/lid"

    @expose("/<int:member>", methods=["GET", "POST"])
    @has_access
    def place(self, pk: int, member: int) -> ResponseReturnValue:
        """The places of the member, and the open ones that fit best, to take one."""
        election, row = self._election(pk), db.session.get(Member, member) or abort(404)
        here = url_for(".place", pk=pk, member=member)
        if request.method == "POST":
            chosen = request.form.get("place", "")
            key = read_place_key(chosen) if chosen else None

            def do(confirmed: Any) -> None:
                if key is None:
                    raise RuleBroken(phrase("Choose a place."))
                acts.assign_many(election, [Place(row.id, *key)], confirmed=confirmed, **self._by_whom())

            answer = self._act(election, do, back=here)
            if answer is None:
                flash(gettext("%(name)s has the place.", name=row.full_name), "success")
            return answer or redirect(here)
        places = list_places(election, row.id)
        title = gettext("Where can %(name)s go?", name=row.full_name)
        return self.render_template(
            "staff/planning/board/member.html",
            title=title,
            breadcrumbs=self._crumbs(election, (title, None)),
            election=election,
            member=row,
            places=places,
            outlook=find_outlook(election, row, places),
            helps_at=lambda hindrance: _helps_at(election, row, hindrance),
            write_key=write_key,
            write_work=write_work,
            write_station=write_station,
            shift_label=shift_label,
            span_of=lambda place: write_span(Span(place.starts_at, place.ends_at)),
        )


def _helps_at(election: Election, member: Member, hindrance: Hindrance) -> str:
    """Where what helps is done; empty for what stands on the page itself."""
    match hindrance.why:
        case Why.INACTIVE:
            return url_for("MembersView.show", pk=member.id)
        case Why.RULE:
            return url_for("EligibilityFindingsView.show", pk=hindrance.finding_id)
        case Why.NO_ANSWER | Why.SAID_NO:
            return url_for("AnswersView.edit", code=election.code, pk=member.id)
        case Why.NOTHING_OPEN:
            return url_for("NeedPages.totals", code=election.code)
        case Why.ELSEWHERE:
            return url_for("PlanBoardView.show", pk=election.id)
        case Why.BUSY:
            return ""
