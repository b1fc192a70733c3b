"""How a subject is read in the audit trail: words for its acts, for what they are done to, and for their details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class AuditWords:
    """The words of one subject. Several may share a `group`, which the trail is filtered by.

    `actions`: the code that `record_event` is given, and what happened. `subjects`: the class of a row, and what it is.
    `details`: names of details; `values` and `fields`: what their values, and names of fields among them, mean. Columns
    are called as on the screen of the table by themselves.
    """

    group: str
    label: Any
    actions: Mapping[str, Any]
    subjects: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


# Details that any subject may tell of.
DETAILS: dict[str, Any] = {
    "after": _("After"),
    "at": _("At"),
    "before": _("Before"),
    "changed": _("Changed"),
    "closed": _("Closed"),
    "count": _("Number"),
    "fields": _("Fields"),
    "kind": _("Kind"),
    "new": _("New"),
    "old": _("Before"),
    "reason": _("Reason"),
    "rows": _("Number of rows"),
    "total": _("In total"),
    "until": _("Until"),
}
ACTORS = {
    "worker": _("the portal itself"),
    "command": _("an operator, by command"),
    "mail link": _("the receiver of a mail, by its link"),
}
