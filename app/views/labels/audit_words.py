"""How an administrator reads the audit trail: words for each action, for what it was done to, and for its details."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.views.labels.election_words import STATES as ELECTION_STATES
from app.views.labels.kind_names import KIND_NAMES
from app.views.labels.member_labels import ROSTER_LABELS, STATES
from app.views.staff.accounts.users import ROLES
from app.views.staff.elections.elections import ElectionsView
from app.views.staff.elections.functions import FunctionsView
from app.views.staff.elections.parts import (
    DECLARATIONS,
    DeclarationTextsView,
    ElectionDaysView,
    PollingStationsView,
    ShiftsView,
)
from app.views.staff.message_box.reference_tables import CannedAnswersView, FaqsView, SubjectChoicesView
from app.views.staff.message_box.threads import ThreadsView

# Group → action → words. tests/guards/test_audit_words.py fails for an action of the code that is not here.
GROUPS: dict[str, tuple[Any, dict[str, Any]]] = {
    "sign_in": (
        _("Signing in"),
        {
            "sign_in.succeeded": _("signed in"),
            "sign_in.refused": _("name or password refused"),
            "sign_in.code_refused": _("code refused"),
            "sign_in.locked": _("account locked for a moment after wrong passwords"),
            "sign_in.ended": _("signed out"),
            "page.denied": _("asked for a page without permission"),
            "session.ended": _("ended a session of their own"),
            "session.all_ended": _("ended all sessions of their own"),
        },
    ),
    "account": (
        _("Passwords and invitations"),
        {
            "invitation.sent": _("invitations sent"),
            "invitation.printed": _("invitation printed"),
            "invitation.accepted": _("account opened"),
            "password.reset_asked": _("link for a new password sent"),
            "password.reset": _("password replaced by a mailed link"),
            "password.changed": _("password changed"),
            "email.change_asked": _("asked to change the e-mail address"),
            "email.changed": _("e-mail address changed"),
        },
    ),
    "user": (
        _("Users and roles"),
        {
            "user.added": _("user added"),
            "user.invited": _("user invited"),
            "user.renamed": _("name of a user changed"),
            "user.roles_changed": _("role changed"),
            "user.switched_off": _("account switched off"),
            "user.switched_on": _("account switched on"),
            "user.sessions_ended": _("sessions of somebody ended"),
            "user.session_ended": _("one session of somebody ended"),
        },
    ),
    "member": (
        _("Data of members"),
        {
            "member.read": _("data of a member read"),
            "member.added": _("member added"),
            "member.deleted": _("member deleted"),
            "member.imported": _("member imported"),
            "member.state_changed": _("state of a member changed"),
            "members.exported": _("list of members exported"),
            "profile.changed": _("data changed"),
            "profile.checked": _("data checked"),
            "member.choices_changed": _("chose the language and the e-mails"),
            "member.mail_stopped": _("stopped e-mails that are optional"),
            "bsn.supplied": _("BSN supplied"),
            "bsn.cleared": _("BSN cleared"),
            "roster.uploaded": _("list of members uploaded"),
            "roster.imported": _("list of members imported"),
            "roster.cancelled": _("import of members cancelled"),
        },
    ),
    "election": (
        _("Elections"),
        {
            "election.created": _("election added"),
            "election.changed": _("election changed"),
            "election.deleted": _("election deleted"),
            "election.moved": _("state of an election changed"),
            "stations.imported": _("polling stations imported"),
            "declaration_text.added": _("text of a declaration added"),
            "declaration_text.changed": _("text of a declaration changed"),
            "declaration_text.removed": _("text of a declaration removed"),
            "function.created": _("function added"),
            "function.changed": _("function changed"),
            "function.deleted": _("function deleted"),
            "election_day.created": _("election day added"),
            "election_day.changed": _("election day changed"),
            "election_day.deleted": _("election day deleted"),
            "shift.created": _("shift added"),
            "shift.changed": _("shift changed"),
            "shift.deleted": _("shift deleted"),
            "polling_station.created": _("polling station added"),
            "polling_station.changed": _("polling station changed"),
            "polling_station.deleted": _("polling station deleted"),
        },
    ),
    "availability": (
        _("Availability"),
        {
            "availability.opened": _("availability opened for answers"),
            "availability.submitted": _("availability given"),
            "availability.changed": _("availability changed"),
            "availability.entered": _("availability entered for a member"),
            "availability.candidacy_declared": _("declared to be a candidate"),
            "availability.reopened": _("availability opened again for a member"),
            "availability.locked": _("availability fixed"),
            "availability.read": _("answer of a member read"),
            "availability.exported": _("answers exported"),
        },
    ),
    "message": (
        _("Messages and mailings"),
        {
            "campaign.created": _("mailing made"),
            "campaign.changed": _("mailing changed"),
            "campaign.deleted": _("mailing deleted"),
            "campaign.planned": _("mailing planned"),
            "campaign.unplanned": _("mailing no longer planned"),
            "campaign.sent": _("mailing sent"),
            "campaign.reminded": _("reminder sent"),
            "campaign.stopped": _("mailing stopped"),
            "campaign.tested": _("mailing tried out"),
            "news_item.created": _("general message written"),
            "news_item.changed": _("general message changed"),
            "news_item.published": _("general message published"),
            "news_item.withdrawn": _("general message withdrawn"),
            "news_item.file_added": _("image or attachment added to a general message"),
            "news_item.file_removed": _("image or attachment taken away from a general message"),
            "news_item.deleted": _("general message deleted"),
            "audience.created": _("group of members saved"),
            "audience.changed": _("group of members changed"),
            "audience.deleted": _("group of members deleted"),
            "mail.resent": _("mail sent again"),
            "mail.cancelled": _("mail cancelled"),
            "mail.reported": _("report that a mail did not arrive"),
            "email.broken": _("e-mail address does not work"),
            "email.works": _("e-mail address works again"),
        },
    ),
    "document": (
        _("Documents"),
        {
            "document.created": _("document uploaded"),
            "document.changed": _("document changed"),
            "document.published": _("document published"),
            "document.replaced": _("new version of a document"),
            "document.withdrawn": _("document withdrawn"),
            "document.taken_back": _("personal document taken back"),
            "document.deleted": _("document deleted"),
            "document.reminded": _("reminder of a document sent"),
            "document.looked_at": _("personal document of a member read"),
        },
    ),
    "file": (
        _("Files"),
        {
            "file.denied": _("asked for a file that is not theirs"),
        },
    ),
    "question": (
        _("Message box"),
        {
            "thread.asked": _("question asked"),
            "thread.replied": _("question gone on with"),
            "thread.refused": _("question of somebody else refused"),
            "thread.read": _("question read by the team"),
            "thread.started": _("message to a member sent"),
            "thread.answered": _("question answered"),
            "thread.taken": _("question taken"),
            "thread.released": _("question given back to the team"),
            "thread.assigned": _("question given to a colleague"),
            "thread.closed": _("question closed without answer"),
            "thread.noted": _("note for colleagues written"),
            "thread.merged": _("questions merged"),
            "thread.changed": _("subject or election of a question changed"),
            "team_question.created": _("question to members made"),
            "team_question.changed": _("question to members changed"),
            "team_question.deleted": _("question to members deleted"),
            "team_question.asked": _("question asked to members"),
            "faq.created": _("frequently asked question added"),
            "faq.changed": _("frequently asked question changed"),
            "faq.deleted": _("frequently asked question deleted"),
            "canned_answer.created": _("standard answer added"),
            "canned_answer.changed": _("standard answer changed"),
            "canned_answer.deleted": _("standard answer deleted"),
            "subject_choice.created": _("subject added"),
            "subject_choice.changed": _("subject changed"),
            "subject_choice.deleted": _("subject deleted"),
        },
    ),
}
ACTIONS: dict[str, Any] = {code: words for _label, words_of in GROUPS.values() for code, words in words_of.items()}

SUBJECTS: dict[str, Any] = {
    "User": _("account"),
    "Member": _("member"),
    "MailedLink": _("mailed link"),
    "EmailChange": _("change of e-mail address"),
    "Election": _("election"),
    "ElectionDay": _("election day"),
    "Shift": _("shift"),
    "PollingStation": _("polling station"),
    "Function": _("function"),
    "Availability": _("availability"),
    "DeclarationText": _("text of a declaration"),
    "ImportRun": _("import of members"),
    "Campaign": _("mailing"),
    "Audience": _("group of members"),
    "NewsItem": _("message"),
    "Document": _("document"),
    "OutboundMail": _("e-mail"),
    "Thread": _("question"),
    "TeamQuestion": _("question to members"),
    "Faq": _("frequently asked question"),
    "CannedAnswer": _("standard answer"),
    "SubjectChoice": _("subject"),
}

DETAILS: dict[str, Any] = {
    "code": _("Code of the election"),
    "after": _("After"),
    "at": _("At"),
    "before": _("Before"),
    "blocked": _("Locked at that moment"),
    "changed": _("Changed"),
    "closed": _("Closed"),
    "count": _("Number"),
    "absent": _("Not in the file"),
    "days_before": _("Days before the end"),
    "duplicate": _("Number of the question that went into it"),
    "election_id": _("Number of the election"),
    "fields": _("Fields"),
    "file_id": _("Number of the file"),
    "files": _("Number of files"),
    "import_run_id": _("Number of the import"),
    "is_duplicate": _("Another member has it too"),
    "kind": _("Kind"),
    "members": _("Number of members"),
    "new": _("New"),
    "old": _("Before"),
    "page": _("Which page"),
    "queued": _("Number of mails"),
    "reason": _("Reason"),
    "refused": _("Refused"),
    "roles": _("Role"),
    "rows": _("Number of rows"),
    "session": _("Number of the session"),
    "template": _("Which mail"),
    "thread": _("Number of the question"),
    "total": _("In total"),
    "until": _("Until"),
    "user": _("Number of the account"),
    "version": _("Version"),
    "without_address": _("Without e-mail address"),
}

ACTORS = {
    "worker": _("the portal itself"),
    "command": _("an operator, by command"),
    "mail link": _("the receiver of a mail, by its link"),
}
VALUES: dict[str, Any] = {**STATES, **ELECTION_STATES, **DECLARATIONS, **ROLES, **KIND_NAMES}
_SCREENS = (
    ThreadsView,
    FaqsView,
    CannedAnswersView,
    SubjectChoicesView,
    FunctionsView,
    ElectionDaysView,
    ShiftsView,
    PollingStationsView,
    DeclarationTextsView,
    ElectionsView,
)
FIELDS: dict[str, Any] = {
    **{column: label for screen in _SCREENS for column, label in screen.label_columns.items()},
    **ROSTER_LABELS,
    "locale": _("Language"),
    "mailed_kinds": _("Of what an e-mail comes"),
}


def say_action(code: str) -> str:
    """The action in words; an old one that the portal no longer makes stays as it was written."""
    return str(ACTIONS.get(code, code))


def say_details(details: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The details as label and value, each value in words where the portal has them."""
    pairs = sorted((details or {}).items())
    return [
        (str(DETAILS.get(name, name)), _say(value, FIELDS if name == "fields" else VALUES)) for name, value in pairs
    ]


def _say(value: Any, words: dict[str, Any]) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(_say(one, words) for one in value))
    known = str(value).removesuffix("_id")  # a relation and its column are one thing to a reader
    return str(words.get(str(value), words.get(known, value)))
