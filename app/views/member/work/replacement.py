"""Inspringen: a question to come, answered with one tap; and being in reserve for a shift, or not any more."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext

from app import jobs
from app.auth.visitor import current_actor, signed_in_member
from app.models import ReplacementAsk, ReserveState
from app.services.appointments.replacement import answering, for_member, reserves
from app.services.appointments.replacement.answering import Outcome
from app.views.base import Page
from app.views.labels.availability import shift_label
from app.views.labels.planning.places import write_times

AGAIN = 5  # seconds between two looks at whether the place is still free


class MyReplacementView(Page):
    """Kun je inspringen?"""

    route_base = "/inspringen"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """The own questions, and for which shifts one can be in reserve. With one open question: that one."""
        member = signed_in_member()
        questions = for_member.list_questions(member.id, g.now)
        waiting = [question for question in questions if question.waits(g.now)]
        return self.render_template(
            "member/replacement.html",
            title=gettext("Helping out"),
            waiting=waiting,
            earlier=[question for question in questions if question not in waiting],
            shifts=reserves.list_own_shifts(member.id, g.now),
            on=ReserveState.ON,
            shift_label=shift_label,
            write_times=write_times,
        )

    @expose("/<int:ask_id>", methods=["GET"])
    @has_access
    def show(self, ask_id: int) -> ResponseReturnValue:
        """One question: where, as what, when, what it pays, and until when to answer."""
        question = for_member.find_question(signed_in_member().id, ask_id, g.now)
        if question is None:
            abort(404)
        return self.render_template(
            "member/replacement_ask.html",
            title=gettext("Can you help out?"),
            question=question,
            waits=question.waits(g.now),
            is_late=question.state == "asked" and question.until <= g.now,
            again=AGAIN,
            breadcrumbs=[(gettext("Helping out"), url_for(".list"))],
        )

    @expose("/<int:ask_id>/ja", methods=["POST"])
    @has_access
    @permission_name("answer")
    def yes(self, ask_id: int) -> ResponseReturnValue:
        """I come; the page says whether the place is mine."""
        ask, outcome = _find(ask_id), []
        is_done = self._commit_or_refuse(lambda: outcome.append(answering.say_yes(ask, **_by_me())), None)
        if is_done and outcome[0] == Outcome.COMES:
            _start_work(ask_id)
        return redirect(url_for(".show", ask_id=ask_id))

    @expose("/<int:ask_id>/nee", methods=["POST"])
    @has_access
    @permission_name("answer")
    def no(self, ask_id: int) -> ResponseReturnValue:
        """I cannot come."""
        ask = _find(ask_id)
        if self._commit_or_refuse(lambda: answering.say_no(ask, **_by_me()), None):
            flash(gettext("Thank you for telling us. We ask somebody else."), "success")
        return redirect(url_for(".show", ask_id=ask_id))

    @expose("/reserve/<int:shift_id>", methods=["POST"])
    @has_access
    def reserve(self, shift_id: int) -> ResponseReturnValue:
        """In reserve for this shift, or not any more."""
        member = signed_in_member()
        shift = next(
            (shift for shift, _state in reserves.list_own_shifts(member.id, g.now) if shift.id == shift_id), None
        )
        if shift is None:
            abort(404)
        own = reserves.find_own(member.id, shift_id)
        if request.form.get("on"):
            if self._commit_or_refuse(lambda: reserves.put_on(member, shift, **_by_me()), None):
                flash(gettext("You are in reserve. We ask you when a place comes free."), "success")
        elif own is not None and self._commit_or_refuse(lambda: reserves.take_off(own, **_by_me()), None):
            flash(gettext("You are not in reserve any more for this shift."), "success")
        return redirect(url_for(".list"))


def _find(ask_id: int) -> ReplacementAsk:
    found = for_member.find_own_ask(signed_in_member().id, ask_id)
    return found or abort(404)


def _start_work(ask_id: int) -> None:
    """Mail of it leaves, and the letters are made."""
    run_id = for_member.find_run(ask_id)
    jobs.start_campaigns()
    jobs.deliver_mail()
    if run_id is not None:
        jobs.run_appointments(run_id)


def _by_me() -> dict[str, Any]:
    return {"actor": current_actor(), "now": g.now}
