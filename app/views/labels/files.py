"""Words for files."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.audit import AuditWords

AUDIT_WORDS = AuditWords(
    "file",
    _("Files"),
    {
        "file.denied": _("asked for a file that is not theirs"),
    },
    details={"file_id": _("Number of the file"), "files": _("Number of files")},
)
