"""Every page of the planning takes few SQL statements, with rows on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.clock import utc_now
from app.models import (
    Assignment,
    CommitteeSeat,
    ElectionState,
    EligibilityFinding,
    EligibilityRule,
    NeedTemplate,
    PlanVersion,
    Proposal,
    StaffingNeed,
)
from app.services.audit import COMMAND
from app.services.planning.needs import standard
from app.services.planning.proposals import requests, running
from app.services.planning.proposals.solver.search import solve
from app.services.planning.versions import publishing
from app.views.staff.planning.subject import SUBJECT
from tests.support.factories.elections import make_function, shifts_of
from tests.support.factories.people import make_staff
from tests.support.factories.planning import find_fault, make_available, make_planned_election, stations_of
from tests.support.factories.staffing import make_place
from tests.support.jobs import run_job
from tests.support.statements import seen_statements

MOST = 8
ELSEWHERE = {"CandidatesImportView.check", "PlanImportView.check", "MyPlacesView.list"}  # what these are of: own tests
ROWS = {
    "PlannedPlacesView": Assignment,
    "PlanVersionsView": PlanVersion,
    "EligibilityFindingsView": EligibilityFinding,
    "EligibilityRulesView": EligibilityRule,
    "CommitteeSeatsView": CommitteeSeat,
    "NeedTemplatesView": NeedTemplate,
    "StaffingNeedsView": StaffingNeed,
    "ProposalsView": Proposal,
}


@pytest.fixture
def election(db):
    """Four stations; a member at each shift of the first, one whom a rule stops, a version, a proposal, templates."""
    made = make_planned_election(1, 2, 3, 4)
    standard.start_standard(made, actor=COMMAND, now=utc_now())
    made.state = ElectionState.PLANNING
    members = [make_available(made) for _ in range(6)]
    for shift, member in zip(shifts_of(made), members, strict=False):
        make_place(member, stations_of(made)[0], shift, make_function("voorzitter"))
    find_fault(members[0], made)
    publishing.publish(made, actor=COMMAND, now=utc_now())
    make_place(members[5], stations_of(made)[1], shifts_of(made)[0], make_function("stembureaulid"))
    db.session.add(CommitteeSeat(election_id=made.id, member_id=members[4].id))
    requests.ask_proposal(made, actor=COMMAND, now=utc_now())
    db.session.commit()
    run_job(running.run_proposal, db.session.query(Proposal).one().id, utc_now, solve=solve)
    return made


def pages_of(app, db, election) -> Iterator[tuple[str, str]]:
    """Endpoint and address of each page of the planning that can be opened."""
    views = {screen.view.__name__ for screen in SUBJECT.screens}
    place, station = db.session.query(Assignment).first(), stations_of(election)[0].id
    hole = f"{station}-{shifts_of(election)[0].id}-{make_function('stembureaulid').id}"
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            view = rule.endpoint.partition(".")[0]
            if view not in views or "GET" not in (rule.methods or ()) or rule.endpoint in ELSEWHERE:
                continue
            if view.startswith("CandidateMatches") and "pk" in rule.arguments:
                continue
            row = db.session.query(ROWS[view]).first() if view in ROWS else election
            given = {
                "code": election.code,
                "pk": row.id,
                "place": place.id,
                "member": place.member_id,
                "station": station,
                "station_id": station,
                "key": hole,
            }
            yield rule.endpoint, rule.build({name: given[name] for name in rule.arguments})[1]


def test_a_page_of_the_planning_takes_few_statements(app, db, client, sign_in_as, election):
    team = sign_in_as(client, make_staff())
    many, opened = {}, 0
    for endpoint, path in list(pages_of(app, db, election)):
        team.get(path)
        with seen_statements(db.engine) as seen:
            answer = team.get(path)
        opened += answer.status_code == 200
        if len(seen) > MOST:
            many[endpoint] = seen
    assert opened > 40
    assert not many


def test_a_page_of_an_election_that_is_not_there_is_not_there(app, db, client, sign_in_as, election):
    team = sign_in_as(client, make_staff())
    unknown = {
        endpoint: path.replace(election.code, "TK1900_Nergens").replace(f"/indeling/{election.id}", "/indeling/999")
        for endpoint, path in pages_of(app, db, election)
    }
    found = {endpoint: team.get(path).status_code for endpoint, path in unknown.items() if is_of_election(path)}
    assert len(found) > 20
    assert set(found.values()) == {404}, found


def is_of_election(path: str) -> bool:
    return "TK1900" in path or "/indeling/999" in path
