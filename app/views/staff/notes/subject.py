"""Notes of the team on members, and tags."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.notes import AUDIT_WORDS
from app.views.staff.notes.notes import MemberNotesView
from app.views.subject import MEMBERS, Screen, Subject

SUBJECT = Subject(
    "notes",
    screens=[Screen(MemberNotesView, "Notes", _("Notes"), MEMBERS, 115)],
    audit=[AUDIT_WORDS],
)
