"""What a member asked, was told and did, in the sections of the team's page of a member."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.auth.browser import browser_name
from app.i18n import translate, write_moment
from app.models import Member
from app.services.documents import for_member
from app.services.mail.smtp_replies import explain_reply
from app.services.overview import member_page
from app.services.overview.member_page import SHOWN
from app.views.addresses import asking_url, row_url
from app.views.labels.accounts import SIGN_IN_WORDS
from app.views.labels.documents import DOCUMENT_CATEGORIES
from app.views.labels.members import TEAM_FIELD_LABELS, say_value
from app.views.labels.messages.campaigns import NOTIFICATION_KINDS
from app.views.labels.messages.mail import MAIL_STATES, MAIL_TEMPLATES
from app.views.labels.messages.message_box import THREAD_STATES
from app.views.staff.audit.words import say_action
from app.views.staff.members.sections.parts import HISTORY, MESSAGES, Line, Part, Section

SIGN_INS = list(SIGN_IN_WORDS.actions)


def _threads(member: Member) -> Part:
    lines = [
        Line(row_url("ThreadsView.show", thread.id), _thread_cells(thread))
        for thread in member_page.list_threads(member.id)
    ]
    columns = [_("Subject"), _("State"), _("Colleague"), _("Last message")]
    return Part(columns, lines, asking_url("ThreadsView.list", member=member.user.username))


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
    return Part(columns, lines, asking_url("MemberNotificationsView.list", member=member.user.username))


def _notification_cells(notification: Any) -> list[Any]:
    sent = write_moment(notification.created_at) if notification.withdrawn_at is None else gettext("withdrawn")
    kind = NOTIFICATION_KINDS.get(notification.kind, notification.kind)
    return [notification.title, kind, sent, _moment(notification.read_at), _moment(notification.done_at)]


def _documents(member: Member) -> Part:
    found = for_member.list_own_documents(member.id, g.now)[:SHOWN]
    lines = [
        Line(
            row_url("DocumentsView.show", own.document.id),
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
    return Part(columns, lines, asking_url("DocumentsView.list", member=member.user.username))


def _mails(member: Member) -> Part:
    lines = [
        Line(row_url("MailsView.show", mail.id), _mail_cells(mail)) for mail in member_page.list_mails(member.user_id)
    ]
    columns = [_("Which mail"), _("State"), _("Made on"), _("Why not")]
    return Part(columns, lines, asking_url("MailsView.list", member=member.user.username))


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
    return Part(columns, lines, asking_url("ProfileChangesView.list", member=member.user.username))


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


TOLD: list[Section] = [
    Section(
        "vragen",
        _("Questions"),
        ("can_list", "ThreadsView"),
        _threads,
        _("There is no conversation with this member yet."),
        MESSAGES,
    ),
    Section(
        "meldingen",
        _("Notifications"),
        ("can_list", "MemberNotificationsView"),
        _notifications,
        _("This member was not told anything yet."),
        MESSAGES,
    ),
    Section(
        "documenten",
        _("Documents"),
        ("can_list", "DocumentsView"),
        _documents,
        _("There are no documents for this member now."),
        MESSAGES,
    ),
    Section(
        "e-mails",
        _("E-mails"),
        ("can_list", "MailsView"),
        _mails,
        _("No e-mail went to this member yet."),
        HISTORY,
    ),
    Section(
        "wijzigingen",
        _("What changed"),
        ("can_list", "ProfileChangesView"),
        _changes,
        _("Nothing has changed."),
        HISTORY,
    ),
    Section(
        "sessies",
        _("Sessions"),
        ("can_list", "ConsoleSessions"),
        _sessions,
        _("Nobody is signed in."),
        HISTORY,
    ),
    Section(
        "inloggen",
        _("Signing in"),
        ("can_list", "ConsoleSignIns"),
        _sign_ins,
        _("This member never tried to sign in."),
        HISTORY,
    ),
]
