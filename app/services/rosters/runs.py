"""The import of a roster file by screen: upload, check, import.

A large file is checked and imported by the worker. Nothing can be half done: all good rows are written in one
transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import IntegrityError

from app.clock import local_today
from app.extensions import db
from app.importing.rosters.columns import FIELDS
from app.importing.rosters.roster import FooterRow, RefusedRow, RosterFile, RosterRow, open_roster, read_roster
from app.models import ImportKind, ImportRun, ImportState
from app.phrases import RuleBroken, phrase, refuse_together
from app.services import import_runs
from app.services.audit import Actor, record_event
from app.services.bulk import collect_later, serialize
from app.services.import_runs import Checkpoint
from app.services.import_uploads import keep_upload
from app.services.leases import find_asker
from app.services.rosters import undo
from app.services.rosters.apply import ImportOvertaken, apply_plan
from app.services.rosters.doubles import find_doubles
from app.services.rosters.plan import Plan, fill_cells, plan_import
from app.services.rosters.report import drop_report, keep_report

KIND: Final = ImportKind.ROSTER
AT_ONCE: Final = 2_000  # rows that are checked and imported within the request: about half a second
STEP: Final = 2_000  # rows between two notes of the progress
TRIES: Final = 3  # when members change while the plan is made


def start_run(content: bytes, file_name: str, *, instance: Path, actor: Actor, now: datetime) -> ImportRun:
    """Keep an uploaded roster sealed and recognise its columns.

    Raises FileRefused, and RuleBroken when the disk is full; then nothing is kept.
    """
    roster = open_roster(content, file_name)
    total = sum(1 for _, cells in roster.rows() if any(map(str.strip, cells)))
    run = import_runs.start(
        KIND,
        file_name,
        state=ImportState.UPLOADED,
        actor=actor,
        now=now,
        file_name=keep_upload(content, instance=instance),
        mapping={"columns": roster.mapping},
        rows_total=total,
    )
    record_event(actor, "roster.uploaded", now=now, subject=run, rows=total)
    return run


def open_file(run: ImportRun, *, instance: Path) -> RosterFile:
    """The roster of a run. Raises RuleBroken when it was imported, or deleted after its term."""
    return open_roster(import_runs.read_file(run, instance=instance), run.original_name)


def columns_of(run: ImportRun) -> dict[str, int]:
    """Field → index of the column, as recognised or chosen."""
    columns: dict[str, int] = run.mapping.get("columns", {})
    return columns


def ask_check(
    run: ImportRun, columns: dict[str, int], *, instance: Path, now: datetime, is_newer: bool = False
) -> bool:
    """Check the file with these columns; True when done at once, False when the worker does it.

    `is_newer`: the file is newer than what the team typed since. Raises RuleBroken with the field when columns are
    missing or chosen twice.
    """
    if run.state not in (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED):
        raise RuleBroken(phrase("This import is running or done."))
    refuse_together(_wrong_columns(columns))
    drop_report(run, instance=instance)
    run.mapping = {
        "columns": {name: columns[name] for name in FIELDS if name in columns},
        "is_newer": is_newer,
    }
    run.message = ""
    run.rows_done = 0
    run.lease_until = None
    if run.rows_total > AT_ONCE:
        run.state = ImportState.CHECKING
        db.session.flush()
        return False
    _check(run, instance=instance, now=now, checkpoint=db.session.flush)
    return True


def _wrong_columns(columns: dict[str, int]) -> Iterator[RuleBroken]:
    if "surname" not in columns:
        yield RuleBroken(phrase("Choose the column with the surname."), field="surname")
    if "member_number" not in columns and "email" not in columns:
        yield RuleBroken(
            phrase("Choose the column with the member number or the one with the e-mail address."),
            field="member_number",
        )
    chosen = [*columns.values()]
    for name, index in columns.items():
        if chosen.count(index) > 1:
            yield RuleBroken(phrase("This column is chosen twice."), field=name)


def ask_import(run: ImportRun, *, instance: Path, actor: Actor, now: datetime, without_doubles: bool = False) -> bool:
    """Import a checked file; True when done at once, False when the worker does it. Raises RuleBroken.

    `without_doubles` leaves out who seems to be there under another number. Raises IntegrityError or ImportOvertaken
    when members change at this very moment: roll back and ask again.
    """
    if run.state != ImportState.CHECKED:
        raise RuleBroken(phrase("This import is running or done."))
    run.state = ImportState.QUEUED
    run.mapping = {**run.mapping, "without_doubles": without_doubles}
    run.rows_done = 0
    run.lease_until = None
    db.session.flush()
    if run.rows_total > AT_ONCE:
        return False
    _import(run, actor, instance=instance, now=now)
    return True


def run_import(
    run_id: int,
    now: datetime,
    *,
    instance: Path,
    checkpoint: Checkpoint,
    clock: Callable[[], datetime] | None = None,
) -> None:
    """Check, import or undo one run, for the worker; the file of a run that is done is deleted.

    See `import_runs.work`. `clock` tells the time of each step of undoing; without it that is `now`.
    """

    def do(run: ImportRun) -> None:
        if run.state == ImportState.UNDOING:
            undo.undo_patiently(run, clock or (lambda: now), checkpoint=checkpoint)
            return
        if run.state == ImportState.CHECKING:
            _check(run, instance=instance, now=now, checkpoint=checkpoint)
            return
        _import_patiently(run, instance=instance, now=now, checkpoint=checkpoint)

    import_runs.work(KIND, run_id, now, checkpoint=checkpoint, do=do)
    run = import_runs.find(KIND, run_id)
    if run is not None and run.state == ImportState.DONE:
        import_runs.forget_file(run, instance=instance)
        checkpoint()


@collect_later()
def _check(run: ImportRun, *, instance: Path, now: datetime, checkpoint: Checkpoint) -> None:
    roster = open_file(run, instance=instance)
    plan = _plan(run, _read(run, roster, now, checkpoint))
    _note_result(run, plan, roster, instance)
    run.state = ImportState.CHECKED
    run.lease_until = None
    db.session.flush()


def _import_patiently(run: ImportRun, *, instance: Path, now: datetime, checkpoint: Checkpoint) -> None:
    actor = find_asker(run)
    for attempt in range(1, TRIES + 1):
        try:
            _import(run, actor, instance=instance, now=now, checkpoint=checkpoint)
            return
        except (IntegrityError, ImportOvertaken):
            db.session.rollback()
            if attempt == TRIES:
                raise RuleBroken(
                    phrase("The members changed during the import. Nothing was imported: try again.")
                ) from None


@collect_later()
def _import(
    run: ImportRun, actor: Actor, *, instance: Path, now: datetime, checkpoint: Checkpoint | None = None
) -> None:
    """Read the file, then plan and write in one short transaction, in which the run becomes done too."""
    roster = open_file(run, instance=instance)
    checked = list(_read(run, roster, now, checkpoint or db.session.flush))
    serialize("members")
    if not import_runs.finish(run, now):
        return  # somebody else took it after the lease
    plan = _plan(run, checked)
    apply_plan(plan, actor=actor, now=now, run_id=run.id)
    _note_result(run, plan, roster, instance, is_done=True)
    db.session.flush()


def _plan(run: ImportRun, checked: Iterable[RosterRow | RefusedRow | FooterRow]) -> Plan:
    chosen = run.mapping
    without_doubles = chosen.get("without_doubles", False)
    plan = plan_import(checked, is_newer=chosen.get("is_newer", False), without_doubles=without_doubles)
    if not without_doubles:
        plan.doubles = find_doubles(plan.new)
    return plan


def _read(
    run: ImportRun, roster: RosterFile, now: datetime, checkpoint: Checkpoint
) -> Iterator[RosterRow | RefusedRow | FooterRow]:
    """The checked rows; the progress is noted on the way."""
    rows = read_roster(roster.rows(), columns_of(run), today=local_today(now), header=roster.header)
    for number, row in enumerate(rows, 1):
        yield row
        if number % STEP == 0:
            run.rows_done = number
            checkpoint()


def _note_result(run: ImportRun, plan: Plan, roster: RosterFile, instance: Path, *, is_done: bool = False) -> None:
    fill_cells(plan, roster.rows())
    _note_counts(run, plan)
    keep_report(run, plan, roster, columns_of(run), instance=instance, is_done=is_done)


def _note_counts(run: ImportRun, plan: Plan) -> None:
    run.rows_total = run.rows_done = plan.total
    run.rows_new = len(plan.new)
    run.rows_changed = len(plan.updates)
    run.rows_refused = len(plan.refused)


def cancel_run(run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> None:
    """Give up a run that was not imported; its file is deleted. Raises RuleBroken."""
    import_runs.give_up(run, instance=instance)
    drop_report(run, instance=instance)
    record_event(actor, "roster.cancelled", now=now, subject=run)


@collect_later()
def import_file(
    content: bytes, file_name: str, *, actor: Actor, now: datetime, is_dry_run: bool = False
) -> tuple[Plan, RosterFile]:
    """Import a roster with the recognised columns, for the command. Raises FileRefused and RuleBroken."""
    roster = open_roster(content, file_name)
    refuse_together(_wrong_columns(roster.mapping))
    checked = list(read_roster(roster.rows(), roster.mapping, today=local_today(now), header=roster.header))
    serialize("members")
    plan = plan_import(checked)
    if not is_dry_run:
        run = import_runs.start(KIND, file_name, state=ImportState.DONE, actor=actor, now=now, finished_at=now)
        apply_plan(plan, actor=actor, now=now, run_id=run.id)
        _note_counts(run, plan)
    return plan, roster
