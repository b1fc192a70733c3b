"""How a colleague looks at a list is the colleague's own, for each list apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, literal, select

from app.models import SavedView
from app.phrases import RuleBroken
from app.services import saved_views
from tests.support.factories.people import make_staff

LIST, OTHER_LIST = "MembersView", "MailsView"


@pytest.fixture
def save(db, now):
    def do(user, name, *, screen=LIST, is_default=False, at=now, **values):
        given = {"query": "", "columns": [], **values}
        return saved_views.save_view(user.id, screen, name, is_default=is_default, now=at, **given)

    return do


def names(user, screen=LIST):
    views, number = saved_views.list_views(user.id, screen, select(literal(7)))
    assert number == 7
    return [view.name for view in views]


def test_views_are_listed_by_name_of_this_person_and_list(save):
    me, other = make_staff(), make_staff()
    assert names(me) == []
    save(other, "Van een ander")
    save(me, "Elders", screen=OTHER_LIST)
    for name in ("B", "A"):
        save(me, name)
    assert names(me) == ["A", "B"]


def test_one_of_the_same_name_is_replaced(save, now):
    me = make_staff()
    later = now + timedelta(hours=1)
    kept = save(me, "Leden", query="a=1", columns=["name"])
    assert save(me, "  Leden ", query="b=2", columns=["city"], at=later) is kept
    assert (kept.query, kept.columns, kept.changed_at, kept.name) == ("b=2", ["city"], later, "Leden")
    assert names(me) == ["Leden"]


def test_one_view_of_a_list_opens_by_itself(save):
    me, other = make_staff(), make_staff()
    theirs, elsewhere = save(other, "A", is_default=True), save(me, "A", screen=OTHER_LIST, is_default=True)
    first, second = save(me, "A", is_default=True), save(me, "B", is_default=True)
    save(me, "C")

    def opens():
        return [view.is_default for view in (theirs, elsewhere, first, second)]

    assert opens() == [True, True, False, True]
    saved_views.turn_default(first)
    assert opens() == [True, True, True, False]
    saved_views.turn_default(first)
    assert opens() == [True, True, False, False]


def test_the_columns_are_chosen_apart_from_views_with_a_name(db, save, now):
    me = make_staff()
    for columns in (["name", "city"], []):
        saved_views.choose_columns(me.id, LIST, columns, now=now)
    save(me, "A", columns=["name"])
    assert db.session.execute(select(SavedView.name, SavedView.columns).order_by(SavedView.name)).all() == [
        ("", []),
        ("A", ["name"]),
    ]


@pytest.mark.parametrize(
    ("name", "query"),
    [(" ", ""), ("x" * (saved_views.LONGEST_NAME + 1), ""), ("A", "x" * (saved_views.LONGEST_QUERY + 1))],
)
def test_what_cannot_be_kept_is_refused_at_the_name(save, name, query):
    me = make_staff()
    with pytest.raises(RuleBroken) as refusal:
        save(me, name, query=query)
    assert refusal.value.field == "name"
    assert save(me, "x" * saved_views.LONGEST_NAME, query="x" * saved_views.LONGEST_QUERY)


def test_there_are_so_many_views_of_one_list_and_person(db, save, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 2)
    me = make_staff()
    for number in range(3):  # one of them holds the columns
        save(me, str(number))
    with pytest.raises(RuleBroken, match="Delete one first"):
        save(me, "nog een")
    save(me, "1", query="a=1")
    save(me, "nog een", screen=OTHER_LIST)
    save(make_staff(), "nog een")
    assert db.session.scalar(select(func.count()).select_from(SavedView)) == 5


def test_a_view_is_found_and_deleted_by_its_person(save):
    me, other = make_staff(), make_staff()
    mine, theirs = save(me, "A"), save(other, "A")
    assert saved_views.find_view(me.id, mine.id) is mine
    assert saved_views.find_view(me.id, theirs.id) is None
    saved_views.delete_view(mine)
    assert (names(me), names(other)) == ([], ["A"])
