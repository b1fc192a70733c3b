"""What the team's page of a member is made of: parts, each with an address of its own, in which sections stand.

In parts, so that opening a member stays quick however many subjects there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.models import Member


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a section; its first cell leads to `url`, if there is one."""

    url: str | None
    cells: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What a section shows: a table, the address of the whole list, filtered on this member, and what one does there:
    its words and address.
    """

    columns: Sequence[Any]
    lines: list[Line]
    all_url: str | None
    act: tuple[Any, str] | None = None


# The parts of the page, by the end of their address. The first holds the data of the member as well.
FIRST, PLANNING, WORK, AFTER, MESSAGES, HISTORY = "", "indeling", "werk", "achteraf", "berichten", "geschiedenis"
PARTS: dict[str, Any] = {
    FIRST: _("Data"),
    PLANNING: _("Planning"),
    WORK: _("Experience"),
    AFTER: _("After an election"),
    MESSAGES: _("Messages"),
    HISTORY: _("History"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A subject: who may see it (permission, view), how it is read, and in which part it stands.

    A part has room for four statements.
    """

    id: str
    title: Any
    needs: tuple[str, str]
    read: Callable[[Member], Part]
    empty: Any
    part: str = WORK


@dataclass(frozen=True, slots=True)
class Shown:
    """A section in words. Its title stands in it several times, the titles of columns at each row."""

    id: str
    title: str
    columns: list[str]
    empty: Any
    part: Part
