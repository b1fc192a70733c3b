"""Sections of the team's page of a member with what came after elections: hours, and what chairs wrote."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _

from app.models import Member
from app.services.evaluation.chair_notes import list_about
from app.services.evaluation.hours.totals import list_of_member
from app.services.overview.member_page import SHOWN
from app.views.addresses import asking_url, row_url
from app.views.labels.evaluation import HOURS_STATES, write_minutes
from app.views.labels.planning.places import write_station, write_times
from app.views.parts.markdown import in_language
from app.views.staff.members.sections.parts import AFTER, Line, Part, Section


def _hours(member: Member) -> Part:
    lines = [
        Line(
            row_url("HoursView.show", hours.id),
            [
                write_times(hours),
                election.name,
                in_language(function, "name"),
                write_minutes(hours.minutes),
                HOURS_STATES[hours.state],
            ],
        )
        for hours, election, function in list_of_member(member.id, limit=SHOWN)
    ]
    columns = [_("Worked"), _("Election"), _("Function"), _("Number of hours"), _("State")]
    act = (_("Certificate (PDF)"), url_for("CertificatesView.read", member_id=member.id))
    return Part(columns, lines, asking_url("HoursView.list", member=member.user.username), act)


def _chair_notes(member: Member) -> Part:
    lines = [
        Line(
            row_url("ChairNotesView.show", note.id),
            [note.body, write_station(note.station), note.election.name, note.member.full_name],
        )
        for note in list_about(member.id, limit=SHOWN)
    ]
    columns = [_("Note"), _("Polling station"), _("Election"), _("Written by")]
    return Part(columns, lines, asking_url("ChairNotesView.list", member=member.user.username))


AFTER_SECTIONS: list[Section] = [
    Section(
        "uren", _("Worked hours"), ("can_list", "HoursView"), _hours, _("There are no hours of this member yet."), AFTER
    ),
    Section(
        "notities-van-voorzitters",
        _("Notes of chairs"),
        ("can_list", "ChairNotesView"),
        _chair_notes,
        _("No chair wrote anything about this member."),
        AFTER,
    ),
]
