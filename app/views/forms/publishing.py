"""The part of a form that says when something is shown, and whether members are told of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import Optional

from app.views.forms.fields import MomentField
from app.views.forms.forms import PortalForm
from app.views.tables.converter import MOMENT_HINT

TOLD = _("They get a notification, and an e-mail that says that something waits in the portal.")


class PublishingForm(PortalForm):
    """Base of the forms of a Publishable."""

    publish_from = MomentField(
        _("Can be read from"),
        [Optional()],
        description=_("Empty: as soon as you publish it. For example 31-12-2026 17:00"),
    )
    publish_until = MomentField(_("Can be read until"), [Optional()], description=MOMENT_HINT)
    is_announced = BooleanField(_("Tell members when it appears"), description=TOLD)

    def publication(self) -> dict[str, Any]:
        """What was filled in here, as a Publication has it."""
        return {name: self[name].data for name in PUBLISHING_FIELDS}


PUBLISHING_FIELDS = ("publish_from", "publish_until", "is_announced")
