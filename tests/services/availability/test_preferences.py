"""What a member may prefer: functions in use, and stations of this election."""

from __future__ import annotations

from app.services.availability.preferences import list_preferences
from tests.support.factories.elections import make_election, make_function, make_station


def test_functions_in_use_and_the_first_stations_of_this_election_are_offered_in_their_order(db):
    election, other = make_election(), make_election(code="PS2026", name="Provinciale Staten")
    make_station(other, 1)
    second, first, _third = (make_station(election, number, f"Zaal {number}") for number in (5, 2, 9))
    make_function("teller").is_active = False
    db.session.flush()
    functions, stations = list_preferences(election.id, most=2)
    in_use = [make_function(code) for code in ("voorzitter", "plv_voorzitter", "stembureaulid", "ondersteuner")]
    assert [(row.id, row.name, row.name_en) for row in functions] == [(row.id, row.name, row.name_en) for row in in_use]
    assert [(row.id, row.place, row.name) for row in stations] == [(first.id, 2, "Zaal 2"), (second.id, 5, "Zaal 5")]
