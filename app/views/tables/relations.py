"""A field for a relation to one row: a list of choices or, where those are many, a row found by typing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, Final

from flask import url_for
from flask_appbuilder.fields import QuerySelectField
from flask_babel import lazy_gettext
from sqlalchemy import inspect
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Optional

from app.extensions import db
from app.views.forms.asked import CHOOSE
from app.views.forms.fields import read_key
from app.views.forms.lookup import LookupField, Option, Source
from app.views.tables.columns import called

OPTIONS_LIMIT: Final = 300  # rows that a list of choices may hold; a longer one loads slowly and nobody reads it


class RelationNeeded:
    """A choice must be made: `PortalForm` says so. FAB's own field takes the first row where nothing was chosen."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, choice: Any) -> None:
        """Nothing more is asked of the choice."""


class RelationLookup(LookupField):
    """`data` is the row, or None."""

    def __init__(self, label: Any = None, validators: Any = None, *, related: type[Any], **kwargs: Any) -> None:
        self._related = related
        super().__init__(label, validators, **kwargs)

    def process_data(self, value: Any) -> None:
        """The row that is there; the line shows what it is called."""
        super().process_data(None if value is None else key_of(value))
        self.data = value

    def pre_validate(self, form: Any) -> None:
        """Find the row that is meant."""
        super().pre_validate(form)
        row: Any = find_row(self._related, self.data) if self.data else None
        self.data = row

    @property
    def chosen_key(self) -> str:
        """The key of the row."""
        return self.data if isinstance(self.data, str) else "" if self.data is None else str(key_of(self.data))


def relation_field(
    related: type[Any], place: str, checks: Sequence[Any], *, is_needed: bool, **given: Any
) -> UnboundField:
    """A field for one row of `related`; `place` is "Screen.column". Which kind it is, each form decides anew."""

    def make(**bound: Any) -> Any:
        rows = list_options(related)
        if len(rows) > OPTIONS_LIMIT:
            needed = [InputRequired()] if is_needed else [Optional()]
            return RelationLookup(
                related=related, source=source_of(related, place), validators=[*needed, *checks], **given, **bound
            )
        return QuerySelectField(
            query_func=lambda: rows,
            get_pk_func=key_of,
            get_label=called,
            allow_blank=True,
            blank_text=CHOOSE if is_needed else lazy_gettext("(none)"),
            validators=[RelationNeeded() if is_needed else Optional(), *checks],
            **given,
            **bound,
        )

    return UnboundField(make)


def list_options(related: type[Any]) -> list[Any]:
    """The rows by what they are called, or one more than a list of choices can hold."""
    rows = db.session.query(related).limit(OPTIONS_LIMIT + 1).all()
    return sorted(rows, key=lambda row: called(row).casefold())


def key_of(row: Any) -> Any:
    """What stands for a row in a form."""
    return inspect(row).identity[0]


def find_row(related: type[Any], key: str) -> Any:
    """The row with this key, or None."""
    try:
        return db.session.get(related, read_key(key))
    except ValueError:
        return None


def find_options(related: type[Any], typed: str, limit: int) -> list[Option]:
    """Rows that are called by all these words, wherever they stand in the name: all names are read for it."""
    words = typed.casefold().split()
    named = ((called(row), row) for row in db.session.query(related))
    found = sorted((name, key_of(row)) for name, row in named if all(word in name.casefold() for word in words))
    return [Option(str(key), name) for name, key in found[:limit]]


def source_of(related: type[Any], place: str) -> Source:
    """Where rows of this table are looked up for a field of a generated form."""

    def by_key(key: str) -> Option | None:
        row = find_row(related, key)
        return None if row is None else Option(key, called(row))

    def exactly(typed: str) -> Option | None:
        found = [option for option in find_options(related, typed, OPTIONS_LIMIT) if option.label == typed]
        return found[0] if len(found) == 1 else None

    screen, _dot, column = place.partition(".")
    find = partial(find_options, related)
    return Source(find, by_key, exactly, lambda: url_for("LookupsView.related", screen=screen, column=column))
