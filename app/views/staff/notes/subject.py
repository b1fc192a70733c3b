"""Notes of the team on members, and tags."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.services.notes import tags
from app.views.labels.notes import AUDIT_WORDS
from app.views.staff.notes.notes import MemberNotesView
from app.views.staff.notes.tags import TagsView
from app.views.subject import MEMBERS, Screen, Subject

SUBJECT = Subject(
    "notes",
    screens=[
        Screen(MemberNotesView, "Notes", _("Notes"), MEMBERS, 115),
        Screen(TagsView, "Tags", _("Tags"), MEMBERS, 116),
    ],
    audit=[AUDIT_WORDS],
    audience_kinds=tags.KINDS,
    bulk_acts={"MembersView.tag": tags.GIVE, "MembersView.untag": tags.TAKE},
)
