"""Words for imports of members."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.models import ImportState
from app.services.rosters.undo import Reason
from app.views.labels.audit import AuditWords

IMPORT_STATES = {
    ImportState.UPLOADED.value: _("uploaded"),
    ImportState.CHECKING.value: _("being checked"),
    ImportState.CHECKED.value: _("checked, waits for somebody"),
    ImportState.QUEUED.value: _("waits for the worker"),
    ImportState.RUNNING.value: _("being imported"),
    ImportState.DONE.value: _("done"),
    ImportState.FAILED.value: _("failed"),
    ImportState.UNDOING.value: _("being undone"),
    ImportState.UNDONE.value: _("undone"),
}
# Why a member, or a field of one, was left as it was when an import was undone.
UNDO_REASONS = {
    Reason.OPENED.value: _("opened the account, or the state was changed"),
    Reason.INVITED.value: _("was invited already"),
    Reason.CHANGED.value: _("was changed since"),
    Reason.USED.value: _("something was done already, such as an answer, a message or a document"),
    Reason.TAKEN.value: _("another member has this member number now"),
    Reason.GONE.value: _("the data were deleted"),
    Reason.NOT_KEPT.value: _("the old account number is not kept any more"),
}

AUDIT_WORDS = AuditWords(
    "member",
    _("Data of members"),
    {
        "roster.uploaded": _("list of members uploaded"),
        "roster.imported": _("list of members imported"),
        "roster.cancelled": _("import of members cancelled"),
        "roster.undone": _("import of members undone"),
    },
    subjects={"ImportRun": _("import of members")},
    details={
        "absent": _("Not in the file"),
        "import_run_id": _("Number of the import"),
        "refused": _("Refused"),
        "removed": _("Taken away"),
        "restored": _("Put back"),
        "kept": _("Left as it is"),
    },
)
