"""Personal documents in bulk: files named by member number, matched, looked at, and then given to each member alone.

What is uploaded becomes a draft (Document, is_personal) with a file per member, which nobody sees until the team
publishes it. A large archive is taken in by the worker, some files per transaction, with how far it is in the same
transaction: a worker that is killed goes on where it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.contents import PDF
from app.contents.kinds import MEBIBYTE
from app.extensions import db, storage
from app.models import (
    Document,
    DocumentGrant,
    ImportKind,
    ImportRun,
    ImportState,
    Member,
    MemberState,
    PublicationState,
)
from app.phrases import Phrase, RuleBroken, phrase
from app.services import import_runs
from app.services.audit import Actor, record_event
from app.services.documents.documents import DocumentText, check_text, delete_document, fill_in, give_title
from app.services.documents.zip_archive import Entry, count_files, read_entries
from app.services.files.stored_files import clean_name, drop_raw, keep_file, keep_raw
from app.services.import_runs import Checkpoint, plain_values, read_phrase
from app.services.leases import find_asker
from app.storage.store import FileGone, StoreFailed
from app.typed.texts import is_blank

KIND: Final = ImportKind.DOCUMENTS
AT_ONCE: Final = 100  # files that are taken in within the request
STEP: Final = 25  # files per transaction
_LEFT: Final = (MemberState.RESIGNED, MemberState.ANONYMISED)
_SEPARATORS: Final = (re.compile("_"), re.compile(r"\s"), re.compile(r"[\s_.-]+"))  # a number may hold a hyphen


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that nobody gets, and why."""

    name: str
    reason: Phrase


def start_batch(uploads: Sequence[Entry], wanted: DocumentText, *, actor: Actor, now: datetime) -> ImportRun:
    """Make a draft of PDFs, or of one archive (zip) with PDFs; large archives wait for the worker.

    Raises RuleBroken with the field, for what cannot be a batch at all. Files that match nobody are told by the run.
    """
    if is_blank(wanted.title):
        raise RuleBroken(phrase("Fill in a title."), field="title")
    check_text(wanted, now, group=None)
    zips = [stream for name, stream in uploads if name.lower().endswith(".zip")]
    if zips and len(uploads) > 1:
        raise RuleBroken(phrase("Choose one archive (zip), or PDFs. Not both."), field="files")
    total = count_files(zips[0]) if zips else len(uploads)
    document = _draft(wanted, actor, now)
    run = import_runs.start(
        KIND,
        clean_name(uploads[0][0]),
        state=ImportState.QUEUED,
        actor=actor,
        now=now,
        mapping={"document_id": document.id, "refused": []},
        rows_total=total,
    )
    record_event(actor, "document.created", now=now, subject=document, count=total)
    if zips and total > AT_ONCE:
        run.file_name = keep_raw(zips[0])
    else:
        _take_in(run, document, read_entries(zips[0]) if zips else iter(uploads), actor=actor, now=now)
        _finish(run, document, now)
    db.session.flush()
    return run


def _draft(wanted: DocumentText, actor: Actor, now: datetime) -> Document:
    document = Document(
        created_at=now,
        created_by_user_id=actor.user_id,
        state=PublicationState.UPLOADING,
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
    refused = [list(file) for file in run.mapping["refused"]]
    for name, stream in entries:
        try:
            member_id = _match(name, members, granted)
            file = keep_file(stream, name, actor=actor, now=now, allowed=(PDF,))
            db.session.add(DocumentGrant(document_id=document.id, member_id=member_id, file=file, created_at=now))
            granted.add(member_id)
        except RuleBroken as error:
            refused.append([clean_name(name), error.text.msgid, plain_values(error.text)])
        run.rows_done += 1
        if run.rows_done % STEP == 0 and checkpoint is not None:
            _note(run, refused, granted)
            checkpoint()
    _note(run, refused, granted)


def _note(run: ImportRun, refused: list[Any], granted: set[int]) -> None:
    run.rows_new, run.rows_refused = len(granted), len(refused)
    run.mapping = {**run.mapping, "refused": [list(file) for file in refused]}
    db.session.flush()


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
    document.state = PublicationState.DRAFT
    if not import_runs.finish(run, now):
        raise StaleDataError  # somebody else took it after the lease
    if run.file_name:
        drop_raw(run.file_name)
        run.file_name = None
    db.session.flush()


def find_batch(run_id: int) -> tuple[ImportRun, Document] | None:
    """The run with its draft; None when there is none, or it was thrown away."""
    run = import_runs.find(KIND, run_id)
    document = run and db.session.get(Document, run.mapping["document_id"])
    return (run, document) if run and document else None


def refused_of(run: ImportRun) -> list[Refused]:
    """The files that nobody gets."""
    return [Refused(name, read_phrase(msgid, values)) for name, msgid, values in run.mapping["refused"]]


def cancel_batch(run: ImportRun, document: Document, *, actor: Actor, now: datetime) -> None:
    """Throw the draft away, with its files. Raises RuleBroken for what was published."""
    delete_document(document, actor=actor, now=now)
    if run.file_name:
        drop_raw(run.file_name)
    db.session.delete(run)
    db.session.flush()


def run_batch(run_id: int, clock: Callable[[], datetime], *, checkpoint: Checkpoint) -> None:
    """Take in the files of one archive, for the worker (see `import_runs.work`); `clock` tells how long it took.

    It goes on after its last transaction.
    """

    def do(run: ImportRun) -> None:
        document = db.session.get(Document, run.mapping["document_id"])
        if document is None:
            return
        try:
            _take_all(run, document, clock, checkpoint)
        except (IntegrityError, StaleDataError):  # thrown away by the team, or taken over after the lease
            db.session.rollback()

    import_runs.work(KIND, run_id, clock(), checkpoint=checkpoint, do=do)


def _take_all(run: ImportRun, document: Document, clock: Callable[[], datetime], checkpoint: Checkpoint) -> None:
    def step() -> None:
        import_runs.renew(run, clock())
        checkpoint()

    actor, now = find_asker(run), clock()
    with _fetch(run.file_name or "") as archive:
        entries = read_entries(archive, run.rows_done)
        _take_in(run, document, entries, actor=actor, now=now, checkpoint=step)
    _finish(run, document, now)


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
