"""Results of trainings on a generated screen: who passed, by which way, and until when it counts."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Query, joinedload
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from app.auth.visitor import current_actor
from app.clock import local_today
from app.models import ResultSource, TrainingResult
from app.phrases import RuleBroken, phrase
from app.services.certificates import results
from app.services.certificates.results import Passed
from app.services.members.lookup import find_member
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.base import StaffView
from app.views.forms.asked import AskedField
from app.views.forms.fields import DutchDateField
from app.views.forms.forms import PortalForm
from app.views.labels.training import RESULT_SOURCES
from app.views.staff.experience.services import OfMemberForm
from app.views.staff.training.sessions import name_session
from app.views.tables.filters.by_column import ANY, Filter
from app.views.tables.filters.by_member import member_filter

BY_HAND = {source.value: RESULT_SOURCES[source] for source in (ResultSource.E_LEARNING, ResultSource.NOTED)}


class DaysForm(PortalForm):
    """When, and until when it counts."""

    passed_on = DutchDateField(_("Passed on"), [InputRequired()], description=_("For example 31-12-2025"))
    valid_until = DutchDateField(_("Last valid day"), [Optional()], description=_("Empty: without an end."))


class NewResultForm(OfMemberForm, DaysForm):
    """And of whom, and how."""

    source = AskedField(_("By which way"), choices=[*BY_HAND.items()])


class TrainingResultsView(StaffView):
    """Uitslagen van trainingen."""

    datamodel = SQLAInterface(TrainingResult)
    member_of = "member_id"
    route_base = "/trainingsuitslagen"
    singular, plural = _("result of a training"), _("results of trainings")
    base_order = ("passed_on", "desc")
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, e-mail address or telephone number")
    quick_search = ("source",)
    choices = {"source": RESULT_SOURCES}
    label_columns = {
        "member": _("Member"),
        "member.member_number": _("Member number"),
        "passed_on": _("Passed on"),
        "valid_until": _("Last valid day"),
        "source": _("By which way"),
        "session": _("Session"),
        "noted_at": _("Written down on"),
        "noted_by": _("Written down by"),
    }
    cells = {"session": lambda row: name_session(row.session) if row.session else ""}
    list_columns = ["member", "passed_on", "valid_until", "source", "session"]
    more_columns = ("member.member_number", "noted_at", "noted_by")
    show_columns = ["member", "passed_on", "valid_until", "source", "session", "noted_at", "noted_by"]
    add_columns = edit_columns = ["passed_on"]
    search_columns = ["source", "passed_on", "valid_until"]
    order_columns = ["passed_on"]
    edit_form = DaysForm

    def row_name(self, item: TrainingResult) -> str:
        """Who, and when."""
        return f"{item.member.full_name}, {item.passed_on:%d-%m-%Y}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member."""
        return TrainingResult.member.has(and_(*contains_words(typed))) if typed.strip() else None

    def filters_now(self) -> list[Filter]:
        """By member, and whether it still counts."""
        return [*super().filters_now(), _counts_filter(), member_filter(TrainingResult.member_id.in_)]

    def rows(self) -> Query[Any]:
        """With their members and sessions."""
        return super().rows().options(joinedload(TrainingResult.member), joinedload(TrainingResult.session))

    def add_form(self) -> NewResultForm:
        """Of the member whom the address names."""
        return NewResultForm(data={"member": request.args.get("member", "")})

    def create_row(self, form: Any) -> TrainingResult:
        """By the rules of the service."""
        found = find_member(form.member.data)
        if found is None:
            raise RuleBroken(phrase("This is gone."), field="member")
        passed = Passed(form.passed_on.data, form.valid_until.data, ResultSource(form.source.data))
        return results.add_result(found[1], passed, actor=current_actor(), now=g.now)

    def change_row(self, item: TrainingResult, form: Any) -> None:
        """Other days."""
        results.change_result(item, form.passed_on.data, form.valid_until.data, actor=current_actor(), now=g.now)

    def delete_row(self, item: TrainingResult) -> None:
        """What was written down by mistake."""
        results.remove_result(item, actor=current_actor(), now=g.now)


def _counts_filter() -> Filter:
    today = local_today(g.now)
    still = or_(TrainingResult.valid_until.is_(None), TrainingResult.valid_until >= today)
    words = {"yes": _("counts today"), "no": _("has ended")}
    field = SelectField(_("Counts"), choices=[("", ANY), *words.items()], default="")
    return Filter(
        "counts", _("Counts"), field, lambda value: still if value == "yes" else ~still, lambda value: str(words[value])
    )
