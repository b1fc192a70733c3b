"""What members did at earlier elections."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.services.experience.audience_kinds import KINDS
from app.views.labels.planning.experience import AUDIT_WORDS
from app.views.staff.experience.services import ServicesView
from app.views.subject import MEMBERS, Screen, Subject

SUBJECT = Subject(
    "experience",
    screens=[Screen(ServicesView, "Experience", _("Experience"), MEMBERS, 117)],
    audit=[AUDIT_WORDS],
    audience_kinds=KINDS,
)
