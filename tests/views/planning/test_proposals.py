"""The pages of proposals: asking, following, looking, taking over, throwing away, and what counts."""

from __future__ import annotations

import re

import pytest

from app.clock import utc_now
from app.models import (
    Assignment,
    Availability,
    ElectionState,
    PlanWeight,
    PreferredFunction,
    Proposal,
    ProposalState,
    ProposedPlace,
)
from app.services.audit import COMMAND
from app.services.planning.board import acts
from app.services.planning.board.places import Place
from app.services.planning.proposals import running
from app.services.planning.proposals.solver.search import solve
from app.services.planning.proposals.solver.weights import DEFAULTS
from tests.support.factories.elections import make_election, make_function
from tests.support.factories.people import make_staff
from tests.support.factories.planning import make_available, make_planned_election, stations_of
from tests.support.jobs import run_job


@pytest.fixture
def team(client, sign_in_as, election):
    return sign_in_as(client, make_staff())


@pytest.fixture
def election(db, remembered):
    """Two stations, and eight people of whom two want to be chair."""

    def make():
        made = make_planned_election(1, 2)
        chair = make_function("voorzitter").id
        for number in range(8):
            member = make_available(made)
            if number < 2:
                answer = member_answer(db, member)
                wish = PreferredFunction(availability_id=answer, member_id=member.id, function_id=chair, rank=1)
                db.session.add(wish)
        return made

    return remembered(make)


def member_answer(db, member) -> int:
    return db.session.query(Availability.id).filter_by(member_id=member.id).scalar()


def address(election, *parts) -> str:
    return "/".join(["", "verkiezingen", election.code, "voorstellen", *map(str, parts)])


def ask(team, election, **typed):
    return team.post(address(election, ""), data={"stations": "all", "published": "keep", **typed})


def work(db, proposal: Proposal) -> None:
    run_job(running.run_proposal, proposal.id, utc_now, solve=solve)
    db.session.expire_all()


@pytest.fixture
def proposal(db, team, election) -> Proposal:
    ask(team, election)
    made = db.session.query(Proposal).one()
    work(db, made)
    return made


def test_asked_followed_and_stopped(team, db, election):
    answer = ask(team, election)
    asked = db.session.query(Proposal).one()
    assert answer.location == address(election, asked.id)
    page = team.get(answer.location).text
    assert 'data-goes-on="2"' in page
    assert "Je kunt deze pagina verlaten" in page
    team.post(address(election, asked.id, "stoppen"))
    db.session.expire_all()
    assert asked.is_stop_asked
    work(db, asked)
    page = team.get(answer.location).text
    assert "eerder gestopt" in page
    assert "data-goes-on" not in page


def test_what_it_changes_is_seen_before_it_is_taken_over(team, db, election, proposal):
    page = team.get(address(election, proposal.id)).text
    assert "Er is nog niets veranderd in de indeling" in page
    first = stations_of(election)[0]
    station = team.get(address(election, proposal.id, "stembureau", first.id)).text
    row = db.session.query(ProposedPlace).filter_by(station_id=first.id).first()
    assert row.member.full_name in station
    assert db.session.query(Assignment).count() == 0
    team.post(address(election, proposal.id, "overnemen"))
    assert db.session.query(Assignment).count() == db.session.query(ProposedPlace).count()
    assert "is overgenomen" in team.get(address(election, proposal.id)).text


def test_taken_over_per_station(team, db, election, proposal):
    first = stations_of(election)[0]
    team.post(address(election, proposal.id, "overnemen"), data={"station": first.id})
    assert {place.station_id for place in db.session.query(Assignment)} == {first.id}
    page = team.get(address(election, proposal.id)).text
    assert "niet overgenomen" in page


@pytest.mark.parametrize("typed", ["", "x", "-1", "1.0", "٣", str(2**31), "9" * 30])
def test_what_names_no_station_takes_nothing_over(team, db, election, proposal, typed):
    """The whole proposal is taken over by the button for that only."""
    assert team.post(address(election, proposal.id, "overnemen"), data={"station": typed}).status_code == 404
    assert db.session.query(Assignment).count() == 0


def test_who_is_left_out_is_told_with_the_reason(team, db, election, proposal):
    row = db.session.query(ProposedPlace).order_by(ProposedPlace.id).first()
    other = make_available(election)
    taken = Place(other.id, row.station_id, row.shift_id, row.function_id)
    acts.assign_many(election, [taken], confirmed={"all"}, actor=COMMAND, now=utc_now())
    db.session.commit()
    assert "De indeling is veranderd" in team.get(address(election, proposal.id)).text
    page = team.post(address(election, proposal.id, "overnemen"), follow_redirects=True).text
    assert "iemand anders heeft deze plek nu" in page


def test_for_what_was_left_out_a_new_proposal_is_a_click_away(team, db, election, proposal):
    row = db.session.query(ProposedPlace).order_by(ProposedPlace.id).first()
    taken = Place(make_available(election).id, row.station_id, row.shift_id, row.function_id)
    acts.assign_many(election, [taken], confirmed={"all"}, actor=COMMAND, now=utc_now())
    db.session.commit()
    page = team.post(address(election, proposal.id, "overnemen"), follow_redirects=True).text
    assert "(1 School 1: wo 18 mrt" in page
    assert "deels overgenomen" in page
    form = page[page.index('name="stations"') :]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    answer = team.post(address(election, ""), data=sent)
    assert db.session.query(Proposal).order_by(Proposal.id.desc()).first().station_ids == [row.station_id]
    assert answer.status_code == 302


@pytest.mark.parametrize(("published", "told"), [("keep", True), ("move", False)])
def test_where_the_law_lacks_something_moving_what_is_published_is_named(team, db, election, published, told):
    db.session.query(PreferredFunction).delete()
    election.state = ElectionState.PUBLISHED
    db.session.commit()
    ask(team, election, published=published)
    work(db, db.session.query(Proposal).one())
    page = team.get(address(election, db.session.query(Proposal).one().id)).text
    assert ("Wat gepubliceerd is, bleef staan." in page) is told


def test_thrown_away(team, db, election, proposal):
    team.post(address(election, proposal.id, "weggooien"))
    db.session.expire_all()
    assert proposal.state == ProposalState.DROPPED
    assert "weggegooid" in team.get(address(election, proposal.id)).text


def test_why_places_stay_open_is_said_in_steps(team, db, election):
    db.session.query(PreferredFunction).delete()
    db.session.commit()
    ask(team, election)
    work(db, db.session.query(Proposal).one())
    page = team.get(address(election, db.session.query(Proposal).one().id)).text
    assert "Wat open blijft, en waarom" in page
    assert "dagdelen te kort" in page or "dagdeel te kort" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "Schrijf de nummers"), ("twee", "Schrijf de nummers"), ("99", "geen stembureau met dit nummer")],
)
def test_numbers_that_are_none_are_refused_at_the_field(team, db, election, typed, told):
    page = ask(team, election, stations="some", numbers=typed)
    assert page.status_code == 422
    assert told in page.text
    assert f'value="{typed}"' in page.text
    assert db.session.query(Proposal).count() == 0


def test_some_stations_by_number(team, db, election):
    ask(team, election, stations="some", numbers="2 - 9")
    assert db.session.query(Proposal).one().station_ids == [stations_of(election)[1].id]


def test_weights_in_words(team, db, election):
    page = team.get(address(election, "gewichten")).text
    assert "Dicht bij huis" in page
    typed = {name: str(value) for name, value in DEFAULTS.items()}
    team.post(address(election, "gewichten"), data={**typed, "distance": "80"})
    assert [(row.code, row.value) for row in db.session.query(PlanWeight)] == [("distance", 80)]
    page = team.post(address(election, "gewichten"), data={**typed, "distance": "-1"})
    assert "Geef een heel getal" in page.text


def test_of_another_election_it_is_not_there(team, election, proposal):
    other = make_election(code="TK2025", name="Tweede Kamer 2025")
    assert team.get(address(other, proposal.id)).status_code == 404
    assert team.get(address(election, 2**40)).status_code == 404


def test_the_pages_of_a_proposal_stay_small(team, election, proposal):
    for parts in ((), ("stembureau", stations_of(election)[0].id)):
        assert len(team.get(address(election, proposal.id, *parts)).data) < 50_000
