"""One need, and one line of a template: each once for its place, shift and function; refused at its field."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, ElectionState, NeedTemplate, ShiftKind, StaffingNeed, StationType
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.planning.needs import bulk_acts, needs
from app.services.planning.needs.needs import Numbers
from tests.support.factories.elections import make_election, make_function, make_station, shifts_of

FIXED, MOBILE = StationType.FIXED.value, StationType.MOBILE.value


@pytest.fixture
def election(db):
    """With a central count."""
    return make_election(counting="CSO")


@pytest.fixture
def by(now):
    return {"actor": COMMAND, "now": now}


@pytest.fixture
def early(election):
    return shifts_of(election)[0]


@pytest.fixture
def central(election):
    return next(shift for shift in shifts_of(election) if shift.kind == ShiftKind.CENTRAL_COUNT)


@pytest.fixture
def chair(db):
    return make_function("voorzitter")


def refused_at(act) -> str | None:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.field


def test_a_line_of_the_template_is_there_once_for_each_type_shift_and_function(election, early, chair, by, db):
    late, member = shifts_of(election)[1], make_function("stembureaulid")
    other = shifts_of(make_election(code="EP2029", type="EP", name="Europa 2029"))[0]
    wanted = [(early, chair, FIXED), (late, chair, FIXED), (early, member, FIXED), (early, chair, MOBILE)]
    for shift, function, kind in [*wanted, (other, chair, FIXED)]:
        needs.add_template(shift, function, kind, Numbers(1, 2), **by)
    rows = db.session.scalars(select(NeedTemplate).where(NeedTemplate.election_id == election.id))
    assert {(row.shift, row.function, row.station_type, row.minimum, row.target) for row in rows} == {
        (*line, 1, 2) for line in wanted
    }
    for line in wanted:
        assert refused_at(lambda line=line: needs.add_template(*line, Numbers(0, 1), **by)) == "function"
    assert db.session.scalars(select(AuditEvent.action)).all().count("need_template.created") == 5


def test_a_need_is_there_once_for_each_place_shift_and_function(election, early, central, chair, by, db):
    here, there = make_station(election, 1), make_station(election, 2)
    late, member = shifts_of(election)[1], make_function("stembureaulid")
    wanted = [(early, chair, 1), (late, chair, 1), (early, member, 1), (early, chair, 2), (central, chair, None)]
    for line in wanted:
        needs.add_need(*line, Numbers(1, 2), **by)
    rows = db.session.scalars(select(StaffingNeed).where(StaffingNeed.election_id == election.id)).all()
    assert {row.station_id for row in rows} == {here.id, there.id, None}
    assert len(rows) == len(wanted)
    for line in wanted:
        assert refused_at(lambda line=line: needs.add_need(*line, Numbers(0, 1), **by)) == "function"
    assert db.session.scalars(select(AuditEvent.action)).all().count("staffing_need.created") == 5


def test_the_central_count_has_no_station_and_all_other_work_has_one(election, early, central, chair, by):
    make_station(election, 1)
    numbers = Numbers(1, 2)
    assert refused_at(lambda: needs.add_need(early, chair, None, numbers, **by)) == "number"
    assert refused_at(lambda: needs.add_need(central, chair, 1, numbers, **by)) == "number"
    assert refused_at(lambda: needs.add_need(early, chair, 7, numbers, **by)) == "number"
    assert refused_at(lambda: needs.add_template(early, chair, "", numbers, **by)) == "station_type"
    assert refused_at(lambda: needs.add_template(central, chair, FIXED, numbers, **by)) == "station_type"


@pytest.mark.parametrize(
    ("minimum", "target", "field"),
    [(-1, 1, "minimum"), (needs.MOST + 1, needs.MOST + 1, "minimum"), (2, 1, "target"), (0, needs.MOST + 1, "target")],
)
def test_numbers_that_cannot_be_are_refused_at_their_field(election, early, chair, by, minimum, target, field):
    wrong = Numbers(minimum, target)
    assert refused_at(lambda: needs.add_template(early, chair, FIXED, wrong, **by)) == field
    row = needs.add_template(early, chair, FIXED, Numbers(0, needs.MOST), **by)
    assert refused_at(lambda: needs.change_numbers(row, wrong, **by)) == field


def test_the_trail_says_which_number_changed_and_nothing_where_none_did(election, early, chair, by, db):
    row = needs.add_template(early, chair, FIXED, Numbers(1, 2), **by)
    assert not needs.change_numbers(row, Numbers(1, 2), **by)
    assert needs.change_numbers(row, Numbers(1, 3), **by)
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "need_template.changed")).one()
    assert told.details["fields"] == ["target"]
    needs.remove(row, **by)
    assert db.session.scalars(select(NeedTemplate)).all() == []


def test_nothing_of_it_changes_once_the_election_is_closed(election, early, chair, by, db):
    make_station(election, 1)
    row = needs.add_template(early, chair, FIXED, Numbers(1, 2), **by)
    election.state = ElectionState.CLOSED
    db.session.flush()
    for act in (
        lambda: needs.add_need(early, chair, 1, Numbers(1, 2), **by),
        lambda: needs.add_template(early, chair, MOBILE, Numbers(1, 2), **by),
        lambda: needs.change_numbers(row, Numbers(1, 3), **by),
        lambda: needs.remove(row, **by),
    ):
        refused_at(act)


def test_a_number_for_many_stations_is_for_those_of_the_election_of_the_shift(election, early, chair, by, db):
    station = make_station(election, 1)
    other = shifts_of(make_election(code="EP2029", type="EP", name="Europa 2029"))[0]
    numbers = {"minimum": 1, "target": 2}
    assert (
        refused_at(lambda: bulk_acts.set_need(station, shift_id=other.id, function_id=chair.id, **numbers, **by))
        == "shift"
    )
    for gone in ({"shift_id": 99999, "function_id": chair.id}, {"shift_id": early.id, "function_id": 99999}):
        assert refused_at(lambda gone=gone: bulk_acts.set_need(station, **gone, **numbers, **by)) is None
    for target in (2, 4):
        bulk_acts.set_need(station, shift_id=early.id, function_id=chair.id, minimum=1, target=target, **by)
    need = db.session.scalars(select(StaffingNeed)).one()
    assert (need.station_id, need.shift_id, need.target) == (station.id, early.id, 4)
