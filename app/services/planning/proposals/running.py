"""Making a proposal, by the worker: the truth is the row, taken with a lease that each step of the search renews.

A worker that is killed leaves the row as it was; after the lease another makes the proposal anew, which is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete

from app.extensions import db
from app.models import Election, Proposal, ProposalState, ProposedPlace
from app.phrases import Phrase, phrase
from app.services.atomic import change_if
from app.services.audit import record_event
from app.services.bulk import insert_rows
from app.services.leases import LEASE, find_asker, is_free, is_held
from app.services.planning.proposals import results
from app.services.planning.proposals.process import SolverFailed, solve_apart
from app.services.planning.proposals.reading import Question, read_question
from app.services.planning.proposals.requests import BUSY
from app.services.planning.proposals.solver.instance import Progress, Result

MOST_ATTEMPTS: Final = 3
COLUMNS: Final = (
    "proposal_id",
    "assignment_id",
    "member_id",
    "station_id",
    "shift_id",
    "function_id",
    "starts_at",
    "ends_at",
)
NOT_SOLVED: Final = phrase("The proposal could not be made. Try again, or ask it for fewer polling stations.")
GAVE_UP: Final = phrase("The worker stopped several times while it made this proposal. Ask for it again.")
ELECTION_GONE: Final = phrase("The plan of this election cannot change any more.")

Solve = Callable[..., Result]


class _Overtaken(Exception):
    """Somebody else has the proposal: the lease was over."""


def run_proposal(
    proposal_id: int, clock: Callable[[], datetime], *, checkpoint: Callable[[], None], solve: Solve = solve_apart
) -> None:
    """Make it, if it waits; `checkpoint` commits. Who calls it again has no lease, and does nothing."""
    now = clock()
    taken = {"state": ProposalState.RUNNING, "lease_until": now + LEASE}
    if not change_if(Proposal, Proposal.id == proposal_id, is_free(Proposal, BUSY, now), **taken):
        return
    proposal = db.session.get_one(Proposal, proposal_id)
    attempts = int(proposal.outcome.get("attempts", 0)) + 1
    proposal.outcome = {"attempts": attempts}
    checkpoint()
    if attempts > MOST_ATTEMPTS:
        _fail(proposal_id, GAVE_UP, clock(), checkpoint)
        return
    _make(proposal, clock, checkpoint, solve)


def _make(proposal: Proposal, clock: Callable[[], datetime], checkpoint: Callable[[], None], solve: Solve) -> None:
    key, election = proposal.id, db.session.get_one(Election, proposal.election_id)
    question = read_question(
        election,
        station_ids=proposal.station_ids,
        weights=proposal.weights,
        keeps_published=proposal.keeps_published,
    )
    holder = _Holder(proposal, clock, checkpoint)
    checkpoint()
    try:
        result = solve(question.instance, holder.tell)
        _keep(holder, key, question, result, clock())
    except SolverFailed:
        db.session.rollback()
        _fail(key, NOT_SOLVED, clock(), checkpoint)
        return
    except _Overtaken:
        db.session.rollback()
        return
    checkpoint()


class _Holder:
    """Keeps the lease while the search goes on, and hears whether to stop."""

    def __init__(self, proposal: Proposal, clock: Callable[[], datetime], checkpoint: Callable[[], None]) -> None:
        self._id, self._lease = proposal.id, proposal.lease_until
        self._clock, self._checkpoint = clock, checkpoint

    def tell(self, progress: Progress) -> bool:
        """Write how far it is. Raises _Overtaken."""
        self.renew(steps_done=progress.done, steps_total=progress.total)
        proposal = db.session.get_one(Proposal, self._id)
        is_stopped = proposal.is_stop_asked
        self._checkpoint()
        return is_stopped

    def renew(self, **values: Any) -> None:
        """Another lease, and these values, if the proposal is still ours."""
        lease = self._clock() + LEASE
        ours = (
            Proposal.id == self._id,
            Proposal.state == ProposalState.RUNNING,
            is_held(Proposal, self._lease),
        )
        if not change_if(Proposal, *ours, **({"lease_until": lease} | values)):
            raise _Overtaken
        self._lease = values.get("lease_until", lease)


def _keep(holder: _Holder, key: int, question: Question, result: Result, now: datetime) -> None:
    """Write the places beside the plan, with what is short and why, and make it ready."""
    db.session.execute(delete(ProposedPlace).where(ProposedPlace.proposal_id == key))
    table: Any = ProposedPlace.__table__
    changes = results.list_changes(question, result)
    rows = [
        (
            key,
            change.assignment_id,
            change.place.person,
            change.place.station,
            change.place.shift,
            change.place.function,
            results.to_instant(change.place.starts),
            results.to_instant(change.place.ends),
        )
        for change in changes
    ]
    insert_rows(table, COLUMNS, rows)
    outcome = results.describe(question, result, changes)
    holder.renew(state=ProposalState.READY, lease_until=None, finished_at=now, outcome=outcome)
    proposal = db.session.get_one(Proposal, key)
    counts = {name: outcome[name] for name in ("added", "moved", "removed")}
    record_event(find_asker(proposal), "proposal.made", now=now, subject=proposal, **counts)


def _fail(proposal_id: int, why: Phrase, now: datetime, checkpoint: Callable[[], None]) -> None:
    ended = {"state": ProposalState.FAILED, "failure": why.msgid, "finished_at": now, "lease_until": None}
    if change_if(Proposal, Proposal.id == proposal_id, Proposal.state == ProposalState.RUNNING, **ended):
        proposal = db.session.get_one(Proposal, proposal_id)
        record_event(find_asker(proposal), "proposal.failed", now=now, subject=proposal)
    checkpoint()
