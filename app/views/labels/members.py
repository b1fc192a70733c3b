"""How the team and the member read the fields and states of a member."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.member_fields import MEMBER_FIELDS, Changes, Group
from app.models import MemberState, StopReason
from app.views.labels.audit import AuditWords
from app.views.labels.messages.campaigns import OPTIONAL_KIND_NAMES

MEMBER_STATES: dict[str, Any] = {
    MemberState.IMPORTED: _("not invited yet"),
    MemberState.INVITED: _("invited"),
    MemberState.ACTIVE: _("active"),
    MemberState.PAUSED: _("paused"),
    MemberState.RESIGNED: _("left"),
    MemberState.ANONYMISED: _("deleted"),
}
STOP_REASONS: dict[str, Any] = {
    StopReason.OWN_WISH: _("own wish"),
    StopReason.MOVED: _("moved to another municipality"),
    StopReason.PERSONAL: _("personal circumstances"),
    StopReason.BY_TEAM: _("the team decided so"),
    StopReason.DECEASED: _("deceased"),
    StopReason.OTHER: _("something else"),
}
TEAM_FIELD_LABELS: dict[str, Any] = {field.name: _((field.team_label or field.label).msgid) for field in MEMBER_FIELDS}
OWN_FIELD_LABELS: dict[str, Any] = {field.name: _(field.label.msgid) for field in MEMBER_FIELDS}
MEMBER_FILTERS = {
    "takes_part": (
        _("Takes part"),
        {"yes": _("yes: not invited yet, invited or active"), "no": _("no: paused or left")},
    ),
    "bsn": (_("BSN"), {"known": _("known"), "needed": _("still needed"), "double": _("double")}),
    "checked": (_("Data checked"), {"yes": _("yes"), "no": _("no")}),
    "servant": (_("Works for the municipality"), {"yes": _("yes"), "no": _("no")}),
    "email": (_("E-mail address"), {"known": _("known"), "missing": _("missing"), "broken": _("does not work")}),
    "account": (
        _("Account"),
        {
            "not_opened": _("not opened"),
            "invited_14": _("not opened, invited two weeks ago or longer"),
            "invited_28": _("not opened, invited four weeks ago or longer"),
        },
    ),
    "notes": (_("Has notes"), {"yes": _("yes"), "no": _("no")}),
}
AUDIT_WORDS = AuditWords(
    "member",
    _("Data of members"),
    {
        "member.read": _("data of a member read"),
        "member.added": _("member added"),
        "member.deleted": _("member deleted"),
        "member.imported": _("member imported"),
        "member.merged": _("two members merged into one"),
        "member.state_changed": _("state of a member changed"),
        "members.exported": _("list of members exported"),
        "profile.changed": _("data changed"),
        "profile.checked": _("data checked"),
        "member.choices_changed": _("chose the language and the e-mails"),
        "member.mail_stopped": _("stopped e-mails that are optional"),
        "bsn.supplied": _("BSN supplied"),
        "bsn.cleared": _("BSN cleared"),
    },
    subjects={"Member": _("member")},
    details={
        "is_duplicate": _("Another member has it too"),
        "kept_id": _("Number of the member that stays"),
        "gone_id": _("Number of the member that went"),
    },
    values={**MEMBER_STATES, **STOP_REASONS, **OPTIONAL_KIND_NAMES},
    fields={**TEAM_FIELD_LABELS, "locale": _("Language"), "mailed_kinds": _("Of what an e-mail comes")},
)


def say_value(field: str, value: str) -> Any:
    """The value of a changed field, as a change keeps it, for people to read."""
    if field == "state":
        return MEMBER_STATES.get(value, value)
    if field == "is_civil_servant":
        return {"1": _("yes"), "0": _("no")}.get(value, value)
    return MEMBER_FIELDS[field].write(value) if value and field in MEMBER_FIELDS.by_name else value


def form_groups(who: Changes, *titles: Any) -> list[tuple[Any, dict[str, list[str]]]]:
    """The parts of a form with what the member, or the team, may change; a title for each `Group`."""
    return [
        (title, {"fields": [*MEMBER_FIELDS.changed_by(who, group)]}) for title, group in zip(titles, Group, strict=True)
    ]
