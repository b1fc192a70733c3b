"""A portal in which there is one of everything, for tests that walk through all of it."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from app.extensions import db
from app.models import Election, ElectionState, Member, ProposalState, ProposedPlace
from app.services.audiences import groups
from app.services.audiences.choices import save_audience
from app.services.audit import Actor
from app.services.campaigns import campaigns
from app.services.campaigns.checks import CampaignText
from app.services.message_box import team_questions
from app.services.message_box.team_questions import TeamQuestionText
from app.services.operations.demo import messages, questions
from app.services.operations.demo.history import History
from app.services.planning.proposals import requests
from app.services.planning.times import shift_hours
from app.services.planning.versions import publishing
from app.services.rosters import runs
from tests.services.rosters.roster_files import roster
from tests.support.factories.appointments import appoint, make_setup
from tests.support.factories.documents import give
from tests.support.factories.elections import (
    give_availability,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member
from tests.support.factories.planning import stations_of
from tests.support.factories.staffing import fill_needs, make_place

TEAM = Actor("team")
OUTCOME = {"added": 1, "moved": 0, "removed": 0, "open": [[1, 1, 1, 2]], "illegal": [[1, 1]], "funnels": []}


def fill_portal(app: Flask, now: datetime) -> Member:
    """A member with one of everything, in a portal with one of everything; flushed."""
    history = History(now, TEAM)
    messages.publish_news(history, messages.WELCOME, 0)
    messages.publish_document(history, messages.INSTRUCTION, messages.INSTRUCTION_LINES, 0)
    questions.add_help_with_questions()
    member, election = make_member(), make_open_election()
    make_station(election, 1)
    give_availability(member, election, now=now)
    _plan(election, member, now)
    give(now, member)
    ask(member, now=now)
    everybody = groups.everybody()
    campaigns.write_campaign(
        CampaignText(kind="information", title="Welkom", group=everybody), None, actor=TEAM, now=now
    )
    team_questions.write_team_question(TeamQuestionText("Lunch", "Eet je mee?", everybody), None, actor=TEAM, now=now)
    save_audience(None, "Allen", everybody, actor=TEAM, now=now)
    runs.start_run(roster(), "leden.csv", instance=app.config["INSTANCE_DIR"], actor=TEAM, now=now)
    db.session.flush()
    return member


def _plan(election: Election, member: Member, now: datetime) -> None:
    """Needs, a place that was published and appointed, a place that is only planned, a proposal, a finding."""
    fill_needs(election)
    election.state = ElectionState.PLANNING
    station, (early, late, *_others) = stations_of(election)[0], shifts_of(election)
    chair = make_function("voorzitter")
    make_place(member, station, early, chair)
    publishing.publish(election, actor=TEAM, now=now)
    appoint(make_setup(election, now=now), now=now)
    make_place(make_member(birth_date=date(2015, 1, 1)), station, late, chair)
    proposal = requests.ask_proposal(election, actor=TEAM, now=now)
    proposal.state, proposal.finished_at, proposal.outcome = ProposalState.READY, now, OUTCOME
    where = {"station_id": station.id, "shift_id": late.id, "function_id": make_function("stembureaulid").id}
    starts_at, ends_at = shift_hours(late)
    proposed = ProposedPlace(proposal_id=proposal.id, member_id=make_member().id, starts_at=starts_at, ends_at=ends_at)
    for name, key in where.items():
        setattr(proposed, name, key)
    db.session.add(proposed)
