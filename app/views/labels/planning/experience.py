"""Words for what members did at earlier elections."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.audit import AuditWords

AUDIT_WORDS = AuditWords(
    "member",
    _("Data of members"),
    {
        "service.added": _("experience of a member added"),
        "service.changed": _("experience of a member changed"),
        "service.deleted": _("experience of a member deleted"),
    },
    subjects={"Service": _("experience")},
    details={"election": _("Election")},
)
