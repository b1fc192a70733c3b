"""Asking for a proposal, stopping it, and throwing it away."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import contains_eager

from app.extensions import db
from app.models import Assignment, Election, PollingStation, Proposal, ProposalState, ProposedPlace, StaffingNeed
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import serialize
from app.services.leases import find_free, is_free
from app.services.planning.board.checks import check_phase
from app.services.planning.proposals.weighing import read_weights

BUSY: Final = (ProposalState.WAITING, ProposalState.RUNNING)
MOST_NUMBERS: Final = 5_000  # in one range
_RANGE: Final = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


def ask_proposal(
    election: Election,
    *,
    station_ids: Collection[int] = (),
    keeps_published: bool = True,
    actor: Actor,
    now: datetime,
) -> Proposal:
    """Let the worker fill what is open, of all stations or of these; begins after the commit. Raises RuleBroken."""
    serialize(f"proposal {election.id}")
    check_phase(election)
    stations = _own_stations(election, station_ids)
    if not db.session.scalar(select(exists().where(StaffingNeed.election_id == election.id, StaffingNeed.target > 0))):
        raise RuleBroken(phrase("Say first how many people are needed, then a proposal can be made."))
    if db.session.scalar(select(exists().where(Proposal.election_id == election.id, Proposal.state.in_(BUSY)))):
        raise RuleBroken(phrase("A proposal for this election is being made already."))
    proposal = Proposal(
        election_id=election.id,
        state=ProposalState.WAITING,
        station_ids=stations,
        weights=read_weights(election),
        keeps_published=keeps_published,
        outcome={},
        created_by_user_id=actor.user_id,
        created_at=now,
    )
    db.session.add(proposal)
    db.session.flush()
    record_event(actor, "proposal.asked", now=now, subject=proposal, election_id=election.id, stations=len(stations))
    return proposal


def _own_stations(election: Election, station_ids: Collection[int]) -> list[int]:
    if not station_ids:
        return []
    own = select(PollingStation.id).where(PollingStation.election_id == election.id)
    found = sorted(set(db.session.scalars(own)) & set(station_ids))
    if not found:
        raise RuleBroken(phrase("Choose polling stations of this election."), field="stations")
    return found


def list_proposals(election: Election, *, limit: int = 20) -> Sequence[Proposal]:
    """The last ones, the newest first."""
    own = select(Proposal).where(Proposal.election_id == election.id).order_by(Proposal.id.desc()).limit(limit)
    return db.session.scalars(own).all()


def find_proposal(code: str, proposal_id: int) -> Proposal | None:
    """One of the election with this code, with the election. One statement."""
    own = select(Proposal).join(Proposal.election).options(contains_eager(Proposal.election))
    return db.session.scalar(own.where(Proposal.id == proposal_id, Election.code == code))


def find_waiting(now: datetime) -> list[int]:
    """Keys of the proposals that the worker should make: asked for, or left behind by a worker that died."""
    return find_free(Proposal, is_free(Proposal, BUSY, now))


def stop_proposal(proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    """Go on with the plan as far as it is. Raises RuleBroken for what is over."""
    if not change_if(Proposal, Proposal.id == proposal.id, Proposal.state.in_(BUSY), is_stop_asked=True):
        raise RuleBroken(phrase("This proposal is made already."))
    record_event(actor, "proposal.stopped", now=now, subject=proposal)


def drop_proposal(proposal: Proposal, *, actor: Actor, now: datetime) -> None:
    """Throw it away; what was taken over of it stays in the plan. Raises RuleBroken while the worker is at it."""
    fits = Proposal.state.in_((ProposalState.READY, ProposalState.FAILED))
    if not change_if(Proposal, Proposal.id == proposal.id, fits, state=ProposalState.DROPPED):
        raise RuleBroken(phrase("Only a proposal that is ready can be thrown away."))
    db.session.execute(delete(ProposedPlace).where(ProposedPlace.proposal_id == proposal.id))
    record_event(actor, "proposal.dropped", now=now, subject=proposal)


def is_outdated(proposal: Proposal) -> bool:
    """Whether the plan changed since the proposal was made."""
    if proposal.finished_at is None:
        return False
    later = exists().where(Assignment.election_id == proposal.election_id, Assignment.changed_at > proposal.finished_at)
    return bool(db.session.scalar(select(later)))


def read_numbers(election: Election, typed: str) -> list[int]:
    """The stations with these numbers, as in "3, 7, 10-20". Raises RuleBroken for anything else."""
    numbers: set[int] = set()
    words = " ".join(typed.replace("–", "-").replace(",", " ").replace(";", " ").split())
    for part in words.replace(" - ", "-").replace("- ", "-").replace(" -", "-").split() or [""]:
        found = _RANGE.fullmatch(part)
        if not found or int(found[2] or found[1]) - int(found[1]) > MOST_NUMBERS:
            raise RuleBroken(phrase("Write the numbers of polling stations, such as 3, 7, 10-20."), field="numbers")
        numbers.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    own = select(PollingStation.id, PollingStation.number).where(PollingStation.election_id == election.id)
    known = {number: key for key, number in db.session.execute(own)}
    keys = [known[number] for number in sorted(numbers) if number in known]
    if not keys:
        raise RuleBroken(phrase("There is no polling station with this number."), field="numbers")
    return keys
