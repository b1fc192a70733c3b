"""Everybody of whom something is noted on a day, on a generated screen: to find, narrow and export. It only reads."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Query, joinedload

from app.i18n import write_time
from app.models import Attendance, PollingStation, Shift
from app.services.attendance.of_member import found_by_words
from app.services.attendance.people import read_spells
from app.services.members.search import ONLY_BEGINNINGS, contains_words
from app.services.search.query import Search
from app.services.search.ranking import Asked
from app.views.labels.attendance import ATTENDANCE_STATES
from app.views.labels.availability import shift_label
from app.views.labels.planning.places import write_station
from app.views.parts.markdown import in_language
from app.views.parts.search_groups import Hit, SearchGroup
from app.views.staff.elections.parts import OfElectionView
from app.views.tables.filters.by_member import member_filter


def write_times(item: Attendance) -> str:
    """From when until when: "7.03 uur – 14.31 uur"; of several times each."""
    return "; ".join(f"{write_time(since) or '?'} – {write_time(until) or '…'}" for since, until in read_spells(item))


def write_name(item: Attendance) -> str:
    """The member, or the voter who sat in."""
    if item.member is not None:
        return item.member.full_name
    return gettext("%(name)s (voter)", name=item.voter_name or "–")


class AttendancesView(OfElectionView):
    """Aanwezigheid van iedereen."""

    datamodel = SQLAInterface(Attendance)
    member_of = "member_id"
    route_base = "/aanwezigheid"
    include_route_methods = {"list", "show"}
    singular, plural = _("attendance"), _("attendances")
    base_order = ("id", "desc")
    short_search = ONLY_BEGINNINGS
    quick_search: tuple[str, ...] = ()
    quick_label = _("Search by name, member number or polling station")
    choices = {"state": ATTENDANCE_STATES}
    label_columns = {
        "member": _("Who"),
        "election": _("Election"),
        "station": _("Polling station"),
        "shift": _("Shift"),
        "function": _("Function"),
        "state": _("State"),
        "arrived_at": _("Times"),
        "noted_at": _("Noted last"),
        "noted_by": _("Noted by"),
    }
    list_columns = ["member", "station", "shift", "function", "state", "arrived_at"]
    more_columns = ("noted_at", "election")
    show_columns = [
        *("member", "election", "station", "shift", "function", "state", "arrived_at", "noted_at", "noted_by"),
    ]
    cells = {"arrived_at": write_times, "member": write_name}
    formatters_columns = {
        "function": lambda function: in_language(function, "name") if function else gettext("voter who sits in"),
        "shift": shift_label,
    }
    standard_views = (
        (_("Did not come"), {"state": "absent"}),
        (_("Comes later"), {"state": "late"}),
    )
    search_columns = ["state"]
    order_columns: list[str] = []

    def row_name(self, item: Attendance) -> str:
        """Who, and where."""
        return f"{write_name(item)}, {item.station}"

    def find_quickly(self, typed: str) -> ColumnElement[bool] | None:
        """By the member, or the name of the polling station."""
        if not typed.strip():
            return None
        of_member = Attendance.member.has(and_(*contains_words(typed)))
        return or_(of_member, Attendance.station.has(PollingStation.name.icontains(typed.strip(), autoescape=True)))

    def filters_now(self) -> list[Any]:
        """By member too."""
        return [*super().filters_now(), member_filter(Attendance.member_id.in_)]

    def rows(self) -> Query[Any]:
        """With what each row shows."""
        loaded = [joinedload(Attendance.member), joinedload(Attendance.shift).joinedload(Shift.day)]
        return super().rows().options(*loaded, joinedload(Attendance.station), joinedload(Attendance.function))


def _find(search: Search) -> Asked:
    loaded = (Attendance.member, Attendance.station, Attendance.election)
    order = (Attendance.id.desc(),)
    return Asked(Attendance, found_by_words(search), order=order, options=[joinedload(column) for column in loaded])


def _write(row: Any) -> Hit:
    found = row.Attendance
    details = (write_station(found.station), ATTENDANCE_STATES[found.state], write_times(found), found.election.name)
    return Hit(found.id, write_name(found), details)


SEARCH = SearchGroup(_("Attendance"), "AttendancesView", _find, _write, ONLY_BEGINNINGS)
