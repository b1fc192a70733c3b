"""The forms of the doors."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.services.access.passwords import MAX_LENGTH, MIN_LENGTH, TOO_SHORT
from app.views.forms.forms import PortalForm

# Pasting and password managers work: nothing is blocked, and the browser is told what each field is.
USER_NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
CURRENT_PASSWORD = {"autocomplete": "current-password"}
# What is too short the page says itself, in the words of the rule; the rest it asks (password_meter).
NEW_PASSWORD = {
    "autocomplete": "new-password",
    "data-password-meter": str(MIN_LENGTH),
    "data-too-short": _(TOO_SHORT.msgid, **TOO_SHORT.values),
}
ONE_TIME_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}

needed = InputRequired(_("Fill in this field."))
not_endless = Length(max=1000)


class SignInForm(PortalForm):
    user_name = StringField(
        _("User name or e-mail address"),
        [needed, not_endless],
        description=_("Do you share your e-mail address with somebody? Then type your user name."),
        render_kw=USER_NAME,
    )
    password = PasswordField(_("Password"), [needed, not_endless], render_kw=CURRENT_PASSWORD)


class CodeForm(PortalForm):
    code = StringField(
        _("Sign-in code"),
        [needed, not_endless],
        description=_("6 digits, for example 123 456"),
        render_kw=ONE_TIME_CODE,
    )


class NewPasswordForm(PortalForm):
    password = PasswordField(
        _("New password"),
        [needed, Length(max=1000)],
        description=_("At least 12 characters. A sentence works well. All characters and spaces are allowed."),
        render_kw={**NEW_PASSWORD, "maxlength": str(MAX_LENGTH * 2)},
    )


class LetterForm(PortalForm):
    code = StringField(
        _("Code in the letter"),
        [needed, not_endless],
        description=_("16 letters, for example BCDF GHJK LMNP RSTV. Capitals and spaces do not matter."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class OwnAddressForm(PortalForm):
    email = EmailField(
        _("Your e-mail address"),
        [needed, not_endless],
        description=_("Each time you sign in, we send a code to this address."),
        render_kw={"autocomplete": "email"},
    )


class ProofForm(PortalForm):
    code = StringField(
        _("Code from the e-mail"),
        [needed, not_endless],
        description=_("6 digits, for example 123 456"),
        render_kw=ONE_TIME_CODE,
    )


class NameForm(PortalForm):
    user_name = StringField(_("User name or e-mail address"), [needed, not_endless], render_kw=USER_NAME)


class EmailForm(PortalForm):
    email = EmailField(_("E-mail address"), [needed, not_endless], render_kw={"autocomplete": "email"})


class ChangePasswordForm(PortalForm):
    places = {"typed": "current"}
    current = PasswordField(_("Current password"), [needed, not_endless], render_kw=CURRENT_PASSWORD)
    password = PasswordField(
        _("New password"),
        [needed, Length(max=1000)],
        description=_("At least 12 characters. A sentence works well. All characters and spaces are allowed."),
        render_kw=NEW_PASSWORD,
    )
    code = StringField(
        _("Code from the e-mail"),
        [needed, not_endless],
        description=_("6 digits, for example 123 456"),
        render_kw=ONE_TIME_CODE,
    )


class ChangeEmailForm(PortalForm):
    email = EmailField(_("New e-mail address"), [needed, not_endless], render_kw={"autocomplete": "email"})
    code = StringField(
        _("Code from the e-mail"),
        [needed, not_endless],
        description=_("6 digits, for example 123 456. We sent it to your current address."),
        render_kw=ONE_TIME_CODE,
    )
