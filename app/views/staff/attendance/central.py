"""The central count on its days: who is expected, to call and on paper. Hours of it are corrected afterwards."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext

from app.member_fields import show_phone
from app.services.attendance.central import list_central_count
from app.services.planning.needs.choices import list_shifts
from app.views.labels.availability import shift_label
from app.views.labels.planning.coverage import write_span
from app.views.staff.attendance.sheets import SheetPage, central_sheet, name_function
from app.views.staff.planning.of_election import find_election


class CentralCountView(SheetPage):
    """Centrale telling op de dag."""

    route_base = "/verkiezingen/<code>/centrale-telling"
    folder = "staff/attendance"

    @expose("/", methods=["GET"])
    @has_access
    def show(self, code: str) -> ResponseReturnValue:
        """Who is expected in each shift, with numbers to call."""
        election = find_election(code)
        return self.show_page(
            "central.html",
            election,
            gettext("Central count: %(name)s", name=election.name),
            counts=list_central_count(election, list_shifts(election.id), for_team=True),
            shift_label=shift_label,
            write_span=write_span,
            show_phone=show_phone,
            name_function=name_function,
        )

    @expose("/bladen", methods=["POST"])
    @has_access
    def sheets(self, code: str) -> ResponseReturnValue:
        """A sheet for each shift, with lines for who came and went."""
        election = find_election(code)
        found = list_central_count(election, list_shifts(election.id), for_team=False)
        sheets = [central_sheet(election, each.shift, each.people) for each in found]
        title = gettext("Sheets of the central count: %(name)s", name=election.name)
        return self.print_sheets(election, "attendance.sheets", title, sheets, "centrale-telling")
