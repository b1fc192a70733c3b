"""Files leave by one route, to who may read them; uploads that are too large never reach the disk."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db, storage
from app.models import AuditEvent, Member, StoredFile
from app.services.audit import COMMAND
from app.services.files.readers import FileReader, FileRight
from app.services.files.stored_files import keep_file
from app.views.subject import FileRule, Subject
from tests.support.client import PortalClient
from tests.support.factories.people import make_member, make_staff
from tests.support.files import sample_files as files


class Rights:
    """Who may read which file in this test, and what was noted."""

    def __init__(self) -> None:
        self.allowed: set[tuple[int, int]] = set()
        self.notes: list[datetime] = []
        self.is_each_piece_noted = False

    def __call__(self, file_id: int, reader: FileReader, now: datetime) -> FileRight | None:
        owner = reader.member.id if reader.member else 0
        return FileRight(self.notes.append, self.is_each_piece_noted) if (file_id, owner) in self.allowed else None


@pytest.fixture
def rights(app: Flask) -> Iterator[Rights]:
    given, known = Rights(), app.extensions["subjects"]
    rule = FileRule(given, ("can_list", "MembersView"))
    app.extensions["subjects"] = (*known, Subject("test", file_rules=[rule]))
    yield given
    app.extensions["subjects"] = known


@pytest.fixture
def member(db: Any) -> Member:
    return make_member()


@pytest.fixture
def reader(client: PortalClient, member: Member, sign_in_as: Any) -> PortalClient:
    return sign_in_as(client, member)


def keep(content: bytes, name: str, now: datetime) -> StoredFile:
    row = keep_file(io.BytesIO(content), name, actor=COMMAND, now=now)
    db.session.commit()
    return row


def kept_for(
    member: Member, rights: Rights, now: datetime, content: bytes | None = None, name: str = "Gids.pdf"
) -> str:
    row = keep(content or files.pdf(), name, now)
    rights.allowed.add((row.id, member.id))
    return f"/bestanden/{row.id}/{name}"


def test_a_pdf_is_shown_and_kept_nowhere(reader: PortalClient, member: Member, rights: Rights, now: datetime):
    answer = reader.get(kept_for(member, rights, now))
    assert answer.status_code == 200
    assert answer.data == files.pdf()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('inline; filename="Gids.pdf"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_is_no_pdf_is_an_attachment_in_a_sandbox(
    reader: PortalClient, member: Member, rights: Rights, now: datetime
):
    answer = reader.get(kept_for(member, rights, now, files.docx(), "Brief.docx"))
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_an_image_is_shown_only_when_a_page_asks_for_it(
    reader: PortalClient, member: Member, rights: Rights, now: datetime
):
    url = kept_for(member, rights, now, files.png(), "Foto.png")
    assert reader.get(url).headers["Content-Disposition"].startswith("attachment;")
    assert reader.get(f"{url}?toon=1").headers["Content-Disposition"].startswith("inline;")
    word = kept_for(member, rights, now, files.docx(), "Brief.docx")
    assert reader.get(f"{word}?toon=1").headers["Content-Disposition"].startswith("attachment;")


def test_a_pdf_can_be_saved(reader: PortalClient, member: Member, rights: Rights, now: datetime):
    assert (
        reader.get(kept_for(member, rights, now) + "?bewaar=1").headers["Content-Disposition"].startswith("attachment;")
    )


def test_a_name_in_any_script_reaches_the_reader(reader: PortalClient, member: Member, rights: Rights, now: datetime):
    kept_for(member, rights, now, name="Café 'één'; \"twee\".pdf".replace('"', ""))
    row = db.session.scalars(select(StoredFile)).one()
    header = reader.get(f"/bestanden/{row.id}/x").headers["Content-Disposition"]
    assert 'filename="Caf_ ' in header
    assert "filename*=UTF-8''Caf%C3%A9%20%27%C3%A9%C3%A9n%27%3B%20twee.pdf" in header


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=100-", 100, None), ("bytes=-7", -7, None), ("bytes=5-99999", 5, None)],
)
def test_a_piece_of_a_file_can_be_asked(
    reader: PortalClient, member: Member, rights: Rights, now: datetime, asked: str, start: int, end: int | None
):
    answer = reader.get(kept_for(member, rights, now), headers={"Range": asked})
    whole = files.pdf()
    piece = whole[start:end]
    assert answer.status_code == 206
    assert answer.data == piece
    first = start % len(whole)
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(piece) - 1}/{len(whole)}"


def test_a_piece_beyond_the_end_is_refused(reader: PortalClient, member: Member, rights: Rights, now: datetime):
    assert reader.get(kept_for(member, rights, now), headers={"Range": "bytes=99999-"}).status_code == 416


def test_a_piece_of_another_version_is_the_whole_file(
    reader: PortalClient, member: Member, rights: Rights, now: datetime
):
    url = kept_for(member, rights, now)
    tag = reader.get(url).headers["ETag"]
    assert reader.get(url, headers={"Range": "bytes=0-9", "If-Range": tag}).status_code == 206
    assert reader.get(url, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status_code == 200


def test_reading_is_noted_once_per_opening(reader: PortalClient, member: Member, rights: Rights, now: datetime):
    url = kept_for(member, rights, now)
    reader.head(url)
    reader.get(url, headers={"Sec-Purpose": "prefetch"})
    reader.get(url, headers={"Range": "bytes=100-"})
    assert rights.notes == []
    reader.get(url)
    assert len(rights.notes) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Range": "bytes=0-"},
        {"Range": "bytes=1-"},
        {"Range": "bytes=-5"},
        {"Range": "bytes=-99999"},
        {"Range": "bytes=10-20"},
        {"Range": "bytes=1-", "If-Range": '"another"'},
        {"Range": "rubbish"},
        {"If-None-Match": '"another"'},
    ],
)
def test_who_looks_at_the_file_of_another_leaves_a_trace_however_it_is_asked(
    reader: PortalClient, member: Member, rights: Rights, now: datetime, headers: dict[str, str]
):
    rights.is_each_piece_noted = True
    answer = reader.get(kept_for(member, rights, now), headers=headers)
    assert answer.status_code in (200, 206)
    assert answer.data
    assert len(rights.notes) == 1


def test_a_whole_file_that_leaves_after_a_piece_was_asked_is_read(
    reader: PortalClient, member: Member, rights: Rights, now: datetime
):
    reader.get(kept_for(member, rights, now), headers={"Range": "bytes=1-", "If-Range": '"another"'})
    assert len(rights.notes) == 1


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"])
def test_a_fetch_in_advance_gets_nothing(
    reader: PortalClient, member: Member, rights: Rights, now: datetime, header: str
):
    rights.is_each_piece_noted = True
    answer = reader.get(kept_for(member, rights, now), headers={header: "Prefetch;anonymous-client-ip"})
    assert (answer.status_code, answer.data, rights.notes) == (204, b"", [])


def test_a_head_tells_the_size_and_sends_nothing(reader: PortalClient, member: Member, rights: Rights, now: datetime):
    answer = reader.head(kept_for(member, rights, now))
    assert answer.headers["Content-Length"] == str(len(files.pdf()))
    assert answer.data == b""


def test_somebody_elses_file_is_not_there_and_the_try_is_recorded(
    reader: PortalClient, member: Member, rights: Rights, now: datetime
):
    url = kept_for(make_member(), rights, now)
    number = int(url.split("/")[2])
    assert reader.get(url).status_code == 404
    assert reader.get(url, headers={"Range": "bytes=0-9"}).status_code == 404
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "file.denied")).first()
    assert event is not None
    assert (event.member_id, event.details) == (member.id, {"file_id": number})
    assert event.actor_user_id == member.user_id


def test_a_file_that_is_not_there_looks_the_same(reader: PortalClient, rights: Rights):
    assert reader.get("/bestanden/12345/x.pdf").status_code == 404
    assert reader.get("/bestanden/99999999999999/x.pdf").status_code == 404


def test_nobody_reads_a_file_without_a_ground_not_even_the_team(client: PortalClient, sign_in_as: Any, now: datetime):
    row = keep(files.pdf(), "a.pdf", now)
    assert sign_in_as(client, make_staff()).get(f"/bestanden/{row.id}/a.pdf").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: PortalClient, now: datetime):
    row = keep(files.pdf(), "a.pdf", now)
    answer = client.get(f"/bestanden/{row.id}/a.pdf")
    assert answer.status_code == 302
    assert "/inloggen" in answer.headers["Location"]


def test_a_file_that_the_store_lost_is_not_there(reader: PortalClient, member: Member, rights: Rights, now: datetime):
    url = kept_for(member, rights, now)
    storage.store.delete(db.session.scalars(select(StoredFile.key)).one())
    assert reader.get(url).status_code == 404


def test_nginx_may_send_the_file_itself(
    app: Flask, reader: PortalClient, member: Member, rights: Rights, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(app.config, "X_ACCEL_PREFIX", "/bestanden-intern/")
    answer = reader.get(kept_for(member, rights, now))
    key = db.session.scalars(select(StoredFile.key)).one()
    assert answer.headers["X-Accel-Redirect"] == f"/bestanden-intern/{key[:2]}/{key[2:4]}/{key}"
    assert answer.data == b""
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"


class Endless(io.RawIOBase):
    """A body that never ends, and counts what is read of it."""

    def __init__(self, start: bytes) -> None:
        self.taken, self._start = 0, start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = (self._start[self.taken : self.taken + len(buffer)] or b"").ljust(len(buffer), b"x")
        buffer[:] = piece
        self.taken += len(buffer)
        return len(buffer)


HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie, of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def upload(app: Flask, body: Endless, **environ: Any) -> int:
    client = app.test_client()
    environ.update({"wsgi.input": io.BufferedReader(body), "CONTENT_TYPE": "multipart/form-data; boundary=b"})
    answer = client.post("/inloggen/", environ_overrides=environ)
    assert "te groot" in answer.text
    assert not os.listdir(tempfile.gettempdir())
    return answer.status_code


def test_two_gigabytes_are_refused_before_they_are_read(app: Flask, db: Any):
    body = Endless(HEAD)
    assert upload(app, body, CONTENT_LENGTH=str(2 * 1024**3)) == 413
    assert body.taken == 0


def test_an_upload_that_does_not_say_how_large_it_is_stops_at_the_limit(app: Flask, db: Any):
    body = Endless(HEAD)
    status = upload(
        app, body, **{"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    )
    assert status == 413
    assert body.taken <= app.config["MAX_CONTENT_LENGTH"] + 1024**2


def test_only_who_is_signed_in_may_send_more_than_an_ordinary_request(app: Flask, reader: PortalClient, monkeypatch):
    """The limit is raised before the form is read, so it may not depend on a form."""
    monkeypatch.setitem(app.extensions, "memory of bytes of a page", {})
    view = app.view_functions["SignInView.sign_in"]
    view.takes_bytes = 1  # type: ignore[attr-defined]
    try:
        given = [browser.post("/inloggen/", data={"username": "x" * 100}) for browser in (app.test_client(), reader)]
    finally:
        del view.takes_bytes  # type: ignore[attr-defined]
    assert [answer.status_code for answer in given] == [422, 413]
