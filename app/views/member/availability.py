"""Giving availability: per election the shifts, preferences and declarations; afterwards a page to read and print."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Availability, AvailabilityState, Election, ElectionState
from app.services import availability, elections
from app.services.availability_period import deadline_of, list_answerable_elections, why_closed
from app.texts import RuleBroken
from app.views.availability_form import AvailabilityForm, availability_form
from app.views.base import MemberPage
from app.views.member.profile import own_member


class AvailabilityView(MemberPage):
    """Mijn beschikbaarheid. The election is in the address; the member comes from the session."""

    route_base = "/beschikbaarheid"
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    def overview(self):
        """The elections that ask for availability, and whether the member answered."""
        member = own_member()
        rows = [(one, availability.find_availability(member.id, one.id)) for one in list_answerable_elections()]
        items = [(one, row, deadline_of(one, row, g.now), why_closed(one, row, g.now)) for one, row in rows]
        return self.render_template("member/availability_list.html", items=items)

    @expose("/<code>", methods=["GET"])
    @has_access
    def show(self, code: str):
        """What the member answered; can be printed."""
        election, row = _find(code)
        if row is None:
            return redirect(url_for(".edit", code=code))
        return self.render_template(
            "member/availability_show.html",
            election=election,
            row=row,
            shifts={one.shift_id: one for one in row.shifts},
            is_answered=row.state != AvailabilityState.REQUESTED,
            is_candidate=availability.is_candidate(row.member_id, election.id),
            deadline=deadline_of(election, row, g.now),
            closed=why_closed(election, row, g.now),
        )

    @expose("/<code>/invullen", methods=["GET", "POST"])
    @has_access
    def edit(self, code: str):
        """Give or change the answer."""
        election, row = _find(code)
        closed = why_closed(election, row, g.now)
        form = availability_form(election, row)
        if form.validate_on_submit():
            answer = self._take(election, form)
            if answer is not None:
                return answer
        return self.render_template(
            "member/availability_edit.html",
            election=election,
            form=form,
            closed=closed,
            deadline=deadline_of(election, row, g.now),
        ), (403 if closed and not form.is_submitted() else 200)

    @staticmethod
    def _take(election: Election, form: AvailabilityForm) -> Any:
        """Store what was filled in and go to the summary; None when it was refused."""
        answer, member, actor = form.answer(), own_member(), current_actor()
        try:
            if availability.declares_candidacy(election, answer):
                availability.record_candidacy(member, election, answer, actor=actor, now=g.now, on_behalf=False)
            else:
                availability.submit_availability(member, election, answer, actor=actor, now=g.now)
                flash(_("Thank you. Your availability has been passed on."), "success")
            db.session.commit()
            return redirect(url_for(".show", code=election.code))
        except RuleBroken as error:
            db.session.rollback()
            form.refuse(error)
        return None


def _find(code: str) -> tuple[Election, Availability | None]:
    try:
        election = elections.find_election(code)
    except RuleBroken:
        raise NotFound from None
    if election.state == ElectionState.DRAFT:
        raise NotFound
    return election, availability.find_availability(own_member().id, election.id)
