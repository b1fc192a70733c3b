"""Words for coverage: how a station stands in a shift, and what is short at a moment."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from app.clock import local
from app.i18n import write_hours
from app.services.planning.coverage.intervals import Moment
from app.services.planning.coverage.plan import State

STATES: Final[dict[str, Any]] = {
    State.FAULT.value: _("short of people"),
    State.SHORT.value: _("below the minimum"),
    State.WARNED.value: _("allowed, but look at it"),
    State.OPEN.value: _("not full yet"),
    State.FULL.value: _("full"),
    State.CLOSED.value: _("nobody needed"),
}
BADGES: Final = {
    State.FAULT.value: "badge-error",
    State.SHORT.value: "badge-warning",
    State.WARNED.value: "badge-warning",
    State.FULL.value: "badge-success",
}


def write_span(moment: Any) -> str:
    """`14.00–14.15 uur`, of anything that begins and ends."""
    return write_hours(local(moment.starts_at).time(), local(moment.ends_at).time())


def say_moment(moment: Moment) -> str:
    """What is short: "2 mensen te weinig, niemand mag voorzitten"."""
    parts = []
    if moment.short:
        parts.append(ngettext("%(num)s person too few", "%(num)s people too few", moment.short))
    if not moment.has_presider:
        parts.append(gettext("nobody may preside"))
    elif not moment.has_chair:
        parts.append(gettext("a deputy presides"))
    return ", ".join(parts)
