"""Words for imports of members."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.audit import AuditWords

AUDIT_WORDS = AuditWords(
    "member",
    _("Data of members"),
    {
        "roster.uploaded": _("list of members uploaded"),
        "roster.imported": _("list of members imported"),
        "roster.cancelled": _("import of members cancelled"),
    },
    subjects={"ImportRun": _("import of members")},
    details={
        "absent": _("Not in the file"),
        "import_run_id": _("Number of the import"),
        "refused": _("Refused"),
    },
)
