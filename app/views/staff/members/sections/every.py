"""The sections of the team's page of a member: one line in SECTIONS per subject, each for who may see its list."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from app.auth.visitor import current_grants
from app.i18n import write_date, write_moment
from app.models import Member
from app.services.appointments.lists import list_of_member
from app.services.appointments.replacement import summary
from app.services.experience import services
from app.services.notes import notes
from app.services.overview import member_page
from app.services.overview.member_page import SHOWN
from app.services.planning.eligibility import findings
from app.services.planning.versions.of_member import list_places
from app.views.addresses import asking_url, row_url
from app.views.labels.appointments import APPOINTMENT_STATES, MEMBER_ANSWERS
from app.views.labels.planning.eligibility import say_cause, say_outcome
from app.views.labels.planning.places import write_place
from app.views.labels.replacement import ASK_STATES, RESERVE_STATES
from app.views.parts.markdown import in_language
from app.views.staff.members.sections.after import AFTER_SECTIONS
from app.views.staff.members.sections.attendance import ATTENDANCE_SECTIONS
from app.views.staff.members.sections.parts import FIRST, PARTS, PLANNING, WORK, Line, Part, Section, Shown
from app.views.staff.members.sections.told import TOLD
from app.views.staff.members.sections.training import TRAINING_SECTIONS


def list_parts(pairs: frozenset[tuple[str, str]]) -> dict[str, Any]:
    """The parts in which a role with these pairs may see something, by the end of their address, with their titles."""
    seen = {FIRST, *(section.part for section in SECTIONS if section.needs in pairs)}
    return {part: title for part, title in PARTS.items() if part in seen}


def read_sections(member: Member, part: str, pairs: frozenset[tuple[str, str]]) -> list[Shown]:
    """The sections of a part that a role with these pairs may see, with what stands in them."""
    wanted = [section for section in SECTIONS if section.part == part and section.needs in pairs]
    return [_in_words(section, section.read(member)) for section in wanted]


def _in_words(section: Section, part: Part) -> Shown:
    columns = [str(title) for title in part.columns] if part.lines else []
    return Shown(section.id, str(section.title), columns, section.empty, part)


# --- the subjects ----------------------------------------------------------------------------------------------------


def _answers(member: Member) -> Part:
    rows = member_page.list_answers(member)
    may_fill_in = member.may_answer and ("can_edit", "AnswersView") in current_grants().pairs
    titles = [_("Election"), _("Answer"), _("Shifts"), _("When")]
    if not may_fill_in:
        return Part(titles, [Line(_answer_url(member, row), _answer_cells(row)) for row in rows], None)
    lines = [Line(_answer_url(member, row), [*_answer_cells(row), _way_to_form(member, row)]) for row in rows]
    return Part([*titles, _("Do")], lines, None)


def _way_to_form(member: Member, row: Any) -> Markup:
    """Who phones is answered from here: the form opens at once, and leads back here."""
    if not row.is_answerable:
        return Markup("")
    word = gettext("Change") if row.is_answered else gettext("Fill in")
    back = row_url("MembersView.show", member.id)
    url = row_url("AnswersView.edit", member.id, code=row.code, next=back)
    return Markup('<a href="{}" aria-label="{}: {}">{}</a>').format(url, word, row.name, word)


def _answer_url(member: Member, row: Any) -> str | None:
    """The page of the answer is there for who answered or may answer."""
    is_there = row.answer_id is not None or member.may_answer
    return row_url("AnswersView.show", member.id, code=row.code) if is_there else None


def _answer_cells(row: Any) -> list[Any]:
    said = gettext("answered") if row.is_answered else gettext("no answer")
    counts = [(row.yes, gettext("yes")), (row.maybe, gettext("maybe")), (row.no, gettext("no"))]
    shifts = ", ".join(f"{count} × {word}" for count, word in counts if count) if row.is_answered else ""
    said = gettext("is a candidate") if row.is_candidate else said
    return [row.name, said, shifts, write_moment(row.changed_at)]


def _places(member: Member) -> Part:
    lines = [
        Line(None, [write_place(place), place.election.name, gettext("yes") if is_published else gettext("no")])
        for place, is_published in list_places(member.id, limit=SHOWN)
    ]
    columns = [_("Place"), _("Election"), _("Published")]
    return Part(columns, lines, asking_url("PublishedPlacesView.list", member=member.user.username))


def _findings(member: Member) -> Part:
    lines = [
        Line(
            row_url("EligibilityFindingsView.show", finding.id),
            [say_cause(finding), say_outcome(finding), finding.election.name, finding.rule.source],
        )
        for finding in findings.list_of_member(member.id, limit=SHOWN)
    ]
    columns = [_("What was found"), _("Stops or warns"), _("Election"), _("Article or decision")]
    return Part(columns, lines, asking_url("EligibilityFindingsView.list", member=member.user.username))


def _notes(member: Member) -> Part:
    lines = [
        Line(row_url("MemberNotesView.show", note.id), [note.body, note.author or "", write_moment(note.created_at)])
        for note in notes.list_notes(member.id, limit=SHOWN)
    ]
    columns = [_("Note"), _("Written by"), _("Written on")]
    act = (_("Write a note"), url_for("MemberNotesView.write", member_id=member.id))
    return Part(columns, lines, asking_url("MemberNotesView.list", member=member.user.username), act)


def _experience(member: Member) -> Part:
    lines = [
        Line(
            row_url("ServicesView.show", row.id),
            [row.election_name, write_date(row.worked_on), in_language(row.function, "name"), row.station_name],
        )
        for row in services.list_services(member.id, limit=SHOWN)
    ]
    name = member.user.username
    back = row_url("MembersView.part", member.id, part=WORK)
    act = (_("Add experience"), asking_url("ServicesView.add", member=name, next=back))
    columns = [_("Election"), _("Day"), _("Function"), _("Polling station")]
    return Part(columns, lines, asking_url("ServicesView.list", member=name), act)


def _appointments(member: Member) -> Part:
    lines = [
        Line(
            row_url("AppointmentsView.show", found.id),
            [
                found.decision_number,
                found.election.name,
                APPOINTMENT_STATES[found.state],
                MEMBER_ANSWERS[found.answer],
                write_moment(found.issued_at),
            ],
        )
        for found in list_of_member(member.id, limit=SHOWN)
    ]
    columns = [_("Decision"), _("Election"), _("State"), _("Answer"), _("Made on")]
    return Part(columns, lines, asking_url("AppointmentsView.list", member=member.user.username))


def _replacement(member: Member) -> Part:
    lines = [
        Line(
            row_url("VacanciesView.show", found.vacancy_id) if found.vacancy_id else None,
            [
                ", ".join(filter(None, (found.place, found.station, write_date(found.day)))),
                found.election,
                ASK_STATES[found.state] if found.vacancy_id else RESERVE_STATES[found.state],
                write_moment(found.at),
            ],
        )
        for found in summary.list_of_member(member.id, limit=SHOWN)
    ]
    act = (_("Note that this member cannot come"), url_for("LeavingView.note", member_id=member.id))
    return Part(
        [_("Place"), _("Election"), _("State"), _("When")],
        lines,
        asking_url("ReplacementAsksView.list", member=member.user.username),
        act,
    )


SECTIONS: list[Section] = [
    Section(
        "notities",
        _("Notes"),
        ("can_list", "MemberNotesView"),
        _notes,
        _("There are no notes on this member."),
        FIRST,
    ),
    Section(
        "beschikbaarheid",
        _("Availability"),
        ("can_show", "AnswersView"),
        _answers,
        _("No election has asked for availability yet."),
        FIRST,
    ),
    Section(
        "ingedeeld",
        _("Places in the plan"),
        ("can_list", "PublishedPlacesView"),
        _places,
        _("This member has no place in a plan."),
        PLANNING,
    ),
    Section(
        "benoembaarheid",
        _("Who may be appointed"),
        ("can_list", "EligibilityFindingsView"),
        _findings,
        _("No rule stops this member at an election that is going on."),
        PLANNING,
    ),
    Section(
        "benoemingen",
        _("Appointments"),
        ("can_list", "AppointmentsView"),
        _appointments,
        _("This member was never appointed."),
        PLANNING,
    ),
    Section(
        "vervanging",
        _("Replacement"),
        ("can_list", "ReplacementAsksView"),
        _replacement,
        _("This member was never asked to help out, and is not in reserve."),
        PLANNING,
    ),
    Section(
        "ervaring",
        _("Experience"),
        ("can_list", "ServicesView"),
        _experience,
        _("We do not know of any election at which this member worked."),
    ),
    *ATTENDANCE_SECTIONS,
    *TRAINING_SECTIONS,
    *AFTER_SECTIONS,
    *TOLD,
]
