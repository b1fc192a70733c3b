"""Lists of the team, whatever they are about."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.models import BulkRow, BulkRun, Member
from app.phrases import phrase
from app.services.audience_kinds import Kind
from app.views.labels.audit import AuditWords
from app.views.staff.lists.bulk_runs import BulkRunsView
from app.views.staff.lists.lookups import LookupsView
from app.views.staff.lists.saved_views import SavedViewsView
from app.views.subject import Screen, Subject

AUDIT_WORDS = AuditWords(
    "lists",
    _("Lists"),
    {
        "bulk_run.started": _("act on all that was found started"),
        "bulk_run.finished": _("act on all that was found finished"),
        "bulk_run.stopped": _("act on all that was found stopped"),
        "list.exported": _("list exported"),
    },
    subjects={"BulkRun": _("act on all that was found, no.")},
    details={"screen": _("List"), "act": _("Act"), "done": _("Done"), "refused": _("Not done")},
)
FOUND = Kind(
    phrase("Found in a list"),
    lambda asked: Member.id.in_(select(BulkRow.member_id).where(BulkRow.run_id.in_(asked.ids))),
    picks=BulkRun,
)
SUBJECT = Subject(
    "lists",
    screens=[Screen(SavedViewsView), Screen(BulkRunsView), Screen(LookupsView)],
    audit=[AUDIT_WORDS],
    audience_kinds={"found": FOUND},
)
