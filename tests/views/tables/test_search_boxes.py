"""Every generated list that has a search box can be searched, on both databases."""

from __future__ import annotations

import pytest
from flask import url_for
from sqlalchemy import inspect

from app.models.base import Model
from app.views.base import StaffView
from tests.support.factories.elections import make_open_election
from tests.support.factories.people import make_admin

TYPED = ("de", "vries", "jan de vries", "06 123 456 78", "o'\"b%_\\", "*", "NEAR(a b)", "\x00abc")


@pytest.fixture
def lists(app, db):
    """The address of each list with a search box, by view."""
    election = make_open_election()
    with app.test_request_context():
        return {
            type(view).__name__: url_for(f"{view.endpoint}.list", **codes_of(view, election))
            for view in app.extensions["appbuilder"].baseviews
            if isinstance(view, StaffView) and view.quick_search
        }


def codes_of(view, election):
    return {"code": election.code} if "<code>" in view.route_base else {}


def test_every_list_can_be_searched(client, sign_in_as, lists):
    sign_in_as(client, make_admin())
    assert len(lists) >= 8
    answers = {
        (name, typed): client.get(url, query_string={"q": typed}) for name, url in lists.items() for typed in TYPED
    }
    refused = {key: answer.status_code for key, answer in answers.items() if answer.status_code not in (200, 400)}
    assert refused == {}


def test_every_searched_text_has_its_index_on_sqlite(db, app):
    if db.engine.dialect.name != "sqlite":
        return
    searched = [mapper.local_table.name for mapper in Model.registry.mappers if "search_text" in mapper.columns]
    there = set(inspect(db.engine).get_table_names())
    assert {f"fts_{name}" for name in searched} - there == set()
