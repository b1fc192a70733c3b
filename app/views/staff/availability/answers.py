"""Who answered what for one election, on a generated screen; and answers that the team types in or reopens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Query

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import Availability, Member
from app.services.audit import record_event
from app.services.availability import lists
from app.services.elections.declarations import list_given
from app.services.elections.functions import list_active_functions
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.views.base import StaffView
from app.views.forms.availability import AvailabilityForm
from app.views.labels.availability import (
    ANSWERS,
    LABELS,
    STOPPED,
    export_header,
    export_line,
    make_filters,
    shift_label,
    write,
)
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.availability.actions import AnswerActs
from app.views.staff.availability.url_election import SHIFT, current_election, current_shifts, inject_code, pull_code
from app.views.tables.filters.by_column import Filter
from app.views.tables.lists.page import read_order, sorted_by


class AnswersView(AnswerActs, StaffView):
    """Beschikbaarheid per verkiezing: everybody who is asked, so that who did not answer is found as well.

    A row is (Member, Availability or None); its key is the member's id. The election stands in every address: it is
    taken out before a route is called, and put in again when a link to this view is made.
    """

    datamodel = SQLAInterface(Member)
    member_of = "id"
    route_base = "/verkiezingen/<code>/antwoorden"
    include_route_methods = {"list", "show", "edit", "action", "action_post", "export", "totals", "reopen"}
    singular, plural = _("answer"), _("answers")
    base_order = ("sort_name", "asc")
    order_keys = {"sort_name": (Member.surname, Member.first_name), "when": Availability.changed_at}
    short_search = ONLY_BEGINNINGS
    quick_label = _("Search by name, member number, user name, e-mail address or telephone number")
    quick_search = ("search_text",)
    label_columns = LABELS
    list_columns = ["sort_name", "when", "functions", "stations", "remark", "candidate"]
    more_columns = ("mobile", "phone", "email", "is_civil_servant", "reopened_until")
    standard_views = ((_("Not answered yet"), {"answered": "no"}), (_("Answered"), {"answered": "yes"}))
    show_columns = [
        "state",
        "changed_at",
        "reopened_until",
        "functions",
        "stations",
        "remark",
        "candidate",
        "is_civil_servant",
        "mobile",
        "phone",
        "email",
    ]
    edit_columns = ["remark"]
    search_columns: list[str] = []
    order_columns = ["sort_name", "when"]
    edit_form = AvailabilityForm
    list_template = "staff/availability/list.html"
    show_template = "staff/availability/show.html"
    edit_template = "staff/availability/enter.html"

    def create_blueprint(self, *args: Any, **kwargs: Any) -> Blueprint:
        """The election of an address, out and in."""
        blueprint: Blueprint = super().create_blueprint(*args, **kwargs)
        blueprint.url_value_preprocessor(pull_code)
        blueprint.url_defaults(inject_code)
        return blueprint

    # --- reading -----------------------------------------------------------------------------------------------------

    def rows(self) -> Query[Any]:
        """Who is asked for this election, or answered; who stopped since only where the filter asks for them."""
        return lists.find_asked(current_election().id, with_stopped=request.args.get(STOPPED) == "yes")

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """Every typed word is somewhere in the name, number, user name or address."""
        return and_(*contains_words(typed)) if typed.strip() else None

    def filters_now(self) -> list[Filter]:
        """One per shift, and those about the answer and the member."""
        return make_filters(current_shifts(), list_active_functions(), prefix=SHIFT)

    def row_key(self, item: Any) -> int:
        """The member's id."""
        key: int = item.Member.id
        return key

    def row_name(self, item: Any) -> str:
        """The member."""
        return str(item.Member.full_name)

    def can_edit(self, item: Any) -> bool:
        """While the election is asked or planned."""
        return super().can_edit(item) and current_election().is_answerable

    def edit_word(self, item: Any) -> str:
        """Nothing is changed where nothing was answered."""
        has_answered = item.Availability is not None and item.Availability.is_answered
        return super().edit_word(item) if has_answered else str(gettext("Fill in"))

    def offers(self, act: str, item: Any) -> bool:
        """Who may answer can be given more time."""
        return current_election().is_answerable and item.Member.may_answer

    def usual_columns(self) -> list[str]:
        """A column per shift after the moment of the answer."""
        return [*self.list_columns[:2], *(f"{SHIFT}{shift.id}" for shift in current_shifts()), *self.list_columns[2:]]

    def is_column(self, name: str) -> bool:
        """Also a shift, of any election."""
        return super().is_column(name) or (name.startswith(SHIFT) and name.removeprefix(SHIFT).isdecimal())

    def label(self, name: str) -> Any:
        """Of a shift: its day and name."""
        labels = (
            {f"{SHIFT}{shift.id}": shift_label(shift) for shift in current_shifts()}
            if name.startswith(SHIFT)
            else LABELS
        )
        return labels[name]

    def look_up(self, items: list[Any]) -> None:
        """The answers of these members."""
        g.answer_details = lists.find_details(current_election().id, [item.Member.id for item in items])

    def cell(self, item: Any, name: str) -> Any:
        """What the member says to a shift, or of the answer as a whole."""
        details = g.answer_details[item.Member.id]
        if name.startswith(SHIFT):
            said, reason = details.shifts.get(int(name.removeprefix(SHIFT)), ("", ""))
            return ": ".join(filter(None, (str(ANSWERS.get(said, "–")), reason)))
        return write(name, item.Member, item.Availability, details)

    def _render(self, template: str, **values: Any) -> str:
        election = current_election()
        crumbs = [
            (gettext("Elections"), url_for("ElectionsView.list")),
            (election.name, url_for("ElectionsView.show", pk=election.code)),
            *([] if template == self.list_template else [(gettext("Availability"), url_for(".list"))]),
            (values["title"], None),
        ]
        return super()._render(template, election=election, breadcrumbs=crumbs, **values)

    # --- routes ------------------------------------------------------------------------------------------------------

    @expose("/", methods=["GET"])
    @has_access
    def list(self) -> ResponseReturnValue:
        """A page of the answers."""
        title = gettext("Availability: %(election)s", election=current_election().name)
        return self._render(self.list_template, title=title, listing=self._listing())

    @expose("/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> ResponseReturnValue:
        """The whole answer of one member, with the declarations; that it was read is in the audit trail."""
        item = self.find_row(pk)
        record_event(
            current_actor(), "availability.read", now=g.now, member_id=item.Member.id, subject=current_election()
        )
        db.session.commit()
        given = list_given(item.Member.id, current_election().id)
        return self._show_page(item, pk=pk, shifts=current_shifts(), given=given, prefix=SHIFT)

    @expose("/export", methods=["POST"])
    @has_access
    def export(self) -> ResponseReturnValue:
        """What is found, all pages of it, in its order. By POST, because it writes in the audit trail."""
        found = self.found_rows().rows
        order = read_order(request.args.get("sort", ""), self.order_columns, self.base_order)
        rows = sorted_by(found, Member, order, self.order_keys).all()
        election, kind = current_election(), wanted_kind()
        self.look_up(rows)
        lines = [
            export_line(row.Member, row.Availability, g.answer_details[row.Member.id], current_shifts()) for row in rows
        ]
        record_event(current_actor(), "availability.exported", now=g.now, subject=election, count=len(lines), kind=kind)
        db.session.commit()
        return download(f"beschikbaarheid-{election.code}", export_header(current_shifts()), lines)

    @expose("/totalen", methods=["GET"])
    @has_access
    def totals(self) -> ResponseReturnValue:
        """Per shift and preferred function."""
        return self._render(
            "staff/availability/totals.html",
            title=gettext("Totals: %(election)s", election=current_election().name),
            totals=lists.find_totals(current_election()),
            shifts=current_shifts(),
            functions=list_active_functions(),
        )
