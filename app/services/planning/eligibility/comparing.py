"""Laying candidates beside members: all when a file is read, and by the worker whoever came or changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, exists, insert, select, update

from app.extensions import db
from app.models import Candidate, CandidateMatch, Election, LikenessMark, MatchState, Member, MemberState
from app.services.audit import WORKER, record_event
from app.services.bulk import among, serialize
from app.services.planning.eligibility.likeness import Likeness, Name, find_likenesses
from app.services.planning.eligibility.rules import OVER

MOST_KEPT: Final = 20_000  # likenesses: who looks through more of them finds nobody
COMPARED: Final = (MemberState.IMPORTED, MemberState.INVITED, MemberState.ACTIVE, MemberState.PAUSED)
_COMPARED_FIELDS: Final = [field.name for field in fields(Name) if field.name != "id"]
_Pairs = Mapping[tuple[int, int], Likeness]


def compare(election: Election, *, now: datetime) -> int:
    """Compare the candidates with all members of now; what was decided about a pair stays. Gives how many are alike.

    Likenesses that nobody decided about and that are none any more go. Who calls it has the turn.
    """
    pairs = _find(election.id)
    _keep(election.id, pairs)
    return len(pairs)


def follow_names(now: datetime) -> None:
    """For the worker: compare the members who came or got another name with the candidates of each election.

    Of two workers at once both compare, and each pair is written once. Commit after it.
    """
    marks = db.session.execute(select(LikenessMark.id, LikenessMark.member_id)).all()
    if not marks:
        return
    members = sorted({member_id for _key, member_id in marks})
    wanted = select(Election).where(Election.state.not_in(OVER), exists().where(Candidate.election_id == Election.id))
    elections = db.session.scalars(wanted.order_by(Election.id)).all()
    found = {election.id: _find(election.id, members) for election in elections}  # long, so before a lock is held
    db.session.execute(delete(LikenessMark).where(among(LikenessMark.id, [key for key, _member in marks])))
    for election in elections:
        serialize(f"candidates {election.id}")
        new, gone = _keep(election.id, found[election.id], members)
        if new or gone:
            counts = {"members": len(members), "likenesses": new, "removed": gone}
            record_event(WORKER, "candidates.followed", now=now, subject=election, **counts)


def _find(election_id: int, members: Collection[int] | None = None) -> _Pairs:
    """Candidate and member → how they are alike; of these members only."""
    columns = [getattr(Candidate, name) for name in _COMPARED_FIELDS]
    candidates = db.session.execute(select(Candidate.id, *columns).where(Candidate.election_id == election_id))
    alike = best(find_likenesses(member_names(members), [Name(*row) for row in candidates]))
    return {(likeness.candidate_id, likeness.member_id): likeness for likeness in alike}


def _keep(election_id: int, pairs: _Pairs, members: Collection[int] | None = None) -> tuple[int, int]:
    """Write what was found (of these members only): how many are new, and how many are alike no more."""
    kept = select(CandidateMatch.id, CandidateMatch.candidate_id, CandidateMatch.member_id, CandidateMatch.state)
    kept = kept.where(CandidateMatch.election_id == election_id)
    if members is not None:
        kept = kept.where(among(CandidateMatch.member_id, members))
    known = {(row.candidate_id, row.member_id): row for row in db.session.execute(kept)}
    gone = [row.id for pair, row in known.items() if row.state == MatchState.OPEN and pair not in pairs]
    if gone:
        db.session.execute(delete(CandidateMatch).where(among(CandidateMatch.id, gone)))
    new = [_row(election_id, likeness) for pair, likeness in pairs.items() if pair not in known]
    if new:
        db.session.execute(insert(CandidateMatch), new)
    scores = [
        {"id": known[pair].id, "score": likeness.score, "reasons": list(likeness.reasons)}
        for pair, likeness in pairs.items()
        if pair in known
    ]
    if scores:
        db.session.execute(update(CandidateMatch), scores)
    return len(new), len(gone)


def _row(election_id: int, likeness: Likeness) -> dict[str, Any]:
    return {
        "election_id": election_id,
        "candidate_id": likeness.candidate_id,
        "member_id": likeness.member_id,
        "score": likeness.score,
        "reasons": list(likeness.reasons),
        "state": MatchState.OPEN,
    }


def best(found: Iterable[Likeness]) -> list[Likeness]:
    """The likeliest, the most alike first."""
    ordered = sorted(found, key=lambda likeness: (-likeness.score, likeness.candidate_id, likeness.member_id))
    return ordered[:MOST_KEPT]


def member_names(members: Collection[int] | None = None) -> Iterable[Name]:
    """Of everybody who could be appointed, or of these."""
    columns = [getattr(Member, name) for name in _COMPARED_FIELDS]
    wanted = select(Member.id, *columns).where(Member.state.in_(COMPARED))
    if members is not None:
        wanted = wanted.where(among(Member.id, members))
    return (Name(*row) for row in db.session.execute(wanted))
