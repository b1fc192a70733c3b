"""How the team reads the fields and states of a member."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import MemberState
from app.views.labels.audit import AuditWords
from app.views.labels.campaigns import OPTIONAL_KIND_NAMES

MEMBER_STATES: dict[str, Any] = {
    MemberState.IMPORTED: _("not invited yet"),
    MemberState.INVITED: _("invited"),
    MemberState.ACTIVE: _("active"),
    MemberState.PAUSED: _("paused"),
    MemberState.RESIGNED: _("left"),
    MemberState.ANONYMISED: _("deleted"),
}
MEMBER_FIELDS = {
    "member_number": _("Member number"),
    "initials": _("Initials"),
    "first_name": _("First name"),
    "infix": _("Infix"),
    "surname": _("Surname"),
    "birth_date": _("Date of birth"),
    "email": _("E-mail address"),
    "phone": _("Telephone number"),
    "mobile": _("Mobile number"),
    "street": _("Street"),
    "house_number": _("House number"),
    "house_number_suffix": _("Addition to the house number"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "iban": _("IBAN"),
    "bsn": _("BSN"),
    "is_civil_servant": _("Works for the municipality"),
    "language": _("Language to write in"),
    "languages": _("Languages they speak"),
    "state": _("State"),
    "data_checked_at": _("Data checked on"),
}
MEMBER_FILTERS = {
    "takes_part": (
        _("Takes part"),
        {"yes": _("yes: not invited yet, invited or active"), "no": _("no: paused or left")},
    ),
    "bsn": (_("BSN"), {"known": _("known"), "needed": _("still needed"), "double": _("double")}),
    "checked": (_("Data checked"), {"yes": _("yes"), "no": _("no")}),
    "servant": (_("Works for the municipality"), {"yes": _("yes"), "no": _("no")}),
    "email": (_("E-mail address"), {"known": _("known"), "missing": _("missing"), "broken": _("does not work")}),
}
FORM_GROUPS: list[tuple[Any, dict[str, list[str]]]] = [
    (
        _("Who it is"),
        {"fields": ["member_number", "first_name", "initials", "infix", "surname", "birth_date", "languages"]},
    ),
    (
        _("How to reach them"),
        {"fields": ["email", "mobile", "phone", "street", "house_number", "house_number_suffix", "postcode", "city"]},
    ),
    (_("For the fee"), {"fields": ["iban", "is_civil_servant"]}),
]
AUDIT_WORDS = AuditWords(
    "member",
    _("Data of members"),
    {
        "member.read": _("data of a member read"),
        "member.added": _("member added"),
        "member.deleted": _("member deleted"),
        "member.imported": _("member imported"),
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
    details={"is_duplicate": _("Another member has it too")},
    values={**MEMBER_STATES, **OPTIONAL_KIND_NAMES},
    fields={**MEMBER_FIELDS, "locale": _("Language"), "mailed_kinds": _("Of what an e-mail comes")},
)
