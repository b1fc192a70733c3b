"""What WTForms and FAB say by themselves, named here so that our catalogue translates it: theirs says "u"."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

FORM_MESSAGES = (
    _("This field is required."),
    _("Invalid input."),
    _("Invalid email address."),
    _("Invalid URL."),
    _("Not a valid choice"),
    _("Not a valid choice."),
    _("Not a valid integer value."),
    _("Not a valid decimal value."),
    _("Not a valid float value."),
    _("Not a valid date value."),
    _("Not a valid datetime value."),
    _("Not a valid time value."),
    _("Invalid Choice: could not coerce."),
    _("Invalid choice(s): one or more data inputs could not be coerced."),
    _("Field must be equal to %(other_name)s."),
    _("Field must be between %(min)d and %(max)d characters long."),
    _("Number must be at least %(min)s."),
    _("Number must be at most %(max)s."),
    _("Number must be between %(min)s and %(max)s."),
    _("The CSRF token is missing."),
    _("The CSRF session token is missing."),
    _("The CSRF token has expired."),
    _("The CSRF token is invalid."),
    _("The CSRF tokens do not match."),
    _("Already exists."),
    _("Access is Denied"),
    _("Home"),
)


def _counted_messages() -> None:  # never called: babel reads it
    ngettext("Field must be at least %(min)d character long.", "Field must be at least %(min)d characters long.", 1)
    ngettext("Field cannot be longer than %(max)d character.", "Field cannot be longer than %(max)d characters.", 1)
    ngettext("Field must be exactly %(max)d character long.", "Field must be exactly %(max)d characters long.", 1)
    ngettext(
        "'%(value)s' is not a valid choice for this field.", "'%(value)s' are not valid choices for this field.", 1
    )
