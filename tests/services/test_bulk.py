"""Many rows at once: written, found among many values, and left alone where they are there already."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from datetime import timedelta
from threading import Event, Timer

import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.exc import IntegrityError

from app.models import Member, MutedKind, ProfileChange, Tag
from app.services import bulk
from app.services.audit import Actor, find_authors, record_event
from tests.support.factories.people import make_member, make_staff, make_user

HOUR = timedelta(hours=1)
CHANGE = ("member_id", "field", "old_value", "new_value", "changed_at", "delete_after")


def muted(db):
    return sorted(db.session.execute(select(MutedKind.member_id, MutedKind.kind)))


def test_what_is_there_already_is_left_alone_and_it_is_told_what_was_written(db):
    first, second = make_member(), make_member()
    assert bulk.insert_unless_there(MutedKind, member_id=first.id, kind="news")
    assert not bulk.insert_unless_there(MutedKind, member_id=first.id, kind="news")
    rows = select(Member.id, literal("news")).where(Member.id <= second.id)
    assert bulk.insert_selected(MutedKind, ["member_id", "kind"], rows) == 1
    assert bulk.insert_selected(MutedKind, ["member_id", "kind"], rows) == 0
    assert muted(db) == [(first.id, "news"), (second.id, "news")]


def test_rows_are_written_whatever_their_values_and_many_in_several_parts(db, now, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_PER_STATEMENT", 2)
    member = make_member()
    texts = ["plain", "tab\tand\nline", "back\\slash", "é李", "", "x"]
    rows = [(member.id, "city", text, "", now, now.date()) for text in texts]
    bulk.insert_rows(ProfileChange.__table__, CHANGE, rows)
    kept = db.session.scalars(select(ProfileChange).order_by(ProfileChange.id)).all()
    assert [change.old_value for change in kept] == texts
    assert {(change.member_id, change.changed_at, change.changed_by_user_id) for change in kept} == {
        (member.id, now, None)
    }


@pytest.mark.parametrize("way", [lambda: nullcontext(bulk.insert_rows), bulk.insert_meanwhile])
def test_what_makes_the_rows_may_ask_the_database_itself(db, now, monkeypatch, way):
    """In the middle of a COPY a connection would wait for itself: each part is read before it is written."""
    monkeypatch.setattr(bulk, "ROWS_PER_STATEMENT", 2)
    members = [make_member(city=f"Plaats {number}") for number in range(7)]
    db.session.expire_all()  # so that each row is asked for
    rows = ((member.id, "city", member.city, "", now, now.date()) for member in members)
    with way() as insert_rows:
        insert_rows(ProfileChange.__table__, CHANGE, rows)
    assert sorted(db.session.scalars(select(ProfileChange.old_value))) == [f"Plaats {number}" for number in range(7)]


def test_rows_that_are_written_meanwhile_are_there_for_the_next_statement_and_in_order(db, now, monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_PER_STATEMENT", 2)
    member = make_member()
    with bulk.insert_meanwhile() as insert_rows:
        for text in ("first", "second"):
            insert_rows(ProfileChange.__table__, CHANGE, [(member.id, "city", text, "", now, now.date())] * 9)
        written = list(db.session.scalars(select(ProfileChange.old_value).order_by(ProfileChange.id)))
        insert_rows(ProfileChange.__table__, CHANGE, [(member.id, "city", "last", "", now, now.date())])
    assert written == ["first"] * 9 + ["second"] * 9
    assert db.session.scalars(select(ProfileChange.old_value).order_by(ProfileChange.id.desc())).first() == "last"


def test_what_the_database_refuses_meanwhile_is_raised_at_the_latest_at_the_end(db, now):
    member = make_member()
    row = (member.id, "city", "", "", now, now.date())
    db.session.commit()

    def write() -> None:
        with bulk.insert_meanwhile() as insert_rows:
            insert_rows(ProfileChange.__table__, CHANGE, [row, (0, *row[1:])])  # nobody has this number
            insert_rows(ProfileChange.__table__, CHANGE, [row])

    with pytest.raises(IntegrityError):
        write()
    db.session.rollback()
    assert db.session.scalars(select(ProfileChange)).all() == []


def test_who_interrupts_the_writing_does_not_wait_for_the_lock_of_another(db, now):
    if not bulk.is_postgresql():
        pytest.skip("SQLite writes in our own thread")
    member = make_member()
    db.session.commit()
    row = (member.id, "city", "", "", now, now.date())

    def write() -> None:
        with bulk.insert_meanwhile() as insert_rows:
            for _ in range(3):
                insert_rows(ProfileChange.__table__, CHANGE, [row])
            raise KeyboardInterrupt

    with db.engine.connect() as other:
        other.execute(text("LOCK TABLE profile_change"))
        with pytest.raises(KeyboardInterrupt):
            write()
        db.session.rollback()
    assert db.session.scalars(select(ProfileChange.id)).all() == []


def test_no_more_rows_are_made_than_a_slow_database_can_take(db, now, monkeypatch):
    if not bulk.is_postgresql():
        pytest.skip("SQLite writes at once")
    monkeypatch.setattr(bulk, "ROWS_PER_STATEMENT", 2)
    member, made, at_its_end = make_member(), [], []
    goes_on, copy = Event(), bulk._copy

    def copy_slowly(*block):
        goes_on.wait(10)
        at_its_end.append(len(made))
        copy(*block)

    def make_rows():
        for number in range(20):
            made.append(number)
            if len(made) == 2 * (bulk.BLOCKS_AHEAD + 1):
                Timer(0.2, goes_on.set).start()  # time enough to make all, if nobody waited
            yield member.id, "city", str(number), "", now, now.date()

    monkeypatch.setattr(bulk, "_copy", copy_slowly)
    with bulk.insert_meanwhile() as insert_rows:
        insert_rows(ProfileChange.__table__, CHANGE, make_rows())
    assert at_its_end[0] == 2 * (bulk.BLOCKS_AHEAD + 1)
    assert len(db.session.scalars(select(ProfileChange.id)).all()) == 20


def test_values_are_taken_in_parts_and_each_once(monkeypatch):
    monkeypatch.setattr(bulk, "ROWS_PER_STATEMENT", 2)
    assert list(bulk.in_parts(range(5))) == [[0, 1], [2, 3], [4]]
    assert list(bulk.in_parts([])) == []


def test_numbers_texts_and_days_are_found_among_many(db, now):
    member, other = make_member(surname='O\'Brien, "Jan"', data_checked_at=now), make_member()
    for column, values, found in (
        (Member.id, [member.id, 0], [member]),
        (Member.surname, [member.surname, "x"], [member]),
        (Member.birth_date, [other.birth_date], [member, other]),
        (Member.id, [], []),
    ):
        rows = select(Member).where(bulk.among(column, values)).order_by(Member.id)
        assert db.session.scalars(rows).all() == found, column


def test_who_has_written_holds_the_lock_of_sqlite_already(db, statements):
    db.session.commit()
    with statements() as seen:
        bulk.serialize("members")
        bulk.serialize("members")
    on_each = 2 if bulk.is_postgresql() else 1

    assert len(seen) == on_each, seen


def test_fresh_keys_come_after_those_that_are_there(db):
    member = make_member()
    bulk.serialize("members")
    keys = bulk.reserve_ids(Member.__table__, 3)
    assert len(set(keys)) == 3
    assert keys == sorted(keys)
    assert keys[0] > member.id
    assert bulk.reserve_ids(Tag.__table__, 0) == []


def test_a_row_is_locked_as_long_as_it_is_there_and_read_anew(db):
    member, gone = make_member(city="Dorp"), make_member()
    row = db.session.execute(select(Member, Member.surname).where(Member.id == member.id)).one()
    changed = Member.__table__.update().where(Member.__table__.c.id == member.id).values(city="Stad")
    db.session.connection().execute(changed)
    assert bulk.lock_row(row)
    assert member.city == "Stad"
    db.session.connection().execute(Member.__table__.delete().where(Member.__table__.c.id == gone.id))
    assert not bulk.lock_row(gone)


def test_of_each_field_it_is_known_who_changed_it_last(db, now):
    bea, jan = (make_staff(first_name=name, last_name="Post") for name in ("Bea", "Jan"))
    member, other, user = make_member(), make_member(), make_user()
    for actor, subject, at, fields in (
        (jan, member, -HOUR, ["street"]),
        (bea, member, timedelta(), ["city", "surname"]),
        (jan, member, HOUR, ["city"]),
        (bea, other, 2 * HOUR, ["city"]),
        (bea, user, 2 * HOUR, ["city"]),
        (None, member, 2 * HOUR, ["city"]),
    ):
        person = Actor(actor.username, actor.id) if actor else Actor("command")
        record_event(person, "profile.changed", now=now + at, subject=subject, fields=fields)
    record_event(Actor(jan.username, jan.id), "profile.checked", now=now, subject=member)
    db.session.flush()
    assert find_authors(member, now) == {"city": "Jan Post", "surname": "Bea Post"}
    row = db.session.execute(select(Member, Member.city).where(Member.id == member.id)).one()
    assert find_authors(row, now + HOUR) == {"city": "Jan Post"}


@pytest.mark.parametrize("is_on", [True, False])
def test_garbage_is_looked_for_afterwards_as_before(is_on):
    was_on = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        with bulk.collect_later():
            assert not gc.isenabled()
        assert gc.isenabled() is is_on
    finally:
        (gc.enable if was_on else gc.disable)()
