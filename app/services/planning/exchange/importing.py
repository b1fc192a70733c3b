"""Importing a plan from a spreadsheet: what it would do, and doing it as one act that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from app.extensions import db
from app.importing.elections.plan import PlanFile, PlanRow, read_plan_file
from app.importing.faults import FileRefused
from app.models import Assignment, Election, ImportKind, ImportRun, ImportState, PlanActKind
from app.phrases import Phrase, RuleBroken, phrase
from app.services import import_runs
from app.services.audit import Actor, record_event
from app.services.leases import find_asker
from app.services.planning.board import acts, checks
from app.services.planning.exchange.matching import Wanted, match_all

KIND: Final = ImportKind.PLAN
AT_ONCE: Final = 300  # rows: some seconds; more is for the worker


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: places that are new, some with warnings, and rows that are not taken with the reason."""

    file: PlanFile
    new: list[Wanted]
    warned: list[tuple[Wanted, list[Phrase]]]  # of those that are new
    refused: list[tuple[PlanRow, Phrase]]
    same: int  # places that the plan has already
    empty: int  # rows without a member: open places


def start_run(
    election: Election, content: bytes, file_name: str, *, instance: Path, actor: Actor, now: datetime
) -> ImportRun:
    """Keep the file sealed until its import. Raises RuleBroken at the field where it cannot be read."""
    checks.check_phase(election)
    file = _read(content, file_name)
    run = import_runs.start_checked(KIND, election.id, content, file_name, instance=instance, actor=actor, now=now)
    run.rows_total = len(file.rows)
    return run


def preview_run(election: Election, run: ImportRun, *, instance: Path) -> Preview:
    """What the import would do at this moment. Raises RuleBroken when the file is gone."""
    file = _read(import_runs.read_file(run, instance=instance), run.original_name)
    wanted, refused, empty = match_all(election, file.rows)
    fresh = _leave_known(election, wanted)
    problems = acts.find_problems(election, [row.place for row in fresh])
    new, warned = [], []
    for row, found in zip(fresh, problems, strict=True):
        stops = [problem.text for problem in found if problem.stops]
        if stops:
            refused.append((row.row, stops[0]))
            continue
        new.append(row)
        if found:
            warned.append((row, [problem.text for problem in found]))
    refused.sort(key=lambda pair: pair[0].row)
    return Preview(file, new, warned, refused, len(wanted) - len(fresh), empty)


def ask_import(election: Election, run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> bool:
    """Give the places that the preview shows; True when done at once, False when the worker does it.

    Raises RuleBroken.
    """
    if run.state != ImportState.CHECKED:
        raise RuleBroken(phrase("This import is running or done."))
    if run.rows_total > AT_ONCE:
        checks.check_phase(election)
        run.state = ImportState.QUEUED
        db.session.flush()
        return False
    _import(election, run, instance=instance, actor=actor, now=now)
    return True


def run_import(run_id: int, now: datetime, *, instance: Path, checkpoint: import_runs.Checkpoint) -> None:
    """Import a file that waits, for the worker. Harmless to call again."""

    def do(run: ImportRun) -> None:
        election = db.session.get_one(Election, run.election_id)
        _import(election, run, instance=instance, actor=find_asker(run), now=now)
        checkpoint()
        import_runs.forget_file(run, instance=instance)

    import_runs.work(KIND, run_id, now, checkpoint=checkpoint, do=do)


def _import(election: Election, run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> None:
    """As one act. The file is still there."""
    preview = preview_run(election, run, instance=instance)
    if not preview.new:
        raise RuleBroken(phrase("This file gives nobody a place."))
    if not import_runs.finish(run, now):
        raise RuleBroken(phrase("This import is running or done."))
    places = [row.place for row in preview.new]
    acts.assign_many(election, places, kind=PlanActKind.IMPORT, confirmed=checks.ALL, actor=actor, now=now)
    run.rows_new, run.rows_refused = len(places), len(preview.refused)
    record_event(actor, "plan.imported", now=now, subject=election, new=len(places))


def _read(content: bytes, file_name: str) -> PlanFile:
    try:
        return read_plan_file(content, file_name)
    except FileRefused as refusal:
        raise RuleBroken(refusal.text, field="file") from None


def _leave_known(election: Election, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Without what stands in the plan already."""
    columns = (Assignment.member_id, Assignment.station_id, Assignment.shift_id, Assignment.function_id)
    stored = select(*columns).where(Assignment.election_id == election.id)
    known = set(db.session.execute(stored))
    return [
        row
        for row in wanted
        if (row.place.member_id, row.place.station_id, row.place.shift_id, row.place.function_id) not in known
    ]
