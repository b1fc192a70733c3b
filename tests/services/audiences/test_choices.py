"""What can be chosen for an audience, and under which names audiences are kept."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import Condition, ElectionState, Group, Member, MemberState, Tag
from app.phrases import RuleBroken
from app.services.audiences import choices, groups
from app.services.audit import COMMAND
from app.services.bulk_runs import start_run
from app.services.elections.functions import add_default_functions, list_active_functions
from app.services.experience.services import ServiceText, write_service
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


def test_tags_towns_languages_and_functions_are_offered_in_an_order_that_people_know(db, now):
    add_default_functions()
    db.session.add_all([Tag(name="auto"), Tag(name="Bus"), Tag(name="aanhanger")])
    for town, number in (("Dorp", 1), ("stad", 2)):
        for _ in range(number):
            make_member(city=town, languages="Engels")
    make_member(city="Weg", languages="Latijn", state=MemberState.ANONYMISED)
    make_member(city="", languages="")
    gone = list_active_functions()[0]
    gone.is_active = False
    db.session.flush()
    names = choices.list_names()
    assert [name for _key, name in names.tags] == ["aanhanger", "auto", "Bus"]
    assert (names.towns, names.languages) == (["Dorp", "stad"], ["Engels"])
    assert [row.id for row in names.functions] == [function.id for function in list_active_functions()]
    assert gone.id not in {row.id for row in names.functions}


def test_of_towns_those_where_most_members_live_and_of_elections_the_latest_are_offered(db, now, monkeypatch):
    monkeypatch.setattr(choices, "SHOWN_TOWNS", 1)
    monkeypatch.setattr(choices, "SHOWN_ELECTIONS", 1)
    add_default_functions()
    chair = list_active_functions()[0]
    people = [make_member(city=town) for town in ("Aa", "Zee", "Zee")]
    for member, name, year in (
        (people[0], "Aa 2010", 2010),
        (people[1], "Zee 2012", 2012),
        (people[2], "Aa 2010", 2009),
    ):
        wanted = ServiceText(chair.id, election_name=name, worked_on=date(year, 3, 1))
        write_service(member, wanted, None, actor=COMMAND, now=now)
    names = choices.list_names()
    assert (names.towns, names.worked_at) == (["Zee"], ["Zee 2012"])


def test_members_that_a_list_found_are_offered_the_latest_first_and_acts_are_not(db, now, monkeypatch):
    make_member()
    runs = [start_run("MembersView", act, select(Member.id), actor=COMMAND, now=now) for act in ("", "invite", "", "")]
    monkeypatch.setattr(choices, "SHOWN_FOUND", 2)
    assert choices.find_choices().found == [runs[3], runs[2]]
