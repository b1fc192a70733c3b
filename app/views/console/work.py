"""The first page of the console, what the worker has to do, and every import."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_admin import expose
from flask_appbuilder.security.decorators import permission_name
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.extensions import db
from app.jobs import look_at_queue
from app.models import ImportKind, ImportRun, ImportState, User
from app.services.operations import status
from app.views.console.guard import ConsoleView
from app.views.console.table import ConsoleTable
from app.views.labels.messages.campaigns import CAMPAIGN_STATES
from app.views.labels.messages.mail import MAIL_STATES
from app.views.labels.rosters import IMPORT_STATES
from app.views.pages.health import find_warnings

KINDS = {
    ImportKind.ROSTER.value: _("list of members"),
    ImportKind.STATIONS.value: _("polling stations"),
    ImportKind.DOCUMENTS.value: _("personal documents"),
    ImportKind.CANDIDATES.value: _("candidates"),
    ImportKind.PLAN.value: _("plan of an election"),
    ImportKind.TRAINING.value: _("results of trainings"),
}
JOBS = {
    "deliver": _("hand over mail"),
    "import": _("import a file"),
    "documents": _("check documents for one member each"),
    "campaigns": _("send campaigns"),
    "bulk": _("do something to all that was found"),
    "appointments": _("make letters of appointment"),
    "proposal": _("make a proposal of the plan"),
}
QUEUES = {"sqlite": _("a file (SQLite)"), "postgresql": "PostgreSQL", "redis": "Redis"}
SHOWN_JOBS = 20
# What /readyz names, in words; late mail and the queue have lines of their own.
WARNINGS = {
    "worker": _("No worker runs: no mail leaves, and no file is imported. Start the worker."),
    "due work": _("A worker runs, but its work of each minute has not come to an end for ten minutes. See its log."),
    "mail server": _("The mail server does not answer. Nobody who needs a code can sign in."),
    "storage": _("The place where files are kept does not answer. Nobody can open or add a file."),
    "scanner": _("The virus scanner does not answer. Nobody can add a file."),
    "disk": _("The disk of the portal is nearly full."),
}


class ConsoleHome(ConsoleView):
    """Is mail leaving, is work being done, who is at the door."""

    title, tab = _("Console"), _("Overview")
    path = "/console"

    @expose("/")
    @permission_name("show")
    def index_view(self) -> str:
        """The counts of this moment, each with the way to its rows."""
        seen, queue = status.read_status(g.now), look_at_queue(shown=1)
        found = find_warnings()
        warnings = [words for name, words in WARNINGS.items() if name in found]
        given = {"seen": seen, "queue": queue, "limit": status.COUNT_LIMIT, "states": MAIL_STATES, "warnings": warnings}
        return self.page("console/home.html", title=str(self.title), **given)


class ConsoleJobs(ConsoleView):
    """What waits for the worker, and what it is doing."""

    title = _("Jobs")
    path = "/console/taken"

    @expose("/")
    @permission_name("show")
    def index_view(self) -> str:
        """The queue, imports, campaigns and reminders that are under way."""
        return self.page(
            "console/jobs.html",
            title=str(self.title),
            queue=look_at_queue(shown=SHOWN_JOBS),
            words={
                "jobs": JOBS,
                "queues": QUEUES,
                "kinds": KINDS,
                "imports": IMPORT_STATES,
                "campaigns": CAMPAIGN_STATES,
            },
            imports=status.find_busy_imports(),
            campaigns=status.find_busy_campaigns(),
            reminders=status.find_coming_reminders(),
        )


class ConsoleImports(ConsoleTable):
    """Every file that was uploaded, the latest first."""

    model = ImportRun
    title = _("Imports")
    path = "/console/imports"
    choices = {"kind": KINDS, "state": IMPORT_STATES}
    tones = {ImportState.FAILED: "error", ImportState.DONE: "success"}
    label_columns = {
        "id": _("Reference number"),
        "kind": _("Kind"),
        "original_name": _("File"),
        "state": _("State"),
        "rows_total": _("Rows"),
        "rows_done": _("Rows done"),
        "rows_new": _("New"),
        "rows_changed": _("Changed"),
        "rows_refused": _("Refused"),
        "created_by_user_id": _("Uploaded by"),
        "created_at": _("Uploaded on"),
        "finished_at": _("Ready on"),
        "lease_until": _("Claimed until"),
    }
    column_list = ["created_at", "kind", "original_name", "state", "rows_done", "created_by_user_id"]
    column_details_list = [
        *("id", "kind", "original_name", "state", "rows_total", "rows_done", "rows_new", "rows_changed"),
        *("rows_refused", "created_by_user_id", "created_at", "finished_at", "lease_until"),
    ]
    quick_search = ["original_name"]
    order_columns = ["id"]
    filter_columns = ["kind", "state", "created_at"]
    column_formatters = {"created_by_user_id": lambda view, _context, item, _name: view.say_uploader(item)}

    def row_name(self, item: ImportRun) -> str:
        """What it is, and the name of the file."""
        return f"{KINDS.get(item.kind, item.kind)}, {item.original_name or item.id}"

    def look_up(self, items: list[ImportRun]) -> None:
        """The user names of who uploaded these."""
        found = select(User.id, User.username).where(User.id.in_({item.created_by_user_id for item in items} - {None}))
        g.user_names = dict(db.session.execute(found).all())

    def say_uploader(self, item: ImportRun) -> Any:
        """The user name; empty for who is no longer there, or a command."""
        return g.user_names.get(item.created_by_user_id, "")
