"""The filters of a list as its page shows them. Where nothing is asked they are the same at each visit: made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import Field, Form

from app.i18n import language_here
from app.memory import made_once
from app.views.tables.filters.by_column import Filter, read_form

MOST_FILTERS = 5  # that stand in a row beside order, size and the button at 1280 pixels
MOST_KEPT = 200


@dataclass(frozen=True, slots=True, eq=False)  # each is one object: what is written of it is kept by it
class FilterRow:
    """The form, its fields that stand first and those that are one click away; hidden ones take no place."""

    form: Form
    main: tuple[Field, ...]
    more: tuple[Field, ...]
    is_kept: bool


def filter_row(filters: Sequence[Filter], lasting: Sequence[Filter], first: Sequence[str], screen: str) -> FilterRow:
    """The filters as the address fills them in; `lasting` are those of the screen itself, `first` names what stands
    first. Kept for what the others show (`Filter.shown`), so not where one of them does not say that.
    """
    always = {id(each) for each in lasting}
    shown = tuple(each.argument if id(each) in always else (each.argument, each.shown) for each in filters)
    is_kept = all(id(each) in always or each.shown is not None for each in filters)
    if not is_kept or any(each.argument in request.args for each in filters):
        return _make(filters, first, is_kept=False)
    key = screen, language_here(), shown
    return made_once("rows of filters", key, lambda: _make(filters, first, is_kept=True), most=MOST_KEPT)


def _make(filters: Sequence[Filter], first: Sequence[str], *, is_kept: bool) -> FilterRow:
    form = read_form(filters, request.args)
    kinds: dict[bool, list[Any]] = {True: [], False: []}
    for field in form:
        kinds[field.meta.kind_of(field) == "hidden"].append(field)
    hidden, fields = kinds[True], kinds[False]
    fields.sort(key=lambda field: [*first, field.name].index(field.name))
    room = MOST_FILTERS if len(fields) > MOST_FILTERS + 1 else len(fields)  # a menu of one takes as much room
    return FilterRow(form, (*hidden, *fields[:room]), tuple(fields[room:]), is_kept)
