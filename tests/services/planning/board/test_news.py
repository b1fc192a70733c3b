"""What planners see of the plan as it is and of what colleagues did: of this election, and the own acts apart."""

from __future__ import annotations

from datetime import date

import pytest

from app.models import PlanActKind
from app.services.audit import COMMAND, Actor
from app.services.planning.board import acts, checks, news, undo
from app.services.planning.board.places import Place, Seen
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.planning import make_available, make_planned_election, places_of, stations_of


@pytest.fixture
def mine(db):
    return make_staff(first_name="Mia", last_name="Mijn")


@pytest.fixture
def hers(db):
    return make_staff(first_name="Eva", last_name="Ander")


@pytest.fixture
def _elsewhere(db, mine, hers, now):
    """Another plan in which both did something."""
    other = make_planned_election(3, code="EP2029", type="EP", name="Europa 2029", voting_on=date(2029, 6, 7))
    shift, station, function = shifts_of(other)[0].id, stations_of(other)[0].id, make_function("stembureaulid").id
    for who in (mine, hers):
        wanted = [Place(make_available(other).id, station, shift, function)]
        acts.assign_many(other, wanted, actor=Actor(who.username, who.id), now=now)
    db.session.commit()


def by(user):
    return {"actor": Actor(user.username, user.id)}


@pytest.mark.usefixtures("_elsewhere")
def test_more_people_than_are_asked_for_at_one_place_fill_none_elsewhere(election, place, give, mine):
    before = news.read_numbers(election.id, mine.id)
    assert (before.wanted, before.taken, before.open, before.latest_act_id, before.own_act_id) == (18, 0, 18, 0, None)
    three = [place(make_available(election)) for _ in range(3)]
    act = give(*three, place(make_available(election), 1, station=1, function="voorzitter"), confirmed=checks.ALL)
    found = news.read_numbers(election.id, mine.id)
    assert (found.wanted, found.taken, found.open, found.latest_act_id, found.own_act_id) == (18, 3, 15, act.id, None)


@pytest.mark.usefixtures("_elsewhere")
def test_the_news_is_how_many_places_each_colleague_changed_since(db, election, place, give, mine, hers, now):
    first = give(place(make_available(election)), **by(hers))
    changed = make_available(election)
    give(place(changed, 1), place(make_available(election), 1, station=1), **by(hers))
    placed = make_available(election)
    own = give(place(placed, 0, station=1), **by(mine))
    (row,) = places_of(changed)
    last = acts.remove_many(election, [Seen(row.id, 1)], actor=Actor("eva", hers.id), now=now)
    portal = give(place(make_available(election), 2), actor=COMMAND)
    found = news.list_news(election.id, after=first.id, own_user_id=mine.id)
    assert [(colleague.who, colleague.places) for colleague in found] == [("", 1), ("Eva Ander", 2)]
    of_all = news.list_news(election.id, after=0, own_user_id=mine.id)
    assert [(colleague.who, colleague.places) for colleague in of_all] == [("", 1), ("Eva Ander", 3)]
    assert news.list_news(election.id, after=portal.id, own_user_id=mine.id) == []
    assert news.read_numbers(election.id, mine.id).own_act_id == own.id
    listed = news.list_acts(election.id, limit=9)
    assert [(act.id, act.who, act.kind, act.places) for act in listed] == [
        (portal.id, "", PlanActKind.ASSIGN, 1),
        (last.id, "Eva Ander", PlanActKind.REMOVE, 1),
        (own.id, "Mia Mijn", PlanActKind.ASSIGN, 1),
        (own.id - 1, "Eva Ander", PlanActKind.ASSIGN, 2),
        (first.id, "Eva Ander", PlanActKind.ASSIGN, 1),
    ]
    assert [act.about for act in listed[1:4]] == [changed.full_name, placed.full_name, ""]
    assert news.list_acts(election.id, limit=2) == listed[:2]
    undo.undo(own, **by(mine), now=now)
    assert news.read_numbers(election.id, mine.id).own_act_id is None
