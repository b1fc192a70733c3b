"""Who answered what: the list with filters and export, the totals, and answers that the team types in or reopens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, flash, g, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound
from wtforms.validators import InputRequired

from app.auth.visitor import current_actor
from app.clock import local
from app.extensions import db
from app.importing.sheets_out import Cell, csv_bytes, xlsx_bytes
from app.models import Answer, Election, Member, Shift
from app.services import availability, availability_lists
from app.services.audit import record_event
from app.services.availability_lists import AnswerFilter, AnswerRow
from app.services.functions import list_active_functions
from app.texts import RuleBroken
from app.views.availability_form import availability_form
from app.views.base import Page
from app.views.fields import MomentField
from app.views.forms import PortalForm
from app.views.markdown import in_language
from app.views.staff.elections import find

PAGE_SIZE = 50
YES_NO = {"ja": True, "nee": False}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReopenForm(PortalForm):
    """Until when one member may still answer."""

    until_on = MomentField(
        lazy_gettext("Until"), [InputRequired()], description=lazy_gettext("For example 31-12-2026 17:00")
    )


class AnswersView(Page):
    """Beschikbaarheid per verkiezing."""

    route_base = "/verkiezingen/<code>/antwoorden"
    default_view = "overview"

    @expose("/", methods=["GET"])
    @has_access
    def overview(self, code: str):
        """The list, filtered."""
        election, wanted = find(code), _filter()
        page = max(request.args.get("pagina", 1, type=int), 1)
        total = availability_lists.count_answers(election, wanted)
        rows = availability_lists.list_answers(election, wanted, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
        chosen = {name: value for name, value in request.args.items() if value and name != "pagina"}
        return self.render_template(
            "staff/answers.html",
            election=election,
            rows=rows,
            total=total,
            page=page,
            pages=max(1, -(-total // PAGE_SIZE)),
            chosen=chosen,
            shifts=availability_lists.list_shifts(election),
            functions=list_active_functions(),
            words=_words(),
        )

    @expose("/export.<kind>", methods=["GET"])
    @has_access
    def export(self, code: str, kind: str) -> Response:
        """What is on screen, all pages of it; logged because it holds personal data."""
        election = find(code)
        if kind not in ("csv", "xlsx"):
            raise NotFound
        shifts = availability_lists.list_shifts(election)
        rows = availability_lists.list_answers(election, _filter())
        header, lines = _header(shifts), [_line(row, shifts) for row in rows]
        record_event(current_actor(), "availability.exported", now=g.now, subject=election, count=len(lines), kind=kind)
        db.session.commit()
        content = xlsx_bytes(header, lines) if kind == "xlsx" else csv_bytes(header, lines)
        answer = current_app.make_response(content)
        answer.headers["Content-Type"] = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = f"attachment; filename=beschikbaarheid-{election.code}.{kind}"
        return answer

    @expose("/totalen", methods=["GET"])
    @has_access
    def totals(self, code: str):
        """Per shift and preferred function."""
        election = find(code)
        return self.render_template(
            "staff/answer_totals.html",
            election=election,
            totals=availability_lists.find_totals(election),
            shifts=availability_lists.list_shifts(election),
            functions=list_active_functions(),
        )

    @expose("/<int:member_id>", methods=["GET", "POST"])
    @has_access
    def enter(self, code: str, member_id: int):
        """Type in or correct the answer of a member who phoned."""
        election, member = find(code), _member(member_id)
        form = availability_form(election, availability.find_availability(member.id, election.id))
        if form.validate_on_submit():
            answer = self._take(election, member, form)
            if answer is not None:
                return answer
        return self.render_template("staff/answer_enter.html", election=election, member=member, form=form)

    @staticmethod
    def _take(election: Election, member: Member, form: Any) -> Any:
        answer, actor = form.answer(), current_actor()
        try:
            if availability.declares_candidacy(election, answer):
                availability.record_candidacy(member, election, answer, actor=actor, now=g.now, on_behalf=True)
                flash(_("It has been noted that this member is a candidate or a sitting member."), "success")
            else:
                availability.enter_availability(member, election, answer, actor=actor, now=g.now)
                flash(_("The answer of %(name)s has been saved.", name=member.full_name), "success")
            db.session.commit()
            return redirect(url_for(".overview", code=election.code))
        except RuleBroken as error:
            db.session.rollback()
            form.refuse(error)
        return None

    @expose("/<int:member_id>/heropenen", methods=["GET", "POST"])
    @has_access
    def reopen(self, code: str, member_id: int):
        """Let one member answer after the deadline."""
        election, member = find(code), _member(member_id)
        form = ReopenForm()
        if form.validate_on_submit():
            try:
                availability.reopen_availability(
                    member, election, until=form.data["until_on"], actor=current_actor(), now=g.now
                )
                db.session.commit()
                flash(_("%(name)s can answer again.", name=member.full_name), "success")
                return redirect(url_for(".overview", code=code))
            except RuleBroken as error:
                db.session.rollback()
                form.refuse(error)
        title = _("Reopen the answer of %(name)s", name=member.full_name)
        cancel = url_for(".overview", code=code)
        return self.render_template(
            "staff/form_page.html", form=form, title=title, label=_("Reopen"), cancel=cancel, upload=False
        )


def _member(member_id: int) -> Member:
    member = db.session.get(Member, member_id)
    if member is None:
        raise NotFound
    return member


def _filter() -> AnswerFilter:
    """The filter in the address; what is not understood filters nothing."""
    given = request.args
    answer = given.get("antwoord", "")
    return AnswerFilter(
        answered=YES_NO.get(given.get("beantwoord", "")),
        shift_id=given.get("dagdeel", type=int),
        answer=answer if answer in set(Answer) else None,
        function_id=given.get("functie", type=int),
        civil_servant=YES_NO.get(given.get("ambtenaar", "")),
        candidate=YES_NO.get(given.get("kandidaat", "")),
    )


def _words() -> dict[str, str]:
    return {Answer.YES: _("Yes"), Answer.MAYBE: _("Maybe"), Answer.NO: _("No")}


def _header(shifts: list[Shift]) -> list[str]:
    first = [_("Member number"), _("Name"), _("Answered"), _("When")]
    days = [f"{shift.day.date:%d-%m} {in_language(shift, 'name')}" for shift in shifts]
    return [*first, *days, _("Reasons"), _("Functions"), _("Polling stations"), _("Remark"), _("Civil servant"),
            _("Candidate")]  # fmt: skip


def _line(row: AnswerRow, shifts: list[Shift]) -> list[Cell]:
    words, given = _words(), row.availability
    changed: datetime | None = given.changed_at if given else None
    return [
        row.member.member_number or "",
        row.member.sort_name,
        _yes(row.is_answered),
        local(changed) if changed else None,
        *(words.get(row.answers.get(shift.id, ""), "") for shift in shifts),
        "; ".join(row.reasons.values()),
        ", ".join(row.functions),
        ", ".join(row.stations),
        given.remark if given else "",
        _yes(row.member.is_civil_servant),
        _yes(row.is_candidate),
    ]


def _yes(value: bool) -> str:
    return str(_("Yes") if value else _("No"))
