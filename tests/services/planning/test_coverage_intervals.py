"""Coverage of one place, from intervals alone: against a look at every single minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.services.planning.coverage.intervals import MAY_PRESIDE, OF_BUREAU, Moment, Presence, Span, judge

DAY = datetime(2026, 3, 18, tzinfo=UTC)
MINUTES = 180


def at(minute: int) -> datetime:
    return DAY + timedelta(minutes=minute)


def there(member_id: int, capacity: str, since: int, until: int) -> Presence:
    return Presence(member_id, capacity, at(since), at(until))


PRESENCES = st.lists(
    st.builds(
        lambda who, capacity, since, length: there(who, capacity, since, since + length),
        st.integers(1, 5),
        st.sampled_from(["chair", "deputy", "member", "counter", "supporter"]),
        st.integers(-30, MINUTES + 20),
        st.integers(1, MINUTES + 60),
    ),
    max_size=9,
)
SPANS = st.builds(lambda since, length: (since, since + length), st.integers(0, 60), st.integers(1, MINUTES - 60))


def look_each_minute(span, presences, people=3):
    """The same by hand: of every minute how many persons there are, and in which capacities."""
    states = []
    for minute in range(*span):
        now = [p for p in presences if p.starts_at <= at(minute) < p.ends_at and p.capacity in OF_BUREAU]
        capacities = {p.capacity for p in now}
        missing = max(people - len({p.member_id for p in now}), 0)
        states.append((missing, "chair" in capacities, bool(capacities & MAY_PRESIDE)))
    return states


@given(span=SPANS, presences=PRESENCES, people=st.sampled_from([0, 3]))
def test_every_minute_is_judged_as_if_one_looked_at_it_alone(span, presences, people):
    moments = judge(Span(at(span[0]), at(span[1])), presences, people=people)
    expanded = [
        (moment.short, moment.has_chair, moment.has_presider)
        for moment in moments
        for _minute in range(int((moment.ends_at - moment.starts_at).total_seconds() // 60))
    ]
    assert expanded == look_each_minute(span, presences, people)


@given(span=SPANS, presences=PRESENCES)
def test_moments_follow_each_other_without_a_gap_and_no_two_neighbours_are_equal(span, presences):
    moments = judge(Span(at(span[0]), at(span[1])), presences)
    assert moments[0].starts_at == at(span[0])
    assert moments[-1].ends_at == at(span[1])
    for before, after in pairwise(moments):
        assert before.ends_at == after.starts_at
        assert before[2:] != after[2:]


@given(span=SPANS, presences=PRESENCES, order=st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_listed_says_nothing(span, presences, order):
    mixed = list(presences)
    order.shuffle(mixed)
    assert judge(Span(at(span[0]), at(span[1])), mixed) == judge(Span(at(span[0]), at(span[1])), presences)


def test_six_people_can_still_leave_a_quarter_of_an_hour_open():
    early = [there(n, "chair" if n == 1 else "member", 0, 60) for n in (1, 2, 3)]
    late = [there(n, "chair" if n == 4 else "member", 75, 120) for n in (4, 5, 6)]
    faults = [moment for moment in judge(Span(at(0), at(120)), early + late) if moment.is_fault]
    assert faults == [Moment(at(60), at(75), 3, False, False)]


def test_the_end_is_outside_so_who_comes_as_another_goes_leaves_no_moment_open():
    rows = [
        there(1, "chair", 0, 60),
        there(4, "chair", 60, 120),
        there(2, "member", 0, 120),
        there(3, "member", 0, 120),
    ]
    assert judge(Span(at(0), at(120)), rows) == [Moment(at(0), at(120), 0, True, True)]


def test_a_person_who_is_there_twice_counts_once():
    rows = [there(1, "chair", 0, 60), there(1, "chair", 45, 120), there(2, "member", 0, 120)]
    assert [moment.short for moment in judge(Span(at(0), at(120)), rows)] == [1]


def test_a_deputy_who_presides_is_a_warning_and_nobody_who_may_is_a_fault():
    members = [there(n, "member", 0, 60) for n in (1, 2, 3)]
    deputy = there(4, "deputy", 30, 60)
    first, second = judge(Span(at(0), at(60)), [*members, deputy])
    assert (first.is_fault, first.is_warned) == (True, False)
    assert (second.is_fault, second.is_warned) == (False, True)


def test_who_only_helps_is_not_one_of_the_three():
    rows = [
        there(1, "chair", 0, 60),
        there(2, "member", 0, 60),
        there(3, "counter", 0, 60),
        there(4, "supporter", 0, 60),
    ]
    assert [moment.short for moment in judge(Span(at(0), at(60)), rows)] == [1]
