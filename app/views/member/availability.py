"""Giving availability: per election the shifts, preferences and declarations; afterwards a page to read and print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import NotFound

from app.auth.visitor import signed_in_member
from app.models import Availability, Election, ElectionState
from app.services.availability import answers, receipts
from app.services.availability.answers import WITH_CHOICES, By, Outcome
from app.services.availability.period import deadline_of, list_answerable_elections, why_closed
from app.services.elections import elections
from app.services.elections.declarations import list_given
from app.services.planning.eligibility.causes import Cause
from app.views.base import MemberModelView
from app.views.forms.availability import AvailabilityForm, availability_form
from app.views.member.work.eligibility import own_stops
from app.views.member.work.places import find_own_plans
from app.views.typed.seen import start_watching

# What is no use to say on the form: it asks for the one, and the others come later.
AFTER_ANSWERING = (Cause.DECLARATION_MISSING, Cause.NOT_TRAINED, Cause.TRAINING_ENDED, Cause.TRAINED_AFTER)
AGAIN = "opnieuw"  # in the address of the form: a candidate asks for it once more


def placed_within() -> timedelta:
    """How long after the answering period members hear whether and where they help, by the setting."""
    return timedelta(days=current_app.config["PLACEMENT_WITHIN_DAYS"])


class AvailabilityView(MemberModelView):
    """Mijn beschikbaarheid: the member's own answers. An address holds the election; the session says whose answer."""

    datamodel = SQLAInterface(Availability)
    route_base = "/beschikbaarheid"
    include_route_methods = {"list", "show", "edit"}
    singular, plural = _("my availability"), _("my availability")
    base_order = ("id", "asc")
    label_columns = {
        "election": _("Election"),
        "state": _("State"),
        "changed_at": _("Passed on"),
        "shifts": _("Shifts"),
        "functions": _("What do you like to do?"),
        "stations": _("Where do you like to be?"),
        "remark": _("Your remark"),
    }
    list_columns = ["election", "state", "changed_at"]
    show_columns = ["changed_at", "shifts", "functions", "stations", "remark"]
    edit_columns = ["shifts", "functions", "stations", "remark"]
    list_template = "member/availability_list.html"
    show_template = "member/availability_show.html"
    edit_template = "member/availability_edit.html"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """The elections that ask for availability, and whether the member answered."""
        own = {row.election_id: row for row in self.rows()}
        rows = [(election, own.get(election.id)) for election in list_answerable_elections()]
        items = [(*asked, deadline_of(*asked, g.now), why_closed(*asked, g.now)) for asked in rows]
        title, candidacies = gettext("My availability"), answers.list_candidacies(signed_in_member().id)
        return self._render(self.list_template, title=title, items=items, candidacies=candidacies, breadcrumbs=[])

    @expose("/<code>", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """What the member answered; can be printed."""
        election, row = self.find_answer(code)
        if row is None:
            return redirect(url_for(".edit", code=code))
        given = list_given(row.member_id, election.id)
        is_candidate = answers.is_candidate(given)
        outcome = Outcome.ANSWER.value
        if is_candidate and not election.candidates_may_apply:
            outcome = Outcome.CANDIDACY.value
        elif answers.says_no(row):
            outcome = "no"
        return self._render(
            self.show_template,
            title=gettext("Your availability: %(election)s", election=election.name),
            election=election,
            row=row,
            shifts={shift.shift_id: shift for shift in row.shifts},
            given=given,
            is_answered=row.is_answered,
            is_candidate=is_candidate,
            again=AGAIN,
            deadline=deadline_of(election, row, g.now),
            closed=why_closed(election, row, g.now),
            placed_by=receipts.placed_by(election, placed_within()),
            outcome=outcome,
            stops=own_stops(row.member_id, election.id) if outcome == Outcome.ANSWER else [],
            own_plans=find_own_plans(row.member_id, [election]),
        )

    @expose("/<code>/invullen", methods=["GET", "POST"])
    @has_access
    def edit(self, code: str) -> ResponseReturnValue:
        """Give or change the answer, by the rules of the service."""
        election, row = self.find_answer(code)
        closed = why_closed(election, row, g.now)
        if request.method == "GET" and AGAIN not in request.args and self._needs_no_answer(election, row):
            return redirect(url_for(".show", code=code))
        form = self.form_of(election, row)
        start_watching(form)
        outcomes = set()

        def record() -> None:
            member = signed_in_member()
            self.require_seen(member, form, lambda: self.form_of(*self.find_answer(code)))
            answer = form.answer()
            outcome = answers.record_answer(member, election, answer, by=By.MEMBER, **self.by_whom())
            receipts.send_receipt(member, election, outcome, by=By.MEMBER, within=placed_within(), now=g.now)
            outcomes.add(outcome)

        if form.validate_on_submit() and self._commit_or_refuse(record, form):
            if Outcome.ANSWER in outcomes:  # the page tells a candidate more
                flash(gettext("Thank you. Your availability has been passed on."), "success")
            return redirect(url_for(".show", code=election.code))
        page = self._render(
            self.edit_template,
            title=gettext("Availability: %(election)s", election=election.name),
            election=election,
            form=form,
            closed=closed,
            deadline=deadline_of(election, row, g.now),
            stops=own_stops(signed_in_member().id, election.id, besides=AFTER_ANSWERING),
        )
        return page, 403 if closed and not form.was_sent else 200

    @staticmethod
    def form_of(election: Election, row: Availability | None) -> AvailabilityForm:
        """The form of this election for the signed-in member, filled in with the answer that is known."""
        return availability_form(election, row, signed_in_member().id)

    @staticmethod
    def _needs_no_answer(election: Election, row: Availability | None) -> bool:
        """Whether the member is a candidate who cannot help here: that has its own page, with a way to correct it."""
        if row is None or row.is_answered:
            return False
        return election.id in answers.list_candidacies(row.member_id)

    def find_answer(self, code: str) -> tuple[Election, Any]:
        """The election of this address with the member's own answer, or with None; 404 for an election in draft."""
        election = elections.find_with_days(code)
        if election is None or election.state == ElectionState.DRAFT:
            raise NotFound
        wanted = self.rows().filter(Availability.election_id == election.id).options(*WITH_CHOICES)
        return election, wanted.one_or_none()
