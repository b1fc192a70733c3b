"""Vervanging: places that came free, the soonest first, and whom to ask for each."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, not_
from sqlalchemy.orm import Query
from wtforms import SelectField

from app import jobs
from app.i18n import translate
from app.member_fields import show_phone
from app.models import ReplacementAsk, Vacancy, VacancyState
from app.services.appointments.replacement import answering, ask_ends, asking, candidates, summary, undoing, vacancies
from app.services.appointments.replacement.answering import Outcome
from app.services.appointments.replacement.candidates import Reachable
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.labels.appointments import say_reason
from app.views.labels.planning.places import write_times
from app.views.labels.replacement import ASK_CHANNELS, ASK_STATES, VACANCY_CAUSES, VACANCY_STATES, say_ask
from app.views.staff.appointments.replacement.words import say_asked, write_vacancy
from app.views.staff.elections.parts import OfElectionView
from app.views.staff.planning.board.pages import read_number, write_key
from app.views.staff.planning.choices import function_filter, shift_filter, station_filter
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_member import member_filter

AGAIN = 15  # seconds between two looks at what members answer


class VacanciesView(OfElectionView):
    """Places that somebody left."""

    datamodel = SQLAInterface(Vacancy)
    route_base = "/vervanging"
    include_route_methods = {"list", "show", "ask", "phone", "called", "withdraw", "close", "undo"}
    quick_search = ("cause",)
    quick_label = _("Search by who left: name, member number, e-mail address or telephone number")
    short_search = ONLY_BEGINNINGS
    singular, plural = _("place that came free"), _("places that came free")
    base_order = ("starts_at", "asc")
    choices = {"state": VACANCY_STATES, "cause": VACANCY_CAUSES}
    label_columns = {
        "starts_at": _("When"),
        "work": _("Place"),
        "left_member": _("Who left"),
        "cause": _("Why"),
        "reason": _("Reason"),
        "asked": _("Asked"),
        "state": _("State"),
        "filled_by_member": _("Replaced by"),
        "opened_at": _("Free since"),
        "closed_at": _("Filled or ended on"),
        "election": _("Election"),
    }
    cells = {
        "starts_at": write_times,
        "work": write_vacancy,
        "left_member": lambda vacancy: vacancy.left_member.full_name,
        "filled_by_member": lambda vacancy: vacancy.filled_by_member.full_name if vacancy.filled_by_member else "",
        "reason": lambda vacancy: say_reason(vacancy.reason),
        "asked": lambda vacancy: say_asked(g.asked_for.get(vacancy.id)),
    }
    list_columns = ["work", "starts_at", "left_member", "cause", "asked", "state"]
    more_columns = ("reason", "opened_at", "filled_by_member", "closed_at", "election")
    show_columns = ["starts_at", "left_member", "cause", "reason", "opened_at", "state", "filled_by_member"]
    standard_views = (
        (_("Somebody is looked for"), {"looked": "open"}),
        (_("Filled again"), {"looked": "filled"}),
    )
    search_columns = ["cause"]
    order_columns = ["starts_at", "opened_at"]
    list_template = "staff/appointments/replacement/list.html"
    show_template = "staff/appointments/replacement/vacancy.html"

    def row_name(self, item: Vacancy) -> str:
        """The place."""
        return write_vacancy(item)

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By who left."""
        return Vacancy.left_member.has(and_(*contains_words(typed))) if typed.strip() else None

    def rows(self) -> Query[Any]:
        """With their places and members."""
        return super().rows().options(*vacancies.LOADED)

    def look_up(self, items: list[Any]) -> None:
        """How many were asked for each, and what they said; the page of one names them."""
        if request.view_args:
            return
        g.asked_for = summary.count_asks([item.id for item in items])

    def filters_now(self) -> list[Filter]:
        """By whether somebody is looked for, and by the place."""
        return [
            *super().filters_now(),
            _looked_filter(),
            station_filter(Vacancy),
            shift_filter(Vacancy),
            function_filter(Vacancy),
            member_filter(Vacancy.left_member_id.in_),
        ]

    def _render(self, template: str, **values: Any) -> str:
        if template == self.show_template:
            values = {**self._about(values["item"]), **values}
        return super()._render(template, **values)

    def _about(self, item: Vacancy) -> dict[str, Any]:
        """What the page of one shows beside its columns."""
        is_open, asked, reserves, others = _read_people(item)
        return {
            "election": item.election,
            "is_open": is_open,
            "asked": asked,
            "reserves": reserves,
            "others": others,
            "key": write_key((item.station_id, item.shift_id, item.function_id)),
            "hours": asking.HOURS,
            "usual_hours": asking.usual_hours(item, g.now),
            "ask_states": ASK_STATES,
            "ask_channels": ASK_CHANNELS,
            "say_ask": say_ask,
            "waits": lambda ask: candidates.is_waiting(ask, g.now),
            "again": AGAIN,
            "can_undo": item.state == VacancyState.FILLED and item.act_id is not None,
            "breadcrumbs": self._crumbs(item),
        }

    def _crumbs(self, item: Vacancy, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
        return [
            (gettext("Elections"), url_for("ElectionsView.list")),
            (item.election.name, url_for("ElectionsView.show", pk=item.election.code)),
            (gettext("Replacement"), url_for(".list", election=item.election_id, looked="open")),
            *(more or ((self.row_name(item), None),)),
        ]

    @expose("/vraag/<pk>", methods=["POST"])
    @has_access
    def ask(self, pk: str) -> ResponseReturnValue:
        """Ask one, or who is ticked, by mail."""
        item, asked = self.find_row(pk), []
        only = read_number("only", request.form)
        chosen = [only] if only else [read_number("member", {"member": typed}) for typed in _ticked()]

        def ask() -> None:
            hours = read_number("hours", request.form)
            asked.append(asking.ask_many(item, chosen, hours=hours, **self.by_whom()))

        if self._commit_or_refuse(ask, None):
            jobs.deliver_mail()
            _tell_asked(asked[0])
        return redirect(url_for(".show", pk=pk))

    @expose("/bellijst/<pk>", methods=["GET"])
    @has_access
    def phone(self, pk: str) -> ResponseReturnValue:
        """Whom to call, the best first, with a button for what they say; to print as well."""
        item = self.find_row(pk)
        is_open, _asked, reserves, others = _read_people(item)
        title = gettext("List to call")
        return self.render_template(
            "staff/appointments/replacement/phone.html",
            title=title,
            item=item,
            work=write_vacancy(item),
            times=write_times(item),
            is_open=is_open,
            people=[found for found in (*reserves, *others) if found.phones],
            say_ask=say_ask,
            show_phone=show_phone,
            election=item.election,
            breadcrumbs=self._crumbs(item, (self.row_name(item), url_for(".show", pk=pk)), (title, None)),
        )

    @expose("/gebeld/<pk>", methods=["POST"])
    @has_access
    def called(self, pk: str) -> ResponseReturnValue:
        """What somebody says who is called: comes, cannot come, or was not reached."""
        item, said = self.find_row(pk), request.form.get("said", "")
        outcome: list[Outcome | None] = []

        def note() -> None:
            hours = asking.usual_hours(item, g.now)
            ask = asking.note_call(item, read_number("member", request.form), hours=hours, **self.by_whom())
            outcome.append(_note(ask, said, self.by_whom()))

        if self._commit_or_refuse(note, None):
            _tell_called(outcome[0], said)
            if outcome[0] == Outcome.COMES:
                _start_work(item)
                return redirect(url_for(".show", pk=pk))
        return redirect(url_for(".phone", pk=pk))

    @expose("/intrekken/<pk>/<int:ask_id>", methods=["POST"])
    @has_access
    def withdraw(self, pk: str, ask_id: int) -> ResponseReturnValue:
        """Ask this member no longer."""
        item = self.find_row(pk)
        ask = next((ask for ask, _member in candidates.list_asked(item) if ask.id == ask_id), None)
        if ask is None:
            abort(404)
        if self._commit_or_refuse(lambda: ask_ends.withdraw(ask, **self.by_whom()), None):
            jobs.deliver_mail()
            flash(gettext("The question was taken back."), "success")
        return redirect(url_for(".show", pk=pk))

    @expose("/niet-meer-nodig/<pk>", methods=["POST"])
    @has_access
    def close(self, pk: str) -> ResponseReturnValue:
        """Nobody is looked for any more."""
        item = self.find_row(pk)
        if self._commit_or_refuse(lambda: vacancies.close(item, **self.by_whom()), None):
            jobs.deliver_mail()
            flash(gettext("Nobody is looked for any more. Who was asked is told."), "success")
        return redirect(url_for(".show", pk=pk))

    @expose("/ongedaan/<pk>", methods=["POST"])
    @has_access
    def undo(self, pk: str) -> ResponseReturnValue:
        """Take the place from who came, and look for somebody again."""
        item, runs = self.find_row(pk), []
        if self._commit_or_refuse(lambda: runs.append(undoing.take_back(item, **self.by_whom())), None):
            jobs.deliver_mail()
            if runs[0] is not None:
                jobs.run_appointments(runs[0].id)
            flash(gettext("It was undone. Somebody is looked for again."), "success")
        return redirect(url_for(".show", pk=pk))


def _read_people(item: Vacancy) -> tuple[bool, list[Any], list[Reachable], list[Reachable]]:
    """Whether somebody is looked for, who was asked, the reserves, and the others who can."""
    is_open, available = candidates.look(item, g.now)
    asked = candidates.list_asked(item)
    reserves, others = candidates.list_reachable(item, asked, available, g.now) if is_open else ([], [])
    return is_open, asked, reserves, others


def _ticked() -> list[str]:
    return request.form.getlist("member")[: asking.MOST + 1]


def _note(ask: ReplacementAsk, said: str, by_whom: dict[str, Any]) -> Outcome | None:
    if said == "yes":
        return answering.say_yes(ask, **by_whom)
    if said == "no":
        answering.say_no(ask, **by_whom)
    else:
        answering.note_missed(ask, **by_whom)
    return None


def _tell_asked(asked: asking.Asked) -> None:
    if asked.number:
        flash(ngettext("%(num)s member was asked.", "%(num)s members were asked.", asked.number), "success")
    for why in asked.refused:
        flash(translate(why), "warning")


def _tell_called(outcome: Outcome | None, said: str) -> None:
    if outcome == Outcome.COMES:
        flash(gettext("Noted: comes. The place in the plan, the appointment and the letter follow."), "success")
    elif outcome == Outcome.TOO_LATE:
        flash(gettext("Somebody else was first. Thank this member kindly."), "warning")
    elif said == "no":
        flash(gettext("Noted: cannot come."), "success")
    else:
        flash(gettext("Noted: not reached."), "success")


def _start_work(item: Vacancy) -> None:
    """Mail of it leaves, and the letters are made."""
    jobs.start_campaigns()
    jobs.deliver_mail()
    if item.run_id is not None:
        jobs.run_appointments(item.run_id)


def _looked_filter() -> Filter:
    is_open = vacancies.is_open(g.now)
    asked: dict[str, ColumnElement[bool]] = {
        "open": is_open,
        "filled": Vacancy.state == VacancyState.FILLED,
        "over": not_(is_open),
    }
    words = {
        "open": gettext("somebody is looked for"),
        "filled": gettext("filled again"),
        "over": gettext("nobody is looked for any more"),
    }
    field = SelectField(_("State"), choices=[("", ANY), *words.items()], default="")
    return Filter("looked", _("State"), field, lambda value: asked[value], lambda value: words[value])
