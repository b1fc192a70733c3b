"""The fields of a member's data, in the forms of the member and of the team. The rules stand in `services.profile`."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.clock import local_today
from app.services.members.fields import STAFF_FIELDS, read_fields
from app.views.forms.forms import PortalForm

needed = InputRequired(_("Fill in this field."))
not_endless = Length(max=1000)
may_be_empty = (Optional(), not_endless)


class OwnDataForm(PortalForm):
    """What a member changes alone."""

    first_name = StringField(_("First name"), may_be_empty, render_kw={"autocomplete": "given-name"})
    initials = StringField(_("Initials"), may_be_empty)
    infix = StringField(_("Infix"), may_be_empty, description=_("For example: van der"))
    surname = StringField(_("Surname"), [needed, not_endless], render_kw={"autocomplete": "family-name"})
    birth_date = StringField(
        _("Date of birth"),
        may_be_empty,
        description=_("Day, month and year, for example 31-12-1980"),
        render_kw={"autocomplete": "bday", "inputmode": "numeric"},
    )
    mobile = StringField(_("Mobile number"), may_be_empty, render_kw={"autocomplete": "tel", "inputmode": "tel"})
    phone = StringField(_("Telephone number"), may_be_empty, render_kw={"inputmode": "tel"})
    street = StringField(_("Street"), may_be_empty)
    house_number = StringField(_("House number"), may_be_empty, render_kw={"inputmode": "numeric"})
    house_number_suffix = StringField(_("Addition to the house number"), may_be_empty)
    postcode = StringField(
        _("Postcode"), may_be_empty, description=_("For example: 1234 AB"), render_kw={"autocomplete": "postal-code"}
    )
    city = StringField(_("Town"), may_be_empty, render_kw={"autocomplete": "address-level2"})
    iban = StringField(_("IBAN"), may_be_empty, render_kw={"autocomplete": "off", "spellcheck": "false"})
    languages = StringField(
        _("Languages you speak"), may_be_empty, description=_("For example: Dutch, English, sign language")
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Also asks the rules about each field, so that everything that is wrong is said at once."""
        is_valid = super().validate(extra_validators)
        typed = {one.short_name: one.data for one in self if one.short_name in STAFF_FIELDS and not one.errors}
        _values, faults = read_fields(typed, today=local_today(g.now))
        for fault in faults:
            self.refuse(fault)
        return is_valid and not faults


class BsnForm(PortalForm):
    """One field, never filled in beforehand."""

    bsn = StringField(
        _("Your BSN"),
        [needed, not_endless],
        description=_("Nine digits. You find it on your passport, identity card or driving licence."),
        render_kw={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"},
    )


class MemberDataForm(OwnDataForm):
    """What the team changes of a member."""

    member_number = StringField(_("Member number"), may_be_empty)
    email = StringField(
        _("E-mail address"),
        may_be_empty,
        description=_("The sign-in codes go to this address. Another one ends the member's sessions."),
        render_kw={"inputmode": "email", "autocomplete": "off"},
    )
    is_civil_servant = BooleanField(_("Works for the municipality"))


class CorrectBsnForm(PortalForm):
    """Why a BSN is cleared."""

    reason = TextAreaField(
        _("Why is it wrong?"),
        [needed, not_endless],
        description=_("The reason is kept in the audit trail. Do not write a BSN here."),
    )
