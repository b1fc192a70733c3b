"""What can be chosen for an audience, and under which names audiences are kept."""

from __future__ import annotations

import pytest

from app.models import Condition, ElectionState, Group
from app.phrases import RuleBroken
from app.services.audiences import choices, groups
from app.services.audit import COMMAND
from tests.support.factories.elections import make_election, make_open_election, shifts_of
from tests.support.factories.people import make_member

SERVANTS = Group((Condition("civil_servant"),))


def save(now, name, audience=None, group=SERVANTS):
    return choices.save_audience(audience, name, group, actor=COMMAND, now=now)


def test_only_elections_that_are_going_on_can_be_chosen_with_their_shifts(db):
    make_election(code="TK2028", name="In draft")
    over = make_open_election(code="PS2027", name="Over")
    over.state = ElectionState.CLOSED
    going_on = make_open_election()
    db.session.flush()
    found = choices.find_choices()
    assert found.elections == [going_on]
    assert {shift.id for shift in found.shifts} == {shift.id for shift in shifts_of(going_on)}


def test_an_audience_has_a_name_of_its_own(db, now):
    first = save(now, " Ambtenaren ")
    assert (first.name, first.group) == ("Ambtenaren", SERVANTS)
    for name, why in (("  ", "Give the audience a name"), ("Ambtenaren", "Another audience has this name")):
        with pytest.raises(RuleBroken, match=why) as refusal:
            save(now, name)
        assert refusal.value.field == "name"
    second = save(now, "Iedereen", group=groups.everybody())
    with pytest.raises(RuleBroken, match="Another audience has this name"):
        save(now, "Ambtenaren", second)
    assert save(now, "Ambtenaren", first, groups.everybody()) is first
    assert [audience.name for audience in choices.find_choices().saved] == ["Ambtenaren", "Iedereen"]
    assert choices.find_saved(first.id) == groups.everybody()


def test_a_saved_audience_that_is_gone_is_told(db):
    with pytest.raises(RuleBroken, match="is gone"):
        choices.find_saved(1)


def test_members_are_picked_by_number_in_the_order_in_which_they_were_typed(db):
    second, first = make_member(member_number="20"), make_member(member_number="10")
    make_member(member_number=None)
    assert choices.find_numbers(["20", "10", "20"]) == [second.id, first.id]
    assert choices.numbers_of([second.id, first.id]) == ["10", "20"]
    with pytest.raises(RuleBroken, match=r"Nobody has this member number: 30, 40$"):
        choices.find_numbers(["10", "30", "40"])
    with pytest.raises(RuleBroken, match=r": 1, 2, 3, 4, 5 …$"):
        choices.find_numbers(["1", "2", "3", "4", "5", "6"])
    with pytest.raises(RuleBroken, match=r": 1, 2, 3, 4, 5$"):
        choices.find_numbers(["1", "2", "3", "4", "5"])
