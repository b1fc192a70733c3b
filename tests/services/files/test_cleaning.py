"""Files of an earlier version are cleaned by a command: once, safely, and with a word about what did not go."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from app.contents.kinds import DOCX, JPEG, PDF, Kind
from app.extensions import storage
from app.models import StoredFile
from app.services.files import cleaning
from app.storage.store import FileGone
from tests.contents.test_authors import NAME, cleaned, photo, word
from tests.support.files import sample_files


def keep_as_before(db: SQLAlchemy, content: bytes, kind: Kind, now: datetime) -> StoredFile:
    """A row of an earlier version, which kept a file as it came."""
    key = storage.store.keep(io.BytesIO(content))
    row = StoredFile(
        key=key,
        name=f"bestand.{kind.endings[0]}",
        media_type=kind.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
    )
    db.session.add(row)
    db.session.commit()
    return row


def content_of(row: StoredFile) -> bytes:
    return b"".join(storage.store.open(row.key))


@pytest.fixture
def run(app: Flask, db: SQLAlchemy) -> Any:
    """`run()`: the command."""

    def start(*arguments: str) -> Any:
        done = app.test_cli_runner().invoke(args=["portal", "clean-files", *arguments])
        db.session.expire_all()
        return done

    return start


def test_what_was_kept_before_is_cleaned_and_its_old_file_is_gone(db: SQLAlchemy, now: datetime, run: Any) -> None:
    letter = word()  # made once: a zip holds the second of its making
    rows = [keep_as_before(db, content, kind, now) for content, kind in ((photo(), JPEG), (letter, DOCX))]
    pdf = keep_as_before(db, sample_files.pdf(), PDF, now)
    before = [row.key for row in rows]
    done = run("--batch", "1")
    assert (done.exit_code, done.stdout) == (0, "2 photos and documents looked at, 2 cleaned, 0 not.\n")
    assert b"Exif" not in content_of(rows[0])
    assert content_of(rows[1]) == cleaned(letter)
    assert NAME.encode() not in content_of(rows[1])
    for row, old in zip(rows, before, strict=True):
        assert (row.size, row.sha256) == (len(content_of(row)), hashlib.sha256(content_of(row)).hexdigest())
        with pytest.raises(FileGone):
            storage.store.size(old)
    assert content_of(pdf) == sample_files.pdf()


def test_run_again_it_changes_nothing(db: SQLAlchemy, now: datetime, run: Any) -> None:
    row = keep_as_before(db, word(), DOCX, now)
    run()
    key = row.key
    assert run().stdout == "1 photos and documents looked at, 0 cleaned, 0 not.\n"
    assert row.key == key


def test_what_is_damaged_or_gone_is_left_and_told(db: SQLAlchemy, now: datetime, run: Any) -> None:
    damaged = keep_as_before(db, photo()[:40], JPEG, now)
    gone, good = keep_as_before(db, word(), DOCX, now), keep_as_before(db, word(), DOCX, now)
    storage.store.delete(gone.key)
    done = run()
    assert done.exit_code == 2
    assert done.stdout == "3 photos and documents looked at, 1 cleaned, 2 not.\n"
    assert all(f"File {row.id} is damaged or not in the store" in done.stderr for row in (damaged, gone))
    assert content_of(damaged) == photo()[:40]
    assert NAME.encode() not in content_of(good)


def test_a_file_that_was_replaced_meanwhile_is_left_alone(
    db: SQLAlchemy, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = keep_as_before(db, word(), DOCX, now)
    theirs = storage.store.keep(io.BytesIO(b"new"))
    clean = cleaning.without_traces

    def change_first(*given: Any) -> Any:
        db.session.execute(StoredFile.__table__.update().values(key=theirs))
        return clean(*given)

    monkeypatch.setattr(cleaning, "without_traces", change_first)
    (found,) = cleaning.clean_files(10)
    db.session.commit()
    db.session.expire_all()
    assert (row.key, found.changed) == (theirs, 0)
