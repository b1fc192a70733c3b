"""Counters of tries: what counts, for whom, until when."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from app.models import AttemptCounter
from app.services.access import rate_limits
from app.services.access.rate_limits import Limit

LIMIT = Limit("guess", 2, timedelta(minutes=15), told=1)
OTHER = Limit("other", 2, timedelta(minutes=15))
SECOND = timedelta(seconds=1)


def test_tries_are_counted_for_each_and_each_limit_until_the_window_ends(db, now):
    for limit, who in ((OTHER, "jan"), (LIMIT, "piet")):
        rate_limits.count_try(limit, who, now)
    later = now + LIMIT.window
    counted = [rate_limits.count_try(LIMIT, "jan", moment) for moment in (now, later - SECOND, later)]
    assert [tries.number for tries in counted] == [1, 2, 1]
    assert [tries.ends_at for tries in counted] == [later, later, later + LIMIT.window]


def test_a_lock_is_there_when_all_tries_of_the_window_are_used_up(db, now):
    rate_limits.count_try(LIMIT, "jan", now)
    assert rate_limits.find_lock(LIMIT, "jan", now) is None
    rate_limits.count_try(LIMIT, "jan", now)
    rate_limits.count_try(LIMIT, "piet", now)
    lock = rate_limits.find_lock(LIMIT, "jan", now)
    assert lock == (2, now + LIMIT.window)
    assert [lock.minutes(now + wait) for wait in (timedelta(), SECOND, LIMIT.window)] == [15, 15, 1]
    assert rate_limits.find_lock(LIMIT, "piet", now) is None
    assert rate_limits.find_lock(OTHER, "jan", now) is None
    assert rate_limits.find_exceeded(LIMIT, ["jan", "piet", "kees"], now) == {"jan"}
    over = now + LIMIT.window
    assert rate_limits.find_lock(LIMIT, "jan", over) is None
    assert rate_limits.find_exceeded(LIMIT, ["jan"], over) == set()


def test_what_is_over_the_limit_is_told_a_few_times(db, now):
    counted = [rate_limits.count_try(LIMIT, "jan", now) for _ in range(4)]
    assert [tries.is_over(LIMIT) for tries in counted] == [False, False, True, True]
    assert [tries.is_told(LIMIT) for tries in counted] == [True, True, True, False]


def test_a_try_that_is_given_back_is_of_this_one_only_and_never_more_than_there_were(db, now):
    for who in ("jan", "piet"):
        rate_limits.count_try(LIMIT, who, now)
    for _ in range(2):
        rate_limits.refund(LIMIT, "jan")
    assert [rate_limits.count_try(LIMIT, who, now).number for who in ("jan", "piet")] == [1, 2]
    rate_limits.reset(LIMIT, "piet")
    assert [rate_limits.count_try(LIMIT, who, now).number for who in ("jan", "piet")] == [2, 1]


def test_a_counter_goes_when_its_window_is_over(db, now):
    rate_limits.count_try(LIMIT, "jan", now)
    rate_limits.count_try(LIMIT, "piet", now + SECOND)
    rate_limits.delete_old(now + LIMIT.window)
    assert db.session.scalar(select(func.count()).select_from(AttemptCounter)) == 1


def test_an_address_is_counted_whole_or_as_its_household():
    assert rate_limits.network_of("192.0.2.7") == "192.0.2.7"
    assert (
        rate_limits.network_of("2001:db8:1:2:3:4:5:6") == rate_limits.network_of("2001:db8:1:2::9") == "2001:db8:1:2::"
    )
    assert rate_limits.network_of("no address") == "unknown"
