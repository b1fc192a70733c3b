"""Files that stay (documents, images, attachments): checked, kept in the store, deleted when nobody uses them.

The store is no part of the transaction. A file is kept before its row; when the transaction is rolled back it is
deleted again, and after the commit that took its last user away too. What a crash leaves is found
by `services.file_sweep`.
"""

from __future__ import annotations

import hashlib
import io
import logging
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import IO, Any, Final

from sqlalchemy import Column, ColumnElement, and_, event, exists, select
from sqlalchemy.orm import Session

from app.contents import DOCUMENTS, ContentRefused, Kind, authors, pdf, photos, recognise
from app.contents.kinds import BY_MEDIA_TYPE, MEBIBYTE, OFFICE, PDF
from app.extensions import db, scanner, storage
from app.models import StoredFile
from app.phrases import RuleBroken, phrase
from app.services.audit import Actor
from app.storage.scanner import ScannerSilent
from app.storage.store import FileGone, StoreFailed, StoreFull

log = logging.getLogger(__name__)

MAX_FILE_BYTES: Final = 20 * MEBIBYTE  # one file; a manual full of photos is 5 to 10
LONGEST_NAME: Final = 200  # characters, as the column
_KEPT, _DROPPED = "files_kept", "files_dropped"  # in Session.info: keys of this transaction


def keep_file(
    stream: IO[bytes],
    name: str,
    *,
    actor: Actor,
    now: datetime,
    allowed: Collection[Kind] = DOCUMENTS,
    max_bytes: int = MAX_FILE_BYTES,
) -> StoredFile:
    """Check a file and keep it; gives its flushed row.

    The kind goes by the content; the ending of the name must fit it. `stream` can be moved in (`seek`). What a photo
    tells beside its picture, such as where it was taken, and the names of who made a document are not kept.

    Raises RuleBroken, field "file", with a sentence for who uploads: too large, not an allowed kind, macros, a virus.
    Which files are taken the field says (`app.views.forms.uploads`).
    """
    clean = clean_name(name)
    _check_size(stream, max_bytes)
    kind = _recognise(stream, allowed)
    full_name = with_ending(clean, kind)
    _check_virus(stream)
    return _keep(without_traces(stream, kind), full_name, kind, actor=actor, now=now)


def keep_own(content: bytes, name: str, kind: Kind, *, actor: Actor, now: datetime) -> StoredFile:
    """Keep a file that the portal itself made: nothing to look at. Gives its flushed row. Raises RuleBroken."""
    return _keep(io.BytesIO(content), clean_name(name), kind, actor=actor, now=now)


def _keep(stream: IO[bytes], full_name: str, kind: Kind, *, actor: Actor, now: datetime) -> StoredFile:
    counted = Counted(stream)
    try:
        key = storage.store.keep(counted)  # type: ignore[arg-type]
    except StoreFailed as error:
        raise _not_kept(error) from None
    db.session.info.setdefault(_KEPT, set()).add(key)
    row = StoredFile(
        key=key,
        name=full_name,
        media_type=kind.media_type,
        size=counted.size,
        sha256=counted.sum.hexdigest(),
        created_at=now,
        created_by_user_id=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _not_kept(error: StoreFailed) -> RuleBroken:
    log.error("the store failed: %s", error)
    if isinstance(error, StoreFull):
        return _refused(phrase("The disk of the portal is full, so the file was not kept. Tell the administrator."))
    return _refused(phrase("The file cannot be kept at this moment. Try again later."))


def keep_raw(stream: IO[bytes]) -> str:
    """Keep what is no file of its own yet, such as an archive that the worker will unpack; gives its key.

    Nothing looks at it. It has no row, so the sweep deletes it after a day at the latest. Raises RuleBroken.
    """
    stream.seek(0)
    try:
        key = storage.store.keep(stream)
    except StoreFailed as error:
        raise _not_kept(error) from None
    db.session.info.setdefault(_KEPT, set()).add(key)
    return key


def drop_raw(key: str) -> None:
    """Delete it after the commit."""
    db.session.info.setdefault(_DROPPED, set()).add(key)


def kind_of(file: StoredFile) -> Kind:
    """The kind that the content had when it was kept."""
    return BY_MEDIA_TYPE[file.media_type]


def clean_name(name: str) -> str:
    """The last part of a path, without control, invisible and turning characters, at most 200 long with its ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    tidy = " ".join("".join("_" if letter in '<>:"|?*' else letter for letter in seen).split()).strip(". ")
    stem, dot, ending = tidy.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return tidy[: LONGEST_NAME - 10] or "bestand"


class Counted:
    """Hands a stream on, and knows afterwards its size and check sum."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.size = 0
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As of the stream."""
        piece = self._stream.read(size)
        self.size += len(piece)
        self.sum.update(piece)
        return piece


def _refused(reason: Any) -> RuleBroken:
    return RuleBroken(reason, field="file")


def _check_size(stream: IO[bytes], max_bytes: int) -> None:
    size = stream.seek(0, 2)
    if size == 0:
        raise _refused(phrase("This file is empty."))
    if size > max_bytes:
        raise _refused(phrase("This file is too large: at most %(most)s MB.", most=max_bytes // MEBIBYTE))


def _recognise(stream: IO[bytes], allowed: Collection[Kind]) -> Kind:
    try:
        kind = recognise(stream)
    except ContentRefused as error:
        raise _refused(error.text) from None
    if kind not in allowed:
        raise _refused(phrase("Choose another kind of file: %(kinds)s.", kinds=name_kinds(allowed)))
    return kind


def without_traces(stream: IO[bytes], kind: Kind) -> IO[bytes]:
    """A photo tells where it was taken, a document who made it; neither is kept. What is signed stays as it is.

    Raises RuleBroken for what is damaged.
    """
    try:
        if kind.is_image:
            return photos.clean(stream, kind)
        if kind in OFFICE:
            return authors.clean(stream)
        if kind == PDF:
            return pdf.without_authors(stream)
    except ContentRefused as error:
        raise _refused(error.text) from None
    stream.seek(0)
    return stream


def name_kinds(allowed: Iterable[Kind]) -> str:
    """The kinds as people know them: "PDF, Word (.docx), JPEG"."""
    names = [
        kind.name if kind.name == kind.endings[0].upper() else f"{kind.name} (.{kind.endings[0]})" for kind in allowed
    ]
    return ", ".join(dict.fromkeys(names))


def with_ending(name: str, kind: Kind) -> str:
    """The clean name with an ending of the kind. Raises RuleBroken, field "file", where it ends as another kind."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if not ending:
        return f"{name}.{kind.endings[0]}"
    if ending not in kind.endings:
        raise _refused(
            phrase(
                "The name ends in .%(ending)s, but this is a file of the kind %(kind)s. Give it a name "
                "that ends in .%(right)s.",
                ending=ending,
                kind=kind.name,
                right=kind.endings[0],
            )
        )
    return name


def _check_virus(stream: IO[bytes]) -> None:
    stream.seek(0)
    try:
        found = scanner.find_virus(stream)
    except ScannerSilent as error:
        log.error("the virus scanner does not answer: %s", error)
        raise _refused(
            phrase("This file cannot be checked for viruses at this moment, so it is not taken. Try again later.")
        ) from None
    if found is not None:
        log.warning("an upload held %s", found)
        raise _refused(phrase("There is a virus in this file. It was not kept."))


def forget_unused(file_ids: Iterable[int]) -> int:
    """Of these files, delete the rows that no table refers to any more; the files go after the commit."""
    unused = select(StoredFile).where(StoredFile.id.in_(list(file_ids)), ~is_used())
    rows = db.session.scalars(unused).all()
    for row in rows:
        db.session.info.setdefault(_DROPPED, set()).add(row.key)
        db.session.delete(row)
    db.session.flush()
    return len(rows)


def is_used() -> ColumnElement[bool]:
    """Some row points at the file: asked of every foreign key to it, so that a new subject is never forgotten."""
    return ~and_(*(~exists().where(column == StoredFile.id) for column in find_users()))


def find_users() -> list[Column[Any]]:
    """Every column that points at a stored file."""
    key = StoredFile.__table__.c.id
    tables = StoredFile.metadata.sorted_tables
    return [
        column for table in tables for column in table.columns if any(fk.column is key for fk in column.foreign_keys)
    ]


@event.listens_for(Session, "after_commit")
def _settle(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(_KEPT, None)
    _delete_quietly(session.info.pop(_DROPPED, ()))


@event.listens_for(Session, "after_rollback")
def _take_back(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(_DROPPED, None)
    _delete_quietly(session.info.pop(_KEPT, ()))


def _delete_quietly(keys: Iterable[str]) -> None:
    """What does not succeed now, the sweep does."""
    for key in keys:
        try:
            storage.store.delete(key)
        except (StoreFailed, FileGone) as error:
            log.warning("a file is deleted later: %s", error)
