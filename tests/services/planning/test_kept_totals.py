"""The number of short stations is counted anew after each change that may make it another, and not otherwise."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from app.models import Assignment, ElectionDay, ElectionState, StaffingNeed
from app.services.planning.coverage import kept_totals
from app.services.planning.coverage.kept_totals import count_kept
from app.services.planning.coverage.totals import count_short_now, total_short
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import make_planned_election
from tests.support.factories.staffing import make_need, make_place


@pytest.fixture
def plan(db):
    """A station with somebody in the morning, where is counted, and another one."""
    election = make_planned_election()
    first, second = make_station(election, 101), make_station(election, 102)
    morning, counting = shifts_of(election)[0], shifts_of(election)[-1]
    make_need(first, counting, make_function("voorzitter"))
    place = make_place(make_member(), first, morning, make_function("voorzitter"))
    db.session.commit()
    return election, first, second, place


def _move(plan, db):
    plan[3].station_id = plan[2].id


def _swap_member(plan, db):
    plan[3].member_id = make_member().id


def _come_later(plan, db):
    plan[3].starts_at += timedelta(minutes=30)


def _leave_earlier(plan, db):
    plan[3].ends_at -= timedelta(minutes=30)


def _another_function(plan, db):
    plan[3].function_id = make_function("stembureaulid").id


def _add(plan, db):
    make_place(make_member(), plan[2], shifts_of(plan[0])[0], make_function("stembureaulid"))


def _ask_nobody_to_count(plan, db):
    for need in db.session.scalars(select(StaffingNeed).where(StaffingNeed.station_id == plan[1].id)):
        need.minimum = need.target = 0


def _open_later(plan, db):
    plan[1].opens_at = plan[3].starts_at + timedelta(hours=2)


def _stop_somewhere(plan, db):
    plan[1].stops = [{"opens_at": "2026-03-18T09:00", "closes_at": "2026-03-18T10:00"}]


def _move_the_shift(plan, db):
    shifts_of(plan[0])[0].starts = time(6, 45)


def _move_the_day(plan, db):
    plan[0].voting_on += timedelta(days=1)


def _move_the_day_of_shifts(plan, db):
    day = db.session.scalars(select(ElectionDay).where(ElectionDay.election_id == plan[0].id)).first()
    day.date += timedelta(days=40)


def _change_the_function(plan, db):
    make_function("stembureaulid").capacity = "counter"  # of the place by now


def _another_station(plan, db):
    make_station(plan[0], 103)


def _take_away(plan, db):
    db.session.delete(plan[3])


CHANGES = [value for name, value in list(globals().items()) if name.startswith("_") and callable(value)]
CHANGES = [change for change in CHANGES if change.__module__ == __name__]


def test_each_change_is_counted_at_once(db, plan):
    election, counted = plan[0], []

    def count(of):
        counted.append(of.id)
        return count_short_now(of)

    for change in CHANGES:  # one after the other, and the place goes last
        count_kept([election], count)
        counted.clear()
        assert count_kept([election], count) == {election.id: count_short_now(election)}
        assert counted == []
        change(plan, db)
        db.session.flush()
        assert count_kept([election], count) == {election.id: count_short_now(election)}, change.__name__
        assert counted == [election.id], change.__name__


def test_home_asks_two_statements_while_nothing_changes_and_one_plan_is_not_anothers(db, plan, now, statements):
    election, other = plan[0], make_election(code="PS2026")
    election.state = other.state = ElectionState.PLANNING
    make_station(other, 1)
    db.session.query(Assignment).delete()
    db.session.commit()
    first = total_short(now)
    with statements() as seen:
        assert total_short(now) == first
    assert len(seen) == 2
    numbers = {total.only["code"]: total.number for total in first}
    assert numbers == {code.code: count_short_now(code) for code in (election, other)}


def test_of_so_many_elections_the_number_is_remembered(db, monkeypatch):
    """Of more it is counted anew, and no more is kept."""
    monkeypatch.setattr(kept_totals, "MOST_KEPT", 2)
    monkeypatch.setattr(kept_totals, "_kept", {})
    elections = [make_election(code=f"GR{year}") for year in (2026, 2027, 2028)]
    counted = []

    def ask(*wanted):
        counted.clear()
        count_kept(wanted, lambda of: counted.append(of.code) or 0)
        return [*counted]

    first, second, third = elections
    assert ask(first, second) == ["GR2026", "GR2027"]
    assert ask(first, second) == []
    assert ask(third) == ["GR2028"]
    assert ask(third) == []
    assert ask(first) == ["GR2026"]
    assert len(kept_totals._kept) == 2
