"""Vragen om in te vallen: whom the team asked for which place, and what was answered."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_appbuilder.actions import action
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Query, joinedload

from app.models import AskState, ReplacementAsk, Vacancy
from app.services.appointments.replacement import ask_ends
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.labels.planning.places import write_times
from app.views.labels.replacement import ASK_CHANNELS, ASK_STATES
from app.views.staff.appointments.replacement.words import write_vacancy
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.filters.by_column import Filter
from app.views.tables.filters.by_member import member_filter


class ReplacementAsksView(OfElectionView):
    """Every question, also those that are over."""

    datamodel = SQLAInterface(ReplacementAsk)
    member_of = "member_id"
    route_base = "/vervanging/vragen"
    include_route_methods = {"list", "action", "action_post"}
    quick_search = ("state",)
    quick_label = _("Search by name, member number, e-mail address or telephone number")
    short_search = ONLY_BEGINNINGS
    singular, plural = _("question to take a place"), _("questions to take a place")
    base_order = ("asked_at", "desc")
    choices = {"state": ASK_STATES, "channel": ASK_CHANNELS}
    label_columns = {
        "member": _("Member"),
        "work": _("Place"),
        "times": _("When"),
        "channel": _("How"),
        "state": _("Answer"),
        "asked_at": _("Asked on"),
        "asked_by": _("Asked by"),
        "until": _("Answer before"),
        "answered_at": _("Answered on"),
        "election": _("Election"),
    }
    cells = {
        "member": lambda ask: ask.member.full_name,
        "work": lambda ask: write_vacancy(ask.vacancy),
        "times": lambda ask: write_times(ask.vacancy),
        "election": lambda ask: ask.vacancy.election.name,
        "asked_by": lambda ask: ask.asked_by or "",
    }
    list_columns = ["member", "work", "times", "channel", "state", "asked_at", "until"]
    more_columns = ("answered_at", "asked_by", "election")
    show_columns = ["member"]
    standard_views = ((_("No answer yet"), {"state": "asked"}),)
    search_columns = ["state", "channel", "asked_at"]
    order_columns = ["asked_at"]

    def row_name(self, item: ReplacementAsk) -> str:
        """Who, and for which place."""
        return f"{item.member.full_name}: {write_vacancy(item.vacancy)}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member."""
        return ReplacementAsk.member.has(and_(*contains_words(typed))) if typed.strip() else None

    def rows(self) -> Query[Any]:
        """With their members and places."""
        place = joinedload(ReplacementAsk.vacancy)
        whole = [place.joinedload(part) for part in (Vacancy.station, Vacancy.function, Vacancy.election)]
        people = [joinedload(ReplacementAsk.member), joinedload(ReplacementAsk.asked_by)]
        return super().rows().options(*whole, *people)

    def is_of(self, election_id: int) -> ColumnElement[bool]:
        """By its place."""
        return ReplacementAsk.vacancy.has(Vacancy.election_id == election_id)

    def filters_now(self) -> list[Filter]:
        """By member too."""
        return [*super().filters_now(), member_filter(ReplacementAsk.member_id.in_)]

    def offers(self, act: str, item: ReplacementAsk) -> bool:
        """What was not answered."""
        return item.state == AskState.ASKED

    @action("withdraw", _("Take back"), _("They are asked no longer, and are told so."))
    def withdraw(self, items: list[ReplacementAsk]) -> None:
        """Ask them no longer."""
        done = self.each(items, lambda item: ask_ends.withdraw(item, **self.by_whom()))
        flash(ngettext("%(num)s question was taken back.", "%(num)s questions were taken back.", done), "success")
