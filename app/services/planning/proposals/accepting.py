"""Taking a proposal over into the plan: whole, or of one station. What no longer fits is left out, and told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update

from app.extensions import db
from app.models import Assignment, Election, PlanActKind, Proposal, ProposalState, ProposedPlace
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor, record_event
from app.services.bulk import among, serialize
from app.services.planning.board import writing
from app.services.planning.board.acts import assign_many
from app.services.planning.board.checks import ALL, Problem
from app.services.planning.board.places import Place, Seen
from app.services.planning.board.writing import Change

GONE: Final = "gone"  # the place from which somebody would move is not as it was
ABOVE: Final = ("above_target", "no_need")  # somebody else has the place meanwhile, or nobody is needed there any more


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
    fitting, left_out = _choose_fitting(election, rows)
    if not fitting:
        raise RuleBroken(phrase("Nothing of this proposal fits the plan any more. Ask for a new one."))
    gone, places = _parts(fitting)
    seen = _versions(gone)
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


def _choose_fitting(election: Election, rows: Sequence[ProposedPlace]) -> tuple[list[ProposedPlace], dict[int, str]]:
    """The rows that can be done together, and of the other members why not. Somebody gets all of it or nothing."""
    left_out = dict.fromkeys(_moved_meanwhile(rows), GONE)
    while True:
        fitting = [row for row in rows if row.member_id not in left_out]
        if not fitting:
            return [], left_out
        gone, places = _parts(fitting)
        changes = [Change(seen, None) for seen in _versions(gone)] + [Change(None, place) for place in places]
        problems = writing.find_problems(election, changes)[len(gone) :]
        refused = _refused(places, problems)
        if not refused:
            return fitting, left_out
        left_out |= refused


def _refused(places: Sequence[Place], problems: Sequence[Sequence[Problem]]) -> dict[int, str]:
    found: dict[int, str] = {}
    too_many: dict[tuple[int | None, int, int], list[int]] = defaultdict(list)
    over: Counter[tuple[int | None, int, int]] = Counter()
    for place, own in zip(places, problems, strict=True):
        key = (place.station_id, place.shift_id, place.function_id)
        for problem in own:
            if problem.stops or problem.code == "no_need":
                found.setdefault(place.member_id, problem.code)
            elif problem.code == "above_target":
                too_many[key].append(place.member_id)
                over[key] = int(problem.text.values["number"]) - int(problem.text.values["target"])
    if not found:  # whom these leave makes room
        for key, members in too_many.items():
            found |= dict.fromkeys(members[-over[key] :], "above_target")
    return found


def _moved_meanwhile(rows: Iterable[ProposedPlace]) -> set[int]:
    """Members of whom a place that goes is not as it was when the proposal was made."""
    going = [row for row in rows if row.assignment_id is not None]
    known = {row.id: row for row in db.session.scalars(select(Assignment).where(_are(going)))}
    return {row.member_id for row in going if not _is_same(row, known.get(row.assignment_id or 0))}


def _are(rows: Iterable[ProposedPlace]):  # type: ignore[no-untyped-def]
    return among(Assignment.id, [row.assignment_id for row in rows if row.assignment_id])


def _is_same(row: ProposedPlace, place: Assignment | None) -> bool:
    return (
        place is not None
        and not place.is_locked
        and (place.member_id, place.station_id, place.shift_id, place.function_id)
        == (row.member_id, row.station_id, row.shift_id, row.function_id)
    )


def _parts(rows: Sequence[ProposedPlace]) -> tuple[list[ProposedPlace], list[Place]]:
    """What goes, and what comes: with the times of the shift, which a whole day divides by itself."""
    going = [row for row in rows if row.assignment_id is not None]
    coming = [row for row in rows if row.assignment_id is None]
    return going, [Place(row.member_id, row.station_id, row.shift_id, row.function_id) for row in coming]


def _versions(going: Sequence[ProposedPlace]) -> list[Seen]:
    version = dict(db.session.execute(select(Assignment.id, Assignment.version).where(_are(going))).tuples().all())
    return [Seen(row.assignment_id or 0, version.get(row.assignment_id or 0, 0)) for row in going]
