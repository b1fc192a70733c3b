"""What the kinds of optional notifications are called, where a person chooses of which an e-mail comes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.models import NotificationKind

KIND_NAMES: dict[str, Any] = {
    NotificationKind.NEWS.value: _("New general messages"),
    NotificationKind.INFORMATION.value: _("Information for which you have to do nothing"),
}
