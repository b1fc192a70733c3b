"""Personal documents in bulk: files named by member number, matched, looked at, and then given to each member alone.

What is uploaded becomes a draft (Document, is_personal) with a file per member, which nobody sees until the team
publishes it. A large archive is taken in by the worker, some files per transaction, with how far it is in the same
transaction: a worker that is killed goes on where it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.contents import PDF
from app.contents.kinds import MEBIBYTE
from app.extensions import db, storage
from app.models import Document, DocumentGrant, DocumentState, ImportRun, ImportState, Member, MemberState, User
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audit import COMMAND, Actor, record_event
from app.services.documents.documents import DocumentText, check_text, delete_document, fill_in, give_title
from app.services.documents.zip_archive import Entry, count_files, read_entries
from app.services.files.stored_files import clean_name, drop_raw, keep_file, keep_raw
from app.storage.store import FileGone, StoreFailed

KIND: Final = "documents"
AT_ONCE: Final = 100  # files that are taken in within the request
STEP: Final = 25  # files per transaction
LEASE: Final = timedelta(minutes=5)
WAITING: Final = (ImportState.QUEUED, ImportState.RUNNING)
_LEFT: Final = (MemberState.RESIGNED, MemberState.ANONYMISED)
_SEPARATORS: Final = (re.compile("_"), re.compile(r"\s"), re.compile(r"[\s_.-]+"))  # a number may hold a hyphen

Checkpoint = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that nobody gets, and why."""

    name: str
    reason: Phrase


def start_batch(uploads: Sequence[Entry], wanted: DocumentText, *, actor: Actor, now: datetime) -> ImportRun:
    """Make a draft of PDFs, or of one archive (zip) with PDFs; large archives wait for the worker (`is_waiting`).

    Raises RuleBroken with the field, for what cannot be a batch at all. Files that match nobody are told by the run.
    """
    if not wanted.title.strip():
        raise RuleBroken(phrase("Fill in a title."), field="title")
    check_text(wanted, now, group=None)
    zips = [stream for name, stream in uploads if name.lower().endswith(".zip")]
    if zips and len(uploads) > 1:
        raise RuleBroken(phrase("Choose one archive (zip), or PDFs. Not both."), field="files")
    total = count_files(zips[0]) if zips else len(uploads)
    document = _draft(wanted, actor, now)
    run = ImportRun(
        kind=KIND,
        original_name=clean_name(uploads[0][0]),
        mapping={"document_id": document.id, "refused": []},
        state=ImportState.QUEUED,
        rows_total=total,
        created_by_user_id=actor.user_id,
        created_at=now,
    )
    db.session.add(run)
    db.session.flush()
    record_event(actor, "document.created", now=now, subject=document, count=total)
    if zips and total > AT_ONCE:
        run.file_name = keep_raw(zips[0])
    else:
        _take_in(run, document, read_entries(zips[0]) if zips else iter(uploads), actor=actor, now=now)
        _finish(run, document, now)
    db.session.flush()
    return run


def is_waiting(run: ImportRun) -> bool:
    """Whether the worker still has to take files in."""
    return run.state in WAITING


def _draft(wanted: DocumentText, actor: Actor, now: datetime) -> Document:
    document = Document(
        created_at=now,
        created_by_user_id=actor.user_id,
        state=DocumentState.UPLOADING,
        is_personal=True,
        conditions=[],
        is_all=True,
        version_number=1,
    )
    fill_in(document, wanted, now)
    give_title(document, wanted.title.strip())
    db.session.add(document)
    db.session.flush()
    return document


def _take_in(
    run: ImportRun,
    document: Document,
    entries: Iterator[Entry],
    *,
    actor: Actor,
    now: datetime,
    checkpoint: Checkpoint | None = None,
) -> None:
    members = _members_by_number()
    granted = set(db.session.scalars(select(DocumentGrant.member_id).where(DocumentGrant.document_id == document.id)))
    refused = [list(one) for one in run.mapping["refused"]]
    for name, stream in entries:
        try:
            member_id = _match(name, members, granted)
            file = keep_file(stream, name, actor=actor, now=now, allowed=(PDF,))
            db.session.add(DocumentGrant(document_id=document.id, member_id=member_id, file=file, created_at=now))
            granted.add(member_id)
        except RuleBroken as error:
            refused.append([clean_name(name), error.text.msgid, _plain(error.text.values)])
        run.rows_done += 1
        if run.rows_done % STEP == 0 and checkpoint is not None:
            _note(run, refused, granted)
            checkpoint()
    _note(run, refused, granted)


def _note(run: ImportRun, refused: list[Any], granted: set[int]) -> None:
    run.rows_new, run.rows_refused = len(granted), len(refused)
    run.mapping = {**run.mapping, "refused": [list(one) for one in refused]}
    db.session.flush()


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int) else str(value) for name, value in values.items()}


def _members_by_number() -> dict[str, tuple[int, str]]:
    rows = db.session.execute(
        select(Member.member_number, Member.id, Member.state).where(Member.member_number.is_not(None))
    )
    return {number: (id_, state) for number, id_, state in rows if number}


def _match(name: str, members: dict[str, tuple[int, str]], granted: set[int]) -> int:
    """Whose file this is, by the number that its name starts with. Raises RuleBroken."""
    stem = clean_name(name).rpartition(".")[0] or clean_name(name)
    starts = (stem, *(separator.split(stem, maxsplit=1)[0] for separator in _SEPARATORS))
    found = next((members[start] for start in starts if start in members), None)
    if found is None:
        raise RuleBroken(phrase("No member has the number that this name starts with."))
    member_id, state = found
    if state in _LEFT:
        raise RuleBroken(phrase("This member has left."))
    if member_id in granted:
        raise RuleBroken(phrase("There is another file for this member already."))
    return member_id


def _finish(run: ImportRun, document: Document, now: datetime) -> None:
    document.state = DocumentState.DRAFT
    run.state, run.finished_at, run.lease_until = ImportState.DONE, now, None
    if run.file_name:
        drop_raw(run.file_name)
        run.file_name = None
    db.session.flush()


def find_batch(run_id: int) -> tuple[ImportRun, Document] | None:
    """The run with its draft; None when there is none, or it was thrown away."""
    run = db.session.get(ImportRun, run_id)
    if run is None or run.kind != KIND:
        return None
    document = db.session.get(Document, run.mapping["document_id"])
    return (run, document) if document else None


def refused_of(run: ImportRun) -> list[Refused]:
    """The files that nobody gets."""
    return [Refused(name, Phrase(msgid, values)) for name, msgid, values in run.mapping["refused"]]


def cancel_batch(run: ImportRun, document: Document, *, actor: Actor, now: datetime) -> None:
    """Throw the draft away, with its files. Raises RuleBroken for what was published."""
    delete_document(document, actor=actor, now=now)
    if run.file_name:
        drop_raw(run.file_name)
    db.session.delete(run)
    db.session.flush()


def find_waiting(now: datetime) -> list[int]:
    """Ids of the runs that the worker should take: asked for, or left behind by a worker that died."""
    free = or_(ImportRun.lease_until.is_(None), ImportRun.lease_until < now)
    statement = select(ImportRun.id).where(ImportRun.kind == KIND, ImportRun.state.in_(WAITING), free)
    return list(db.session.scalars(statement.where(ImportRun.file_name.is_not(None)).order_by(ImportRun.id)))


def run_batch(run_id: int, clock: Callable[[], datetime], *, checkpoint: Checkpoint) -> None:
    """Take in the files of one archive, for the worker. `checkpoint` commits; `clock` tells how long it took.

    Harmless to call again: who does not get the lease does nothing, and it goes on after the last transaction.
    """
    now = clock()
    if not _claim(run_id, now):
        return
    checkpoint()
    found = find_batch(run_id)
    if found is None:
        return
    run, document = found

    def step() -> None:
        run.lease_until = clock() + LEASE
        checkpoint()

    try:
        with _fetch(run.file_name or "") as archive:
            entries = read_entries(archive, run.rows_done)
            _take_in(run, document, entries, actor=_actor_of(run), now=now, checkpoint=step)
        _finish(run, document, now)
    except RuleBroken as error:
        db.session.rollback()
        run.state, run.message, run.lease_until = ImportState.FAILED, error.text.msgid, None
    except (IntegrityError, StaleDataError):  # thrown away by the team, or taken over after the lease
        db.session.rollback()
        return
    checkpoint()


def _claim(run_id: int, now: datetime) -> bool:
    free = or_(ImportRun.lease_until.is_(None), ImportRun.lease_until < now)
    claim = (
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.kind == KIND, ImportRun.state.in_(WAITING), free)
        .values(lease_until=now + LEASE, state=ImportState.RUNNING)
        .returning(ImportRun.id)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(claim).first() is not None


def _fetch(key: str) -> IO[bytes]:
    """The archive as a file that can be moved in. Raises RuleBroken."""
    archive: IO[bytes] = SpooledTemporaryFile(max_size=MEBIBYTE)  # noqa: SIM115 (the caller closes it)
    try:
        for piece in storage.store.open(key):
            archive.write(piece)
    except (FileGone, StoreFailed):
        archive.close()
        raise RuleBroken(phrase("The file is no longer kept. Upload it again.")) from None
    return archive


def _actor_of(run: ImportRun) -> Actor:
    user = db.session.get(User, run.created_by_user_id) if run.created_by_user_id else None
    return Actor(user.username, user.id) if user else COMMAND
