"""Words for notes on members, and tags."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.views.labels.audit import AuditWords

AUDIT_WORDS = AuditWords(
    "note",
    _("Notes and tags"),
    {
        "member_note.added": _("note on a member written"),
        "member_note.deleted": _("note on a member deleted"),
        "tag.created": _("tag made"),
        "tag.changed": _("tag changed"),
        "tag.deleted": _("tag deleted"),
        "member_tag.given": _("tag given to a member"),
        "member_tag.taken": _("tag taken from a member"),
    },
    subjects={"MemberNote": _("note"), "Tag": _("tag")},
)
