"""Changing and deleting an election: what moves along, and what keeps it where it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.models import (
    AuditEvent,
    Condition,
    DeclarationKind,
    Election,
    ElectionDay,
    ElectionState,
    Member,
    NotificationKind,
    PollingStation,
)
from app.phrases import RuleBroken
from app.services.audiences import choices
from app.services.audiences.groups import Group
from app.services.audit import COMMAND
from app.services.elections import change_rules, declarations, elections
from app.services.elections.candidacy import declared_candidacy
from app.services.elections.stations import station_lookup
from tests.support.factories.campaigns import write
from tests.support.factories.elections import (
    VOTING_ON,
    answer_for,
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.people import make_member
from tests.support.factories.staffing import make_place
from tests.support.factories.training import make_session

WEEK = timedelta(days=7)


@pytest.fixture
def other(db):
    """Another election, which keeps its own."""
    return make_open_election(code="PS2026", name="Provinciale Staten", type="PS")


def details_of(election, **values):
    names = elections.ElectionDetails.__dataclass_fields__
    return elections.ElectionDetails(**{name: getattr(election, name) for name in names} | values)


def change(election, now, **values):
    return elections.update_election(election, details_of(election, **values), actor=COMMAND, now=now)


def events(db, action):
    return db.session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)).all()


@pytest.mark.parametrize("by", [-WEEK, timedelta(days=1), WEEK])
def test_all_days_move_with_the_voting_day_and_those_of_others_stay(db, other, now, by):
    election = make_election(counting="CSO")
    assert change(election, now, voting_on=VOTING_ON + by, facts="Anders") == ("voting_on", "facts")
    assert [day.date - by for day in election.days] == [VOTING_ON, VOTING_ON + timedelta(days=1)]
    assert [day.date for day in other.days] == [VOTING_ON]
    [event] = events(db, "election.changed")
    assert (event.subject_id, event.details) == (election.id, {"fields": ["voting_on", "facts"]})


def test_another_way_of_counting_adds_what_it_needs(db, now):
    election = make_election()
    change(election, now, counting="CSO")
    assert [shift.kind for shift in shifts_of(election)] == ["voting", "voting", "station_count", "central_count"]
    assert [day.date for day in election.days] == [VOTING_ON, VOTING_ON + timedelta(days=1)]


def test_what_is_the_same_is_no_change(db, now):
    assert change(make_election(), now) == ()
    assert events(db, "election.changed") == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "PS2026"}, "code"),
        ({"code": "met spatie"}, "code"),
        ({"nomination_on": VOTING_ON}, "nomination_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(db, other, now, values, field):
    election = make_election()
    for act in (lambda: change(election, now, **values), lambda: make_election(**{"code": "GR2030", **values})):
        with pytest.raises(RuleBroken) as refusal:
            act()
        assert refusal.value.field == field
    change(election, now, nomination_on=VOTING_ON - timedelta(days=1))


def test_a_closed_election_does_not_change(db, now):
    election = make_election()
    election.state = ElectionState.CLOSED
    with pytest.raises(RuleBroken, match="closed"):
        change(election, now, name="Anders")


def test_the_date_is_fixed_by_an_answer_for_this_election_that_counted(db, other, now):
    election, member = make_open_election(), make_member()
    give_availability(member, other)
    row = give_availability(member, election)
    row.state = "requested"
    db.session.flush()
    change(election, now, voting_on=VOTING_ON + WEEK)
    row.state = "locked"
    db.session.flush()
    with pytest.raises(RuleBroken) as refusal:
        change(election, now, voting_on=VOTING_ON)
    assert refusal.value.field == "voting_on"
    change(election, now, name="Een andere naam")


def test_an_election_that_was_only_prepared_goes_with_its_parts_and_no_others(db, other, now):
    election = make_election()
    for of in (election, other):
        make_station(of, 1)
    write(now, kind=NotificationKind.GIVE_AVAILABILITY, election_id=other.id)
    make_session(now, election_id=other.id)
    number = election.id
    elections.delete_election(election, actor=COMMAND, now=now)
    db.session.commit()
    assert db.session.scalars(select(Election.id)).all() == [other.id]
    for table in (ElectionDay, PollingStation):
        assert set(db.session.scalars(select(table.election_id))) == {other.id}
    [event] = events(db, "election.deleted")
    assert (event.subject_id, event.details) == (number, {"code": "GR2026_Voorbeeldstad"})


@pytest.mark.parametrize("why", ["open", "answer", "training", "campaign", "audience"])
def test_an_election_stays_while_something_is_about_it(db, now, why):
    election = make_open_election()
    if why != "open":
        election.state = ElectionState.DRAFT
    db.session.flush()
    match why:
        case "answer":
            election.state = ElectionState.RECRUITING
            give_availability(make_member(), election).state = "requested"
            election.state = ElectionState.DRAFT
        case "training":
            make_session(now, election_id=election.id)
        case "campaign":
            election.state = ElectionState.RECRUITING
            write(now, kind=NotificationKind.GIVE_AVAILABILITY, election_id=election.id)
            election.state = ElectionState.DRAFT
        case "audience":
            group = Group((Condition("answered", election_id=election.id),))
            choices.save_audience(None, "Wie al antwoordde", group, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken, match="were asked" if why in ("open", "answer") else "is about it"):
        elections.delete_election(election, actor=COMMAND, now=now)
    assert db.session.get(Election, election.id) is election


def test_an_election_is_found_by_its_code_and_named_the_latest_first(db, other):
    election = make_election(voting_on=date(2027, 3, 17))
    assert elections.find_election("PS2026") is other
    assert elections.find_with_days(election.code) is election
    assert elections.find_with_days("GR1999") is None
    with pytest.raises(RuleBroken, match="GR1999"):
        elections.find_election("GR1999")
    assert elections.list_names() == [(found.id, found.name, found.code) for found in (election, other)]


# --- parts --------------------------------------------------------------------------------------------------------


def refuses(check, *given):
    with pytest.raises(RuleBroken) as refused:
        check(*given)
    return refused.value.field


def test_a_day_that_came_after_the_answers_can_still_move_and_go(db):
    election = make_open_election(counting="CSO")
    give_availability(make_member(), election)
    day = ElectionDay(election_id=election.id, date=VOTING_ON + WEEK, shifts=[])
    db.session.add(day)
    db.session.flush()
    change_rules.check_day(day, {"election": election, "date": day.date + WEEK})
    change_rules.check_day_can_be_deleted(day)


def test_where_somebody_has_a_place_in_the_plan_nothing_moves_or_goes(db):
    election = make_election()
    early, late, _ = shifts_of(election)
    used, spare = make_station(election, 1), make_station(election, 2)
    teller, chair = make_function("teller"), make_function("voorzitter")
    make_place(make_member(), used, early, teller)
    values = {"day": early.day, "starts": early.starts, "ends": early.ends, "kind": early.kind}
    change_rules.check_shift(early, values)
    assert refuses(change_rules.check_shift, early, {**values, "kind": "other"}) == "kind"
    change_rules.check_shift(late, {**values, "starts": late.starts, "ends": late.ends, "kind": "other"})
    for check, planned, free in (
        (change_rules.check_shift_goes, early, late),
        (change_rules.check_station_goes, used, spare),
        (change_rules.check_function_goes, teller, chair),
    ):
        check(free)
        with pytest.raises(RuleBroken, match="1 member has a place there"):
            check(planned)


def test_the_latest_word_of_this_member_for_this_election_says_who_is_a_candidate(db, other, now):
    election, member, neighbour = make_open_election(), make_member(), make_member()

    def say(person, of, is_candidate):
        [text] = [row for row in declarations.list_current_texts(of.id) if row.kind == DeclarationKind.NOT_A_CANDIDATE]
        others = answer_for(of).declarations
        give_availability(person, of, now=now, declarations=others | {text.id: not is_candidate})
        return text

    def candidates(of):
        found = select(Member.id).where(declared_candidacy(Member.id, of.id, of=Member)).order_by(Member.id)
        return db.session.scalars(found).all()

    text = say(member, election, True)
    say(neighbour, election, False)
    say(member, other, False)
    assert (candidates(election), candidates(other)) == ([member.id], [])
    declarations.change_text(
        text, body_nl="Anders", body_en="", is_required=True, position=text.position, actor=COMMAND, now=now
    )
    say(member, election, False)
    say(neighbour, election, True)
    assert candidates(election) == [neighbour.id]


def test_a_declaration_has_one_current_version_in_its_own_election(db, other, now):
    election, member = make_open_election(), make_member()
    first, second, *_ = declarations.list_current_texts(election.id)
    wording = {"body_nl": "Nieuw", "body_en": "", "is_required": True, "actor": COMMAND, "now": now}
    give_availability(member, other, now=now)
    assert declarations.change_text(first, position=1, **wording) is first  # nobody here answered it
    give_availability(member, election, now=now)
    assert declarations.change_text(first, position=9, **wording) is first  # order alone
    newer = declarations.change_text(second, position=2, **{**wording, "body_nl": " Anders "})
    assert (newer.version, newer.kind, newer.body_nl) == (second.version + 1, second.kind, "Anders")
    assert [declarations.is_current(row) for row in (first, second, newer)] == [True, False, True]
    current = declarations.list_current_texts(election.id)
    assert (newer in current, second in current, current[-1] is first) == (True, False, True)
    given = {text.id: is_given for text, is_given in declarations.list_texts_to_give(election.id, member.id)}
    assert given == {text.id: None if text is newer else True for text in current}
    assert {row.text_id for row in declarations.list_given(member.id, election.id)} == {*given, second.id} - {newer.id}
    with pytest.raises(RuleBroken) as refusal:
        declarations.change_text(newer, position=1, **{**wording, "body_nl": " "})
    assert refusal.value.field == "body_nl"
    changed = events(db, "declaration_text.changed")
    assert (changed[-1].subject_id, changed[-1].details) == (newer.id, {"kind": newer.kind, "version": newer.version})


def test_a_declaration_is_added_once_and_removed_while_nobody_answered(db, other, now):
    election = make_open_election()
    kind = declarations.list_current_texts(election.id)[0].kind
    wanted = {"body_en": "", "is_required": False, "position": 5, "actor": COMMAND, "now": now}
    with pytest.raises(RuleBroken) as refusal:
        declarations.add_text(election, kind, body_nl="Tekst", **wanted)
    assert refusal.value.field == "kind"
    give_availability(make_member(), other, now=now)
    [text] = [row for row in declarations.list_current_texts(election.id) if row.kind == kind]
    declarations.remove_text(text, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken) as refusal:
        declarations.add_text(election, kind, body_nl=" ", **wanted)
    assert refusal.value.field == "body_nl"
    added = declarations.add_text(election, kind, body_nl=" Tekst ", **wanted)
    assert (added.version, added.body_nl, added.is_required, added.position) == (1, "Tekst", False, 5)
    assert added in declarations.list_current_texts(election.id)
    for action, details in (("removed", {"kind": kind}), ("added", {"kind": kind})):
        assert [event.details for event in events(db, f"declaration_text.{action}")] == [details]


def test_a_station_is_found_within_its_election_by_number_or_words(db, other):
    election = make_election()
    hall = make_station(election, 12, "Stadhuis", street="Plein 1945", postcode="1234 AB", city="Dorp")
    school = make_station(election, 19, "School 12", street="Laan", city="Stad")
    foreign = make_station(other, 12, "Stadhuis")

    def find(typed, limit=9):
        return station_lookup.find_stations(election.id, typed, limit)

    assert find("12") == [hall, school]
    assert find("12", 1) == [hall]
    assert find("stad plein") == [hall]
    assert find("STAD") == [hall, school]
    assert find("1945") == [hall]
    assert find("19") == [school, hall]
    assert (find(" "), find("%"), find("x")) == ([], [], [])
    assert station_lookup.list_stations(election.id, [school.id, foreign.id]) == [school]
    assert station_lookup.find_by_number(election.id, 12) is hall
    assert station_lookup.find_by_number(election.id, 1) is None
