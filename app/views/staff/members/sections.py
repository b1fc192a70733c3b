"""The sections of the team's page of a member: one line in SECTIONS per subject, each for who may see its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.auth.browser import browser_name
from app.i18n import translate, write_date, write_moment
from app.models import Member
from app.services.appointments.lists import list_of_member
from app.services.documents import for_member
from app.services.experience import services
from app.services.mail.smtp_replies import explain_reply
from app.services.notes import notes
from app.services.overview import member_page
from app.services.overview.member_page import SHOWN
from app.services.planning.eligibility import findings
from app.services.planning.versions.of_member import list_places
from app.views.labels.accounts import SIGN_IN_WORDS
from app.views.labels.appointments import APPOINTMENT_STATES, MEMBER_ANSWERS
from app.views.labels.documents import DOCUMENT_CATEGORIES
from app.views.labels.members import TEAM_FIELD_LABELS, say_value
from app.views.labels.messages.campaigns import NOTIFICATION_KINDS
from app.views.labels.messages.mail import MAIL_STATES, MAIL_TEMPLATES
from app.views.labels.messages.message_box import THREAD_STATES
from app.views.labels.planning.eligibility import say_cause, say_outcome
from app.views.labels.planning.places import write_place
from app.views.staff.audit.words import say_action

SIGN_INS = list(SIGN_IN_WORDS.actions)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a section; its first cell leads to `url`, if there is one."""

    url: str | None
    cells: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What a section shows: a table, the address of the whole list, filtered on this member, and what one does there:
    its words and address.
    """

    columns: Sequence[Any]
    lines: list[Line]
    all_url: str | None
    act: tuple[Any, str] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A subject: who may see it (permission, view), and how it is read."""

    id: str
    title: Any
    needs: tuple[str, str]
    read: Callable[[Member], Part]
    empty: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A section in words. Its title stands in it several times, the titles of columns at each row."""

    id: str
    title: str
    columns: list[str]
    empty: Any
    part: Part


def read_sections(member: Member, pairs: frozenset[tuple[str, str]]) -> list[Shown]:
    """The sections that a role with these pairs may see, with what stands in them."""
    return [_in_words(section, section.read(member)) for section in SECTIONS if section.needs in pairs]


def _in_words(section: Section, part: Part) -> Shown:
    columns = [str(title) for title in part.columns] if part.lines else []
    return Shown(section.id, str(section.title), columns, section.empty, part)


# --- the subjects ----------------------------------------------------------------------------------------------------


def _answers(member: Member) -> Part:
    rows = member_page.list_answers(member)
    lines = [Line(_answer_url(member, row), _answer_cells(row)) for row in rows]
    return Part([_("Election"), _("Answer"), _("Shifts"), _("When")], lines, None)


def _answer_url(member: Member, row: Any) -> str | None:
    """The page of the answer is there for who answered or may answer."""
    is_there = row.answer_id is not None or member.may_answer
    return url_for("AnswersView.show", code=row.code, pk=member.id) if is_there else None


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
    return Part(columns, lines, url_for("PublishedPlacesView.list", member=member.user.username))


def _findings(member: Member) -> Part:
    lines = [
        Line(
            url_for("EligibilityFindingsView.show", pk=finding.id),
            [say_cause(finding), say_outcome(finding), finding.election.name, finding.rule.source],
        )
        for finding in findings.list_of_member(member.id, limit=SHOWN)
    ]
    columns = [_("What was found"), _("Stops or warns"), _("Election"), _("Article or decision")]
    return Part(columns, lines, url_for("EligibilityFindingsView.list", member=member.user.username))


def _notes(member: Member) -> Part:
    lines = [
        Line(url_for("MemberNotesView.show", pk=note.id), [note.body, note.author or "", write_moment(note.created_at)])
        for note in notes.list_notes(member.id, limit=SHOWN)
    ]
    columns = [_("Note"), _("Written by"), _("Written on")]
    act = (_("Write a note"), url_for("MemberNotesView.write", member_id=member.id))
    return Part(columns, lines, url_for("MemberNotesView.list", member=member.user.username), act)


def _experience(member: Member) -> Part:
    lines = [
        Line(
            url_for("ServicesView.show", pk=row.id),
            [row.election_name, write_date(row.worked_on), row.function.name, row.station_name],
        )
        for row in services.list_services(member.id, limit=SHOWN)
    ]
    name = member.user.username
    back = f"{url_for('MembersView.show', pk=member.id)}#ervaring"
    act = (_("Add experience"), url_for("ServicesView.add", member=name, next=back))
    columns = [_("Election"), _("Day"), _("Function"), _("Polling station")]
    return Part(columns, lines, url_for("ServicesView.list", member=name), act)


def _threads(member: Member) -> Part:
    lines = [
        Line(url_for("ThreadsView.show", pk=thread.id), _thread_cells(thread))
        for thread in member_page.list_threads(member.id)
    ]
    columns = [_("Subject"), _("State"), _("Colleague"), _("Last message")]
    return Part(columns, lines, url_for("ThreadsView.list", member=member.user.username))


def _thread_cells(thread: Any) -> list[Any]:
    unread = gettext("unread")
    return [
        thread.subject,
        f"{THREAD_STATES[thread.state]} ({unread})" if thread.is_unread_by_team else str(THREAD_STATES[thread.state]),
        thread.assignee or "",
        write_moment(thread.last_message_at),
    ]


def _notifications(member: Member) -> Part:
    lines = [
        Line(None, _notification_cells(notification)) for notification in member_page.list_notifications(member.id)
    ]
    columns = [_("Title"), _("What is it about?"), _("Sent"), _("Read"), _("Done")]
    return Part(columns, lines, url_for("MemberNotificationsView.list", member=member.user.username))


def _notification_cells(notification: Any) -> list[Any]:
    sent = write_moment(notification.created_at) if notification.withdrawn_at is None else gettext("withdrawn")
    kind = NOTIFICATION_KINDS.get(notification.kind, notification.kind)
    return [notification.title, kind, sent, _moment(notification.read_at), _moment(notification.done_at)]


def _appointments(member: Member) -> Part:
    lines = [
        Line(
            url_for("AppointmentsView.show", pk=found.id),
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
    return Part(columns, lines, url_for("AppointmentsView.list", member=member.user.username))


def _documents(member: Member) -> Part:
    found = for_member.list_own_documents(member.id, g.now)[:SHOWN]
    lines = [
        Line(
            url_for("DocumentsView.show", pk=own.document.id),
            [
                own.document.title,
                DOCUMENT_CATEGORIES[own.document.category],
                write_moment(own.received_at),
                _moment(own.read_at),
            ],
        )
        for own in found
    ]
    columns = [_("Title"), _("Kind of document"), _("Received"), _("Read")]
    return Part(columns, lines, url_for("DocumentsView.list", member=member.user.username))


def _mails(member: Member) -> Part:
    lines = [
        Line(url_for("MailsView.show", pk=mail.id), _mail_cells(mail))
        for mail in member_page.list_mails(member.user_id)
    ]
    columns = [_("Which mail"), _("State"), _("Made on"), _("Why not")]
    return Part(columns, lines, url_for("MailsView.list", member=member.user.username))


def _mail_cells(mail: Any) -> list[Any]:
    why = translate(explain_reply(mail.error, mail.recipient)) if mail.error else ""
    return [
        MAIL_TEMPLATES.get(mail.template, mail.template),
        MAIL_STATES[mail.state],
        write_moment(mail.created_at),
        why,
    ]


def _changes(member: Member) -> Part:
    lines = [Line(None, _change_cells(change, member)) for change in member_page.list_changes(member.id)]
    columns = [_("Field"), _("Was"), _("Became"), _("When"), _("Changed by")]
    return Part(columns, lines, url_for("ProfileChangesView.list", member=member.user.username))


def _change_cells(change: Any, member: Member) -> list[Any]:
    by = gettext("the member") if change.changed_by_user_id == member.user_id else change.changed_by or ""
    old, new = (say_value(change.field, value) for value in (change.old_value, change.new_value))
    return [TEAM_FIELD_LABELS.get(change.field, change.field), old, new, write_moment(change.changed_at), by]


def _sessions(member: Member) -> Part:
    lines = [
        Line(
            None,
            [
                browser_name(session.agent),
                write_moment(session.created_at),
                write_moment(session.last_seen_at),
                session.ip,
            ],
        )
        for session in member_page.list_sessions(member.user_id)
    ]
    columns = [_("Browser"), _("Signed in on"), _("Last used"), _("Internet address")]
    return Part(columns, lines, url_for("ConsoleSessions.index_view", who=member.user.username))


def _sign_ins(member: Member) -> Part:
    lines = [
        Line(None, [say_action(event.action), write_moment(event.at), event.ip])
        for event in member_page.list_events(member, SIGN_INS)
    ]
    columns = [_("What"), _("When"), _("Internet address")]
    return Part(columns, lines, url_for("ConsoleSignIns.index_view", who=member.user.username))


def _moment(instant: Any) -> str:
    return write_moment(instant) or str(gettext("no"))


SECTIONS: list[Section] = [
    Section("notities", _("Notes"), ("can_list", "MemberNotesView"), _notes, _("There are no notes on this member.")),
    Section(
        "beschikbaarheid",
        _("Availability"),
        ("can_show", "AnswersView"),
        _answers,
        _("No election has asked for availability yet."),
    ),
    Section(
        "ingedeeld",
        _("Places in the plan"),
        ("can_list", "PublishedPlacesView"),
        _places,
        _("This member has no place in a plan."),
    ),
    Section(
        "benoembaarheid",
        _("Who may be appointed"),
        ("can_list", "EligibilityFindingsView"),
        _findings,
        _("No rule stops this member at an election that is going on."),
    ),
    Section(
        "benoemingen",
        _("Appointments"),
        ("can_list", "AppointmentsView"),
        _appointments,
        _("This member was never appointed."),
    ),
    Section(
        "ervaring",
        _("Experience"),
        ("can_list", "ServicesView"),
        _experience,
        _("We do not know of any election at which this member worked."),
    ),
    Section(
        "vragen",
        _("Questions"),
        ("can_list", "ThreadsView"),
        _threads,
        _("There is no conversation with this member yet."),
    ),
    Section(
        "meldingen",
        _("Notifications"),
        ("can_list", "MemberNotificationsView"),
        _notifications,
        _("This member was not told anything yet."),
    ),
    Section(
        "documenten",
        _("Documents"),
        ("can_list", "DocumentsView"),
        _documents,
        _("There are no documents for this member now."),
    ),
    Section("e-mails", _("E-mails"), ("can_list", "MailsView"), _mails, _("No e-mail went to this member yet.")),
    Section("wijzigingen", _("What changed"), ("can_list", "ProfileChangesView"), _changes, _("Nothing has changed.")),
    Section("sessies", _("Sessions"), ("can_list", "ConsoleSessions"), _sessions, _("Nobody is signed in.")),
    Section(
        "inloggen", _("Signing in"), ("can_list", "ConsoleSignIns"), _sign_ins, _("This member never tried to sign in.")
    ),
]
