"""Acts on all that a search found: which rows, why not which, and where a run stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import literal, select
from sqlalchemy.orm import object_session

from app.models import AuditEvent, BulkRow, BulkRun, BulkState, Member, MemberState
from app.phrases import RuleBroken, phrase
from app.services import bulk_acts, bulk_runs
from app.services.audit import Actor
from app.services.bulk_acts import ACTS, BulkAct, Leaving, Reason
from app.services.leases import LEASE
from tests.support.factories.people import make_member, make_staff

SECOND = timedelta(seconds=1)
PAUSED, BROKEN = phrase("Has a pause."), phrase("Has no address.")


def reasons():
    return [Reason(Member.state == MemberState.PAUSED, PAUSED, "resume"), Reason(Member.email.is_(None), BROKEN)]


def rename(member, *, city, actor, now):
    member.city, member.changed_at = city, now
    if member.surname == "Nee":
        raise RuleBroken(phrase("%(name)s says no.", name=member.surname))


def rename_all(members, *, city, actor, now):
    for member in members:
        member.city = f"{city} ({len(members)})"


def keep_ja_back(run, *, actor, now):
    return object_session(run).scalars(select(Member.id).where(Member.surname == "Ja")).all()


@pytest.fixture(autouse=True)
def acts(monkeypatch):
    leaving = Leaving(lambda run: select(literal(run.done)), keep_ja_back)
    monkeypatch.setitem(ACTS, "Test.together", BulkAct(Member, many=rename_all, reasons=reasons, leaving=leaving))
    monkeypatch.setitem(ACTS, "Test.rename", BulkAct(Member, each=rename, reasons=reasons))
    monkeypatch.setitem(ACTS, "Test.print", BulkAct(Member, reasons=reasons, is_printed=True))


@pytest.fixture
def people(db):
    """Two to whom it is done, and three to whom it is not; and somebody who was not found."""
    found = [
        make_member(surname="Ja"),
        make_member(surname="Ook"),
        make_member(surname="Nee"),
        make_member(surname="Pauze", state=MemberState.PAUSED, email=None),
        make_member(surname="Weg", email=None),
    ]
    make_member(surname="Ander", member_number="x")
    return found


@pytest.fixture
def start(db, now):
    colleague = make_staff(username="bea")
    actor = Actor(colleague.username, colleague.id)

    def do(act="rename", at=now, **more):
        keys = select(Member.id).where(Member.member_number != "x")
        given = {"parameters": {"city": "Elders"}, "member_id": lambda key: key, **more}
        return bulk_runs.start_run("Test", act, keys, actor=actor, now=at, **given)

    return do


def work(db, run, now):
    bulk_runs.run_bulk(run.id, lambda: now, checkpoint=db.session.commit)
    db.session.refresh(run)


def events(db, run):
    rows = select(AuditEvent.action, AuditEvent.actor_name, AuditEvent.details)
    return [
        tuple(row) for row in db.session.execute(rows.where(AuditEvent.subject_id == run.id).order_by(AuditEvent.id))
    ]


def test_it_is_done_to_what_was_found_and_refused_with_the_first_reason_that_holds(db, people, start, now):
    earlier = start("print", now - SECOND)
    run = start(query="q=a")
    assert (run.total, run.state, run.query) == (5, BulkState.WAITING, "q=a")
    assert bulk_runs.find_waiting(now) == [run.id]
    work(db, run, now)
    assert (run.state, run.done, run.refused, run.finished_at, run.lease_until) == ("done", 2, 3, now, None)
    renamed = db.session.scalars(select(Member.surname).where(Member.city == "Elders"))
    assert set(renamed) == {"Ja", "Ook"}
    refused = {member.surname: str(why) for member, why in bulk_runs.list_refused(run, limit=9)}
    assert refused == {"Nee": "Nee says no.", "Pauze": "Has a pause.", "Weg": "Has no address."}
    assert len(bulk_runs.list_refused(run, limit=1)) == 1
    assert {str(why): number for why, number in bulk_runs.count_reasons(run)} == {str(PAUSED): 1, str(BROKEN): 1}
    owners = db.session.execute(select(BulkRow.subject_id, BulkRow.member_id).where(BulkRow.run_id == run.id)).all()
    assert sorted(map(tuple, owners)) == sorted((member.id, member.id) for member in people)
    assert events(db, run) == [
        ("bulk_run.started", "bea", {"screen": "Test", "act": "rename", "rows": 5}),
        ("bulk_run.finished", "bea", {"done": 2, "refused": 3}),
    ]
    work(db, run, now + LEASE + SECOND)
    assert (run.done, run.finished_at) == (2, now)
    db.session.refresh(earlier)
    assert (earlier.state, earlier.done) == (BulkState.WAITING, 0)
    assert set(db.session.scalars(select(BulkRow.state).where(BulkRow.run_id == earlier.id))) == {"waiting"}


def test_of_what_somebody_has_in_hand_nothing_is_done_until_the_lease_is_over(db, people, start, now):
    run = start()
    run.state, run.lease_until = BulkState.RUNNING, now + LEASE
    db.session.commit()
    assert bulk_runs.find_waiting(now + LEASE) == []
    work(db, run, now + LEASE)
    assert run.done == 0
    assert bulk_runs.find_waiting(now + LEASE + SECOND) == [run.id]
    work(db, run, now + LEASE + SECOND)
    assert run.done == 2


def test_each_part_is_kept_before_the_next_one_begins(db, people, start, now, monkeypatch):
    monkeypatch.setattr(bulk_runs, "PART", 2)
    run, seen = start(), []

    def look():
        db.session.commit()
        seen.append((run.state, run.done, run.refused))

    bulk_runs.run_bulk(run.id, lambda: now, checkpoint=look)
    kept = [(0, 0), (2, 0), (2, 2), (2, 3)]
    assert seen == [*(("running", done, refused) for done, refused in kept), ("done", 2, 3)]


def test_rows_that_are_gone_are_told_and_of_nothing_no_run_is_started(db, people, start, now):
    run = start()
    for member in people[:2]:
        db.session.delete(member)
    db.session.commit()
    work(db, run, now)
    assert (run.done, run.refused) == (0, 3)
    for member in people[2:]:
        member.member_number = None  # nobody is found
    db.session.flush()
    with pytest.raises(RuleBroken, match="Nothing was found"):
        start()


def test_members_that_were_found_to_write_to_are_kept_without_work(db, people, start, now):
    run = start("", parameters=None)
    assert (run.state, run.total, run.parameters) == (BulkState.DONE, 5, {})
    assert bulk_runs.find_waiting(now) == []


def test_a_run_is_stopped_once_and_no_more_of_it_is_done(db, people, start, now):
    other, run = start(), start()
    actor = Actor("bea")
    bulk_runs.stop_run(run, actor=actor, now=now)
    db.session.commit()
    work(db, run, now)
    assert (run.state, run.done, run.finished_at) == (BulkState.STOPPED, 0, now)
    assert events(db, run)[1:] == [("bulk_run.stopped", "bea", {"done": 0})]
    with pytest.raises(RuleBroken, match="done already"):
        bulk_runs.stop_run(run, actor=actor, now=now)
    assert (bulk_runs.count_leaving(run), bulk_runs.find_waiting(now)) == (0, [other.id])


def test_what_is_done_to_all_of_a_part_at_once_is_kept_back_as_far_as_it_did_not_leave(db, people, start, now):
    other, run = start("together"), start("together")
    work(db, run, now)
    assert (run.done, run.refused, bulk_runs.count_leaving(run)) == (3, 2, 3)
    cities = dict(db.session.execute(select(Member.surname, Member.city)).all())
    assert [cities[surname] for surname in ("Ja", "Ook", "Nee", "Weg")] == [*["Elders (3)"] * 3, "Voorbeeldstad"]
    bulk_runs.stop_run(run, actor=Actor("bea"), now=now + SECOND)
    db.session.refresh(run)
    assert (run.state, run.done, run.refused, run.finished_at) == (BulkState.STOPPED, 2, 3, now + SECOND)
    refused = {member.surname: str(why) for member, why in bulk_runs.list_refused(run, limit=9)}
    assert refused["Ja"] == str(bulk_runs.STOPPED_BEFORE)
    assert len(refused) == 3
    db.session.refresh(other)
    assert (other.done, bulk_runs.list_refused(other, limit=9)) == (0, [])


def test_what_a_person_prints_is_taken_part_by_part(db, people, start, now):
    run = start("print")
    work(db, run, now)  # the worker leaves it alone
    first = bulk_runs.take_part(run, 2, now)
    db.session.refresh(run)
    assert (first, run.state, run.done, run.refused) == ([people[0].id, people[1].id], BulkState.WAITING, 2, 0)
    rest = bulk_runs.take_part(run, 9, now)
    db.session.refresh(run)
    assert (rest, run.state, run.done, run.refused) == ([people[2].id], BulkState.DONE, 3, 2)
    assert events(db, run)[-1][0] == "bulk_run.finished"


def test_a_last_part_that_just_fits_ends_the_run(db, people, start, now):
    run = start("print")
    bulk_runs.take_part(run, 5, now)
    db.session.refresh(run)
    assert run.state == BulkState.DONE


def test_before_it_is_done_it_is_told_to_how_many_and_why_not_to_whom(db, people):
    act, keys = ACTS["Test.rename"], select(Member.id).where(Member.member_number != "x")
    preview = bulk_acts.preview(act, keys)
    assert (preview.total, preview.reached) == (5, 3)
    assert [tuple(left) for left in preview.left_out] == [(PAUSED, 1, "resume", 0), (BROKEN, 1, "", 1)]
    left_out = [set(db.session.scalars(bulk_acts.select_left_out(act, keys, place))) for place in (-1, 0, 1)]
    assert left_out == [{member.id for member in people[:3]}, {people[3].id}, {people[4].id}]
    chosen = bulk_acts.select_keys(act, [people[0].id, people[3].id, 0])
    assert [tuple(left) for left in bulk_acts.preview(act, chosen).left_out] == [(PAUSED, 1, "resume", 0)]


def test_what_is_over_for_long_is_forgotten_but_not_what_waits_or_was_found_to_write_to(db, people, start, now):
    old, waiting, found = start(), start(), start("", parameters=None)
    for run in (old, found):
        run.state = BulkState.DONE
    young = start(at=now + SECOND)
    young.state = BulkState.STOPPED
    db.session.commit()
    assert bulk_runs.delete_old_runs(now + bulk_runs.KEEP) == 0
    assert bulk_runs.delete_old_runs(now + SECOND + bulk_runs.KEEP) == 1
    left = {waiting.id, found.id, young.id}
    assert set(db.session.scalars(select(BulkRun.id))) == set(db.session.scalars(select(BulkRow.run_id))) == left


def test_an_act_that_nothing_stands_in_the_way_of_is_done_to_all_that_was_found(db):
    act, found = BulkAct(Member, each=rename), [make_member(state=MemberState.PAUSED).id, make_member(email=None).id]
    make_member()
    keys = bulk_acts.select_keys(act, found)
    assert sorted(db.session.scalars(bulk_acts.select_left_out(act, keys, -1))) == found
    assert db.session.scalars(bulk_acts.select_left_out(act, keys, 0)).all() == []
