"""Uploads that wait for their import: kept whole or not at all."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from app.phrases import RuleBroken
from app.services.import_uploads import (
    KEEP_FOR,
    UploadGone,
    delete_old_uploads,
    delete_upload,
    keep_upload,
    read_upload,
)

ROOM = 20_000  # bytes


@contextmanager
def hardly_room() -> Iterator[None]:
    """Files of this process can hold no more than ROOM, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_does_not_fit_on_the_disk_is_told_and_leaves_nothing(db, tmp_path: Path):
    db.session.connection()  # the database is open already
    with hardly_room(), pytest.raises(RuleBroken, match="disk of the portal is full") as refused:
        keep_upload(b"x" * ROOM, instance=tmp_path)

    assert refused.value.field == "file"
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(db, tmp_path: Path):
    (tmp_path / "uploads").write_text("a file where the folder should be")

    with pytest.raises(RuleBroken, match="cannot be kept at this moment"):
        keep_upload(b"x", instance=tmp_path)


def test_a_rollback_takes_the_upload_away_and_a_commit_keeps_it(db, tmp_path: Path):
    kept = keep_upload(b"kept", instance=tmp_path)
    db.session.commit()
    gone = keep_upload(b"gone", instance=tmp_path)
    db.session.rollback()

    assert read_upload(kept, instance=tmp_path) == b"kept"
    with pytest.raises(UploadGone):
        read_upload(gone, instance=tmp_path)


def test_an_upload_is_deleted_by_its_name_once_it_is_imported_or_a_day_later(db, now: datetime, tmp_path: Path):
    kept, old = keep_upload(b"kept", instance=tmp_path), keep_upload(b"old", instance=tmp_path)
    db.session.commit()
    moment = (now - KEEP_FOR).timestamp()
    os.utime(tmp_path / "uploads" / kept, (moment, moment))
    os.utime(tmp_path / "uploads" / old, (moment - 1, moment - 1))
    assert delete_old_uploads(now, instance=tmp_path) == 1
    with pytest.raises(UploadGone):
        read_upload(old, instance=tmp_path)
    assert read_upload(kept, instance=tmp_path) == b"kept"
    for _ in range(2):
        delete_upload(kept, instance=tmp_path)
    with pytest.raises(UploadGone):
        read_upload(kept, instance=tmp_path)
    for act in (read_upload, delete_upload):
        with pytest.raises(UploadGone):
            act("../../etc/passwd", instance=tmp_path)
