"""The candidates of an election, from the file of the Electoral Council, and which members they look like.

A likeness is something for the team to look at: confirmed it is found by the rule about candidates, rejected it is
forgotten; by itself it stops nobody. What the member declared stays first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, func, insert, select

from app.extensions import db
from app.importing.elections.candidates import CandidateRow, CandidatesFile, read_candidates
from app.importing.faults import FileRefused
from app.models import (
    Candidate,
    CandidateMatch,
    Election,
    ElectionState,
    ImportKind,
    ImportRun,
    ImportState,
    MatchState,
    Member,
)
from app.phrases import Phrase, RuleBroken, phrase
from app.services import import_runs
from app.services.atomic import change_if
from app.services.audit import Actor, record_event
from app.services.bulk import among, serialize
from app.services.elections.elections import file_refused
from app.services.leases import find_asker
from app.services.members.lookup import read_members
from app.services.planning.eligibility.comparing import best, compare, member_names
from app.services.planning.eligibility.likeness import SHOWN, Likeness, Name, find_likenesses
from app.services.planning.eligibility.rules import OVER

KIND: Final = ImportKind.CANDIDATES
AT_ONCE: Final = 100_000_000  # members times candidates: some three seconds; more is for the worker
_PERSON: Final = ("list_number", "list_name", "position", "initials", "first_name", "infix", "surname", "city")


@dataclass(frozen=True, slots=True)
class CandidatesCheck:
    """What a file would do: `new` and `gone` beside those that are known; `likenesses` None where that takes long."""

    lists: int
    total: int
    new: int
    gone: int
    remarks: tuple[Phrase, ...]
    likenesses: list[tuple[Likeness, CandidateRow, Member]] | None

    @property
    def shown(self) -> list[tuple[Likeness, CandidateRow, Member]]:
        """Those that are likely, the likeliest first."""
        return [found for found in self.likenesses or () if found[0].score >= SHOWN]

    @property
    def folded(self) -> int:
        """How many more are alike a little."""
        return len(self.likenesses or ()) - len(self.shown)


def start_run(
    election: Election, content: bytes, file_name: str, *, instance: Path, actor: Actor, now: datetime
) -> ImportRun:
    """Keep the file sealed until its import. Raises RuleBroken for another file or the file of another election."""
    _read(election, content)
    return import_runs.start_checked(KIND, election.id, content, file_name, instance=instance, actor=actor, now=now)


def check_run(election: Election, run: ImportRun, *, instance: Path) -> CandidatesCheck:
    """What the import would do. Raises RuleBroken as `start_run` does, and when the file is gone."""
    found = _read(election, import_runs.read_file(run, instance=instance))
    known = _known(election.id)
    new = [row for row in found.candidates if row not in known]
    likenesses = None if _takes_long(len(found.candidates)) else _foresee(found)
    gone = len(known.keys() - set(found.candidates))
    return CandidatesCheck(found.lists, len(found.candidates), len(new), gone, found.remarks, likenesses)


def _foresee(found: CandidatesFile) -> list[tuple[Likeness, CandidateRow, Member]]:
    names = [_name(number, row) for number, row in enumerate(found.candidates)]
    alike = best(find_likenesses(member_names(), names))
    wanted = list({likeness.member_id for likeness in alike})
    members = read_members(wanted)
    return [
        (likeness, found.candidates[likeness.candidate_id], members[likeness.member_id])
        for likeness in alike
        if likeness.member_id in members
    ]


def ask_import(election: Election, run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> bool:
    """Import the file; True when done at once, False when the worker does it. Raises RuleBroken as `check_run` does."""
    found = _read(election, import_runs.read_file(run, instance=instance))
    if run.state != ImportState.CHECKED:
        raise RuleBroken(phrase("This import is running or done."))
    if _takes_long(len(found.candidates)):
        run.state, run.rows_total = ImportState.QUEUED, len(found.candidates)
        db.session.flush()
        return False
    _import(election, run, found, actor=actor, now=now)
    return True


def run_import(run_id: int, now: datetime, *, instance: Path, checkpoint: import_runs.Checkpoint) -> None:
    """Import a file that waits, for the worker. Harmless to call again."""

    def do(run: ImportRun) -> None:
        election = db.session.get_one(Election, run.election_id)
        found = _read(election, import_runs.read_file(run, instance=instance))
        _import(election, run, found, actor=find_asker(run), now=now)
        checkpoint()
        import_runs.forget_file(run, instance=instance)

    import_runs.work(KIND, run_id, now, checkpoint=checkpoint, do=do)


def _import(election: Election, run: ImportRun, found: CandidatesFile, *, actor: Actor, now: datetime) -> None:
    if not import_runs.finish(run, now):
        raise RuleBroken(phrase("This import is running or done."))
    serialize(f"candidates {election.id}")
    new, gone = _store(election.id, found)
    matches = compare(election, now=now)
    run.rows_total, run.rows_new = len(found.candidates), new
    counts = {"total": len(found.candidates), "new": new, "removed": gone, "likenesses": matches}
    record_event(actor, "candidates.imported", now=now, subject=election, import_run_id=run.id, **counts)


def _read(election: Election, content: bytes) -> CandidatesFile:
    if election.state in (ElectionState.CLOSED, ElectionState.SETTLING):
        raise RuleBroken(phrase("This election is closed and can no longer be changed."))
    try:
        found = read_candidates(content)
    except FileRefused as refusal:
        raise file_refused(refusal) from None
    head = found.election
    if head.code != election.code:
        said = phrase("This file is for %(found)s, not for %(chosen)s.", found=head.code, chosen=election.code)
        raise RuleBroken(said, field="file")
    if head.voting_date != election.voting_on:
        said = phrase(
            "In this file the voting day is %(found)s, but this election is on %(chosen)s.",
            found=head.voting_date,
            chosen=election.voting_on,
        )
        raise RuleBroken(said, field="file")
    return found


def _takes_long(candidates: int) -> bool:
    members = db.session.scalar(select(func.count(Member.id))) or 0
    return members * candidates > AT_ONCE


def _known(election_id: int) -> dict[CandidateRow, int]:
    columns = [getattr(Candidate, name) for name in _PERSON]
    rows = db.session.execute(select(Candidate.id, *columns).where(Candidate.election_id == election_id))
    return {CandidateRow(**dict(zip(_PERSON, values, strict=True))): key for key, *values in rows}


def _store(election_id: int, found: CandidatesFile) -> tuple[int, int]:
    """The candidates are those of the file; who was there already keeps what the team decided. Gives (new, gone)."""
    known = _known(election_id)
    gone = [known[row] for row in known.keys() - set(found.candidates)]
    if gone:
        db.session.execute(delete(Candidate).where(among(Candidate.id, gone)))
    new = [row for row in found.candidates if row not in known]
    if new:
        rows = [{"election_id": election_id, **{name: getattr(row, name) for name in _PERSON}} for row in new]
        db.session.execute(insert(Candidate), rows)
    return len(new), len(gone)


def _name(number: int, row: CandidateRow) -> Name:
    return Name(number, row.initials, row.first_name, row.infix, row.surname, row.city)


def compare_again(election: Election, *, actor: Actor, now: datetime) -> int:
    """Compare once more, for members who came or changed since. Raises RuleBroken once the days are over."""
    if election.state in OVER:
        raise RuleBroken(phrase("This election is closed and can no longer be changed."))
    serialize(f"candidates {election.id}")
    matches = compare(election, now=now)
    record_event(actor, "candidates.compared", now=now, subject=election, likenesses=matches)
    return matches


def count_candidates(election_id: int) -> int:
    """How many candidates of the election are known."""
    return db.session.scalar(select(func.count(Candidate.id)).where(Candidate.election_id == election_id)) or 0


def decide(match: CandidateMatch, state: MatchState, *, actor: Actor, now: datetime) -> None:
    """They are one person, or two, or it is open again; the findings follow.

    Raises RuleBroken where a colleague decided the same, and once the days are over.
    """
    if match.candidate.election.state in OVER:
        raise RuleBroken(phrase("The days of this election are over; what was found stays as it was."))
    decided = state != MatchState.OPEN
    values = {
        "state": state,
        "decided_at": now if decided else None,
        "decided_by_user_id": actor.user_id if decided else None,
    }
    if not change_if(CandidateMatch, CandidateMatch.id == match.id, CandidateMatch.state != state, **values):
        raise RuleBroken(phrase("A colleague decided about this already."))
    about = {"member_id": match.member_id, "election_id": match.election_id, "candidate_id": match.candidate_id}
    record_event(actor, "candidate_match.decided", now=now, subject=match, after=str(state), **about)
