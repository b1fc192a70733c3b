"""The sheet of a station: who stands there with what is not right any more, what is open, and filling it at once."""

from __future__ import annotations

import pytest

from app.models import Availability, EligibilityFinding, EligibilityRule, MemberState, ShiftKind, StaffingNeed
from app.services.planning.board import sheets
from app.services.planning.board.sheets import find_place, find_station, find_swaps, propose_seats, read_sheet
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_member
from tests.support.factories.planning import find_fault, make_available, make_planned_election, say, stations_of
from tests.support.factories.staffing import make_place
from tests.support.statements import seen_statements

CHAIR, MEMBER = "voorzitter", "stembureaulid"


@pytest.fixture
def here(election):
    return stations_of(election)[0]


@pytest.fixture
def stand(election):
    """A member has a place: at the station and in the shift by number from 0."""

    def do(member, station=0, shift=0, function=MEMBER):
        return make_place(member, stations_of(election)[station], shifts_of(election)[shift], make_function(function))

    return do


def test_a_sheet_lists_each_shift_with_its_people_and_what_is_open(election, here, stand):
    """By function and name; who is elsewhere, or here in another function, does not count."""
    people = {name: make_available(election, surname=name) for name in ("Zand", "Aker", "Mol", "Elders")}
    stand(people["Zand"])
    stand(people["Aker"])
    stand(people["Mol"], function=CHAIR)
    stand(people["Elders"], station=1)
    stand(people["Aker"], shift=2, function=CHAIR)
    found = read_sheet(election, here)
    assert [sheet.shift for sheet in found] == shifts_of(election)
    assert [[row.member.surname for row in sheet.people] for sheet in found] == [["Mol", "Aker", "Zand"], [], ["Aker"]]
    needs = [
        [(function.code, need.minimum, need.target, need.taken) for need, function in sheet.needs] for sheet in found
    ]
    assert needs == [
        [(CHAIR, 1, 1, 1), (MEMBER, 1, 2, 2)],
        [(CHAIR, 1, 1, 0), (MEMBER, 1, 2, 0)],
        [(CHAIR, 1, 1, 1), (MEMBER, 1, 2, 0)],
    ]
    assert [[function.code for _need, function in sheet.open] for sheet in found] == [[], [CHAIR, MEMBER], [MEMBER]]


def test_a_shift_without_people_and_needs_has_no_sheet_and_the_central_count_has_its_own(db, election, here):
    """Who stands where nobody asks for anybody any more is on it."""
    other = make_planned_election(5, code="TK2027", type="TK")
    early, late, count = shifts_of(election)
    db.session.query(StaffingNeed).filter_by(station_id=here.id).filter(StaffingNeed.shift_id != late.id).delete()
    count.kind = ShiftKind.CENTRAL_COUNT
    make_place(make_member(), here, early, make_function(CHAIR))
    make_place(make_member(), None, count, make_function("teller"))
    make_place(make_member(), None, shifts_of(other)[2], make_function("teller"))
    assert [sheet.shift for sheet in read_sheet(election, here)] == [early, late]
    (central,) = read_sheet(election, None)
    assert (central.shift, len(central.people), central.needs) == (count, 1, [])


def test_it_is_said_of_whom_a_place_is_not_right_any_more(db, election, here, stand):
    """By the answer to that shift in an answer that counts, and by rules that hold and stop the member."""
    other = make_planned_election(5, code="TK2027", type="TK")
    people = {
        "fine": make_available(election),
        "maybe": make_available(election, "maybe"),
        "said no": make_available(election, ["no", "yes", "yes"]),
        "silent": make_member(),
        "answered elsewhere": make_member(),
        "took it back": make_available(election),
        "paused": make_available(election, state=MemberState.PAUSED),
        "blocked": make_available(election),
        "warned": make_available(election),
        "overruled": make_available(election),
    }
    say(people["answered elsewhere"], other)
    db.session.query(Availability).filter_by(member_id=people["took it back"].id).update({"state": "stopped"})
    find_fault(people["blocked"], election, "age")
    find_fault(people["warned"], election, is_blocking=False)
    people["overruled"].birth_date = people["blocked"].birth_date
    db.session.commit()
    for finding in _findings(db, people["overruled"]):
        finding.overridden_at = finding.found_at
    for member in people.values():
        stand(member)
    assert _doubts(election, here, people) == {
        "fine": [],
        "maybe": [],
        "said no": ["said_no"],
        "silent": ["no_answer"],
        "answered elsewhere": ["no_answer"],
        "took it back": ["no_answer"],
        "paused": ["stopped"],
        "blocked": ["blocked"],
        "warned": [],
        "overruled": [],
    }
    db.session.query(EligibilityRule).filter_by(election_id=election.id, code="age").update({"is_active": False})
    db.session.expire_all()
    assert _doubts(election, here, people)["blocked"] == []


def _findings(db, member):
    return db.session.query(EligibilityFinding).filter_by(member_id=member.id).all()


def _doubts(election, station, people):
    found = {row.member.id: row.doubts for row in read_sheet(election, station)[0].people}
    return {name: found[member.id] for name, member in people.items()}


def test_for_each_open_place_somebody_else_is_proposed_and_the_first_functions_choose_first(db, election, here, stand):
    """Who is proposed in one shift may be in another; of three places and two people one stays empty."""
    first, second = (make_available(election, ["yes", "yes", "no"]) for _ in range(2))
    with seen_statements(db.engine) as seen:
        seats = propose_seats(election, here, read_sheet(election, here))
    assert len(seen) <= 8
    order = [shift.id for shift in shifts_of(election)]
    told = [(order.index(seat.spot.shift.id), seat.spot.function.code, seat.proposed) for seat in seats]
    assert told == [
        (0, CHAIR, first.id),
        (0, MEMBER, second.id),
        (0, MEMBER, None),
        (1, CHAIR, first.id),
        (1, MEMBER, second.id),
        (1, MEMBER, None),
        (2, CHAIR, None),
        (2, MEMBER, None),
        (2, MEMBER, None),
    ]
    assert [seat.number for seat in seats] == list(range(9))
    assert [candidate.member_id for candidate in seats[2].candidates] == [first.id, second.id]
    assert (seats[1].spot.minimum, seats[1].spot.target, seats[1].spot.station) == (1, 2, here)


def test_where_nothing_is_open_nobody_is_looked_for(db, election, here, stand):
    for shift in range(3):
        stand(make_available(election), shift=shift, function=CHAIR)
        for _ in range(2):
            stand(make_available(election), shift=shift)
    found = read_sheet(election, here)
    with seen_statements(db.engine) as seen:
        assert propose_seats(election, here, found) == []
    assert len(seen) == 0


def test_a_station_and_a_place_are_found_in_their_own_election_alone(election, here, stand):
    other = make_planned_election(5, code="TK2027", type="TK")
    place = stand(make_available(election))
    assert find_station(election.id, here.id) is here
    assert find_station(other.id, here.id) is None
    assert find_place(election.id, place.id) is place
    assert find_place(other.id, place.id) is None
    assert find_place(election.id, place.id + 1) is None


def test_a_place_is_swapped_with_others_here_or_of_whom_the_name_or_the_station_was_typed(election, stand):
    """Not with one's own, nor one of another election."""
    other = make_planned_election(5, code="TK2027", type="TK")
    jan, els, anna, kees = (make_available(election, surname=name) for name in ("Jansen", "Elzinga", "Anders", "Kruis"))
    own = stand(jan)
    stand(jan, shift=2)
    stand(els, shift=1)
    stand(anna, function=CHAIR)
    stand(kees, station=1)
    make_place(make_member(surname="Anders"), stations_of(other)[0], shifts_of(other)[0], make_function(MEMBER))

    def names(typed, limit=9):
        return [member.surname for _place, member, *_rest in find_swaps(own, typed, limit)]

    assert names("") == ["Anders", "Elzinga"]  # here, in the order of time
    assert names("", limit=1) == ["Anders"]
    assert names("2") == ["Kruis"]
    assert names("kru els") == []
    assert names("anders") == ["Anders"]
    assert names("%") == []
    assert names("000002") == []


def test_a_place_at_the_central_count_is_swapped_with_others_there(db, election, stand):
    count = shifts_of(election)[2]
    count.kind = ShiftKind.CENTRAL_COUNT
    own, there = (make_place(make_member(), None, count, make_function("teller")) for _ in range(2))
    stand(make_member())
    assert [place for place, *_rest in find_swaps(own, " ", 9)] == [there]
    assert sheets.key_of(own) == (None, count.id, make_function("teller").id)
