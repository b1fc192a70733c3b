"""Hours follow the day until they are confirmed; confirmed ones are experience, once, and taken back they are not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEvent, ElectionState, HoursSource, HoursState, MemberAnswer, Service, WorkedHours
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.bulk_acts import preview
from app.services.evaluation.hours import confirming, totals
from app.services.evaluation.hours.collecting import CLOSED, collect_hours
from tests.support.factories.appointments import appoint, decision_of, make_setup
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of
from tests.support.factories.evaluation import after, attend, collect, place
from tests.support.factories.people import make_member
from tests.support.factories.plans import publish_places
from tests.support.statements import seen_statements


@pytest.fixture
def election(db):
    return make_election()


@pytest.fixture
def late(election):
    return {"actor": COMMAND, "now": after(election)}


def services_of(member, db):
    return list(db.session.scalars(select(Service).where(Service.member_id == member.id)))


def test_without_attendance_the_published_times_are_taken_over_and_only_of_what_is_over(election, db):
    member = make_member()
    (published,) = place(election, member)
    assert collect_hours(election, actor=COMMAND, now=published.ends_at - timedelta(minutes=1)) == 0
    (hours,) = collect(election)
    assert (hours.starts_at, hours.ends_at) == (published.starts_at, published.ends_at)
    assert hours.minutes == (published.ends_at - published.starts_at) / timedelta(minutes=1)
    assert (hours.source, hours.state) == (HoursSource.PLAN, HoursState.OPEN)


def test_what_was_noted_on_the_day_goes_before_the_plan(election, db):
    present, absent, silent = make_member(), make_member(), make_member()
    here, gone, _nothing = place(election, present, absent, silent)
    came, left = here.starts_at + timedelta(minutes=20), here.ends_at + timedelta(minutes=45)
    away = came + timedelta(hours=1), came + timedelta(hours=2)
    spells = [[came.isoformat(), away[0].isoformat()], [away[1].isoformat(), left.isoformat()]]
    attend(here, "gone", arrived_at=came, left_at=left, spells=spells)
    attend(gone, "absent")
    by_member = {hours.member_id: hours for hours in collect(election)}
    assert by_member[present.id].starts_at == came
    assert by_member[present.id].minutes == (left - came) / timedelta(minutes=1) - 60
    assert by_member[absent.id].is_absent
    assert by_member[absent.id].minutes == 0
    assert [by_member[member.id].source for member in (present, absent, silent)] == ["attendance"] * 2 + ["plan"]


def test_who_was_never_signed_off_counts_until_the_end_of_the_shift(election):
    (here,) = place(election, make_member())
    came = here.starts_at - timedelta(minutes=10)
    attend(here, "here", arrived_at=came, spells=[[came.isoformat(), None]])
    (hours,) = collect(election)
    assert (hours.starts_at, hours.ends_at) == (came, here.ends_at)
    assert hours.minutes == (here.ends_at - came) / timedelta(minutes=1)


def test_who_was_noted_without_a_place_of_the_plan_has_the_hours_of_the_shift_once_it_is_over(election):
    (here,) = place(election, make_member())
    extra = make_member()
    attend(here, "here", member_id=extra.id, arrived_at=here.starts_at, spells=[])
    assert collect_hours(election, actor=COMMAND, now=here.ends_at - timedelta(minutes=1)) == 0
    by_member = {hours.member_id: hours for hours in collect(election)}
    assert (by_member[extra.id].starts_at, by_member[extra.id].ends_at) == (here.starts_at, here.ends_at)


def test_in_the_middle_of_the_day_the_shifts_that_are_over_are_taken_over(election):
    early, late = make_member(), make_member()
    station, function = make_station(election, 12), make_function("stembureaulid")
    first, second = shifts_of(election)[:2]
    wanted = [(early, station, first, function), (late, station, second, function)]
    places = publish_places(election, wanted, now=after(election))
    for published in places:
        attend(published, "here", arrived_at=published.starts_at, spells=[])
    now = places[0].ends_at + timedelta(minutes=1)
    assert collect_hours(election, actor=COMMAND, now=now) == 1
    with seen_statements(db.engine) as seen:
        assert collect_hours(election, actor=COMMAND, now=now) == 0
    assert len(seen) <= 5


def test_two_stations_in_one_shift_are_one_row_with_both(election, db):
    (here,) = place(election, make_member())
    other = make_station(election, 13)
    half = here.starts_at + timedelta(hours=3)
    attend(here, "gone", arrived_at=here.starts_at, left_at=half, spells=[])
    attend(here, "here", arrived_at=half + timedelta(minutes=30), spells=[], station_id=other.id)
    (hours,) = collect(election)
    assert hours.station_id == other.id
    assert hours.minutes == (here.ends_at - here.starts_at) / timedelta(minutes=1) - 30


def test_who_said_no_has_no_hours_and_open_ones_follow_the_day(election, db, now):
    member = make_member()
    (published,) = place(election, member)
    collect(election)
    appoint(make_setup(election, now=now), now=now)
    decision_of(member).answer = MemberAnswer.CANCELLED
    db.session.commit()
    assert collect(election) == []
    decision_of(member).answer = MemberAnswer.ACCEPTED
    (hours,) = collect(election)
    confirming.confirm(hours, actor=COMMAND, now=after(election))
    attend(published, "absent")
    (same,) = collect(election)
    assert (same.id, same.is_absent, same.state) == (hours.id, False, HoursState.CONFIRMED)


def test_taking_over_again_tells_how_many_rows_came_changed_or_went(election, db, now, late):
    """Nothing is told where nothing changed; what the team typed stays though nobody knows of it."""
    member, other = make_member(), make_member()
    published, second = place(election, member, other)
    by = {"actor": COMMAND, "now": after(election)}
    assert [collect_hours(election, **by), collect_hours(election, **by)] == [2, 0]
    attend(second, "absent")
    assert collect_hours(election, **by) == 1
    publish_places(election, [], now=now, ended=[published])
    assert [collect_hours(election, **by), collect_hours(election, **by)] == [1, 0]
    assert [row.member_id for row in collect(election)] == [other.id]
    typed = db.session.scalars(select(WorkedHours)).one()
    typed.source, typed.member_id = HoursSource.TEAM, make_member().id
    db.session.commit()
    assert collect_hours(election, **by) == 1  # of the other, anew
    assert typed in collect(election)
    told = select(AuditEvent.details).where(AuditEvent.action == "hours.collected").order_by(AuditEvent.id)
    assert [details["count"] for details in db.session.scalars(told)] == [2, 1, 1, 1]


def test_confirming_writes_experience_once_for_a_day_and_function_and_undoing_takes_it_away(election, db, late):
    member, function = make_member(), make_function("stembureaulid")
    early, later = shifts_of(election)[:2]
    station = make_station(election, 12)
    publish_places(election, [(member, station, shift, function) for shift in (early, later)], now=late["now"])
    first, second = collect(election)
    colleague, chair = make_member(), make_function("voorzitter")
    same_day = {"election_name": "Hand", "worked_on": first.shift.day.date}
    db.session.add(Service(member_id=colleague.id, function_id=function.id, **same_day))
    db.session.add(Service(member_id=member.id, function_id=chair.id, **same_day))
    before = first.shift.day.date - timedelta(days=1)
    db.session.add(Service(member_id=member.id, function_id=function.id, **{**same_day, "worked_on": before}))
    db.session.flush()
    by_hand = services_of(member, db)
    confirming.confirm(first, **late)
    assert (first.confirmed_at, second.state) == (late["now"], HoursState.OPEN)
    confirming.confirm(second, **late)
    (service,) = [row for row in services_of(member, db) if row not in by_hand]
    assert first.service_id == second.service_id == service.id
    assert (service.election_id, service.function_id, service.station_id) == (election.id, function.id, station.id)
    with pytest.raises(RuleBroken):
        confirming.confirm(first, **late)
    confirming.take_back(first, **late)
    assert (first.state, first.confirmed_at, first.service_id) == (HoursState.OPEN, None, None)
    assert service in services_of(member, db)
    confirming.take_back(second, **late)
    assert services_of(member, db) == by_hand
    assert len(services_of(colleague, db)) == 1
    with pytest.raises(RuleBroken):
        confirming.take_back(second, **late)
    told = select(AuditEvent.action, AuditEvent.subject_id).where(AuditEvent.subject_type == "WorkedHours")
    assert list(db.session.execute(told.order_by(AuditEvent.id))) == [
        ("hours.confirmed", first.id),
        ("hours.confirmed", second.id),
        ("hours.taken_back", first.id),
        ("hours.taken_back", second.id),
    ]


def test_experience_that_the_team_wrote_by_hand_stays(election, db, late):
    member = make_member()
    place(election, member)
    (hours,) = collect(election)
    day = hours.shift.day.date
    db.session.add(Service(member_id=member.id, election_name="Hand", worked_on=day, function_id=hours.function_id))
    db.session.flush()
    confirming.confirm(hours, **late)
    confirming.take_back(hours, **late)
    (service,) = services_of(member, db)
    assert service.election_name == "Hand"


def test_a_correction_has_a_reason_and_times_of_that_day_and_is_confirmed_with_it(election, db, late):
    member = make_member()
    place(election, member)
    (hours,) = collect(election)
    planned = hours.starts_at, hours.ends_at
    wanted = {"starts_at": hours.starts_at, "ends_at": hours.ends_at + timedelta(hours=1), "is_absent": False}
    minutes = hours.minutes
    for wrong, field in (
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"starts_at": hours.starts_at - confirming.AROUND - timedelta(minutes=1)}, "starts"),
        ({"ends_at": hours.ends_at + confirming.AROUND + timedelta(minutes=1)}, "starts"),
        ({"ends_at": hours.starts_at}, "ends"),
        ({"starts_at": hours.starts_at - timedelta(days=1)}, "ends"),
        ({"starts_at": hours.starts_at + timedelta(days=1), "ends_at": hours.ends_at + timedelta(days=1)}, "starts"),
    ):
        with pytest.raises(RuleBroken) as refused:
            confirming.correct(hours, **{**wanted, "reason": "hertelling", **wrong}, **late)
        assert refused.value.field == field, wrong
    confirming.correct(hours, **wanted, reason="hertelling", **late)
    assert (hours.minutes, hours.source, hours.state) == (minutes + 60, "team", "confirmed")
    assert (hours.starts_at, hours.ends_at) == (planned[0], planned[1] + timedelta(hours=1))
    assert (hours.reason, hours.confirmed_at) == ("hertelling", late["now"])
    assert len(services_of(member, db)) == 1
    confirming.correct(hours, **{**wanted, "is_absent": True}, reason="was er toch niet", **late)
    assert (hours.minutes, hours.is_absent) == (0, True)
    assert services_of(member, db) == []
    events = select(AuditEvent.action, AuditEvent.details).where(AuditEvent.action.startswith("hours."))
    assert list(db.session.execute(events.order_by(AuditEvent.id))) == [
        ("hours.collected", {"count": 1}),
        ("hours.corrected", {"minutes": minutes + 60, "was": minutes, "was_absent": False}),
        ("hours.corrected", {"minutes": 0, "was": minutes + 60, "was_absent": False}),
    ]


def test_a_correction_may_go_as_far_as_is_allowed(election, late):
    """Twelve hours before the shift or after it, a whole day, and three hundred letters of why."""
    place(election, make_member())
    (hours,) = collect(election)
    begins, ends = hours.starts_at - confirming.AROUND, hours.ends_at + confirming.AROUND
    reason = "x" * confirming.LONGEST_REASON
    confirming.correct(hours, starts_at=begins, ends_at=hours.ends_at, is_absent=False, reason=reason, **late)
    assert (hours.starts_at, hours.reason) == (begins, reason)
    confirming.correct(hours, starts_at=ends - confirming.LONGEST, ends_at=ends, is_absent=False, reason="ja", **late)
    assert (hours.ends_at, hours.minutes) == (ends, 24 * 60)


def test_nothing_changes_once_the_election_is_closed(election, db, late):
    place(election, make_member())
    (hours,) = collect(election)
    election.state = "closed"
    db.session.flush()
    times = {"starts_at": hours.starts_at, "ends_at": hours.ends_at, "is_absent": False, "reason": "Te laat"}
    for act in (
        lambda: confirming.confirm(hours, **late),
        lambda: confirming.take_back(hours, **late),
        lambda: confirming.correct(hours, **times, **late),
        lambda: collect_hours(election, **late),
    ):
        with pytest.raises(RuleBroken, match="closed"):
            act()
    assert hours.state == HoursState.OPEN


def test_only_what_is_confirmed_is_added_up_and_who_was_not_there_gets_no_fee(election, db, late):
    function = make_function("stembureaulid")
    function.fee = Decimal("120.50")
    worked, missed, waits = (make_member(surname=name) for name in ("Werkte", "Miste", "Wacht"))
    other = make_election(code="TK2027", type="TK", voting_on=election.voting_on + timedelta(days=200))
    place(other, worked, make_member())
    for hours in collect(other):
        confirming.confirm(hours, actor=COMMAND, now=after(other))
    _one, gone, _three = place(election, worked, missed, waits)
    attend(gone, "absent")
    by_member = {hours.member_id: hours for hours in collect(election)}
    for member in (worked, missed):
        confirming.confirm(by_member[member.id], **late)
    (total,) = totals.list_shift_totals(election.id)
    assert (total.open, total.absent, total.worked, total.fee) == (1, 1, 1, Decimal("120.50"))
    assert total.minutes == by_member[worked.id].minutes
    (paid,) = totals.list_paid(election)
    minutes, fee = by_member[worked.id].minutes, Decimal("120.50")
    assert (paid.member, paid.shifts, paid.minutes, paid.fee, paid.open) == (worked, 1, minutes, fee, 0)
    assert totals.count_members(election.id) == 3
    found = totals.list_member_totals(election.id, limit=9, offset=0)
    assert [(each.member, each.shifts, each.minutes, each.fee, each.open) for each in found] == [
        (missed, 0, 0, None, 0),
        (waits, 0, 0, None, 1),
        (worked, 1, minutes, fee, 0),
    ]
    assert totals.list_member_totals(election.id, limit=1, offset=1) == found[1:2]
    own = totals.list_of_member(worked.id, limit=9)
    assert [(where.code, what.id) for _hours, where, what in own] == [
        ("TK2027", function.id),
        (election.code, function.id),
    ]


def test_of_many_hours_it_is_said_which_are_confirmed_already_or_of_a_closed_election(election, db, late):
    other = make_election(code="TK2027", type="TK")
    place(election, make_member(), make_member())
    place(other, make_member())
    waits, done = collect(election)
    (closed,) = collect(other)
    confirming.confirm(done, **late)
    other.state = ElectionState.CLOSED
    db.session.commit()
    keys = select(WorkedHours.id)

    def told(act):
        found = preview(act, keys)
        return found.reached, [(str(left.why), left.number) for left in found.left_out]

    is_closed = (str(CLOSED), 1)
    assert told(confirming.CONFIRM) == (1, [is_closed, ("These hours are confirmed already.", 1)])
    assert told(confirming.TAKE_BACK) == (1, [is_closed, ("These hours are not confirmed.", 1)])
    confirming.CONFIRM.each(waits, **late)
    assert told(confirming.TAKE_BACK) == (2, [is_closed])
    assert closed.state == "open"


def test_taking_over_takes_as_many_statements_for_many(election, db):
    def statements(count):
        place(election, *(make_member() for _ in range(count)), number=20 + count)
        with seen_statements(db.engine) as seen:
            collect_hours(election, actor=COMMAND, now=after(election))
            db.session.commit()
        return len(seen)

    assert statements(2) == statements(12)
    assert len(list(db.session.scalars(select(WorkedHours)))) == 14
