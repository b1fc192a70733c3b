"""The hours of one election: taking them over from the day, what they add up to, and the file for the payroll."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any, Final

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext, ngettext

from app.auth.visitor import current_actor
from app.extensions import db
from app.models import ElectionState
from app.services.audit import record_event
from app.services.evaluation.hours import totals
from app.services.evaluation.hours.collecting import collect_hours
from app.views.base import Page
from app.views.labels.availability import shift_label
from app.views.labels.evaluation import write_minutes
from app.views.parts.paging import Listed, page_of
from app.views.parts.spreadsheets import download, wanted_kind
from app.views.staff.elections.station_import import find_election

MEMBERS_SHOWN: Final = 50


class HoursPage(Page):
    """Uren per verkiezing."""

    route_base = "/verkiezingen/<code>/uren"

    @expose("/", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """Per shift and per member. Five statements of its own."""
        election = find_election(code)
        shifts = totals.list_shift_totals(election.id)
        members = Listed(
            partial(totals.list_member_totals, election.id),
            totals.count_members(election.id),
            size=MEMBERS_SHOWN,
            page_url=page_of(".show", code=code),
        )
        title = gettext("Hours: %(name)s", name=election.name)
        return self.render_template(
            "staff/evaluation/hours.html",
            title=title,
            election=election,
            is_closed=election.state == ElectionState.CLOSED,
            shifts=shifts,
            sums=_add_up(shifts),
            members=members,
            shift_label=shift_label,
            write_minutes=write_minutes,
            breadcrumbs=[
                (gettext("Elections"), url_for("ElectionsView.list")),
                (election.name, url_for("ElectionsView.show", pk=election.code)),
                (title, None),
            ],
        )

    @expose("/overnemen", methods=["POST"])
    @has_access
    def collect(self, code: str) -> ResponseReturnValue:
        """Make rows for what is over, and bring the open ones up to date."""
        election = find_election(code)
        changed: list[int] = []
        collect = partial(collect_hours, election, actor=current_actor(), now=g.now)
        if self._commit_or_refuse(lambda: changed.append(collect()), None):
            number = changed[0]
            words = ngettext("%(num)s shift was taken over.", "%(num)s shifts were taken over.", number)
            flash(words if number else gettext("Nothing changed since the last time."), "success")
        return redirect(url_for(".show", code=code))

    @expose("/export", methods=["POST"])
    @has_access
    def export(self, code: str) -> ResponseReturnValue:
        """Who worked, for the payroll: no BSN, it knows people by their member number. By POST: the trail notes it."""
        election = find_election(code)
        rows = [_write(total) for total in totals.list_paid(election)]
        record_event(current_actor(), "hours.exported", now=g.now, subject=election, rows=len(rows), kind=wanted_kind())
        db.session.commit()
        header = [
            gettext("Member number"),
            gettext("Initials"),
            gettext("Infix"),
            gettext("Surname"),
            gettext("Shifts"),
            gettext("Number of hours"),
            gettext("Fee in euro"),
        ]
        return download(f"uren-{election.code}", header, rows)


def _add_up(shifts: list[totals.ShiftTotal]) -> dict[str, Any]:
    """All shifts together."""
    fees = [total.fee for total in shifts if total.fee is not None]
    sums: dict[str, Any] = {
        name: sum(getattr(total, name) for total in shifts) for name in ("open", "absent", "worked", "minutes")
    }
    return {**sums, "fee": sum(fees, Decimal(0)) if fees else None}


def _write(total: totals.MemberTotal) -> list[str]:
    """Hours and euro with a comma, as Dutch programs read them."""
    member = total.member
    hours = f"{Decimal(total.minutes) / 60:.2f}".replace(".", ",")
    fee = "" if total.fee is None else f"{total.fee:.2f}".replace(".", ",")
    names = [member.member_number or "", member.initials, member.infix, member.surname]
    return [*names, str(total.shifts), hours, fee]
