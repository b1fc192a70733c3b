"""The import of a roster file by screen: upload, check, import. The truth is the row `ImportRun`, not the queue.

A large file is checked and imported by the worker. It takes a run with a lease; when it is killed, the run is taken
again after the lease and nothing was half done, because all good rows are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from app.clock import local_today
from app.extensions import db
from app.importing.faults import FileRefused
from app.importing.rosters.columns import FIELDS
from app.importing.rosters.roster import RefusedRow, RosterFile, RosterRow, open_roster, read_roster
from app.models import ImportRun, ImportState, User
from app.phrases import RuleBroken, phrase, refuse_together
from app.services.audit import COMMAND, Actor, record_event
from app.services.bulk import serialize
from app.services.files.import_uploads import UploadGone, delete_upload, keep_upload, read_upload
from app.services.rosters.apply import ImportOvertaken, apply_plan
from app.services.rosters.plan import Plan, fill_cells, plan_import
from app.services.rosters.report import keep_report

KIND: Final = "roster"
AT_ONCE: Final = 2_000  # rows that are checked and imported within the request: about half a second
LEASE: Final = timedelta(minutes=5)  # 100,000 rows take some 15 s
STEP: Final = 2_000  # rows between two notes of the progress
TRIES: Final = 3  # when members change while the plan is made
WAITING: Final = (ImportState.CHECKING, ImportState.QUEUED, ImportState.RUNNING)

Checkpoint = Callable[[], None]


def start_run(content: bytes, file_name: str, *, instance: Path, actor: Actor, now: datetime) -> ImportRun:
    """Keep an uploaded roster sealed and recognise its columns. Raises FileRefused; then nothing is kept."""
    roster = open_roster(content, file_name)
    total = sum(1 for _, cells in roster.rows() if any(map(str.strip, cells)))
    run = ImportRun(
        kind=KIND,
        original_name=Path(file_name).name[:200],
        file_name=keep_upload(content, instance=instance),
        mapping={"columns": roster.mapping},
        state=ImportState.UPLOADED,
        rows_total=total,
        created_by_user_id=actor.user_id,
        created_at=now,
    )
    db.session.add(run)
    db.session.flush()
    record_event(actor, "roster.uploaded", now=now, subject=run, rows=total)
    return run


def open_file(run: ImportRun, *, instance: Path) -> RosterFile:
    """The roster of a run. Raises RuleBroken when it was imported, or deleted after its term."""
    try:
        return open_roster(read_upload(run.file_name or "", instance=instance), run.original_name)
    except UploadGone:
        raise RuleBroken(phrase("The file is no longer kept. Upload it again.")) from None


def columns_of(run: ImportRun) -> dict[str, int]:
    """Field → index of the column, as recognised or chosen."""
    columns: dict[str, int] = run.mapping.get("columns", {})
    return columns


def ask_check(run: ImportRun, columns: dict[str, int], *, instance: Path, now: datetime) -> bool:
    """Check the file with these columns; True when done at once, False when the worker does it.

    Raises RuleBroken with the field when columns are missing or chosen twice.
    """
    if run.state not in (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED):
        raise RuleBroken(phrase("This import is running or done."))
    refuse_together(_wrong_columns(columns))
    _drop_report(run, instance)
    run.mapping = {"columns": {name: columns[name] for name in FIELDS if name in columns}}
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


def ask_import(run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> bool:
    """Import a checked file; True when done at once, False when the worker does it. Raises RuleBroken.

    Raises IntegrityError or ImportOvertaken when members change at this very moment: roll back and ask again.
    """
    if run.state != ImportState.CHECKED:
        raise RuleBroken(phrase("This import is running or done."))
    run.state = ImportState.QUEUED
    run.rows_done = 0
    run.lease_until = None
    db.session.flush()
    if run.rows_total > AT_ONCE:
        return False
    _import(run, actor, instance=instance, now=now)
    return True


def find_waiting(now: datetime) -> list[int]:
    """Ids of the runs that the worker should take: asked for, or left behind by a worker that died."""
    free = or_(ImportRun.lease_until.is_(None), ImportRun.lease_until < now)
    statement = select(ImportRun.id).where(ImportRun.kind == KIND, ImportRun.state.in_(WAITING), free)
    return list(db.session.scalars(statement.order_by(ImportRun.id)))


def run_import(run_id: int, now: datetime, *, instance: Path, checkpoint: Checkpoint) -> None:
    """Check or import one run, for the worker. `checkpoint` commits: what was done so far may be seen.

    Harmless to call again: who does not get the lease does nothing, and an import that is done is not done again.
    """
    if not _claim(run_id, now):
        return
    checkpoint()
    run = db.session.get_one(ImportRun, run_id, populate_existing=True)
    try:
        if run.state == ImportState.CHECKING:
            _check(run, instance=instance, now=now, checkpoint=checkpoint)
        else:
            _import_patiently(run, instance=instance, now=now, checkpoint=checkpoint)
    except (FileRefused, RuleBroken) as error:
        db.session.rollback()
        run.state = ImportState.FAILED
        run.message = error.text.msgid
        run.lease_until = None
    checkpoint()


def _claim(run_id: int, now: datetime) -> bool:
    free = or_(ImportRun.lease_until.is_(None), ImportRun.lease_until < now)
    claim = (
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.state.in_(WAITING), free)
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool(db.session.execute(claim).rowcount)  # type: ignore[attr-defined]


def _check(run: ImportRun, *, instance: Path, now: datetime, checkpoint: Checkpoint) -> None:
    roster = open_file(run, instance=instance)
    plan = plan_import(_read(run, roster, now, checkpoint))
    _note_result(run, plan, roster, instance)
    run.state = ImportState.CHECKED
    run.lease_until = None
    db.session.flush()


def _import_patiently(run: ImportRun, *, instance: Path, now: datetime, checkpoint: Checkpoint) -> None:
    run.state = ImportState.RUNNING
    checkpoint()
    actor = _actor_of(run)
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


def _actor_of(run: ImportRun) -> Actor:
    user = db.session.get(User, run.created_by_user_id) if run.created_by_user_id else None
    return Actor(user.username, user.id) if user else COMMAND


def _import(
    run: ImportRun, actor: Actor, *, instance: Path, now: datetime, checkpoint: Checkpoint | None = None
) -> None:
    """Read the file, then plan and write in one short transaction, in which the run becomes done too."""
    roster = open_file(run, instance=instance)
    checked = list(_read(run, roster, now, checkpoint or db.session.flush))
    lease = run.lease_until
    serialize("members")
    mine = ImportRun.lease_until.is_(None) if lease is None else ImportRun.lease_until == lease
    done = update(ImportRun).where(ImportRun.id == run.id, ImportRun.state != ImportState.DONE, mine)
    if not db.session.execute(done.values(state=ImportState.DONE)).rowcount:  # type: ignore[attr-defined]
        return  # somebody else took it after the lease
    plan = plan_import(checked)
    apply_plan(plan, actor=actor, now=now, run_id=run.id)
    _drop_report(run, instance)
    _note_result(run, plan, roster, instance)
    run.state = ImportState.DONE
    run.finished_at = now
    run.lease_until = None
    db.session.flush()


def _read(
    run: ImportRun, roster: RosterFile, now: datetime, checkpoint: Checkpoint
) -> Iterator[RosterRow | RefusedRow]:
    """The checked rows; the progress is noted on the way."""
    rows = read_roster(roster.rows(), columns_of(run), today=local_today(now), header=roster.header)
    for number, row in enumerate(rows, 1):
        yield row
        if number % STEP == 0:
            run.rows_done = number
            checkpoint()


def _note_result(run: ImportRun, plan: Plan, roster: RosterFile, instance: Path) -> None:
    fill_cells(plan, roster.rows())
    run.rows_total = run.rows_done = plan.total
    run.rows_new = len(plan.new)
    run.rows_changed = len(plan.updates)
    run.rows_refused = len(plan.refused)
    report = keep_report(plan, roster, columns_of(run), instance=instance)
    run.mapping = {**run.mapping, "report": report}


def _drop_report(run: ImportRun, instance: Path) -> None:
    if report := run.mapping.get("report"):
        delete_upload(report, instance=instance)


def forget_upload(run: ImportRun, *, instance: Path) -> None:
    """Delete the uploaded file of a run that is done or given up. Call it after the commit of the import."""
    if run.file_name:
        delete_upload(run.file_name, instance=instance)
        run.file_name = None
        db.session.flush()


def cancel_run(run: ImportRun, *, instance: Path, actor: Actor, now: datetime) -> None:
    """Give up a run that was not imported; its file is deleted."""
    if run.state in (ImportState.QUEUED, ImportState.RUNNING, ImportState.DONE):
        raise RuleBroken(phrase("This import is running or done."))
    _drop_report(run, instance)
    forget_upload(run, instance=instance)
    record_event(actor, "roster.cancelled", now=now, subject=run)
    db.session.delete(run)
    db.session.flush()


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
        apply_plan(plan, actor=actor, now=now)
    return plan, roster
