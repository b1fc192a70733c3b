"""What the solver is asked: who may and who wants, and which places may be moved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.extensions import db
from app.models import (
    Availability,
    Couple,
    Function,
    MemberState,
    PreferredFunction,
    PreferredStation,
    PublishedPlace,
    Service,
    StaffingNeed,
)
from app.services.planning.proposals.reading import read_question, to_minutes
from app.services.planning.proposals.solver.instance import COUNT, VOTING
from app.services.planning.proposals.solver.weights import DEFAULTS
from app.services.planning.times import shift_hours
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import find_fault, make_available, make_planned_election, say, stations_of
from tests.support.factories.staffing import make_place


@pytest.mark.parametrize(("keeps", "price"), [(True, None), (False, DEFAULTS["move_published"])])
def test_a_published_place_is_kept_or_has_a_price(election, published, keeps, price):
    question = read_question(election, station_ids=[], weights={}, keeps_published=keeps)
    assert [kept.price for kept in question.instance.kept] == [price]


def test_a_locked_place_is_never_moved(db, election, published):
    published.is_locked = True
    db.session.commit()
    question = read_question(election, station_ids=[], weights={}, keeps_published=False)
    assert [kept.price for kept in question.instance.kept] == [None]


def test_who_may_not_be_appointed_is_not_asked(election, people, now):
    find_fault(people[0], election, "age")
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    assert people[0].id not in {person.id for person in question.instance.people}
    assert (question.answered, len(question.eligible)) == (10, 9)


def test_without_training_only_what_needs_none(election, people):
    find_fault(people[0], election, "training")
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    functions = next(person.functions for person in question.instance.people if person.id == people[0].id)
    assert functions
    assert all(not function.needs_training for function in map(_function, functions))


def _function(key: int):
    return db.session.get(Function, key)


def test_presiding_is_for_who_wants_it(election, people):
    question = read_question(election, station_ids=[], weights={}, keeps_published=True)
    chair = make_function("voorzitter").id
    assert {person.id for person in question.instance.people if chair in person.functions} == {
        member.id for member in people[:4]
    }


@pytest.fixture
def other(db):
    """Another election, on a day of its own."""
    return make_planned_election(3, code="EP2029", type="EP", name="Europa 2029", voting_on=date(2029, 6, 7))


def ask(election, *station_ids):
    return read_question(election, station_ids=station_ids, weights={}, keeps_published=True)


def wish(answer, station, function, rank):
    own = {"availability_id": answer.id, "member_id": answer.member_id, "rank": rank}
    db.session.add(PreferredStation(station_id=station.id, **own))
    db.session.add(PreferredFunction(function_id=make_function(function).id, **own))


def serve(member, function):
    own = {"member_id": member.id, "function_id": make_function(function).id, "worked_on": date(2022, 3, 16)}
    db.session.add(Service(election_name="2022", **own))


def test_what_is_known_of_each_who_answered_is_of_this_election(election, other):
    first, second = stations_of(election)
    member = make_available(election, ["yes", "maybe", "no"], latitude=52.1234, longitude=5.1)
    presided, elsewhere = make_available(election), make_available(other)
    make_available(election, state=MemberState.PAUSED)
    make_member()
    own = db.session.query(Availability).filter_by(member_id=member.id).one()
    wish(own, first, "voorzitter", 2)
    wish(own, second, "stembureaulid", 1)
    wish(say(member, other), stations_of(other)[0], "teller", 1)
    serve(member, "teller")
    serve(presided, "voorzitter")
    for pair in ((member, presided), (presided, member)):
        db.session.add(Couple(member_id=pair[0].id, other_id=pair[1].id))
    make_place(member, stations_of(other)[0], shifts_of(other)[0], make_function("teller"))
    db.session.commit()
    early, late, count = (shift.id for shift in shifts_of(election))
    question = ask(election)
    assert (question.members, question.answered, question.eligible) == (4, 2, {member.id, presided.id})
    assert elsewhere.id not in question.eligible
    of_member, of_presided = question.instance.people
    assert (of_member.id, of_member.shifts) == (member.id, ((early, True), (late, False)))
    assert of_member.wished_stations == (second.id, first.id)
    assert of_member.wished_functions == (make_function("stembureaulid").id, make_function("voorzitter").id)
    assert of_member.point == (347.904, 5801.334)  # kilometres on a flat map
    assert of_presided.point is None
    assert (of_member.has_experience, of_member.has_presided, of_member.with_id) == (True, False, presided.id)
    assert (of_presided.has_experience, of_presided.has_presided, of_presided.with_id) == (True, True, member.id)
    assert of_presided.shifts == ((early, True), (late, True), (count, True))
    assert make_function("voorzitter").id in of_presided.functions
    assert question.instance.kept == ()
    assert question.assignments == {}


def test_who_has_a_place_at_another_election_is_asked_for_the_shifts_at_other_times(election):
    member = make_available(election)
    same_day = make_planned_election(3, code="PS2026", type="PS", name="Staten 2026")
    shift, (early, late, count) = shifts_of(same_day)[0], (shift.id for shift in shifts_of(election))
    starts_at = shift_hours(shift)[0]
    hours = {"starts_at": starts_at, "ends_at": shift_hours(shifts_of(election)[1])[0]}
    make_place(member, stations_of(same_day)[0], shift, make_function("teller"), **hours)
    over = shift_hours(shifts_of(election)[2])[1]
    hours = {"starts_at": over, "ends_at": over + timedelta(hours=1)}
    make_place(member, stations_of(same_day)[0], shifts_of(same_day)[2], make_function("teller"), **hours)
    (person,) = ask(election).instance.people
    assert person.shifts == ((late, True), (count, True))
    assert early not in dict(person.shifts)


def test_what_is_needed_is_of_this_election_or_of_the_stations_that_are_asked(election, other):
    first, second = stations_of(election)
    shifts, chair, member = shifts_of(election), make_function("voorzitter").id, make_function("stembureaulid").id
    gone = {"station_id": first.id, "shift_id": shifts[2].id, "function_id": chair}
    db.session.query(StaffingNeed).filter_by(**gone).update({"minimum": 0, "target": 0})
    first.latitude, first.longitude = 52.1, 5.1
    db.session.commit()
    whole, some = ask(election).instance, ask(election, second.id).instance
    assert [station.id for station in whole.stations] == [first.id, second.id]
    assert [station.point is None for station in whole.stations] == [False, True]
    assert [station.id for station in some.stations] == [second.id]
    of_second = {(second.id, shift.id, key, 1, aim) for shift in shifts for key, aim in ((chair, 1), (member, 2))}
    of_first = {(first.id, *rest) for _second, *rest in of_second} - {(first.id, shifts[2].id, chair, 1, 1)}
    read = {(need.station, need.shift, need.function, need.minimum, need.target) for need in whole.needs}
    assert read == of_first | of_second
    assert {(need.station, need.shift, need.function, need.minimum, need.target) for need in some.needs} == of_second
    hours = [tuple(map(to_minutes, shift_hours(shift))) for shift in shifts]
    assert [
        (shift.id, shift.kind, shift.starts, shift.ends) for shift in sorted(whole.shifts, key=lambda shift: shift.id)
    ] == [(shift.id, kind, *own) for shift, kind, own in zip(shifts, (VOTING, VOTING, COUNT), hours, strict=True)]
    assert hours[0][1] - hours[0][0] == timedelta(hours=7, minutes=30) / timedelta(minutes=1)


def test_what_a_function_may_do_is_told_by_its_capacity(election):
    told = {function.id: function for function in ask(election).instance.functions}
    flags = {
        code: (own.is_chair, own.may_preside, own.is_member)
        for code in ("voorzitter", "plv_voorzitter", "stembureaulid", "teller")
        for own in (told[make_function(code).id],)
    }
    assert flags == {
        "voorzitter": (True, True, True),
        "plv_voorzitter": (False, True, True),
        "stembureaulid": (False, False, True),
        "teller": (False, False, False),
    }


def test_a_place_of_the_plan_is_told_with_its_hours_and_where_it_stands(election, other, people, published):
    make_place(people[6], stations_of(other)[0], shifts_of(other)[0], make_function("teller"))
    question = ask(election)
    (kept,) = question.instance.kept
    assert question.assignments == {(published.member_id, published.shift_id): published.id}
    place = kept.place
    assert (place.person, place.station, place.shift, place.function) == (
        published.member_id,
        published.station_id,
        published.shift_id,
        published.function_id,
    )
    assert (place.starts, place.ends) == (to_minutes(published.starts_at), to_minutes(published.ends_at))


def test_a_draft_has_the_price_of_a_draft_also_where_a_place_was_published_before(db, election, published):
    published_place = db.session.query(PublishedPlace).one()
    published_place.until_version_id = published_place.since_version_id
    db.session.commit()
    assert [kept.price for kept in ask(election).instance.kept] == [DEFAULTS["move_draft"]]
