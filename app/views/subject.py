"""What a subject adds to the portal, said in its own package: `subject.py` beside its screens makes a `Subject`.

`register_views` puts the screens of all subjects in the menu. The pages that show something of every subject (numbers
in the menu, both homes, the team's search, the audit trail, the way out for files) ask `subjects()` and know none by
name.
See docs/adding-a-subject.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _

from app.mail.mails import FROM_OUTBOX, Mail
from app.permissions import Pair
from app.services.audience_kinds import Kind, add_kinds
from app.services.bulk_acts import BulkAct, add_acts
from app.services.files.readers import RightFinder
from app.services.waiting import Asked, Badge, GroupsOf, OpenTask, TaskFinder, Total
from app.views.labels.audit import AuditWords
from app.views.labels.messages.mail import MAIL_TEMPLATES
from app.views.page import Page
from app.views.parts.search_groups import SearchGroup

UNPLACED = 170  # before administration


@dataclass(frozen=True, slots=True)
class Category:
    """A part of the menu that folds out: its name in app.permissions, and its label."""

    name: str
    label: Any


MEMBERS = Category("Members", _("Members"))
ELECTIONS = Category("Elections", _("Elections"))
PLANNING = Category("Planning", _("Planning"))
MESSAGES = Category("Messages", _("Messages"))
MESSAGE_BOX = Category("Team message box", _("Message box"))
DOCUMENTS = Category("Documents", _("Documents"))
ADMINISTRATION = Category("Administration", _("Administration"))


@dataclass(frozen=True, slots=True)
class Screen:
    """A view, with its entry in the menu if it has one: the name in app.permissions, the label, and the `place`.

    The menu is in the order of the places: a member's are below 100, and each category of the team has ten from 110 on.
    """

    view: type[Page]
    entry: str = ""
    label: Any = ""
    category: Category | None = None
    place: int = UNPLACED


@dataclass(frozen=True, slots=True)
class Task:
    """What a member may have to do: `find` looks for it, `url` is where it is done."""

    find: TaskFinder
    url: Callable[[OpenTask], str]


@dataclass(frozen=True, slots=True)
class FileRule:
    """Who may read files of the subject; whoever has `team_needs` sees what the subject shows to the team."""

    find: RightFinder
    team_needs: Pair


@dataclass(frozen=True, slots=True)
class HomeTotals:
    """Numbers on the team's home, each with a link to the rows behind it: `url` of the `only` of a Total.

    What takes statements of its own to read says `if_any` there may be something to count.
    """

    read: Callable[[datetime], Sequence[Total]]
    url: Callable[[dict[str, Any]], str]
    if_any: Asked | None = None


@dataclass(frozen=True, slots=True)
class SubjectMail:
    """A mail of the subject, and what the team calls it."""

    mail: Mail
    words: Any


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """All that a subject adds; what it does not have is left out. `tasks` are by the `kind` of their OpenTask.

    `visible`: what of it members see is for groups of members, by the kind that its Badge names.
    """

    name: str
    screens: Sequence[Screen] = ()
    badges: Sequence[Badge] = ()
    visible: Mapping[str, GroupsOf] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    totals: Sequence[HomeTotals] = ()
    file_rules: Sequence[FileRule] = ()
    search: Sequence[SearchGroup] = ()  # of the team's search
    audit: Sequence[AuditWords] = ()
    audience_kinds: Mapping[str, Kind] = field(default_factory=dict)  # what a group of members can be made of
    mails: Sequence[SubjectMail] = ()
    bulk_acts: Mapping[str, BulkAct] = field(default_factory=dict)  # on all that is found, by "Screen.act"


def subjects() -> tuple[Subject, ...]:
    """The subjects of this portal."""
    known: tuple[Subject, ...] = current_app.extensions["subjects"]
    return known


def use_subjects(known: Iterable[Subject]) -> None:
    """Set them, when the portal starts: before its screens are made, which offer what the subjects know."""
    current_app.extensions["subjects"] = tuple(known)
    for subject in subjects():
        add_kinds(subject.audience_kinds)
        add_acts(subject.bulk_acts)
        FROM_OUTBOX.update({own.mail.name: own.mail for own in subject.mails})
        MAIL_TEMPLATES.update({own.mail.name: own.words for own in subject.mails})


def visible_kinds() -> dict[str, GroupsOf]:
    """Everything that members see by the groups they are in."""
    return {kind: select for subject in subjects() for kind, select in subject.visible.items()}
