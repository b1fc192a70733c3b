"""Words for groups of members."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from app.services.audiences.reach import Gap
from app.views.labels.audit import AuditWords

# What helps with each reason that somebody is not reached; the words lead to the list of those members.
GAP_ACTS: Final = {
    Gap.NOT_INVITED: _("Invite them"),
    Gap.NOT_OPENED: _("Invite them again"),
    Gap.BY_LETTER: _("Print letters"),
    Gap.NO_ACCOUNT_BROKEN: _("Correct the addresses"),
    Gap.PAUSED: _("Look who"),
    Gap.LEFT: _("Look who"),
    Gap.SWITCHED_OFF: _("Look who"),
    Gap.NO_ADDRESS: _("Call them, or add an address"),
    Gap.BROKEN: _("Correct the addresses"),
    Gap.MUTED: _("Look who"),
}
GAP_LABELS: Final = {
    Gap.NOT_INVITED: _("not invited yet"),
    Gap.NOT_OPENED: _("account not opened"),
    Gap.BY_LETTER: _("no account and no e-mail address"),
    Gap.NO_ACCOUNT_BROKEN: _("no account, and mail comes back"),
    Gap.PAUSED: _("has a pause"),
    Gap.LEFT: _("has stopped"),
    Gap.SWITCHED_OFF: _("account switched off"),
    Gap.NO_ADDRESS: _("no e-mail address"),
    Gap.BROKEN: _("e-mail address does not work"),
    Gap.MUTED: _("wants no mail of this"),
}
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
