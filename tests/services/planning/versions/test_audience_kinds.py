"""Groups by the published plan: a draft puts nobody in a group, and a place that ended does not either."""

from __future__ import annotations

import pytest

from app.models import Condition, ElectionState, Group
from app.phrases import RuleBroken
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.planning.versions import publishing
from tests.support.factories.elections import (
    choices_of,
    give_availability,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member
from tests.support.factories.staffing import make_place


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """A group is worked out for the moment itself."""


@pytest.fixture
def election(db):
    return make_open_election()


def members_in(*conditions):
    group = Group(conditions, True)
    groups.check_group(group)
    return [member.surname for member, _ in groups.list_members(group, limit=100)]


def test_who_has_a_place_and_who_is_in_reserve(db, election, now):
    chair, counter, reserve, cannot = (make_member(surname=name) for name in ("Chair", "Count", "Extra", "Nooit"))
    for member in (chair, counter, reserve):
        give_availability(member, election)
    give_availability(cannot, election, choices=choices_of(election, "no"))
    make_member(surname="Stil")
    shifts = shifts_of(election)
    row = make_place(chair, make_station(election, 7), shifts[0], make_function("voorzitter"))
    make_place(counter, make_station(election, 8), shifts[2], make_function("teller"))
    assert members_in(Condition("placed", election.id)) == []
    election.state = ElectionState.PLANNING
    publishing.publish(election, actor=COMMAND, now=now)
    db.session.commit()
    assert members_in(Condition("placed", election.id)) == ["Chair", "Count"]
    assert members_in(Condition("not_placed", election.id)) == ["Extra", "Nooit"]
    assert members_in(Condition("reserve", election.id)) == ["Extra"]
    assert members_in(Condition("placed_at", election.id, texts=("7", "x", "99"))) == ["Chair"]
    assert members_in(Condition("placed_in", election.id, (shifts[2].id,))) == ["Count"]
    assert members_in(Condition("placed_as", election.id, (make_function("voorzitter").id,))) == ["Chair"]
    db.session.delete(row)
    db.session.commit()
    assert members_in(Condition("placed", election.id)) == ["Chair", "Count"]
    publishing.publish(election, actor=COMMAND, now=now)
    db.session.commit()
    assert members_in(Condition("placed", election.id)) == ["Count"]
    assert members_in(Condition("reserve", election.id)) == ["Chair", "Extra"]


def test_a_group_by_the_plan_is_of_one_election_and_needs_one(db, election, now):
    other = make_open_election(code="EP2029", type="EP", name="Europa 2029")
    member = make_member(surname="Hier")
    for each in (election, other):
        give_availability(member, each)
    make_place(member, make_station(election, 7), shifts_of(election)[0], make_function("voorzitter"))
    election.state = ElectionState.PLANNING
    publishing.publish(election, actor=COMMAND, now=now)
    db.session.commit()
    ways = {"placed": {}, "placed_at": {"texts": ("7",)}, "placed_as": {"ids": (make_function("voorzitter").id,)}}
    for kind, values in ways.items():
        assert members_in(Condition(kind, election.id, **values)) == ["Hier"]
        assert members_in(Condition(kind, other.id, **values)) == []
    for kind in ("not_placed", "reserve"):
        assert members_in(Condition(kind, election.id)) == []
        assert members_in(Condition(kind, other.id)) == ["Hier"]
    for kind in (*ways, "not_placed", "reserve"):
        with pytest.raises(RuleBroken):
            members_in(Condition(kind, None, **ways.get(kind, {})))
