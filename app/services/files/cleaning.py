"""Files of before the portal took out where a photo was taken and who made a document: cleaned afterwards."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Final

from sqlalchemy import func, select

from app.contents.kinds import IMAGES, OFFICE
from app.extensions import db, storage
from app.models import StoredFile
from app.phrases import RuleBroken
from app.services.atomic import change_if
from app.services.files.stored_files import Counted, drop_raw, keep_raw, kind_of, without_traces
from app.storage.store import FileGone, StoreFailed

log = logging.getLogger(__name__)

CLEANED_KINDS: Final = tuple(kind.media_type for kind in (*IMAGES, *OFFICE))


@dataclass(slots=True)
class Cleaning:
    """How far it is: of `total` files `seen` were looked at and `changed`; `failed` are the ids of what did not go."""

    total: int
    seen: int = 0
    changed: int = 0
    failed: list[int] = field(default_factory=list)


def clean_files(batch: int) -> Iterator[Cleaning]:
    """Take out of every photo and document what is not kept today, at most `batch` files a step.

    Commit at each step. It may be stopped anywhere and called again: what is clean already stays as it is.
    """
    wanted = StoredFile.media_type.in_(CLEANED_KINDS)
    cleaning = Cleaning(db.session.scalar(select(func.count(StoredFile.id)).where(wanted)) or 0)
    last = 0
    following = select(StoredFile).where(wanted).order_by(StoredFile.id).limit(batch)
    while rows := db.session.scalars(following.where(StoredFile.id > last)).all():
        last = rows[-1].id
        for file in rows:
            _clean_one(file, cleaning)
        yield cleaning


def _clean_one(file: StoredFile, cleaning: Cleaning) -> None:
    cleaning.seen += 1
    try:
        cleaning.changed += _is_changed(file)
    except (FileGone, StoreFailed, RuleBroken) as error:
        log.warning("file %s cannot be cleaned: %s", file.id, error)
        cleaning.failed.append(file.id)


def _is_changed(file: StoredFile) -> bool:
    with TemporaryFile() as copy:
        for piece in storage.store.open(file.key):
            copy.write(piece)
        with TemporaryFile() as fresh:
            counted = Counted(without_traces(copy, kind_of(file)))
            shutil.copyfileobj(counted, fresh)
            return counted.sum.hexdigest() != file.sha256 and _is_replaced(file, fresh, counted)


def _is_replaced(file: StoredFile, fresh: IO[bytes], counted: Counted) -> bool:
    """The row points at the clean file, unless somebody took it away meanwhile; the other one goes after the commit."""
    old, key = file.key, keep_raw(fresh)
    is_same = (StoredFile.id == file.id, StoredFile.key == old)
    is_there = change_if(StoredFile, *is_same, key=key, size=counted.size, sha256=counted.sum.hexdigest())
    drop_raw(old if is_there else key)
    return is_there
