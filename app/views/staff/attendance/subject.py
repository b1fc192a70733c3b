"""The day itself: who is at which station, whether that is legal, and the record of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.services.attendance.overview import IS_TODAY, total_without_bureau
from app.views.addresses import kept_url
from app.views.labels.attendance import AUDIT_WORDS
from app.views.member.work.station_day import MyStationView
from app.views.staff.attendance.attendances import SEARCH, AttendancesView
from app.views.staff.attendance.central import CentralCountView
from app.views.staff.attendance.overview import AttendanceView
from app.views.staff.attendance.paper import DayPaperView
from app.views.staff.attendance.stations import StationDayView
from app.views.subject import PLANNING, HomeTotals, Screen, Subject

SUBJECT = Subject(
    "attendance",
    screens=[
        Screen(MyStationView),
        Screen(AttendanceView),
        Screen(StationDayView),
        Screen(DayPaperView),
        Screen(CentralCountView),
        Screen(AttendancesView, "Attendance", _("Attendance"), PLANNING, 169),
    ],
    totals=[HomeTotals(total_without_bureau, lambda only: kept_url("AttendanceView.show", **only), IS_TODAY)],
    search=[SEARCH],
    audit=[AUDIT_WORDS],
)
