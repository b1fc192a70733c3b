"""My training: choosing a session, moving to another one, not coming after all, and the certificates."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import get_locale, gettext
from icalendar import Calendar

from app import jobs
from app.auth.visitor import current_actor, signed_in_member
from app.letters.paper import Sender
from app.letters.press import Press
from app.models import SeatState, TrainingSeat
from app.phrases import RuleBroken, phrase
from app.services.appointments.office import Office
from app.services.certificates import results
from app.services.training import calendar, certificate, for_member, seats
from app.services.training.for_member import OwnSession
from app.views.base import Page
from app.views.labels.training import RESULT_SOURCES
from app.views.member.work.calendar import TYPE
from app.views.pages.files import send_pdf


class MyTrainingView(Page):
    """Mijn training."""

    route_base = "/mijn-training"
    default_view = "list"

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """What I chose, what I can choose, and what I passed."""
        member = signed_in_member()
        found = for_member.list_sessions(member.id, g.now)
        own = [each for each in found if each.has_place or each.waits]
        return self.render_template(
            "member/training.html",
            title=gettext("My training"),
            own=own,
            queue={each.session.id: seats.place_in_queue(each.seat) for each in own if each.waits and each.seat},
            gone=[each for each in found if each.is_called_off],
            offered=[each for each in found if each not in own and each.session.takes_members(g.now)],
            has_elsewhere=lambda each: _has_elsewhere(each, own),
            passed=results.list_of_member(member.id),
            sources=RESULT_SOURCES,
        )

    @expose("/<int:session_id>/kiezen", methods=["POST"])
    @has_access
    def choose(self, session_id: int) -> ResponseReturnValue:
        """I come, or wait for a place; a place elsewhere in the same training is given up for it."""
        member, made = signed_in_member(), list[TrainingSeat]()

        def choose() -> None:
            if not for_member.may_choose(session_id, member.id, g.now):
                raise RuleBroken(phrase("This training is not for your function, or can no longer be chosen."))
            seat = seats.choose(session_id, member.id, actor=current_actor(), now=g.now, is_own=True)
            made.append(seat)

        if self._commit_or_refuse(choose, None):
            jobs.deliver_mail()
            flash(_say_chosen(made[0]), "success")
        return redirect(url_for(".list"))

    @expose("/<int:session_id>/afmelden", methods=["GET", "POST"])
    @has_access
    def give_up(self, session_id: int) -> ResponseReturnValue:
        """I do not come after all: a page that asks whether it is sure; the POST does it."""
        own = _find_own(session_id)
        seat = own.seat
        if seat is None:
            abort(404)
        if request.method == "POST":
            seat_id = seat.id
            if self._commit_or_refuse(lambda: seats.give_up(seat_id, actor=current_actor(), now=g.now), None):
                jobs.deliver_mail()
                flash(gettext("You gave up your place. Thank you for telling us."), "success")
            return redirect(url_for(".list"))
        title = gettext("Do you not come?") if own.has_place else gettext("Off the waiting list?")
        crumbs = [(gettext("My training"), url_for(".list")), (title, None)]
        return self.render_template("member/training_sure.html", title=title, own=own, breadcrumbs=crumbs)

    @expose("/<int:session_id>/agenda.ics", methods=["GET"])
    @has_access
    def calendar(self, session_id: int) -> ResponseReturnValue:
        """This session as a file for my calendar."""
        own = _find_own(session_id)
        if own.seat is None or not own.has_place:
            abort(404)
        language = "en" if str(get_locale()) == "en" else "nl"
        made = Calendar()
        made.add("prodid", "-//Het Ledenportal//NL")
        made.add("version", "2.0")
        portal = Office.read(current_app.config).portal
        made.add_component(calendar.make_event(own.seat, portal=portal, language=language))
        answer = make_response(bytes(made.to_ical()))
        answer.headers["Content-Type"] = TYPE
        answer.headers["Content-Disposition"] = 'attachment; filename="training.ics"'
        return answer

    @expose("/certificaat/<int:result_id>", methods=["POST"])
    @has_access
    def certificate(self, result_id: int) -> ResponseReturnValue:
        """What I passed, on paper; a POST, because printing is counted."""
        member, printed = signed_in_member(), list[bytes]()
        own = [found for found in results.list_of_member(member.id) if found.id == result_id]
        if not own:
            abort(404)
        office = Office.read(current_app.config)
        sender = Sender(office.municipality, [line for line in (office.team, office.phone, office.email) if line])

        def print_it() -> None:
            certificate.check_printing(member, g.now)
            letter = certificate.compose(own[0], sender, language="en" if str(get_locale()) == "en" else "nl")
            with Press() as press:
                printed.append(press.print(letter))

        if not self._commit_or_refuse(print_it, None):
            return redirect(url_for(".list"))
        return send_pdf(printed[0], gettext("Certificate") + ".pdf")


def _find_own(session_id: int) -> OwnSession:
    found = [each for each in for_member.list_sessions(signed_in_member().id, g.now) if each.session.id == session_id]
    if not found or not (found[0].has_place or found[0].waits):
        abort(404)
    return found[0]


def _has_elsewhere(offered: OwnSession, own: Any) -> bool:
    """Whether the member has a place in another session of the same training."""
    return any(
        each.has_place
        and each.session.title == offered.session.title
        and each.session.election_id == offered.session.election_id
        and each.session.starts_at > g.now
        for each in own
    )


def _say_chosen(seat: TrainingSeat) -> str:
    if seat.state == SeatState.WAITING:
        return gettext("You are on the waiting list. As soon as there is a place for you, we tell you by e-mail.")
    return gettext("You have a place. See you then!")
