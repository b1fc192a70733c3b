"""Personal documents in bulk: each file to the member whose number its name starts with, and nothing half done."""

from __future__ import annotations

import io
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import jobs
from app.extensions import db as portal_db
from app.jobs import due
from app.models import (
    Document,
    DocumentGrant,
    Group,
    ImportKind,
    ImportRun,
    ImportState,
    MemberState,
    Notification,
    PublicationState,
    StoredFile,
)
from app.phrases import RuleBroken
from app.services import import_runs
from app.services.audit import COMMAND
from app.services.documents import announcements, documents, personal_batches, zip_archive
from app.services.documents.documents import DocumentText
from tests.support.factories.people import make_member
from tests.support.files import sample_files as files
from tests.support.jobs import run_job


def wanted(**values: Any) -> DocumentText:
    return DocumentText(
        **{"title": "Benoeming", "category": "letter", "group": Group(()), "is_announced": True, **values}
    )


def start(now: datetime, *uploads: tuple[str, bytes], **values: Any) -> ImportRun:
    streams = [(name, io.BytesIO(content)) for name, content in uploads]
    run = personal_batches.start_batch(streams, wanted(**values), actor=COMMAND, now=now)  # type: ignore[arg-type]
    portal_db.session.commit()
    return run


def refusal(now: datetime, *uploads: tuple[str, bytes], **values: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as refused:
        start(now, *uploads, **values)
    portal_db.session.rollback()
    return refused.value


def granted() -> dict[str, str]:
    rows = portal_db.session.execute(select(DocumentGrant))
    return {grant.member.member_number: grant.file.name for (grant,) in rows}


def reasons(run: ImportRun) -> dict[str, str]:
    return {refused.name: str(refused.reason) for refused in personal_batches.refused_of(run)}


def test_each_file_goes_to_the_member_of_its_number(db, now):
    for number in ("10023", "10024", "A-7"):
        make_member(member_number=number)
    uploads = [(name, files.pdf()) for name in ("10023.pdf", "10024_benoemingsbrief.pdf", "A-7 brief.pdf")]
    run = start(now, *uploads)
    assert granted() == {"10023": "10023.pdf", "10024": "10024_benoemingsbrief.pdf", "A-7": "A-7 brief.pdf"}
    assert (run.state, run.rows_total, run.rows_new, run.rows_refused) == (ImportState.DONE, 3, 3, 0)


def test_what_does_not_match_is_told_with_the_reason(db, now):
    make_member(member_number="10023")
    make_member(member_number="10024", state=MemberState.RESIGNED)
    run = start(
        now,
        ("10023.pdf", files.pdf()),
        ("10023_nog_een.pdf", files.pdf()),
        ("99999.pdf", files.pdf()),
        ("10024.pdf", files.pdf()),
        ("brief.pdf", files.pdf()),
    )
    assert granted() == {"10023": "10023.pdf"}
    assert reasons(run) == {
        "10023_nog_een.pdf": "There is another file for this member already.",
        "99999.pdf": "No member has the number that this name starts with.",
        "10024.pdf": "This member has left.",
        "brief.pdf": "No member has the number that this name starts with.",
    }


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"<html>", "10023.pdf"), (files.docx(), "10023.docx"), (files.png(), "10023.png"), (b"", "10023.pdf")],
)
def test_what_is_no_pdf_is_nobodys(db, now, content, name):
    make_member(member_number="10023")
    run = start(now, (name, content), ("99999.pdf", files.pdf()))
    assert granted() == {}
    assert name in reasons(run)


def test_a_zip_is_taken_in_without_folders_and_what_macos_adds(db, now):
    make_member(member_number="10023")
    content = files.zipped(
        {"brieven/": b"", "brieven/10023.pdf": files.pdf(), "__MACOSX/._10023.pdf": b"x", "brieven/.DS_Store": b"x"}
    )
    run = start(now, ("brieven.zip", content))
    assert granted() == {"10023": "10023.pdf"}
    assert (run.rows_total, run.rows_refused) == (1, 0)


def test_a_file_in_a_zip_that_unfolds_too_far_is_refused_and_the_rest_is_taken(db, now, monkeypatch):
    monkeypatch.setattr(zip_archive, "MAX_FILE_BYTES", 100_000)
    for number in ("10023", "10024"):
        make_member(member_number=number)
    run = start(now, ("x.zip", files.zipped({"10024.pdf": b"\0" * 1_000_000, "10023.pdf": files.pdf()})))
    assert granted() == {"10023": "10023.pdf"}
    assert reasons(run) == {"10024.pdf": "This file becomes too large when it is unpacked."}


def test_all_files_of_an_archive_together_are_limited_too(db, now, monkeypatch):
    monkeypatch.setattr(zip_archive, "MAX_EXPANDED", int(len(files.pdf()) * 1.5))
    for number in ("10023", "10024"):
        make_member(member_number=number)
    run = start(now, ("x.zip", files.zipped({"10023.pdf": files.pdf(), "10024.pdf": files.pdf()})))
    assert granted() == {"10023": "10023.pdf"}
    assert list(reasons(run)) == ["10024.pdf"]


def test_what_cannot_be_a_batch_is_refused_at_its_field(db, now):
    zipped = files.zipped({"10023.pdf": files.pdf()})
    assert refusal(now, ("a.pdf", files.pdf()), title=" ").field == "title"
    assert refusal(now, ("a.zip", zipped), ("b.pdf", files.pdf())).field == "files"
    assert refusal(now, ("a.zip", files.zipped({"map/": b""}))).field == "files"
    assert refusal(now, ("a.zip", zipped[:-5])).field == "files"
    assert portal_db.session.scalars(select(Document)).all() == []


def test_nobody_sees_or_hears_anything_before_it_is_published(db, now):
    member = make_member(member_number="10023")
    start(now, ("10023.pdf", files.pdf()))
    announcements.announce_due_documents(now)
    assert db.session.scalars(select(Notification)).all() == []
    document = db.session.scalars(select(Document)).one()
    assert document.state == PublicationState.DRAFT
    documents.publish_documents([document], actor=COMMAND, now=now)
    announcements.announce_due_documents(now)
    assert [notification.member_id for notification in db.session.scalars(select(Notification))] == [member.id]


def test_without_a_match_nothing_can_be_published(db, now):
    start(now, ("99999.pdf", files.pdf()))
    with pytest.raises(RuleBroken, match="for a member"):
        documents.publish_documents(db.session.scalars(select(Document)).all(), actor=COMMAND, now=now)


def test_throwing_away_leaves_nothing(app: Flask, db, now):
    make_member(member_number="10023")
    run = start(now, ("10023.pdf", files.pdf()))
    keys = set(db.session.scalars(select(StoredFile.key)))
    personal_batches.cancel_batch(run, db.session.scalars(select(Document)).one(), actor=COMMAND, now=now)
    db.session.commit()
    assert db.session.scalars(select(DocumentGrant)).all() == db.session.scalars(select(StoredFile)).all() == []
    assert not [path for path in (app.config["INSTANCE_DIR"] / "files").rglob("*") if path.name in keys]


# --- the worker ---------------------------------------------------------------------------------------------------


def large(now: datetime) -> ImportRun:
    """An archive that waits for the worker: 60 members' letters, the limit put at 10."""
    for number in range(60):
        make_member(member_number=f"7{number:04d}")
    parts = {f"7{number:04d}.pdf": files.pdf() for number in range(60)}
    return start(now, ("brieven.zip", files.zipped(parts)))


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_batches, "AT_ONCE", 10)


@pytest.mark.usefixtures("_small")
def test_a_large_archive_waits_for_the_worker_which_finds_it_by_itself(app: Flask, db, now):
    run = large(now)
    assert import_runs.is_waiting(run)
    document = db.session.scalars(select(Document)).one()
    with pytest.raises(RuleBroken):
        documents.publish_documents([document], actor=COMMAND, now=now)
    db.session.rollback()
    due.run_due_work(jobs.deliver_mail)
    db.session.expire_all()
    assert len(granted()) == 60
    assert (run.state, run.file_name, document.state) == (ImportState.DONE, None, PublicationState.DRAFT)


class Killed(BaseException):
    pass


@pytest.mark.usefixtures("_small")
def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(app: Flask, db, now):
    run_id, commits = large(now).id, []

    def dies_at_the_third_commit() -> None:
        db.session.commit()
        commits.append(1)
        if len(commits) == 3:
            raise Killed

    with pytest.raises(Killed):
        personal_batches.run_batch(run_id, lambda: now, checkpoint=dies_at_the_third_commit)
    db.session.rollback()
    assert len(granted()) == 50
    assert import_runs.find_waiting(ImportKind.DOCUMENTS, now + timedelta(minutes=4)) == []
    later = now + timedelta(minutes=6)
    assert import_runs.find_waiting(ImportKind.DOCUMENTS, later) == [run_id]
    run_job(personal_batches.run_batch, run_id, lambda: later)
    run = db.session.get_one(ImportRun, run_id)
    assert (len(granted()), run.rows_done, run.rows_new, run.rows_refused) == (60, 60, 60, 0)
    assert db.session.query(StoredFile).count() == 60
    run_job(personal_batches.run_batch, run_id, lambda: later)
    assert db.session.query(StoredFile).count() == 60


@pytest.mark.usefixtures("_small")
def test_an_archive_that_is_gone_is_told_and_can_be_thrown_away(app: Flask, db, now):
    run = large(now)
    folder: Path = app.config["INSTANCE_DIR"] / "files"
    for path in folder.rglob("*"):
        if path.is_file():
            os.unlink(path)
    run_job(personal_batches.run_batch, run.id, lambda: now)
    db.session.expire_all()
    assert (run.state, run.message) == (ImportState.FAILED, "The file is no longer kept. Upload it again.")
    personal_batches.cancel_batch(run, db.session.scalars(select(Document)).one(), actor=COMMAND, now=now)
    db.session.commit()
    assert db.session.query(ImportRun).count() == 0


@pytest.mark.usefixtures("_small")
def test_of_an_archive_that_is_thrown_away_while_it_waits_nothing_is_kept(app: Flask, db, now):
    run = large(now)
    name = run.file_name
    assert name in {path.name for path in (app.config["INSTANCE_DIR"] / "files").rglob("*")}
    personal_batches.cancel_batch(run, db.session.scalars(select(Document)).one(), actor=COMMAND, now=now)
    db.session.commit()
    assert name not in {path.name for path in (app.config["INSTANCE_DIR"] / "files").rglob("*")}


@pytest.mark.usefixtures("_small")
def test_what_the_team_throws_away_meanwhile_stops_the_worker(app: Flask, db, now):
    run = large(now)

    def thrown_away() -> None:
        db.session.commit()
        db.session.execute(Document.__table__.delete())
        db.session.execute(ImportRun.__table__.delete())
        db.session.commit()

    personal_batches.run_batch(run.id, lambda: now, checkpoint=thrown_away)
    assert db.session.query(DocumentGrant).count() == 0


@pytest.mark.usefixtures("_small")
def test_how_far_the_worker_is_can_be_seen_while_it_works(app: Flask, db, now):
    run_id, steps = large(now).id, []
    make_member(member_number="70060", state=MemberState.RESIGNED)

    def look() -> None:
        db.session.commit()
        run = db.session.get_one(ImportRun, run_id)
        steps.append((run.rows_done, run.rows_new, run.rows_refused))

    personal_batches.run_batch(run_id, lambda: now, checkpoint=look)
    assert [step for step in dict.fromkeys(steps) if step[0]] == [(25, 25, 0), (50, 50, 0), (60, 60, 0)]


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize(("count", "waits"), [(10, False), (11, True)])
def test_an_archive_that_is_not_large_is_taken_in_at_once(app: Flask, db, now, count, waits):
    for number in range(count):
        make_member(member_number=f"7{number:04d}")
    run = start(now, ("brieven.zip", files.zipped({f"7{number:04d}.pdf": files.pdf() for number in range(count)})))
    assert import_runs.is_waiting(run) is waits
    assert len(granted()) == (0 if waits else count)
