"""Import runs: an uploaded file on its way to rows. The truth is the row `ImportRun`, not the queue.

What waits for the worker is taken with a lease. When the worker is killed, the run is taken again after the lease.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, case, or_, select

from app.extensions import db
from app.importing.faults import FileRefused
from app.models import Election, ImportKind, ImportRun, ImportState
from app.models.base import UtcDateTime, is_any_of
from app.phrases import Phrase, RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audit import Actor
from app.services.import_uploads import KEEP_FOR, UploadGone, delete_upload, keep_upload, read_upload
from app.services.leases import LEASE, find_free, is_free, is_held
from app.services.waiting import Asked, how_many
from app.typed.texts import fit

WAITING: Final = (ImportState.CHECKING, ImportState.QUEUED, ImportState.RUNNING, ImportState.UNDOING)  # for the worker
OVER: Final = (ImportState.DONE, ImportState.UNDONE)
LATEST: Final = 10  # shown
IMPORTED_SHOWN: Final = 50
LEFT: Final = (ImportState.UPLOADED, ImportState.CHECKED)  # waiting for a person

Checkpoint = Callable[[], None]  # commits: what was done so far may be seen


def start(
    kind: ImportKind, original_name: str, *, state: ImportState, actor: Actor, now: datetime, **columns: Any
) -> ImportRun:
    """A new run for the file that somebody called `original_name`."""
    run = ImportRun(
        kind=kind,
        original_name=fit(Path(original_name).name, ImportRun.original_name),
        state=state,
        created_by_user_id=actor.user_id,
        created_at=now,
        **columns,
    )
    db.session.add(run)
    db.session.flush()
    return run


def start_checked(
    kind: ImportKind, election_id: int, content: bytes, file_name: str, *, instance: Path, actor: Actor, now: datetime
) -> ImportRun:
    """A run for a file of an election that was looked at already: kept sealed until somebody imports it."""
    kept = keep_upload(content, instance=instance)
    columns = {"election_id": election_id, "file_name": kept}
    return start(kind, file_name, state=ImportState.CHECKED, actor=actor, now=now, **columns)


def find(kind: ImportKind, run_id: int) -> ImportRun | None:
    """The run of this kind."""
    run = db.session.get(ImportRun, run_id)
    return run if run is not None and run.kind == kind else None


def find_of_election(kind: ImportKind, run_id: int, election_id: int) -> ImportRun | None:
    """The run of this kind and election."""
    run = find(kind, run_id)
    return run if run is not None and run.election_id == election_id else None


def list_latest(kind: ImportKind, *, election_id: int | None = None) -> Sequence[ImportRun]:
    """The last runs of a kind, and of an election where one is given; the newest first."""
    runs = select(ImportRun).where(ImportRun.kind == kind).order_by(ImportRun.id.desc()).limit(LATEST)
    if election_id is not None:
        runs = runs.where(ImportRun.election_id == election_id)
    return db.session.scalars(runs).all()


_KIND: Final[Any] = bindparam("imported_kind", type_=ImportRun.kind.type)
_IMPORTED: Final = (
    select(ImportRun)
    .where(ImportRun.kind == _KIND, is_any_of(ImportRun.state, (*OVER, ImportState.UNDOING)))
    .order_by(ImportRun.id.desc())
    .limit(IMPORTED_SHOWN)
)


def list_imported(kind: ImportKind) -> Sequence[ImportRun]:
    """The last runs that made or changed something, the newest first; those that were undone too."""
    return db.session.scalars(_IMPORTED, {_KIND.key: kind}).all()


def select_left(since: Any, *kinds: ImportKind) -> Select[tuple[ImportRun]]:
    """The runs that wait for a person and whose file, sent in after `since`, is still there, the oldest first."""
    return (
        select(ImportRun)
        .where(is_any_of(ImportRun.kind, kinds), is_any_of(ImportRun.state, LEFT))
        .where(ImportRun.file_name.is_not(None), ImportRun.created_at > since)
        .order_by(ImportRun.id)
    )


def list_left(now: datetime) -> list[tuple[ImportRun, Election | None]]:
    """Rosters and stations that wait for a person, with the election of the stations. One statement."""
    return [(run, election) for run, election in db.session.execute(_LEFT_ON_HOME, given_left(None, now))]


_LEFT_SINCE: Final = bindparam("left_since", type_=UtcDateTime())
_LEFT_ON_HOME: Final = (
    select_left(_LEFT_SINCE, ImportKind.ROSTER, ImportKind.STATIONS)
    .add_columns(Election)
    .outerjoin(Election, Election.id == ImportRun.election_id)
)
IS_LEFT: Final = Asked(
    select_left(_LEFT_SINCE, ImportKind.ROSTER, ImportKind.STATIONS).exists(), lambda now: given_left(None, now)
)


def count_left(kind: ImportKind) -> Callable[[Any, Any], ColumnElement[int]]:
    """For a badge: how many runs of this kind wait for a person, with `given_left`."""
    return lambda _member_id, _now: how_many(select_left(_LEFT_SINCE, kind))


def given_left(_member: Any, now: datetime) -> dict[str, datetime]:
    """From when on files that were sent in are still kept."""
    return {_LEFT_SINCE.key: now - KEEP_FOR}


def is_waiting(run: ImportRun) -> bool:
    """Whether the worker is at it, or still has to begin."""
    return run.state in WAITING


def find_waiting(kind: ImportKind, now: datetime) -> list[int]:
    """Ids of the runs that the worker should take: asked for, or left behind by a worker that died."""
    return find_free(ImportRun, ImportRun.kind == kind, *_free(now))


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    can_go_on = or_(ImportRun.file_name.is_not(None), ImportRun.state == ImportState.UNDOING)
    return can_go_on, is_free(ImportRun, WAITING, now)


def claim(kind: ImportKind, run_id: int, now: datetime) -> ImportRun | None:
    """The run, ours until its lease ends; None when it does not wait, or somebody else has it."""
    started = case((ImportRun.state == ImportState.QUEUED, ImportState.RUNNING), else_=ImportRun.state)
    is_ours = change_if(
        ImportRun,
        ImportRun.id == run_id,
        ImportRun.kind == kind,
        *_free(now),
        lease_until=now + LEASE,
        state=started,
    )
    return db.session.get(ImportRun, run_id) if is_ours else None


def renew(run: ImportRun, now: datetime) -> None:
    """Keep the run for another lease."""
    run.lease_until = now + LEASE


def hold(run: ImportRun, state: ImportState, now: datetime) -> bool:
    """Keep the run for another lease; False when it is in another state, or somebody else took it over."""
    mine = is_held(ImportRun, run.lease_until)
    return change_if(ImportRun, ImportRun.id == run.id, ImportRun.state == state, mine, lease_until=now + LEASE)


def work(
    kind: ImportKind, run_id: int, now: datetime, *, checkpoint: Checkpoint, do: Callable[[ImportRun], None]
) -> None:
    """Take a waiting run and `do` it, for the worker; what a rule refuses becomes the run's message.

    Harmless to call again: who does not get the lease does nothing.
    """
    run = claim(kind, run_id, now)
    if run is None:
        return
    checkpoint()
    try:
        do(run)
    except (FileRefused, RuleBroken) as error:
        db.session.rollback()
        run.state, run.message, run.lease_until = ImportState.FAILED, error.text.msgid, None
        run.mapping = {**run.mapping, "message_values": plain_values(error.text)}
    checkpoint()


def plain_values(text: Phrase) -> dict[str, Any]:
    """The values of a phrase as a run can keep them; a text within it stays one that can be translated."""
    return {name: _plain(value) for name, value in text.values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Phrase):
        return {"msgid": value.msgid, "values": plain_values(value)}
    return value if isinstance(value, int) else str(value)


def read_phrase(msgid: str, values: dict[str, Any]) -> Phrase:
    """The phrase of which a run keeps these `plain_values`."""
    return Phrase(
        msgid, {name: read_phrase(**value) if isinstance(value, dict) else value for name, value in values.items()}
    )


def refusal_of(run: ImportRun) -> Phrase:
    """Why the worker could not do it."""
    return read_phrase(run.message, run.mapping.get("message_values", {}))


def finish(run: ImportRun, now: datetime) -> bool:
    """Mark a run as done, in the transaction that does it; False when somebody else took it over after the lease."""
    mine = is_held(ImportRun, run.lease_until)
    is_open = ImportRun.state.not_in((*OVER, ImportState.UNDOING))
    done = {"state": ImportState.DONE, "finished_at": now, "lease_until": None}
    return change_if(ImportRun, ImportRun.id == run.id, is_open, mine, **done)


def read_file(run: ImportRun, *, instance: Path) -> bytes:
    """The sealed file of a run. Raises RuleBroken when it was imported, or deleted after its term."""
    try:
        return read_upload(run.file_name or "", instance=instance)
    except UploadGone:
        raise RuleBroken(phrase("The file is no longer kept. Upload it again.")) from None


def forget_file(run: ImportRun, *, instance: Path) -> None:
    """Delete the sealed file of a run that is done or given up. Call it after the commit of the import."""
    if run.file_name:
        delete_upload(run.file_name, instance=instance)
        run.file_name = None
        db.session.flush()


def give_up(run: ImportRun, *, instance: Path) -> None:
    """Give up a run that was not imported; its sealed file is deleted. Raises RuleBroken."""
    if run.state in (ImportState.QUEUED, ImportState.RUNNING, *OVER, ImportState.UNDOING):
        raise RuleBroken(phrase("This import is running or done."))
    forget_file(run, instance=instance)
    db.session.delete(run)
    db.session.flush()
