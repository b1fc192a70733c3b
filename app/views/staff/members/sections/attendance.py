"""What the page of a member says of the days of elections: where and from when until when."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from app.models import Member
from app.services.attendance.of_member import list_of_member
from app.services.overview.member_page import SHOWN
from app.views.addresses import asking_url, row_url
from app.views.labels.attendance import ATTENDANCE_STATES
from app.views.labels.availability import shift_label
from app.views.staff.attendance.attendances import write_times
from app.views.staff.members.sections.parts import WORK, Line, Part, Section


def _attendance(member: Member) -> Part:
    lines = [
        Line(
            row_url("AttendancesView.show", item.id),
            [str(item.station), shift_label(item.shift), ATTENDANCE_STATES[item.state], write_times(item)],
        )
        for item in list_of_member(member.id, limit=SHOWN)
    ]
    columns = [_("Polling station"), _("Shift"), _("State"), _("Times")]
    return Part(columns, lines, asking_url("AttendancesView.list", member=member.user.username))


ATTENDANCE_SECTIONS: Final[list[Section]] = [
    Section(
        "aanwezigheid",
        _("On the day"),
        ("can_list", "AttendancesView"),
        _attendance,
        _("Nothing was noted of this member on the day of an election."),
        WORK,
    ),
]
