"""Every act can be taken back, of one place and of a whole proposal, unless somebody changed it since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.models import Assignment, Couple, MemberState, PlanActKind
from app.phrases import RuleBroken
from app.services.atomic import EditConflict
from app.services.audit import COMMAND, Actor
from app.services.members.one_person import merging
from app.services.planning.board import acts, news, undo
from app.services.planning.board.places import Seen
from tests.support.factories.elections import shifts_of
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.planning import make_available, places_of, stations_of


def picture(db) -> list[tuple]:
    """The plan, without how often it was changed."""
    names = ("id", "member_id", "station_id", "shift_id", "function_id", "starts_at", "ends_at", "note", "is_locked")
    return [tuple(getattr(row, name) for name in names) for row in db.session.query(Assignment).order_by(Assignment.id)]


def test_undoing_each_act_backwards_leads_to_the_empty_plan(db, election, place, give, now):
    first, second, third = (make_available(election) for _ in range(3))
    by_whom = {"actor": COMMAND, "now": now}
    pictures, done = [picture(db)], []

    def do(act):
        done.append(act)
        db.session.commit()
        pictures.append(picture(db))

    do(give(place(first, 0), place(first, 1), place(second, 0, station=1)))
    (row,) = places_of(second)
    do(
        acts.edit(
            row,
            seen=1,
            starts_at=row.starts_at + timedelta(hours=1),
            ends_at=row.ends_at,
            note="later",
            is_locked=True,
            **by_whom,
        )
    )
    do(acts.replace_member(places_of(second)[0], third.id, seen=2, **by_whom))
    morning, evening = places_of(first)
    do(acts.swap(morning, places_of(third)[0], seen=(1, 1), **by_whom))
    evening = places_of(first)[1]
    do(
        acts.move(
            evening,
            seen=evening.version,
            station_id=stations_of(election)[1].id,
            shift_id=shifts_of(election)[2].id,
            function_id=evening.function_id,
            **by_whom,
        )
    )
    do(acts.remove_many(election, [Seen(row.id, row.version) for row in places_of(first)], **by_whom))
    for act, before in zip(reversed(done), reversed(pictures[:-1]), strict=True):
        undo.undo(act, **by_whom)
        db.session.commit()
        assert picture(db) == before, act.kind
        with pytest.raises(RuleBroken, match="undone already"):
            undo.undo(act, **by_whom)
    assert picture(db) == []


def test_an_undo_is_an_act_that_can_be_undone(db, election, place, give, now):
    member = make_available(election)
    act = give(place(member))
    before = picture(db)
    back = undo.undo(act, actor=COMMAND, now=now)
    assert (back.kind, picture(db)) == (PlanActKind.UNDO, [])
    undo.undo(back, actor=COMMAND, now=now)
    assert picture(db) == before


def test_what_somebody_changed_since_is_refused_and_the_rest_of_a_proposal_can_still_go(db, election, place, give, now):
    members = [make_available(election) for _ in range(3)]
    act = give(*(place(member) for member in members[:2]), place(members[2], 1), kind=PlanActKind.PROPOSAL)
    changed = places_of(members[0])[0]
    acts.edit(
        changed,
        seen=1,
        starts_at=changed.starts_at,
        ends_at=changed.ends_at,
        note="belt nog",
        is_locked=False,
        actor=COMMAND,
        now=now,
    )
    db.session.commit()
    with pytest.raises(EditConflict, match="1 of the 3 places"):
        undo.undo(act, actor=COMMAND, now=now)
    db.session.rollback()
    assert len(picture(db)) == 3
    undo.undo(act, only_unchanged=True, actor=COMMAND, now=now)
    assert [row.note for row in db.session.query(Assignment)] == ["belt nog"]


def test_a_place_does_not_come_back_to_who_stopped_or_stands_elsewhere_by_now(db, election, place, give, now):
    stopped, moved = make_available(election), make_available(election)
    give(place(stopped), place(moved))
    acts_ = []
    for member in (stopped, moved):
        acts_.append(acts.remove_many(election, [Seen(places_of(member)[0].id, 1)], actor=COMMAND, now=now))
        db.session.commit()
    stopped.state = MemberState.RESIGNED
    give(place(moved, station=1))
    for act, says in zip(acts_, ("has a pause or stopped", "in this shift already"), strict=True):
        with pytest.raises(RuleBroken, match=says):
            undo.undo(act, actor=COMMAND, now=now)
        db.session.rollback()


def test_keys_of_places_are_never_used_again(db, election, place, give, now):
    member = make_available(election)
    give(place(member))
    key = places_of(member)[0].id
    acts.remove_many(election, [Seen(key, 1)], actor=COMMAND, now=now)
    give(place(member))
    assert places_of(member)[0].id > key


def test_the_last_act_is_ones_own(db, election, place, give, now):
    mine, hers = make_staff(), make_staff()
    first = give(place(make_available(election)), actor=Actor("ik", mine.id))
    give(place(make_available(election)), actor=Actor("zij", hers.id))
    assert news.read_numbers(election.id, mine.id).own_act_id == first.id
    undo.undo(first, actor=Actor("ik", mine.id), now=now)
    assert news.read_numbers(election.id, mine.id).own_act_id is None


def test_of_two_members_that_become_one_no_two_places_at_once_stay(db, election, place, give, now):
    same = {"first_name": "Jan", "surname": "Bakker", "birth_date": date(1970, 6, 6)}
    kept, gone = make_available(election, **same), make_member(**same)
    give(place(kept, 0))
    other = make_available(election)
    give(place(other, 1, station=1), place(other, 2, station=1))
    for row in places_of(other):  # as if the same person was planned under the other number
        acts.replace_member(row, gone.id, seen=1, confirmed={"no_answer"}, actor=COMMAND, now=now)
    third = make_member()
    db.session.add_all([Couple(member_id=kept.id, other_id=gone.id), Couple(member_id=gone.id, other_id=kept.id)])
    db.session.add(Couple(member_id=third.id, other_id=other.id))
    db.session.commit()
    chosen = {question.field: question.proposed for question in merging.compare(kept, gone)}
    seen = (kept.changed_at, gone.changed_at)
    merging.merge_members(kept.id, gone.id, chosen, seen=seen, actor=COMMAND, now=now)
    db.session.commit()
    # The evening overlaps with the morning of who stays; the count comes along.
    assert [row.shift_id for row in places_of(kept)] == [shifts_of(election)[0].id, shifts_of(election)[2].id]
    assert [(row.member_id, row.other_id) for row in db.session.query(Couple)] == [(third.id, other.id)]
