"""The fields of a member's data, in the forms of the member and of the team. The rules stand in `services.profile`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import g
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.clock import local_today
from app.member_fields import MEMBER_FIELDS, Changes, Field, FieldTable
from app.models import MemberState
from app.services.members.fields import read_fields
from app.services.members.states import LONGEST_NOTE
from app.views.forms.forms import PortalForm
from app.views.labels.members import OWN_FIELD_LABELS, STOP_REASONS, TEAM_FIELD_LABELS

needed = InputRequired(_("Fill in this field."))
not_endless = Length(max=1000)
may_be_empty = (Optional(), not_endless)


HINTS: dict[str, Any] = {
    "infix": _("For example: van der"),
    "birth_date": _("Day, month and year, for example 31-12-1980 or 31 December 1980"),
    "trained_on": _("The day of the last training, for example 31-12-2025"),
    "house_number_suffix": _("For example: A or bis"),
    "postcode": _("For example: 1234 AB; in Belgium B-2000, in Germany D-47533"),
    "languages": _("For example: Dutch, English, sign language"),
    "email": _("The sign-in codes go to this address. Another one ends the member's sessions."),
}
ATTRIBUTES: dict[str, dict[str, str]] = {  # no keypad of digits for the date of birth: a month may have its name
    "mobile": {"inputmode": "tel"},
    "phone": {"inputmode": "tel"},
    "iban": {"spellcheck": "false"},
    "email": {"inputmode": "email"},
}
# What a browser knows of who sits before it (WCAG 1.3.5). There is no word for initials, and none for a number alone.
OWN_WORDS: dict[str, str] = {
    "initials": "additional-name",
    "first_name": "given-name",
    "surname": "family-name",
    "birth_date": "bday",
    "email": "email",
    "mobile": "mobile tel",
    "phone": "home tel",
    "street": "address-line1",
    "house_number": "address-line2",
    "house_number_suffix": "address-line3",
    "postcode": "postal-code",
    "city": "address-level2",
    "iban": "off",
}


class DataForm(PortalForm):
    """What somebody changes of a member's data: a field for each row of the table that this person may change."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Also asks the rules about each field, so that everything that is wrong is said at once."""
        is_valid = super().validate(extra_validators)
        typed = {name: self[name].data for name in MEMBER_FIELDS.by_name if name in self and not self[name].errors}
        _values, faults = read_fields(typed, today=local_today(g.now))
        for fault in faults:
            self.refuse(fault)
        return is_valid and not faults


def data_form(name: str, table: FieldTable, who: Changes, labels: dict[str, Any]) -> type[DataForm]:
    """The form in which `who` changes the data, in the order of the table."""
    fields = {field: _input_of(table[field], labels[field], who) for field in table.changed_by(who)}
    return type(name, (DataForm,), fields)


def _input_of(field: Field, label: Any, who: Changes) -> Any:
    if field.empty is False:
        return BooleanField(label)
    validators = [needed, not_endless] if field.name == "surname" else may_be_empty
    attributes = dict(ATTRIBUTES.get(field.name, {}))
    if who is Changes.TEAM:
        attributes["autocomplete"] = "off"  # or the browser fills in the colleague's own
    elif field.name in OWN_WORDS:
        attributes["autocomplete"] = OWN_WORDS[field.name]
    return StringField(label, validators, description=HINTS.get(field.name, ""), render_kw=attributes)


OwnDataForm = data_form("OwnDataForm", MEMBER_FIELDS, Changes.MEMBER, OWN_FIELD_LABELS)
MemberDataForm = data_form("MemberDataForm", MEMBER_FIELDS, Changes.TEAM, TEAM_FIELD_LABELS)


class BsnField(StringField):
    """Kept nowhere but where a BSN is sealed."""

    is_secret = True


class BsnForm(PortalForm):
    """One field, never filled in beforehand."""

    bsn = BsnField(
        _("Your BSN"),
        [needed, not_endless],
        description=_("Nine digits. You find it on your passport, identity card or driving licence."),
        render_kw={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"},
    )


class SecretHiddenField(HiddenField):
    """A hidden value that is never kept when the form cannot be carried out."""

    is_secret = True


class BsnSureForm(PortalForm):
    """Is the number on this page right? It travels sealed."""

    places: ClassVar[Mapping[str, str]] = {"bsn": "sealed_bsn"}

    sealed_bsn = SecretHiddenField()


class CorrectBsnForm(PortalForm):
    """Why a BSN is cleared."""

    reason = TextAreaField(
        _("Why is it wrong?"),
        [needed, not_endless],
        description=_("The reason is kept in the audit trail. Do not write a BSN here."),
    )


class StopForm(PortalForm):
    """What stops, and why. The member is told of it, but not why."""

    state = RadioField(
        _("What changes?"),
        [needed],
        choices=[
            (MemberState.RESIGNED, _("The member leaves: the account is switched off")),
            (MemberState.PAUSED, _("A pause: no election for a while, the account stays open")),
        ],
    )
    reason = RadioField(
        _("Why?"), [needed], choices=[*STOP_REASONS.items()], description=_("Of who died all mail ends at once.")
    )
    note = TextAreaField(
        _("Note"),
        [Optional(), Length(max=LONGEST_NOTE)],
        description=_("Only the team sees this. Never write anything about somebody's health."),
    )
