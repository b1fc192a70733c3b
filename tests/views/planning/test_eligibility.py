"""Rules and what they found, on the team's screens; and what a member reads of the own ones."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.models import AuditEvent, CommitteeSeat, EligibilityFinding, EligibilityRule, RuleCode
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member, make_staff
from tests.support.member_pages import read_member
from tests.support.plans import indexes_read
from tests.support.statements import seen_statements

TRAINED = date(2026, 1, 10)


@pytest.fixture
def team(client, sign_in_as):
    return sign_in_as(client, make_staff())


def rule_of(db, election, code):
    wanted = select(EligibilityRule).where(EligibilityRule.election_id == election.id, EligibilityRule.code == code)
    return db.session.scalars(wanted).one()


def only(db, model):
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def test_a_rule_says_its_basis_and_the_article_of_the_law_stays(team, db):
    election = make_open_election()
    shown = team.get(f"/benoembaarheid/regels/list/?election={election.id}").text
    assert "Kieswet, artikel E 4" in shown
    assert "de wet" in shown
    rule = rule_of(db, election, RuleCode.AGE)
    refused = team.post(f"/benoembaarheid/regels/edit/{rule.id}", data={"source": "Ons idee", "is_active": "y"})
    assert refused.status_code == 422
    assert "Deze regel staat in de wet" in refused.text
    policy = rule_of(db, election, RuleCode.CANDIDATE)
    form = {"source": "Besluit 12 van 3 februari 2026", "is_blocking": "", "is_active": "y"}
    assert team.post(f"/benoembaarheid/regels/edit/{policy.id}", data=form).status_code == 302
    db.session.expire_all()
    assert (policy.source, policy.is_blocking) == ("Besluit 12 van 3 februari 2026", False)
    assert "eligibility_rule.changed" in db.session.scalars(select(AuditEvent.action)).all()


def test_who_has_a_place_is_looked_up_by_the_member(team, db):
    """By the election alone every finding would read every place."""
    election = make_open_election()
    address = f"/benoembaarheid/list/?election={election.id}&who=yes"
    read = indexes_read(db.engine, lambda: team.get(address))
    assert {index for table, index in read if table == "assignment"} == {"ix_assignment_member"}


def test_the_team_overrules_with_a_reason_and_takes_it_back(team, db):
    election = make_open_election()
    member = make_member(surname="Jong", birth_date=date(2010, 5, 1), trained_on=TRAINED)
    give_availability(member, election)
    listed = team.get(f"/benoembaarheid/list/?election={election.id}&outcome=stops&who=yes").text
    assert "geboren op" in listed
    assert "Leden die antwoordden of een plek hebben, per regel" in listed
    assert "rule=age&amp;outcome=stops" in listed
    finding = only(db, EligibilityFinding)
    assert team.post(f"/benoembaarheid/{finding.id}/toch", data={"reason": " "}).status_code == 422
    assert team.post(f"/benoembaarheid/{finding.id}/toch", data={"reason": "Typefout"}).status_code == 302
    found = only(db, EligibilityFinding)
    assert (found.override_reason, found.overridden_by is not None) == ("Typefout", True)
    assert "Typefout" in team.get(f"/benoembaarheid/show/{finding.id}").text
    assert team.post(f"/benoembaarheid/{finding.id}/toch", data={"reason": "Nog eens"}).status_code == 422
    assert "geboren op" not in team.get(f"/benoembaarheid/list/?election={election.id}&outcome=stops").text
    assert team.post(f"/benoembaarheid/{finding.id}/terugnemen").status_code == 302
    assert only(db, EligibilityFinding).overridden_at is None
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_type == "EligibilityFinding"))
    assert set(actions) == {"eligibility.overridden", "eligibility.restored"}


def test_a_seat_is_given_once_and_goes(team, db):
    election, member = make_open_election(), make_member(surname="Zetel")
    form = {"election": str(election.id), "member": member.member_number}
    assert team.post("/benoembaarheid/bureaus/add", data=form).status_code == 302
    assert "Dit lid staat al in de lijst" in team.post("/benoembaarheid/bureaus/add", data=form).text
    assert "zit in het hoofdstembureau" in read_member(team, member.id)
    seat = only(db, CommitteeSeat)
    assert team.post(f"/benoembaarheid/bureaus/delete/{seat.id}").status_code == 302
    assert "zit in het hoofdstembureau" not in read_member(team, member.id)
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_type == "CommitteeSeat"))
    assert set(actions) == {"committee_seat.created", "committee_seat.deleted"}


def test_the_list_of_findings_costs_the_same_for_many(team, db):
    election = make_open_election()
    make_member()
    team.get(f"/benoembaarheid/list/?election={election.id}")  # what the first request of a process reads
    with seen_statements(db.engine) as few:
        team.get(f"/benoembaarheid/list/?election={election.id}")
    for _ in range(5):
        make_member()
    with seen_statements(db.engine) as many:
        team.get(f"/benoembaarheid/list/?election={election.id}")
    assert len(many) == len(few) <= 8


def test_a_member_reads_what_stops_and_nothing_of_others(app, db, client, sign_in_as):
    election = make_open_election()
    member, other = make_member(birth_date=None, trained_on=TRAINED), make_member(birth_date=date(2010, 5, 1))
    for person in (member, other):
        give_availability(person, election)
    page = sign_in_as(client, member).get(f"/beschikbaarheid/{election.code}").text
    assert "We weten je geboortedatum niet" in page
    assert "/mijn-gegevens/wijzigen" in page
    assert "Kieswet, artikel E 4" in page
    assert "Daarom kun je nu niet worden ingedeeld" not in page
    assert "nog geen 18" not in page
    page = sign_in_as(app.test_client(), other).get(f"/beschikbaarheid/{election.code}").text
    assert "Op de dag van de stemming ben je nog geen 18 jaar" in page
    assert "Daarom kun je nu niet worden ingedeeld" in page


def test_what_was_overruled_a_member_does_not_read(db, client, sign_in_as, now):
    election, member = make_open_election(), make_member(birth_date=date(2010, 5, 1), trained_on=TRAINED)
    give_availability(member, election)
    finding = only(db, EligibilityFinding)
    finding.overridden_at = now
    db.session.commit()
    assert "Voordat je kunt helpen" not in sign_in_as(client, member).get(f"/beschikbaarheid/{election.code}").text


def test_the_form_says_what_stops_who_did_not_answer_yet(db, client, sign_in_as):
    election, member = make_open_election(), make_member(birth_date=date(2010, 5, 1))
    page = sign_in_as(client, member).get(f"/beschikbaarheid/{election.code}/invullen").text
    assert "Op de dag van de stemming ben je nog geen 18 jaar" in page
    assert "training" not in page.partition("<main")[2]
    assert "niet alle verklaringen" not in page
