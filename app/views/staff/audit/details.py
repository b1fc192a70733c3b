"""The details of an audit row as label and value; fields are called as on the screens that show them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.views.labels.accounts import ROLES
from app.views.labels.audit import DETAILS
from app.views.labels.campaigns import OPTIONAL_KIND_NAMES
from app.views.labels.elections import DECLARATION_KINDS, ELECTION_STATES
from app.views.labels.members import MEMBER_FIELDS, MEMBER_STATES
from app.views.staff.elections.elections import ElectionsView
from app.views.staff.elections.functions import FunctionsView
from app.views.staff.elections.parts import DeclarationTextsView, ElectionDaysView, PollingStationsView, ShiftsView
from app.views.staff.message_box.reference_tables import CannedAnswersView, FaqsView, SubjectChoicesView
from app.views.staff.message_box.threads import ThreadsView

VALUES: dict[str, Any] = {**MEMBER_STATES, **ELECTION_STATES, **DECLARATION_KINDS, **ROLES, **OPTIONAL_KIND_NAMES}
_SCREENS = (
    ThreadsView,
    FaqsView,
    CannedAnswersView,
    SubjectChoicesView,
    FunctionsView,
    ElectionDaysView,
    ShiftsView,
    PollingStationsView,
    DeclarationTextsView,
    ElectionsView,
)
FIELDS: dict[str, Any] = {
    **{column: label for screen in _SCREENS for column, label in screen.label_columns.items()},
    **MEMBER_FIELDS,
    "locale": _("Language"),
    "mailed_kinds": _("Of what an e-mail comes"),
}


def say_details(details: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The details as label and value, each value in words where the portal has them."""
    pairs = sorted((details or {}).items())
    return [
        (str(DETAILS.get(name, name)), _say(value, FIELDS if name == "fields" else VALUES)) for name, value in pairs
    ]


def _say(value: Any, words: dict[str, Any]) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(_say(one, words) for one in value))
    known = str(value).removesuffix("_id")  # a relation and its column are one thing to a reader
    return str(words.get(str(value), words.get(known, value)))
