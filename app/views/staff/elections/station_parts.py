"""What a file with polling stations would do, in words: part by part, page by page."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.i18n import translate, write_moment
from app.models import Election, ImportRun
from app.services.elections.stations.station_check import StationsCheck
from app.views.labels.elections import STATION_FIELDS, STATION_TYPES
from app.views.parts.found import Change, Changes, Lines, Parts, Shown, find_parts
from app.views.staff.elections.parts import write_accessibility, write_stops

LONGEST: Final = 200  # characters of a value in the list


def find_station_parts(election: Election, run: ImportRun, check: StationsCheck) -> Parts | None:
    """What was found in this file; of one with faults only those, because it changes nothing."""
    lines: dict[str, Lines] = {"faults": list(check.faults)}
    if check.can_be_imported:
        lines |= {
            "lost": list(check.lost),
            "changed": list(check.differences),
            "new": list(check.added),
            "absent": list(check.absent),
        }
    return find_parts(
        SHOWN,
        {name: len(found) for name, found in lines.items()},
        lambda name: lines[name],
        lambda **arguments: url_for("StationImportView.check", code=election.code, run_id=run.id, **arguments),
    )


def say_station_value(name: str, value: Any) -> str:
    """The value of a column of a station for people to read."""
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, datetime):
        return write_moment(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if name == "type":
        return str(STATION_TYPES.get(value, value))
    if name == "stops":
        return write_stops(value)
    if name == "accessibility":
        return write_accessibility(value)
    return "" if value is None else str(value)


def _write_faults(lines: Lines) -> list[list[Any]]:
    return [[translate(fault.place), fault.about, fault.value_shown or "", translate(fault.message)] for fault in lines]


def _write_changed(lines: Lines) -> list[list[Any]]:
    return [
        [
            f"{difference.number} {difference.name}",
            Changes([_change(name, old, new) for name, (old, new) in difference.values.items()]),
        ]
        for difference in lines
    ]


def _change(name: str, old: Any, new: Any) -> Change:
    before, after = (say_station_value(name, value)[:LONGEST] for value in (old, new))
    return Change(STATION_FIELDS[name], before, after)


def _write_new(lines: Lines) -> list[list[Any]]:
    return [[f"{station.number} {station.name}", station.address, station.twin] for station in lines]


_STATION: Final = _("Polling station")
SHOWN: Final[dict[str, Shown]] = {
    "faults": Shown(_("Faults"), "", [_("Where"), _STATION, _("In the file"), _("Reason")], _write_faults),
    "lost": Shown(
        _("Lost letters"),
        _("A program wrote ? or � for a letter that it does not know. It is imported so, unless you mend the file."),
        [_("Station number"), _("In the file")],
        lambda lines: [list(line) for line in lines],
    ),
    "changed": Shown(_("Changed polling stations"), "", [_STATION, _("From what to what")], _write_changed),
    "new": Shown(_("New polling stations"), "", [_STATION, _("Address"), _("Looks like")], _write_new),
    "absent": Shown(
        _("Not in this file"),
        _("These polling stations stay as they are."),
        [_STATION],
        lambda lines: [[line] for line in lines],
    ),
}
