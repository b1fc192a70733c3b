"""Both stores keep the same promises; the one at S3 is tried against a server on this machine."""

from __future__ import annotations

import io
import os
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.clock import utc_now
from app.storage.s3 import S3Store
from app.storage.store import FileGone, FolderStore, Store, StoreFailed

CONTENT = bytes(range(256)) * 1000


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path / "files")
    address = request.getfixturevalue("s3_server")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    bucket = f"portal{time.monotonic_ns()}"
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket=bucket)
    return S3Store(f"s3://{bucket}/portal?region=us-east-1&endpoint={address}")


def read(store: Store, key: str, **piece: int) -> bytes:
    return b"".join(store.open(key, **piece))


def test_what_is_kept_comes_back(store: Store):
    key = store.keep(io.BytesIO(CONTENT))
    assert read(store, key) == CONTENT
    assert store.size(key) == len(CONTENT)


def test_a_piece_can_be_read(store: Store):
    key = store.keep(io.BytesIO(CONTENT))
    assert read(store, key, start=1000, length=10) == CONTENT[1000:1010]
    assert read(store, key, start=len(CONTENT) - 5) == CONTENT[-5:]
    assert read(store, key, start=3, length=0) == b""


def test_every_file_has_a_key_of_its_own(store: Store):
    assert store.keep(io.BytesIO(b"same")) != store.keep(io.BytesIO(b"same"))


def test_a_deleted_file_is_gone_and_may_be_deleted_again(store: Store):
    key = store.keep(io.BytesIO(CONTENT))
    store.delete(key)
    store.delete(key)
    with pytest.raises(FileGone):
        store.open(key)
    with pytest.raises(FileGone):
        store.size(key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "a" * 47, "A" * 48, "/etc/passwd"])
def test_a_key_that_is_not_ours_is_no_path(store: Store, key: str):
    with pytest.raises(FileGone):
        store.open(key)
    with pytest.raises(FileGone):
        store.delete(key)


def test_only_old_files_are_listed_as_old(store: Store):
    key = store.keep(io.BytesIO(b"1"))
    now = utc_now()
    assert list(store.old_keys(now - timedelta(hours=1))) == []
    assert list(store.old_keys(now + timedelta(hours=1))) == [key]


def test_the_stream_stays_open_for_who_gave_it(store: Store):
    stream = io.BytesIO(CONTENT)
    store.keep(stream)
    assert not stream.closed


def test_files_in_the_folder_are_for_this_user_alone(tmp_path: Path):
    store = FolderStore(tmp_path / "files")
    key = store.keep(io.BytesIO(b"1"))
    path = tmp_path / "files" / store.path_in_root(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.parent.parent.parent == tmp_path / "files"


class Broken(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError("the disk is full")
        return super().read(10)


def test_a_file_that_is_cut_off_leaves_nothing(tmp_path: Path):
    store = FolderStore(tmp_path / "files")
    with pytest.raises(StoreFailed):
        store.keep(Broken(b"x" * 100))
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_what_a_killed_process_left_half_is_deleted_when_it_is_old(tmp_path: Path):
    store = FolderStore(tmp_path / "files")
    store.keep(io.BytesIO(b"1"))
    half = tmp_path / "files" / "halves" / "left"
    half.write_bytes(b"half")
    now = utc_now()
    assert store.delete_incomplete(now - timedelta(days=1)) == 0
    os.utime(half, (0, 0))
    assert store.delete_incomplete(now - timedelta(days=1)) == 1
    assert not half.exists()


def test_uploads_in_parts_that_were_never_finished_are_ended(s3_server: str, monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    client.create_bucket(Bucket="halves")
    client.create_multipart_upload(Bucket="halves", Key="portal/one")
    store = S3Store(f"s3://halves/portal?region=us-east-1&endpoint={s3_server}")
    assert store.delete_incomplete(utc_now() + timedelta(hours=1)) == 1
    assert store.delete_incomplete(utc_now() + timedelta(hours=1)) == 0


def test_a_store_that_is_not_there_fails_with_a_word_of_its_own(monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    store = S3Store("s3://bucket?region=us-east-1&endpoint=http://127.0.0.1:9")
    with pytest.raises(StoreFailed):
        store.keep(io.BytesIO(b"1"))
