"""How an administrator reads the audit trail: the words of all subjects together."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from app.models import AuditEvent
from app.views.labels.audit import DETAILS
from app.views.subject import Subject, subjects
from app.views.tables.staff_view import StaffView


@dataclass(frozen=True, slots=True)
class Words:
    """All words, by code; `columns` are the labels on the screen of a table, by the class of its row."""

    groups: dict[str, tuple[Any, dict[str, Any]]] = field(default_factory=dict)  # label, and action → words
    actions: dict[str, Any] = field(default_factory=dict)
    subjects: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=lambda: dict(DETAILS))
    values: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)


def all_words() -> Words:
    """The words of this portal's subjects."""
    return _unite(subjects())


@lru_cache(maxsize=4)
def _unite(known: tuple[Subject, ...]) -> Words:
    words = Words()
    for subject in known:
        for own in subject.audit:
            words.groups.setdefault(own.group, (own.label, {}))[1].update(own.actions)
            words.actions.update(own.actions)
            words.subjects.update(own.subjects)
            words.details.update(own.details)
            words.values.update(own.values)
            words.fields.update(own.fields)
        for screen in subject.screens:
            if issubclass(screen.view, StaffView):
                words.columns.setdefault(screen.view.datamodel.obj.__name__, {}).update(screen.view.label_columns)
    return words


def say_action(code: str) -> str:
    """The action in words; an old one that the portal no longer makes stays as it was written."""
    return str(all_words().actions.get(code, code))


def say_details(event: AuditEvent) -> list[tuple[str, str]]:
    """The details as label and value, each value in words where the portal has them."""
    words = all_words()
    fields = {**words.fields, **words.columns.get(event.subject_type, {})}
    return [
        (str(words.details.get(name, name)), _say(value, fields if name == "fields" else words.values))
        for name, value in sorted((event.details or {}).items())
    ]


def _say(value: Any, words: dict[str, Any]) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(_say(part, words) for part in value))
    known = str(value).removesuffix("_id")  # a relation and its column are one thing to a reader
    return str(words.get(str(value), words.get(known, value)))
