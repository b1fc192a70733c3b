"""Keeping files: checked, named, scanned; gone again with the transaction or with their last user."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from PIL import Image

from app.contents import IMAGES
from app.extensions import scanner, storage
from app.models import NewsFile, NewsItem, StoredFile
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.files import orphaned_files
from app.services.files.orphaned_files import sweep_files
from app.services.files.stored_files import clean_name, find_users, forget_unused, keep_file, keep_raw
from app.storage.store import FolderStore
from tests.services.files.test_import_uploads import ROOM, hardly_room
from tests.support.files import sample_files as files
from tests.support.machines import clamd


@pytest.fixture(autouse=True)
def folder(app: Flask, db: SQLAlchemy) -> Path:
    root = app.config["INSTANCE_DIR"] / "files"
    for path in root.rglob("*"):
        if path.is_file():
            path.unlink()
    return root


def stored(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def keep(content: bytes, name: str, now: datetime, **more: object) -> StoredFile:
    return keep_file(io.BytesIO(content), name, actor=COMMAND, now=now, **more)  # type: ignore[arg-type]


def reason(content: bytes, name: str, now: datetime, **more: object) -> str:
    with pytest.raises(RuleBroken) as refused:
        keep(content, name, now, **more)
    assert refused.value.field == "file"
    return str(refused.value)


def test_a_kept_file_has_a_row_with_its_kind_size_and_check_sum(db: SQLAlchemy, now: datetime, folder: Path):
    row = keep(files.pdf(), "Werkinstructie.pdf", now)
    db.session.commit()
    assert (row.name, row.media_type, row.size) == ("Werkinstructie.pdf", "application/pdf", len(files.pdf()))
    assert row.sha256 == hashlib.sha256(files.pdf()).hexdigest()
    assert stored(folder) == [row.key]
    assert b"".join(storage.store.open(row.key)) == files.pdf()


def test_a_name_that_does_not_fit_the_content_is_refused_with_the_right_ending(now: datetime, folder: Path):
    assert "ends in .docx" in reason(files.docx(), "brief.pdf", now)
    assert "ends in .docx" in reason(files.docx(), "brief.docm", now)
    assert stored(folder) == []


def test_a_name_without_an_ending_gets_the_usual_one(now: datetime):
    assert keep(files.jpeg(), "foto", now).name == "foto.jpg"
    assert keep(files.jpeg(), "FOTO.JPEG", now).name == "FOTO.JPEG"


def test_a_web_page_called_pdf_is_refused_and_the_disk_is_as_before(now: datetime, folder: Path):
    assert "HTML" in reason(b"<html><script>alert(1)</script>", "handleiding.pdf", now)
    assert "HTML" not in reason(b"%PDF-1.4 <html>", "handleiding.pdf", now)
    assert stored(folder) == []


def test_a_kind_that_is_not_asked_for_is_refused_with_those_that_are(now: datetime):
    assert (
        reason(files.pdf(), "a.pdf", now, allowed=IMAGES)
        == "Choose another kind of file: JPEG (.jpg), PNG, GIF, WebP (.webp)."
    )


def test_an_empty_file_and_one_that_is_too_large_are_refused(now: datetime):
    assert "empty" in reason(b"", "a.pdf", now)
    assert "at most 1 MB" in reason(files.pdf() + b"\0" * 1_100_000, "a.pdf", now, max_bytes=1024 * 1024)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("C:\\Users\\me\\brief.pdf", "brief.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nX-Evil: 1.pdf", "aX-Evil_ 1.pdf"),
        ("rapport\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "rapportfdp.exe"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ("", "bestand"),
        ("/", "bestand"),
        ("cafe\u0301.pdf", "café.pdf"),
    ],
)
def test_names_are_cleaned(given: str, clean: str):
    assert clean_name(given) == clean


def test_a_long_name_keeps_its_ending():
    name = clean_name("a" * 500 + ".pdf")
    assert len(name) == 200
    assert name.endswith("a.pdf")


def test_a_file_with_a_virus_is_refused(now: datetime, folder: Path):
    with clamd.running() as address:
        scanner.use(address)
        try:
            infected = files.docx(word__document2_dot_xml=os.urandom(10))
            assert "virus" in reason(infected[:-22] + infected[-22:-2] + b"\x05\0EICAR", "brief.docx", now)
            keep(files.pdf(), "schoon.pdf", now)
        finally:
            scanner.use("")
    assert len(stored(folder)) == 1


def test_without_an_answer_of_the_scanner_nothing_is_taken(now: datetime, folder: Path):
    scanner.use("127.0.0.1:9")
    try:
        assert "cannot be checked for viruses" in reason(files.pdf(), "a.pdf", now)
    finally:
        scanner.use("")
    assert stored(folder) == []


def test_a_rollback_takes_the_file_away(db: SQLAlchemy, now: datetime, folder: Path):
    keep(files.pdf(), "a.pdf", now)
    db.session.rollback()
    assert stored(folder) == []


def test_a_commit_of_an_inner_transaction_settles_nothing(db: SQLAlchemy, now: datetime, folder: Path):
    keep(files.pdf(), "a.pdf", now)
    with db.session.begin_nested():
        keep(files.pdf(), "b.pdf", now)
    inner = db.session.begin_nested()
    inner.rollback()
    assert len(stored(folder)) == 2
    db.session.rollback()
    assert stored(folder) == []


def test_a_file_goes_with_its_last_user_after_the_commit(db: SQLAlchemy, now: datetime, folder: Path):
    row = keep(files.pdf(), "a.pdf", now)
    items = [NewsItem(title="x", body="x", created_at=now, changed_at=now) for _ in range(2)]
    for item in items:
        item.files = [NewsFile(file=row)]
        db.session.add(item)
    db.session.commit()
    db.session.delete(items[0])
    assert forget_unused([row.id]) == 0
    db.session.delete(items[1])
    assert forget_unused([row.id]) == 1
    assert stored(folder) == [row.key]
    db.session.commit()
    assert stored(folder) == []
    assert db.session.query(StoredFile).count() == 0


def test_a_deletion_that_is_rolled_back_keeps_the_file(db: SQLAlchemy, now: datetime, folder: Path):
    row = keep(files.pdf(), "a.pdf", now)
    db.session.commit()
    forget_unused([row.id])
    db.session.rollback()
    db.session.commit()
    assert stored(folder) == [row.key]


def test_the_sweep_deletes_what_a_crash_left_and_nothing_else(db: SQLAlchemy, now: datetime, folder: Path):
    used, unused = keep(files.pdf(), "used.pdf", now), keep(files.pdf(), "unused.pdf", now)
    db.session.add(NewsItem(title="x", body="x", created_at=now, changed_at=now, files=[NewsFile(file=used)]))
    db.session.commit()
    left, fresh = storage.store.keep(io.BytesIO(b"left")), storage.store.keep(io.BytesIO(b"fresh"))
    half = folder / "halves" / "half"
    half.write_bytes(b"%PDF")
    for path in folder.rglob("*"):
        if path.is_file() and path.name != fresh:
            os.utime(path, (now.timestamp(), now.timestamp()))
    later = now + timedelta(days=1, minutes=1)
    os.utime(next(folder.rglob(fresh)), (later.timestamp(), later.timestamp()))
    assert sweep_files(now + timedelta(hours=23)) == 0
    assert sweep_files(later) == 3
    db.session.commit()
    assert not half.exists()
    assert sorted(stored(folder)) == sorted([used.key, fresh])
    assert left not in stored(folder)
    assert unused.key not in stored(folder)


def test_the_sweep_asks_about_many_files_in_one_statement(
    db: SQLAlchemy, now: datetime, folder: Path, statements: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(orphaned_files, "SWEEP_AT_ONCE", 2)
    for number in range(5):
        storage.store.keep(io.BytesIO(b"left %d" % number))
    for path in folder.rglob("*"):
        os.utime(path, (now.timestamp(), now.timestamp()))
    with statements() as seen:
        assert sweep_files(now + timedelta(days=2)) == 5
    assert sum(" IN (" in statement and "created_at" not in statement for statement in seen) == 3, seen
    assert stored(folder) == []


def test_every_table_that_points_at_a_file_is_asked():
    assert "news_file.file_id" in {str(column) for column in find_users()}


def test_a_file_that_does_not_fit_on_the_disk_is_told_and_leaves_nothing(db: SQLAlchemy, now: datetime, folder: Path):
    db.session.connection()  # the database is open already
    image = Image.effect_noise((300, 300), 99)
    image.save(content := io.BytesIO(), "PNG")
    with hardly_room():
        assert "disk of the portal is full" in reason(content.getvalue(), "Foto.png", now)
        with pytest.raises(RuleBroken, match="disk of the portal is full"):
            keep_raw(io.BytesIO(b"x" * 2 * ROOM))
    assert stored(folder) == []


def test_a_folder_of_files_that_cannot_be_written_is_another_fault_than_a_full_disk(
    db: SQLAlchemy, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "files").write_text("a file where the folder should be")
    monkeypatch.setattr(storage, "_store", FolderStore(tmp_path / "files"))
    assert "cannot be kept at this moment" in reason(files.pdf(), "a.pdf", now)
