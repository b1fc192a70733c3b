"""Groups of members that are saved under a name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.audiences import AUDIT_WORDS
from app.views.staff.audiences.audiences import AudiencesView
from app.views.subject import MESSAGES, Screen, Subject

SUBJECT = Subject(
    "audiences",
    screens=[Screen(AudiencesView, "Audiences", _("Audiences"), MESSAGES, 134)],
    audit=[AUDIT_WORDS],
)
