"""Taking a proposal over into the plan: whole, or of one station. What no longer fits is left out, and told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from app.extensions import db
from app.models import Election, PlanActKind, Proposal, ProposalState, ProposedPlace
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import among, serialize
from app.services.planning.board.acts import assign_many
from app.services.planning.board.checks import ALL
from app.services.planning.proposals.fitting import as_place, choose_fitting, parts, versions


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many people got what was proposed, and why the others did not: code of the reason by member."""

    taken: int
    left_out: dict[int, str]


def accept(
    proposal: Proposal, election: Election, station_id: int | None = None, *, actor: Actor, now: datetime
) -> Accepted:
    """Change the plan as proposed, as one act; with a station only its people, who may leave another one.

    Raises RuleBroken when nothing of it fits any more.
    """
    serialize(f"plan {election.id}")
    db.session.refresh(proposal)
    if proposal.state != ProposalState.READY:
        raise RuleBroken(phrase("This proposal is not there to be taken over any more."))
    rows = _rows_of(proposal, station_id)
    found = choose_fitting(election, rows)
    fitting, left_out = found.rows, found.left_out
    if not fitting:
        raise RuleBroken(phrase("Nothing of this proposal fits the plan any more. Ask for a new one."))
    gone, coming = parts(fitting)
    seen, places = versions(gone), [as_place(row) for row in coming]
    # Read before the act: what the session holds is forgotten with it, and would be read row by row.
    keys, people = [row.id for row in fitting], len({row.member_id for row in fitting})
    assign_many(election, places, kind=PlanActKind.PROPOSAL, gone=seen, confirmed=ALL, actor=actor, now=now)
    db.session.execute(
        update(ProposedPlace).where(among(ProposedPlace.id, keys)).values(accepted_at=now),
        execution_options={"synchronize_session": False},
    )
    _close(proposal, whole=station_id is None, left_out=left_out)
    record_event(actor, "proposal.accepted", now=now, subject=proposal, people=people, left_out=len(left_out))
    return Accepted(people, left_out)


def _close(proposal: Proposal, *, whole: bool, left_out: dict[int, str]) -> None:
    told = {**proposal.outcome.get("left_out", {}), **{str(member): code for member, code in left_out.items()}}
    proposal.outcome = {**proposal.outcome, "left_out": told}
    if not whole:
        waiting = select(func.count()).where(
            ProposedPlace.proposal_id == proposal.id, ProposedPlace.accepted_at.is_(None)
        )
        whole = not db.session.scalar(waiting)
    if whole:
        proposal.state = ProposalState.ACCEPTED
    db.session.flush()


def _rows_of(proposal: Proposal, station_id: int | None) -> list[ProposedPlace]:
    """What was not taken over yet; of a station everything of the people who come or go there."""
    own = (ProposedPlace.proposal_id == proposal.id, ProposedPlace.accepted_at.is_(None))
    wanted = select(ProposedPlace).where(*own).order_by(ProposedPlace.id)
    if station_id is not None:
        at = ProposedPlace.station_id == station_id if station_id else ProposedPlace.station_id.is_(None)
        wanted = wanted.where(ProposedPlace.member_id.in_(select(ProposedPlace.member_id).where(*own, at)))
    return list(db.session.scalars(wanted))
