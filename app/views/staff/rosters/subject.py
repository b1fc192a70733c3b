"""Lists of members that are imported."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import ImportKind
from app.phrases import phrase
from app.services.import_runs import count_left, given_left
from app.services.waiting import Badge
from app.views.labels.rosters import AUDIT_WORDS
from app.views.staff.rosters.imports import RosterImportView
from app.views.subject import MEMBERS, Screen, Subject

SUBJECT = Subject(
    "rosters",
    screens=[Screen(RosterImportView, "Import members", _("Import members"), MEMBERS, 112)],
    badges=[
        Badge(
            "Import members",
            phrase("imports that wait for you"),
            count_left(ImportKind.ROSTER),
            given_left,
            is_of_team=True,
        )
    ],
    audit=[AUDIT_WORDS],
)
