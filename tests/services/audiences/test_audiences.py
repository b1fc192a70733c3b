"""Who is in an audience, why, and what an audience that is not complete says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db as portal_db
from app.models import Condition, DeclarationKind, Group, Member, MemberState, NotificationKind
from app.phrases import RuleBroken
from app.services.audiences import criteria, groups
from app.services.audit import COMMAND
from app.services.availability import answers
from app.services.campaigns import campaigns
from app.services.elections import declarations
from app.services.elections.functions import list_active_functions
from tests.support.factories.elections import (
    answer_for,
    choices_of,
    give_availability,
    make_election,
    make_open_election,
    shifts_of,
)
from tests.support.factories.people import make_member


@pytest.fixture(autouse=True)
def _standing_clock(clock):
    """A group is worked out for the moment itself."""


def members_in(*conditions: Condition, is_all: bool = True) -> list[str]:
    group = Group(conditions, is_all)
    groups.check_group(group)
    found = [member.surname for member, _ in groups.list_members(group, limit=100)]
    assert groups.count_members(group) == len(found)
    return found


def test_only_active_members_are_in_a_group(db):
    make_member(surname="Actief")
    for state in set(MemberState) - {MemberState.ACTIVE}:
        make_member(surname=str(state), state=state)
    assert members_in(Condition("everybody")) == ["Actief"]


def test_a_group_follows_the_answers_of_an_election(db, now):
    election, other = make_open_election(), make_open_election(code="PS2027", name="Provinciale Staten")
    ja, nee, stil = (make_member(surname=name) for name in ("Ja", "Nee", "Stil"))
    give_availability(ja, election, now=now)
    give_availability(nee, election, now=now, choices=choices_of(election, "no"))
    give_availability(stil, other, now=now)
    shift = shifts_of(election)[0]
    assert members_in(Condition("answered", election.id)) == ["Ja", "Nee"]
    assert members_in(Condition("not_answered", election.id)) == ["Stil"]
    assert members_in(Condition("available", election.id, (shift.id,))) == ["Ja"]


def test_who_declared_to_be_a_candidate_is_not_asked_again(db, now):
    election = make_open_election()
    member = make_member(surname="Kandidaat")
    answer = answer_for(election)
    texts = declarations.list_current_texts(election.id)
    candidate = next(row.id for row in texts if row.kind == DeclarationKind.NOT_A_CANDIDATE)
    answer = answer_for(election, declarations={**answer.declarations, candidate: False})
    answers.record_answer(member, election, answer, by=answers.By.MEMBER, actor=COMMAND, now=now)
    assert members_in(Condition("not_answered", election.id)) == []
    assert members_in(Condition("candidate", election.id)) == ["Kandidaat"]


def test_of_a_candidacy_the_latest_word_counts(db, now):
    election, member = make_open_election(), make_member()
    answer = answer_for(election)
    kind = DeclarationKind.NOT_A_CANDIDATE
    old = next(row for row in declarations.list_current_texts(election.id) if row.kind == kind)
    was = answer_for(election, declarations={**answer.declarations, old.id: False})
    answers.record_answer(member, election, was, by=answers.By.MEMBER, actor=COMMAND, now=now)
    wording = {"body_nl": "Nieuw", "body_en": "New", "is_required": True, "position": old.position}
    declarations.change_text(old, **wording, actor=COMMAND, now=now)
    give_availability(member, election, now=now)
    assert members_in(Condition("candidate", election.id)) == []


def test_preferences_count_for_their_own_election_only(db, now):
    election, other = make_open_election(), make_open_election(code="PS2027", name="Provinciale Staten")
    chair = list_active_functions()[0]
    member = make_member(surname="Voorzitter")
    give_availability(member, election, now=now, functions=[chair.id])
    assert members_in(Condition("prefers", election.id, (chair.id,))) == ["Voorzitter"]
    assert members_in(Condition("prefers", other.id, (chair.id,))) == []


def test_conditions_are_joined_by_all_or_by_one(db, now):
    make_member(surname="Ambtenaar", is_civil_servant=True, data_checked_at=now)
    make_member(surname="Beide", is_civil_servant=True)
    make_member(surname="Burger", data_checked_at=now)
    make_member(surname="Nalatig")
    servant, unchecked = Condition("civil_servant"), Condition("unchecked")
    assert members_in(servant, unchecked) == ["Beide"]
    assert members_in(servant, unchecked, is_all=False) == ["Ambtenaar", "Beide", "Nalatig"]


def test_it_is_told_why_somebody_is_in_it(db, now):
    make_member(surname="Ambtenaar", is_civil_servant=True, data_checked_at=now)
    group = Group((Condition("civil_servant"), Condition("unchecked")), is_all=False)
    [(_, reasons)] = groups.list_members(group, limit=10)
    assert [str(reason) for reason in reasons] == ["Civil servants"]


def test_who_was_asked_for_availability_of_an_election_is_invited(db, now):
    election, other = make_open_election(), make_open_election(code="PS2027", name="Provinciale Staten")
    asked, told, back = (make_member(surname=name) for name in ("Gevraagd", "Ander", "Ingetrokken"))
    make_member(surname="Niemand")

    def tell(kind, member, about):
        group = Group((Condition("picked", ids=(member.id,)),))
        return campaigns.send_automatic(
            kind, group, title="Vraag", title_en="", subject_id=None, election_id=about.id, actor=COMMAND, now=now
        )

    tell(NotificationKind.GIVE_AVAILABILITY, asked, election)
    tell(NotificationKind.INFORMATION, told, election)
    campaigns.stop_campaign(tell(NotificationKind.GIVE_AVAILABILITY, back, election), actor=COMMAND, now=now)
    assert members_in(Condition("invited", election.id)) == ["Gevraagd"]
    assert members_in(Condition("invited", other.id)) == []


def test_who_checked_more_than_a_year_ago_has_to_check_again_as_the_open_task_says(db, now):
    year = timedelta(days=365)
    make_member(surname="Nooit")
    make_member(surname="Oud", data_checked_at=now - year - timedelta(seconds=1))
    make_member(surname="Vers", data_checked_at=now - year)
    assert members_in(Condition("unchecked")) == ["Nooit", "Oud"]
    for member, _ in groups.list_members(groups.everybody(), limit=5):
        assert member.needs_check(now) is (member.surname != "Vers")


def test_a_hand_picked_list_is_what_was_picked(db):
    picked = make_member(surname="Gekozen")
    make_member(surname="Ander")
    assert members_in(Condition("picked", ids=(picked.id,))) == ["Gekozen"]


def test_who_lives_in_a_town_or_speaks_a_language_is_found_by_its_name(db):
    make_member(surname="Dorper", city="Dorp", languages="Nederlands, Engels")
    make_member(surname="Stedeling", city="Stad", languages="Turks")
    assert members_in(Condition("town", texts=("Dorp", "Elders"))) == ["Dorper"]
    assert members_in(Condition("speaks", texts=("engels",))) == ["Dorper"]
    assert members_in(Condition("speaks", texts=("engels", "turks"))) == ["Dorper", "Stedeling"]
    assert members_in(Condition("speaks", texts=("%",))) == []


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        [Condition("nobody knows this")],
        [Condition("answered")],
        [Condition("answered", 999)],
        [Condition("picked")],
        [Condition("picked", ids=(999,))],
        [Condition("town")],
        [Condition("everybody"), Condition("speaks")],
    ],
)
def test_an_audience_that_is_not_complete_is_refused(db, conditions):
    with pytest.raises(RuleBroken) as refused:
        groups.check_group(Group(tuple(conditions)))
    assert refused.value.field == "audience"


def test_a_shift_of_another_election_is_refused(db):
    election, other = make_election(), make_election(code="PS2027", name="Provinciale Staten")
    with pytest.raises(RuleBroken):
        groups.check_group(Group((Condition("available", election.id, (shifts_of(other)[0].id,)),)))


def test_a_list_picked_by_hand_is_no_longer_than_it_may_be(db, monkeypatch):
    monkeypatch.setattr(groups, "MOST_PICKED", 2)
    ids = tuple(make_member().id for _ in range(3))
    groups.check_group(Group((Condition("picked", ids=ids[:2]),)))
    with pytest.raises(RuleBroken, match="at most 2"):
        groups.check_group(Group((Condition("picked", ids=ids),)))


@pytest.mark.parametrize("kind", ["town", "speaks", "worked_at", "placed_at", "picked", "worked_as"])
def test_a_kind_that_asks_which_is_refused_without_one(db, kind):
    election = make_election()
    with pytest.raises(RuleBroken, match="Choose at least one for") as refused:
        groups.check_group(Group((Condition(kind, election.id),)))
    assert refused.value.field == "audience"


def test_a_member_picked_twice_is_picked_once(db):
    member = make_member(surname="Gekozen")
    assert members_in(Condition("picked", ids=(member.id, member.id))) == ["Gekozen"]


def test_a_group_is_told_in_words_with_the_names_of_what_was_chosen(db):
    election, other = make_open_election(), make_open_election(code="PS2027", name="Provinciale Staten")
    chair, counter = list_active_functions()[0], list_active_functions()[-1]
    told = {
        Condition("everybody"): "All active members",
        Condition("answered", other.id): "Gave availability (Provinciale Staten)",
        Condition(
            "prefers", election.id, (chair.id, counter.id)
        ): f"Prefers a function ({counter.name}, {chair.name}, {election.name})",
        Condition("picked", ids=(7, 8, 9)): "Picked by hand (3)",
        Condition("town", texts=("Dorp", "Stad")): "Lives in (Dorp, Stad)",
        Condition("found", ids=(1,)): "Found in a list",
        Condition("gone"): "Unknown audience",
    }
    assert [str(words) for words in groups.describe(Group(tuple(told)))] == list(told.values())


def test_a_page_of_members_begins_where_the_one_before_ended(db):
    for name in ("Cuyp", "Aarts", "Bos"):
        make_member(surname=name)
    pages = [groups.list_members(groups.everybody(), limit=2, offset=start) for start in (0, 2)]
    assert [[member.surname for member, _why in page] for page in pages] == [["Aarts", "Bos"], ["Cuyp"]]


def test_a_stored_group_comes_back_the_same(db):
    group = Group((Condition("available", 3, (1, 2)), Condition("everybody")), is_all=False)
    assert Group.read(group.write(), is_all=False) == group


def test_a_group_without_conditions_has_nobody_in_it(db):
    make_member()
    assert groups.count_members(Group(())) == 0


def test_a_preview_takes_as_many_statements_for_many_members(db, statements):
    group = groups.everybody()
    counts = []
    for _ in range(2):
        for _ in range(10):
            make_member()
        with statements() as seen:
            groups.list_members(group, limit=50)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 2


def holds(group, member_id):
    return portal_db.session.scalar(select(Member.id).where(Member.id == member_id, criteria.criterion_of(group)))


@pytest.mark.parametrize("is_all", [True, False])
@pytest.mark.parametrize("kinds", [["picked"], ["picked", "civil_servant"], ["civil_servant"], ["picked", "picked"]])
def test_a_group_narrowed_to_one_member_holds_that_member_just_as_the_whole_one(db, kinds, is_all):
    members = [make_member(is_civil_servant=servant) for servant in (True, False, True, False)]
    ids = tuple(member.id for member in members[:2])
    group = Group(tuple(Condition(kind, ids=ids if kind == "picked" else ()) for kind in kinds), is_all)
    for member in members:
        narrow = groups.narrow_group(group, member.id)
        assert holds(narrow, member.id) == holds(group, member.id)
        assert "picked" not in [condition.kind for condition in narrow.conditions]
