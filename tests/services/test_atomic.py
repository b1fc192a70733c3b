"""The conditional update: who wins, what the session then holds, and that the row guard narrows it."""

from __future__ import annotations

from ast import Attribute, parse, walk
from pathlib import Path

from sqlalchemy import update

import app as portal
from app.models import NewsItem, PublicationState, Thread
from app.models.guard.row_guard import enter, own_rows
from app.services.atomic import change_if
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member
from tests.support.factories.texts import make_news


def change_behind_the_session(db, row, **values):
    db.session.execute(
        update(type(row)).where(type(row).id == row.id).values(**values),
        execution_options={"synchronize_session": False},
    )


def test_the_changed_row_holds_what_the_database_holds_in_every_column(db, now):
    item = make_news("Kort bericht", now=now)
    change_behind_the_session(db, item, title="Changed by another")

    is_mine = change_if(NewsItem, NewsItem.id == item.id, NewsItem.state == PublicationState.DRAFT, is_pinned=True)

    assert is_mine
    assert (item.is_pinned, item.title) == (True, "Changed by another")


def test_what_stands_in_a_savepoint_is_taken_back_with_the_rest(db, now):
    """Also where the savepoint is the first thing of the transaction."""
    item = make_news("Kort bericht", now=now)
    key = item.id
    db.session.commit()
    with db.session.begin_nested():
        assert change_if(NewsItem, NewsItem.id == key, title="In a savepoint")
    db.session.rollback()

    assert db.session.get_one(NewsItem, key).title == "Kort bericht"


def test_who_loses_changes_nothing(db, now):
    item = make_news("Kort bericht", now=now)

    assert not change_if(NewsItem, NewsItem.id == item.id, NewsItem.state == PublicationState.WITHDRAWN, is_pinned=True)
    db.session.refresh(item)
    assert not item.is_pinned


def test_what_waits_to_be_written_is_written_first(db, now):
    item = make_news("Kort bericht", now=now)
    item.title = "Typed just now"

    assert change_if(NewsItem, NewsItem.id == item.id, NewsItem.title == "Typed just now", is_pinned=True)
    assert item.title == "Typed just now"


def test_a_value_may_count_on_what_the_database_holds(db, now):
    thread = ask(make_member(), now=now)
    change_behind_the_session(db, thread, version=41)

    assert change_if(Thread, Thread.id == thread.id, version=Thread.version + 1)
    assert thread.version == 42


def test_a_member_changes_no_row_of_somebody_else(db, now):
    thread = ask(make_member(), now=now)
    stranger = make_member()
    before = enter(own_rows(member_id=stranger.id, user_id=stranger.user_id))
    try:
        assert not change_if(Thread, Thread.id == thread.id, is_unread_by_member=True)
    finally:
        enter(before)


# What changes rows by hand and asks which, or how many: the rows themselves are wanted there, or another statement.
WANTS_THE_ROWS = {
    "access/one_time_codes.py",
    "access/one_time_links.py",
    "access/rate_limits.py",
    "access/sessions.py",
    "accounts/clean_up.py",
    "accounts/invitations.py",
    "atomic.py",
    "bulk.py",
    "mail/outbox.py",
    "mail/undeliverable_addresses.py",
    "members/change_log.py",
    "notes/tags.py",
    "operations/workers.py",
    "planning/eligibility/following.py",
    "planning/versions/publishing.py",
    "rosters/apply.py",
    "tallies.py",
}


def test_no_service_writes_a_conditional_update_by_hand():
    services = Path(portal.__file__).parent / "services"
    by_hand = {path.relative_to(services).as_posix() for path in services.rglob("*.py") if asks_which_rows(path)}
    assert by_hand - WANTS_THE_ROWS == set(), "use change_if of app.services.atomic"


def asks_which_rows(path: Path) -> bool:
    names = {node.attr for node in walk(parse(path.read_text())) if isinstance(node, Attribute)}
    return bool(names & {"returning", "rowcount"})
