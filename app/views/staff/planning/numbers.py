"""The two numbers of a need on forms."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, NumberRange

from app.services.planning.needs.needs import MOST, Numbers
from app.views.forms.fields import WholeNumberField
from app.views.forms.forms import PortalForm

MINIMUM_HINT = _("With fewer it is short.")
TARGET_HINT = _("How many you plan for.")


def minimum_field() -> WholeNumberField:
    """Fewer is too few."""
    return WholeNumberField(_("Minimum"), [InputRequired(), NumberRange(0, MOST)], description=MINIMUM_HINT)


def target_field() -> WholeNumberField:
    """What one plans for."""
    return WholeNumberField(_("Number wanted"), [InputRequired(), NumberRange(0, MOST)], description=TARGET_HINT)


def numbers_of(form: Any) -> Numbers:
    """What the form says."""
    return Numbers(form.minimum.data, form.target.data)


class NumbersForm(PortalForm):
    """Other numbers for rows that are chosen."""

    minimum = minimum_field()
    target = target_field()
