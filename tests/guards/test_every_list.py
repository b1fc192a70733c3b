"""Whatever can be asked of a list, by its columns, filters, search and export, the database understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import url_for
from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from app.models import ImportKind, ImportRun, ImportState, Tag
from app.views.forms.fields import DutchDateField
from app.views.tables.filters.by_column import faulty, read_form
from app.views.tables.lists.search_list import SearchList
from tests.support.everything import fill_portal
from tests.support.factories.people import make_admin
from tests.support.factories.training import make_session

ELECTION = "GR2026_Voorbeeldstad"
WORDS = ("jan", "Vries 1", "%_'", "12")  # of three letters and more; two words; what means something; a number
MOST = 12  # values of a filter: a list of members, say, is asked by some of them


@pytest.fixture
def everything(app, db, now, clock):
    """One of everything: what a filter compares with is in the database."""
    fill_portal(app, now)
    imports = (ImportKind.ROSTER, ImportKind.STATIONS)
    runs = [ImportRun(kind=kind, original_name="x.csv", state=ImportState.DONE, created_at=now) for kind in imports]
    db.session.add_all([Tag(name="Ervaren"), *runs])
    make_session(now)


def address_of(app: Any, endpoint: str) -> str | None:
    """The address of a route without a row, of this election if it is of one; None if there is no such route."""
    if endpoint not in app.view_functions:
        return None
    [rule] = app.url_map.iter_rules(endpoint)
    with app.test_request_context():
        return url_for(endpoint, **dict.fromkeys(rule.arguments, ELECTION))


def lists_of(app: Any) -> Iterator[tuple[SearchList, str, str | None]]:
    """Each list of the team and the console, with its address and that of its export."""
    for view in app.extensions["appbuilder"].baseviews:
        if isinstance(view, SearchList) and (path := address_of(app, f"{view.endpoint}.{view.list_route}")):
            yield view, path, address_of(app, f"{view.endpoint}.export")


def values_of(field: Any) -> list[str]:
    """What a filter can be asked."""
    if isinstance(field, SelectField):
        return list(islice((str(value) for value, _words in field.choices if value), MOST))
    return ["31-12-2026"] if isinstance(field, DutchDateField) else ["1", "Jan"]


def questions_of(view: SearchList) -> list[dict[str, str]]:
    """Addresses that together sort by each column both ways and use each answer of each filter."""
    filters = view.filters_now()
    asked = {field.name: values_of(field) for field in read_form(filters, MultiDict())}
    empty = [name for name, values in asked.items() if not values]
    assert not empty, f"{type(view).__name__}: nothing can be chosen in {empty}; give the test a row for it"
    asked["sort"] = [f"{sign}{name}" for name in view.order_columns for sign in ("", "-")]
    asked["q"] = list(WORDS)
    rounds = max(len(values) for values in asked.values())
    turns = [{name: values[turn % len(values)] for name, values in asked.items() if values} for turn in range(rounds)]
    assert not [turn for turn in turns if faulty(filters, read_form(filters, MultiDict(turn)))]
    return turns


def questions_at(app: Any, client: Any, view: SearchList, path: str) -> list[dict[str, str]]:
    """As who is signed in sees them there: what can be chosen depends on the address and the clock."""
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    with app.test_request_context(path, headers={"Cookie": f"{cookie.key}={cookie.value}"}):
        assert app.preprocess_request() is None
        return questions_of(view)


def test_a_list_can_be_asked_all_that_it_offers(app, client, sign_in_as, everything):
    sign_in_as(client, make_admin())
    looked = list(lists_of(app))
    assert len(looked) > 40
    for view, path, export in looked:
        questions = Context().run(questions_at, app, client, view, path)
        for question in questions:
            assert client.get(path, query_string=question).status_code == 200, (path, question)
        if export:
            wanted = f"{export}?{urlencode(questions[-1])}"
            assert client.post(wanted).status_code == 200, wanted
