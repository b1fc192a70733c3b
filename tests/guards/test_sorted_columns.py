"""A column that a list can be sorted by has an index with the key, so that a page costs a page however many rows."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from app.views.base import StaffView

# Tables with at most some hundreds of rows that a list shows: sorted in memory in a millisecond.
FEW = {
    "eligibility_rule",  # seven of each election
    "committee_seat",
    "function",
    "election",
    "election_day",
    "shift",
    "polling_station",  # of one election
    "declaration_text",
    "need_template",  # a handful of each election
    "faq",
    "canned_answer",
    "subject_choice",
    "team_question",
    "news_item",
    "document",
    "audience",
    "campaign",  # those of the team, which ix_campaign_by_hand finds among the automatic ones
}
# (view, column) of another table, by which only what a filter leaves is sorted.
OF_WHAT_IS_LEFT = {
    ("UsersView", "account.last_sign_in_at"),  # the team, or who a search finds
    ("AnswersView", "when"),  # the members that one election asks
    ("CandidateMatchesView", "score"),  # at most 20,000 of an election, those to be looked at are few
    ("EligibilityFindingsView", "member"),  # what was found for one election
}


def sorted_columns(app):
    """Each (view, name, table, columns) that a list offers to sort by."""
    for view in app.extensions["appbuilder"].baseviews:
        if isinstance(view, StaffView) and f"{view.endpoint}.list" in app.view_functions:
            model = view.datamodel.obj
            for name in dict.fromkeys([view.base_order[0], *view.order_columns]):
                keys = view.order_keys.get(name, getattr(model, name, None))
                columns = [key.key for key in (keys if isinstance(keys, tuple) else (keys,)) if key is not None]
                yield type(view).__name__, name, model.__table__, columns


def has_index(looked, table, columns):
    key = [column.name for column in table.primary_key]
    if columns == key:
        return True
    unique = [found["column_names"] for found in looked.get_unique_constraints(table.name)]
    indexes = looked.get_indexes(table.name)
    unique += [found["column_names"] for found in indexes if found["unique"]]
    wanted = [*columns, *key]
    return columns in unique or any(found["column_names"][: len(wanted)] == wanted for found in indexes)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")  # of an index of an expression
def test_every_column_that_can_be_sorted_has_an_index_with_the_key(app, db):
    looked = inspect(db.engine)
    offered = [found for found in sorted_columns(app) if found[2].name not in FEW]
    assert len(offered) > 15
    missing = [
        (view, name)
        for view, name, table, columns in offered
        if (view, name) not in OF_WHAT_IS_LEFT and not (columns and has_index(looked, table, columns))
    ]
    assert missing == [], "add an index of these columns and the key, with a migration; or say why few are sorted"


def test_what_is_named_as_an_exception_is_still_there(app):
    offered = list(sorted_columns(app))
    assert {table.name for _view, _name, table, _columns in offered} >= FEW
    assert {(view, name) for view, name, _table, _columns in offered} >= OF_WHAT_IS_LEFT
