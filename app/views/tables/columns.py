"""Columns of a table as screens know them: where they are, what they hold, and how a value is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

from flask_babel import format_decimal, gettext
from sqlalchemy import ColumnElement, inspect
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.i18n import write_date, write_moment, write_time
from app.models import MemberIdentity
from app.views.parts.markdown import in_language

# Never in a generated screen: sealed values, hashes of secrets, and the table that holds the BSN (SECURITY §3).
SECRET_PREFIXES = ("sealed_", "password", "token", "secret", "lookup_hash", "duplicate_hash", "code_hash")
SECRET_MODELS = (MemberIdentity,)

Choices = Mapping[str, Mapping[str, Any]]


class WronglyDeclared(Exception):
    """A generated view is not declared in full; the portal does not start."""


def check_not_secret(view: str, model: type[Any], columns: Iterable[str]) -> None:
    """Raises WronglyDeclared when a view would show what no generated screen may show."""
    if issubclass(model, SECRET_MODELS):
        raise WronglyDeclared(f"{view}: {model.__name__} has no generated screen")
    for column in columns:
        if any(part.startswith(SECRET_PREFIXES) or part == "identity" for part in column.split(".")):
            raise WronglyDeclared(f"{view}: {column} is in no generated screen")


def relation_of(model: type[Any], name: str) -> Any:
    """The relationship `name` (or the first part of a dotted name) of the model, or None."""
    return inspect(model).relationships.get(name.split(".")[0])


def attribute_of(model: type[Any], name: str) -> InstrumentedAttribute[Any]:
    """The column attribute that `name` ("surname") or a dotted name ("member.surname") stands for."""
    root, _, leaf = name.partition(".")
    attribute = getattr(model, root)
    return attribute_of(attribute.property.mapper.class_, leaf) if leaf else attribute


def reach(model: type[Any], name: str, criterion: ColumnElement[bool]) -> ColumnElement[bool]:
    """The criterion on a dotted name, said of the row itself: an EXISTS, so that no row is found twice."""
    root, _, leaf = name.partition(".")
    if not leaf:
        return criterion
    relation = getattr(model, root)
    inner = reach(relation.property.mapper.class_, leaf, criterion)
    found: ColumnElement[bool] = relation.any(inner) if relation.property.uselist else relation.has(inner)
    return found


def loading(model: type[Any], columns: Iterable[str]) -> list[ORMOption]:
    """How to load in one go the relations that these columns show."""
    return list(_loading(model, tuple(columns)))  # type: ignore[arg-type]  # a class can be a key


@lru_cache(maxsize=500)
def _loading(model: type[Any], columns: tuple[str, ...]) -> tuple[ORMOption, ...]:
    """Made once for the columns of a screen."""
    found = {name.split(".")[0] for name in columns if relation_of(model, name) is not None}
    return tuple(_load(getattr(model, name)) for name in sorted(found))


def _load(relation: InstrumentedAttribute[Any]) -> ORMOption:
    return selectinload(relation) if relation.property.uselist else joinedload(relation)


def value_of(item: Any, name: str) -> Any:
    """What the row holds under a name, a dotted name or the name of a method; None where a relation is empty."""
    value = item
    for part in name.split(".") if "." in name else (name,):
        if value is None:
            return None
        value = getattr(value, part)
    return value() if callable(value) else value


def write_value(value: Any, choices: Mapping[str, Any] | None = None) -> Any:
    """A value as a person reads it, in the reader's language."""
    if choices is not None and value in choices:
        return choices[value]
    if type(value) is str:  # as most are
        return value
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, (list, tuple, set)):
        return ", ".join(called(part) for part in value)
    return _write_plain(value)


def called(row: Any) -> str:
    """What a row is called; in the reader's language, where its name is known in both."""
    has_both = hasattr(row, "name_en") and str(row) == row.name
    return in_language(row, "name") if has_both else str(row)


def _write_plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return write_moment(value)
    if isinstance(value, date):
        return write_date(value)
    if isinstance(value, time):
        return write_time(value)
    if isinstance(value, Decimal):
        return format_decimal(value)
    if isinstance(value, Enum):
        return value.value
    return called(value) if hasattr(value, "name_en") else value
