"""The roles, each an explicit list of (permission, view) pairs. One page to read: what is not here, nobody may.

`portal setup` makes the database equal to this page: it adds what is missing and removes every extra, also from Admin,
which FAB would give each new permission by itself. Menu entries are pairs too: ("menu_access", entry).
"""

from __future__ import annotations

Pair = tuple[str, str]

MEMBER = "Member"
STAFF = "Staff"
ADMIN = "Admin"


def may(view: str, *permissions: str) -> set[Pair]:
    """The named permissions on one view, written without FAB's `can_`."""
    return {(f"can_{permission}", view) for permission in permissions}


def read(view: str) -> set[Pair]:
    """List and show of a generated view, and what it finds as a file."""
    return may(view, "list", "show", "export")


def manage(view: str) -> set[Pair]:
    """Full CRUD of a generated view."""
    return may(view, "list", "show", "add", "edit", "delete", "export")


def acts(view: str, *names: str) -> set[Pair]:
    """The named acts on rows of a generated view, and the routes that they go by."""
    return may(view, "act") | {(name, view) for name in names}


def menu(*entries: str) -> set[Pair]:
    """Entries of the menu, by name."""
    return {("menu_access", entry) for entry in entries}


# What everybody has who is signed in: the own account, and files, each of which asks the rule of its subject.
OWN_ACCOUNT: set[Pair] = (
    may("MyAccountView", "show", "send_code", "change_password", "change_email")
    | may("SessionsView", "show", "end", "end_all", "keep_alive")
    | may("FilesView", "read")
)

# Members and their data: the election team's daily work.
MEMBER_WORK: set[Pair] = (
    may("RosterImportView", "upload", "columns", "show", "start", "cancel", "refused", "undo")
    | may("MergeView", "choose", "compare")
    | manage("MembersView")
    | may("MembersView", "correct_bsn", "stop")
    | acts("MembersView", "invite", "invite_again", "letter", "reset", "pause", "resume", "resign")
    | read("ProfileChangesView")
    | menu("Members", "All members", "What changed", "Import members")
)

# What the team keeps about members for itself.
NOTE_WORK: set[Pair] = (
    may("MemberNotesView", "list", "show", "delete", "export", "write")
    | manage("TagsView")
    | may("MembersView", "tags", "tag_chosen")
    | acts("MembersView", "tag", "untag")
    | menu("Notes", "Tags")
)

# What members did at earlier elections.
EXPERIENCE_WORK: set[Pair] = manage("ServicesView") | menu("Experience")

# Elections, their stations and the answers of members.
ELECTION_WORK: set[Pair] = (
    manage("ElectionsView")
    | may("ElectionsView", "upload", "open_period", "move")
    | may("StationImportView", "upload", "check", "move", "drop", "undo")
    | may("AnswersView", "list", "show", "edit", "export", "totals", "reopen")
    | acts("AnswersView", "reopen")
    | manage("FunctionsView")
    | manage("ElectionDaysView")
    | manage("ShiftsView")
    | manage("PollingStationsView")
    | manage("DeclarationTextsView")
    | menu("Elections", "All elections", "Functions", "Election days", "Shifts", "Polling stations", "Declarations")
)

# Planning: who is needed where, who may and can, who stands where.
PLANNING_WORK: set[Pair] = (
    manage("StaffingNeedsView")
    | may("StaffingNeedsView", "numbers")
    | acts("StaffingNeedsView", "change", "remove")
    | manage("NeedTemplatesView")
    | may("NeedPages", "totals", "fill", "start", "copy")
    | may("CoverageView", "show", "export", "paper")
    | may("PlanFilesView", "show", "export", "sheets")
    | may("PlanImportView", "upload", "check", "drop")
    | may("PollingStationsView", "set_needs")
    | acts("PollingStationsView", "need")
    | may("ProposalsView", "ask", "show", "station", "stop", "accept", "drop", "weights")
    | may("PlanBoardView", "show", "plan")
    | may("PlanStationsView", "show", "fill")
    | may("PlanPlacesView", "edit")
    | may("PlanMembersView", "place")
    | may("PlannedPlacesView", "list", "show", "export")
    | menu("Planning", "Plan", "Staffing needs", "Templates of needs")
)

# Appointments: the decisions on a published plan, and their letters.
APPOINTMENT_WORK: set[Pair] = (
    may("AppointmentSetupsView", "list", "show", "add", "edit", "export", "logo", "remove_logo")
    | may("LetterTextsView", "list", "show", "edit", "export", "preview")
    | may("AppointView", "look", "first_letter", "run", "stop", "paper", "batch")
    | read("AppointmentsView")
    | may("AppointmentsView", "answer")
    | acts("AppointmentsView", "remind")
    | menu("Appointing", "Appointments")
)

# After an election: hours, thanks with questions, notes of chairs.
EVALUATION_WORK: set[Pair] = (
    may("HoursView", "list", "show", "edit", "export")
    | acts("HoursView", "confirm", "take_back")
    | may("HoursPage", "show", "collect", "export")
    | may("AddedHoursPage", "add")
    | may("CertificatesView", "read")
    | may("SurveysView", "list", "show", "add", "edit", "export", "questions", "open", "close", "answers")
    | read("ChairNotesView")
    | menu("Worked hours", "Questions afterwards", "Notes of chairs")
)

# Replacement: places that came free, who is asked for them, and who is in reserve.
REPLACEMENT_WORK: set[Pair] = (
    read("VacanciesView")
    | may("VacanciesView", "ask", "phone", "called", "withdraw", "close", "undo")
    | may("LeavingView", "note")
    | may("ReplacementAsksView", "list", "export")
    | acts("ReplacementAsksView", "withdraw")
    | may("ReservesView", "list", "add", "export", "add_all")
    | acts("ReservesView", "take_off")
    | menu("Replacement", "Reserves")
)

# Trainings: sessions, participants, attendance and results.
TRAINING_WORK: set[Pair] = (
    manage("TrainingSessionsView")
    | may("TrainingSessionsView", "cancel")
    | may("TrainingParticipantsView", "add", "attendance", "tap", "pass_present", "sheet")
    | read("TrainingSeatsView")
    | may("TrainingSeatsView", "move")
    | acts("TrainingSeatsView", "present", "absent", "passed", "failed", "give_up")
    | manage("TrainingResultsView")
    | may("TrainingImportView", "upload", "check", "drop")
    | menu("Training", "Trainings", "Participants", "Training results")
)

# The day itself: who is at which station, whether that is legal, who keeps the lists, and the record.
ATTENDANCE_WORK: set[Pair] = (
    may("AttendanceView", "show", "export")
    | may("StationDayView", "keep", "access", "end_access")
    | may("DayPaperView", "show", "export", "record", "sheets")
    | may("CentralCountView", "show", "sheets")
    | read("AttendancesView")
    | menu("Attendance")
)

# Who may be appointed: rules, what they found, candidates; and what of the plan is published.
ELIGIBILITY_WORK: set[Pair] = (
    may("EligibilityFindingsView", "list", "show", "export", "override", "take_back")
    | may("EligibilityRulesView", "list", "show", "edit", "export")
    | may("CommitteeSeatsView", "list", "show", "add", "delete", "export")
    | may("CandidatesImportView", "upload", "check", "drop", "compare")
    | may("CandidateMatchesView", "list", "show", "export")
    | acts("CandidateMatchesView", "confirm", "reject", "reopen")
    | may("PublishView", "preview")
    | may("PlanVersionsView", "list", "show", "export")
    | may("PublishedPlacesView", "list", "export")
    | menu("Eligibility", "Eligibility rules", "Committee seats", "Candidates")
)

# General messages and notifications.
MESSAGE_WORK: set[Pair] = (
    manage("CampaignsView")
    | may("CampaignsView", "progress", "send", "test", "stop", "reminders")
    | manage("AudiencesView")
    | manage("NewsItemsView")
    | may("NewsItemsView", "preview", "publish", "withdraw", "add_file", "remove_file")
    | read("MailsView")
    | acts("MailsView", "resend", "cancel")
    | may("MemberNotificationsView", "list", "export")
    | menu("Messages", "All news", "Campaigns", "Audiences", "Notifications per member", "E-mails")
)

# The message box: questions of members, and what helps to answer them.
QUESTION_WORK: set[Pair] = (
    may(
        "ThreadsView",
        "list",
        "show",
        "add",
        "edit",
        "answer",
        "note",
        "take",
        "release",
        "assign",
        "close",
        "merge",
    )
    | may("ThreadsView", "read", "save_draft", "drop_draft", "export")
    | acts("ThreadsView", "take_chosen", "close_chosen")
    | manage("TeamQuestionsView")
    | may("TeamQuestionsView", "ask")
    | manage("FaqsView")
    | manage("CannedAnswersView")
    | manage("SubjectChoicesView")
    | menu("Team message box", "Questions", "Questions to members", "Frequently asked questions")
    | menu("Standard answers", "Subjects")
)

# Documents, personal ones, and who read them.
DOCUMENT_WORK: set[Pair] = (
    manage("DocumentsView")
    | may("DocumentsView", "publish", "new_version", "withdraw", "take_back")
    | may("DocumentReadersView", "show", "remind", "export")
    | may("PersonalDocumentsView", "upload", "show", "cancel")
    | menu("Documents", "All documents", "Personal documents")
)

# One search through all of it, each group asking the permissions of its own list; and the manual.
SEARCH: set[Pair] = may("SearchView", "show") | may("ManualView", "list", "show")

# The team's accounts, switching accounts off, and the audit trail: administrators only.
ADMIN_WORK: set[Pair] = (
    may("UsersView", "list", "show", "add", "edit", "export")
    | acts("UsersView", "invite", "send_reset_link", "switch_off", "switch_on", "end_sessions")
    | read("AuditEventsView")
    | menu("Administration", "Users", "Audit trail")
)

# The operator's console: what happens behind the screens. It reads; its one act is a form of its own.
CONSOLE: set[Pair] = (
    may("ConsoleHome", "show")
    | may("ConsoleJobs", "show")
    | may("ConsoleImports", "list", "show")
    | may("ConsoleSignIns", "list", "show")
    | may("ConsoleSessions", "list", "show", "end")
    | menu("Console")
)

# What belongs to every list: each colleague's own views of it, and acts on all that it found. Which lists one may open
# and which acts one may do each list says itself.
LIST_WORK: set[Pair] = (
    may("SavedViewsView", "columns", "save", "default", "delete")
    | may("BulkRunsView", "show", "stop", "print_part")
    | may("LookupsView", "members", "stations", "related")
)

TEAM_WORK: set[Pair] = (
    MEMBER_WORK
    | NOTE_WORK
    | EXPERIENCE_WORK
    | ELECTION_WORK
    | PLANNING_WORK
    | APPOINTMENT_WORK
    | EVALUATION_WORK
    | REPLACEMENT_WORK
    | TRAINING_WORK
    | ATTENDANCE_WORK
    | ELIGIBILITY_WORK
    | MESSAGE_WORK
    | QUESTION_WORK
    | DOCUMENT_WORK
    | SEARCH
    | LIST_WORK
)

ROLES: dict[str, set[Pair]] = {
    MEMBER: OWN_ACCOUNT
    | may("ProfileView", "show", "edit", "check", "bsn", "keep_bsn")
    | may("AvailabilityView", "list", "show", "edit")
    | may("LookupsView", "stations")
    | may("MyPlacesView", "list")
    | may("MyMessagesView", "list")
    | may("NotificationsView", "list", "show", "open")
    | may("ChoicesView", "show")
    | may("NewsView", "list", "show", "open", "archive", "restore")
    | may("MessageBoxView", "list", "show", "open", "ask", "reply", "suggest", "save_draft", "drop_draft")
    | may("MyDocumentsView", "list")
    | may("MyAppointmentsView", "list", "accept", "decline")
    | may("MyReplacementView", "list", "show", "answer", "reserve")
    | may("MyCalendarView", "show", "download", "make", "end")
    | may("MyStationView", "keep")
    | may("MyExperienceView", "list", "certificate")
    | may("MySurveyView", "show")
    | may("MyChairNotesView", "write", "change")
    | may("MyTrainingView", "list", "choose", "give_up", "calendar", "certificate")
    | menu("Home", "My messages", "My availability", "My places", "My appointment", "My training", "My experience")
    | menu("My documents", "My data"),
    STAFF: OWN_ACCOUNT | TEAM_WORK,
    ADMIN: OWN_ACCOUNT | TEAM_WORK | ADMIN_WORK | CONSOLE,
}
