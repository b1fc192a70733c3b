"""What of an election can still change, once members answered or the election is closed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from app.models import ElectionState
from app.phrases import RuleBroken
from app.services.elections import change_rules
from tests.support.factories.elections import (
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member

OPENS = datetime(2026, 3, 18, 6, 30, tzinfo=UTC)


@pytest.fixture
def election(db):
    """With a day of voting and one of counting."""
    return make_open_election(counting="CSO")


def shift_values(shift, **values):
    return {"day": shift.day, "starts": shift.starts, "ends": shift.ends, "kind": shift.kind, **values}


def refusal(check, *given):
    with pytest.raises(RuleBroken) as refused:
        check(*given)
    return refused.value.field


def test_of_a_closed_election_no_part_changes_or_goes(db, election):
    day, shift = election.days[1], shifts_of(election)[-1]
    station = make_station(election, 1)
    election.state = ElectionState.CLOSED
    values = {"election": election, "date": day.date, "number": 1, "opens_at": None, "closes_at": None}
    assert refusal(change_rules.check_day, day, values) == "election"
    assert refusal(change_rules.check_day, None, values) == "election"
    assert refusal(change_rules.check_shift, shift, shift_values(shift)) == "election"
    assert refusal(change_rules.check_station, station, values) == "election"
    assert refusal(change_rules.check_day_can_be_deleted, day) == "election"
    assert refusal(change_rules.check_shift_goes, shift) == "election"


def test_a_part_stays_with_its_election(db, election):
    other = make_election(code="PS2027", name="Provinciale Staten")
    day = election.days[1]
    assert refusal(change_rules.check_day, day, {"election": other, "date": day.date}) == "election"
    other.state = ElectionState.CLOSED
    assert refusal(change_rules.check_day, None, {"election": other, "date": day.date}) == "election"


def test_the_day_of_voting_is_moved_with_the_election_only(db, election):
    voting, counting = election.days
    moved = {"election": election, "date": voting.date + timedelta(days=7)}
    assert refusal(change_rules.check_day, voting, moved) == "date"
    change_rules.check_day(voting, {"election": election, "date": voting.date})
    change_rules.check_day(counting, moved)
    assert refusal(change_rules.check_day_can_be_deleted, voting) == "date"
    change_rules.check_day_can_be_deleted(counting)


def test_a_day_about_which_members_answered_keeps_its_date_and_stays(db, election):
    counting = election.days[1]
    give_availability(make_member(), election)
    change_rules.check_day(counting, {"election": election, "date": counting.date})
    moved = {"election": election, "date": counting.date + timedelta(days=1)}
    assert refusal(change_rules.check_day, counting, moved) == "date"
    with pytest.raises(RuleBroken):
        change_rules.check_day_can_be_deleted(counting)


def test_a_shift_ends_at_another_time_than_it_begins(db, election):
    shift = shifts_of(election)[0]
    for known in (shift, None):
        assert refusal(change_rules.check_shift, known, shift_values(shift, ends=shift.starts)) == "ends"
    change_rules.check_shift(None, shift_values(shift))


@pytest.mark.parametrize("field", ["starts", "ends", "kind", "day"])
def test_of_a_shift_that_members_answered_about_only_the_name_changes(db, election, field):
    shift = shifts_of(election)[0]
    other = {"starts": time(5), "ends": time(22, 59), "kind": "other", "day": election.days[1]}[field]
    change_rules.check_shift(shift, shift_values(shift, **{field: other}))
    change_rules.check_shift_goes(shift)
    give_availability(make_member(), election)
    change_rules.check_shift(shift, shift_values(shift))
    assert refusal(change_rules.check_shift, shift, shift_values(shift, **{field: other})) == field
    if field != "kind":  # the last of them
        both = shift_values(shift, **{field: other, "kind": "other"})
        assert refusal(change_rules.check_shift, shift, both) == field
    with pytest.raises(RuleBroken):
        change_rules.check_shift_goes(shift)


def test_a_station_has_a_number_and_closes_after_it_opens(db, election):
    def values(number=1, opens=None, closes=None):
        return {"election": election, "number": number, "opens_at": opens, "closes_at": closes}

    change_rules.check_station(None, values(opens=OPENS))
    change_rules.check_station(None, values(closes=OPENS))
    change_rules.check_station(None, values(opens=OPENS, closes=OPENS + timedelta(minutes=1)))
    assert refusal(change_rules.check_station, None, values(number=0)) == "number"
    for closes in (OPENS, OPENS - timedelta(hours=1)):
        assert refusal(change_rules.check_station, None, values(opens=OPENS, closes=closes)) == "closes_at"


def test_what_members_prefer_is_not_deleted(db, election):
    wished, spare = make_station(election, 1), make_station(election, 2)
    teller, chair = make_function("teller"), make_function("voorzitter")
    give_availability(make_member(), election, functions=[teller.id], stations=[wished.id])
    change_rules.check_station_goes(spare)
    change_rules.check_function_goes(chair)
    for check, wanted in ((change_rules.check_station_goes, wished), (change_rules.check_function_goes, teller)):
        with pytest.raises(RuleBroken, match="1 member prefers"):
            check(wanted)
