"""One rule of searching: what is found, and that both databases find it in their index of three-letter parts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, text

from app.extensions import db
from app.models import Document, InternalNote, Member, Message, NewsItem, Thread
from app.models.guard.row_guard import RowForbidden, Scope, enter
from app.services.audit import Actor
from app.services.bulk import is_postgresql
from app.services.members import profile
from app.services.members.bsn import record_bsn
from app.services.members.search import best_first, found_by
from app.services.message_box.search import found_in, found_text
from app.services.search.query import holds, read_search
from tests.support.factories.message_box import ask, reply
from tests.support.factories.people import make_member

TEAM = Actor("team")
SEARCHED = [Member, Thread, Message, InternalNote, NewsItem, Document]


def names(typed):
    return sorted(db.session.scalars(select(Member.surname).where(found_by(read_search(typed)))))


@pytest.fixture
def people(db):
    make_member(first_name="Anna", infix="de", surname="Vries", member_number="A-1001", email="anna@post.example")
    make_member(first_name="Bram", infix="", surname="Vriesman", member_number="1002", mobile="+31612345678")
    make_member(first_name="Zoë", infix="", surname="Çelik", member_number="1003", phone="+3225551234")
    make_member(
        first_name="Kim", infix="van den", surname="Berg", member_number="2024-00123", email="kim@vries.example"
    )


@pytest.mark.parametrize(
    "typed",
    ["jan@xn--bcher-kva.example", "xn--bcher-kva.example", "XN--BCHER-KVA", "@xn--bcher-kva", "bücher", "bucher"],
)
def test_a_domain_is_found_as_servers_write_it_too(db, typed):
    make_member(surname="Boek", email="jan@bücher.example")
    make_member(surname="Vries", email="jan@post.example")
    assert names(typed) == ["Boek"]


def test_what_only_looks_like_such_a_domain_is_looked_for_as_it_is(db):
    make_member(surname="Vries", email="jan@post.example")
    assert names("xn--a xn--") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("vries", ["Berg", "Vries", "Vriesman"]),
        ("de Vries", ["Berg", "Vries", "Vriesman"]),
        ("DE VRIÈS anna", ["Vries"]),
        ("celik", ["Çelik"]),
        ("Çelik, Zoë", ["Çelik"]),
        ("zoe ÇEL", ["Çelik"]),
        ("van den berg", ["Berg"]),
        ("anna@post", ["Vries"]),
        ("1001", ["Vries"]),
        ("2024-00123", ["Berg"]),
        ("0612345678", ["Vriesman"]),
        ("06 123 456 78", ["Vriesman"]),
        ("06-12345678", ["Vriesman"]),
        ("+31 6 12345678", ["Vriesman"]),
        ("0031 (0)6 1234 5678", ["Vriesman"]),
        ("+32 2 555 12 34", ["Çelik"]),
        ("100%", []),
        ('vries" OR "celik', []),
        ("\x00", ["Berg", "Vries", "Vriesman", "Çelik"]),
    ],
)
def test_members_are_found_as_people_type_them(people, typed, found):
    assert names(typed) == found


@pytest.mark.parametrize(("typed", "least"), [("vri", 2), ("vri vries", 2), ("vri a-", 1)])
def test_where_a_page_shows_a_few_no_more_are_looked_for_than_it_needs(db, people, typed, least):
    """Words of three letters are in the index; a shorter one narrows what that found, so all of it is looked at."""
    search = replace(read_search(typed), most=2)
    found = db.session.scalars(select(Member.surname).where(holds(Member, search))).all()
    assert len(found) == (3 if is_postgresql() and least == 2 else least)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("vr", ["Vries", "Vriesman"]), ("ri", []), ("a-", ["Vries"]), ("20", ["Berg"]), ("çe", ["Çelik"])],
)
def test_fewer_than_three_letters_find_only_beginnings_of_surnames_and_numbers(people, typed, found):
    assert names(typed) == found


def test_a_surname_or_number_that_is_the_short_word_itself_is_found(db, people):
    make_member(surname="Li", member_number="77")
    assert names("li") == names("77") == ["Li"]


def test_a_short_word_beside_a_longer_one_narrows_further(people):
    assert names("vries br") == ["Vriesman"]


def test_this_surname_comes_before_one_that_begins_so_and_that_before_the_rest(db, people):
    tiers = best_first(read_search("de vries"))
    found = [sorted(db.session.scalars(select(Member.surname).where(tier))) for tier in tiers]
    assert found == [["Vries"], ["Vries", "Vriesman"], ["Berg", "Vries", "Vriesman"]]


def test_nobody_is_found_by_a_bsn(db, people, now):
    member = db.session.scalars(select(Member).where(Member.surname == "Vries")).one()
    record_bsn(member, "111222333", actor=TEAM, now=now)
    db.session.commit()
    assert names("111222333") == names("111 222 333") == []


def test_the_index_follows_a_change_and_what_was_is_not_found_any_more(db, now):
    member = make_member(surname="Bakker", mobile="+31611111111", email="oud@post.example")
    changed = {"surname": "Smid", "mobile": "06 22222222", "email": "nieuw@post.example"}
    profile.change_data(member, changed, actor=TEAM, now=now)
    db.session.commit()
    assert names("smid") == names("0622222222") == names("nieuw@") == ["Smid"]
    assert names("bakker") == names("0611111111") == names("oud@") == []


def test_the_index_forgets_what_is_deleted_with_its_thread(db, now):
    member = make_member()
    thread = ask(member, "Sleutel", "Waar ligt de reservesleutel?")
    db.session.add(InternalNote(thread_id=thread.id, body="Kast", search_text="in de archiefkast", created_at=now))
    db.session.commit()
    for typed in ("reservesl", "archiefkast", "sleutel", member.surname):
        assert db.session.scalars(select(Thread.id).where(found_in(read_search(typed)))).all() == [thread.id]
    db.session.execute(delete(Thread).where(Thread.id == thread.id))
    db.session.commit()
    for model, typed in ((Message, "reservesl"), (InternalNote, "archiefkast"), (Thread, "sleutel")):
        assert db.session.scalars(select(model.id).where(holds(model, read_search(typed)))).all() == []
    again = ask(member, "Iets anders", "Een andere vraag")  # takes the same keys on SQLite
    assert db.session.scalars(select(Thread.id).where(found_in(read_search("andere vraag")))).all() == [again.id]
    assert db.session.scalars(select(Thread.id).where(found_in(read_search("reservesl")))).all() == []


def test_a_short_word_beside_a_longer_one_is_looked_for_in_the_whole_thread(db, now):
    """It has no index; the name of another member does not count."""
    asking, other = make_member(surname="Bo"), make_member(surname="Jansen")
    mine, foreign = ask(asking, "Sleutel", "Waar?", now=now), ask(other, "Sleutel", "Waar?", now=now)
    db.session.add(InternalNote(thread_id=foreign.id, body="Kast 7b", search_text="kast 7b", created_at=now))
    db.session.commit()
    for typed, found in (("sleutel bo", mine), ("sleutel 7b", foreign)):
        assert db.session.scalars(select(Thread.id).where(found_in(read_search(typed)))).all() == [found.id]
    assert db.session.scalars(select(Thread.id).where(found_in(read_search("bo")))).all() == [mine.id]


def test_of_a_thread_the_newest_message_with_the_word_is_told_or_else_a_note(db, now):
    search = read_search("sleutel")
    asked, noted = ask(make_member(), "Kast", "De sleutel?", now=now), ask(make_member(), "Kast", "Waar?", now=now)
    reply(asked, "Welke sleutel?", now=now)
    reply(asked, "Laat maar.", now=now)
    for thread in (noted, asked):
        note = {"body": "Sleutel bij Bea", "search_text": "sleutel bij bea"}
        db.session.add(InternalNote(thread_id=thread.id, created_at=now, **note))
    db.session.commit()
    told = db.session.execute(select(Thread.id, found_text(search))).all()
    assert dict(told) == {asked.id: "Welke sleutel?", noted.id: "Sleutel bij Bea"}


def plan_of(db, statement):
    """How the database would read this; with few rows PostgreSQL would read the whole table anyway."""
    written = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
    if db.engine.dialect.name == "sqlite":
        return " ".join(row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {written}")))
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    return " ".join(db.session.scalars(text(f"EXPLAIN {written}")))


@pytest.mark.parametrize("model", SEARCHED)
def test_three_letters_and_more_are_read_from_the_index(db, model):
    make_member()
    plan = plan_of(db, select(model.id).where(holds(model, read_search("reservesleutel"))))
    table = model.__tablename__
    if db.engine.dialect.name == "sqlite":
        assert f"SCAN fts_{table} VIRTUAL TABLE INDEX" in plan, plan
        assert f"SEARCH {table} USING" in plan, plan
    else:
        assert f"Bitmap Index Scan on trgm_{table}_search" in plan, plan


def test_a_search_in_all_text_reads_no_table_from_end_to_end(db):
    plan = plan_of(db, select(Thread.subject).where(found_in(read_search("reservesleutel kast"))))
    if db.engine.dialect.name == "sqlite":
        assert not [table for table in ("member", "message", "internal_note") if f"SCAN {table} " in f"{plan} "], plan
        assert "SCAN thread " not in plan, plan
    else:
        assert "Seq Scan" not in plan, plan


def test_beginnings_are_read_from_an_index(db):
    plan = plan_of(db, select(Member.sealed_iban).where(found_by(read_search("vr"))))
    names = {"sqlite": ("trgm_member_search", "fts_member_number")}.get(
        db.engine.dialect.name, ("fts_member_begins", "fts_member_number")
    )
    assert all(name in plan for name in names), plan
    assert "Seq Scan" not in plan
    assert "SCAN member" not in plan, plan


def test_a_member_cannot_read_the_full_text_tables(db):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has an index, no table")
    before = enter(Scope("a member's request", member_id=1, user_id=1))
    try:
        with pytest.raises(RowForbidden):
            db.session.execute(text("SELECT rowid FROM fts_internal_note WHERE search_text MATCH 'archief'"))
    finally:
        enter(before)
