"""Who of an audience is not reached, as a screen shows it: why, and a way to the act that helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.models import HasAudience
from app.phrases import Phrase
from app.services.audiences.reach import Gap, find_gap, find_reach, kind_of, name_gap, say_gap
from app.views.labels.audiences import GAP_ACTS, GAP_LABELS


@dataclass(frozen=True, slots=True)
class ShownGap:
    """So many members and why, what helps, and the list of them."""

    said: Phrase
    act: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownReach:
    """What `staff/audiences/reach.html` shows."""

    told: int
    mailed: int
    without_mail: list[ShownGap]
    not_told: list[ShownGap]


def show_reach(row: HasAudience) -> ShownReach:
    """Whom a thing that is for a group reaches now."""
    found = find_reach(row.group, kind_of(row))
    return ShownReach(found.told, found.mailed, _show(row, found.without_mail), _show(row, found.not_told))


def _show(row: HasAudience, gaps: Mapping[Gap, int]) -> list[ShownGap]:
    return [
        ShownGap(say_gap(gap, number), GAP_ACTS[gap], url_for("MembersView.list", not_reached=name_gap(row, gap)))
        for gap, number in gaps.items()
    ]


def say_not_reached(written: str) -> str:
    """The reason and the thing that an address names: "account not opened (Welcome to the portal)"."""
    found = find_gap(written)
    if found is None:
        return str(gettext("not known"))
    gap, row = found
    return f"{GAP_LABELS[gap]} ({row})"
