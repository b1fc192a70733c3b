"""What the page of a member says of trainings: places in sessions, and what was passed."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from app.i18n import write_date, write_moment
from app.models import Member
from app.services.certificates import results
from app.services.overview.member_page import SHOWN
from app.services.training.attendance import list_of_member
from app.views.addresses import asking_url, row_url
from app.views.labels.training import RESULT_SOURCES, SEAT_OUTCOMES, SEAT_STATES
from app.views.parts.markdown import in_language
from app.views.staff.members.sections.parts import WORK, Line, Part, Section


def _seats(member: Member) -> Part:
    lines = [
        Line(
            row_url("TrainingSeatsView.show", seat.id),
            [
                in_language(seat.session, "title"),
                write_moment(seat.session.starts_at),
                SEAT_STATES[seat.state],
                SEAT_OUTCOMES[seat.outcome],
            ],
        )
        for seat in list_of_member(member.id, limit=SHOWN)
    ]
    columns = [_("Training"), _("When"), _("State"), _("What became of it")]
    return Part(columns, lines, asking_url("TrainingSeatsView.list", member=member.user.username))


def _results(member: Member) -> Part:
    lines = [
        Line(
            row_url("TrainingResultsView.show", result.id),
            [
                write_date(result.passed_on),
                write_date(result.valid_until) or _("no end"),
                in_language(result.session, "title") if result.session else RESULT_SOURCES[result.source],
            ],
        )
        for result in results.list_of_member(member.id, limit=SHOWN)
    ]
    name = member.user.username
    back = row_url("MembersView.part", member.id, part=WORK)
    act = (_("Add a result"), asking_url("TrainingResultsView.add", member=name, next=back))
    columns = [_("Passed on"), _("Last valid day"), _("By which way")]
    return Part(columns, lines, asking_url("TrainingResultsView.list", member=name), act)


TRAINING_SECTIONS: Final[list[Section]] = [
    Section(
        "trainingen",
        _("Trainings"),
        ("can_list", "TrainingSeatsView"),
        _seats,
        _("This member never signed up for a training."),
    ),
    Section(
        "trainingsuitslagen",
        _("Results of trainings"),
        ("can_list", "TrainingResultsView"),
        _results,
        _("We do not know of a training that this member passed."),
    ),
]
