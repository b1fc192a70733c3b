"""Words for groups of members."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.audit import AuditWords

AUDIT_WORDS = AuditWords(
    "message",
    _("Messages and mailings"),
    {
        "audience.created": _("group of members saved"),
        "audience.changed": _("group of members changed"),
        "audience.deleted": _("group of members deleted"),
    },
    subjects={"Audience": _("group of members")},
)
