"""Words for the acts on availability."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.audit import AuditWords

AUDIT_WORDS = AuditWords(
    "availability",
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
    subjects={"Availability": _("availability")},
)
