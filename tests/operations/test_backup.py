"""The back-up of docs/operator.md, done and restored: the portal starts on it, a sealed BSN and a file open."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import select

from app.extensions import db as portal_db
from app.extensions import storage, vault
from app.models import MemberIdentity
from app.services.audit import COMMAND
from app.services.files.stored_files import keep_file
from app.services.members.bsn import record_bsn
from tests.conftest import make_app
from tests.support.factories.people import make_member
from tests.support.files.sample_files import pdf
from tests.support.machines.postgresql import find_programs

BSN = "111222333"


def back_up_sqlite(url, folder):
    """As the guide says: SQLite's own online back-up, while the portal runs."""
    copy = folder / "backup.db"
    with closing(sqlite3.connect(urlsplit(url).path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return f"sqlite:///{copy}"


def back_up_postgresql(url, folder):
    """As the guide says: pg_dump, and pg_restore into an empty database."""
    programs, dump = find_programs(), folder / "backup.dump"
    parts = urlsplit(url)
    restored = url.removesuffix(parts.path) + "/restored"
    with psycopg.connect(url.removesuffix(parts.path) + "/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored")
        connection.execute("CREATE DATABASE restored")
    environment = {**os.environ, "LC_ALL": "C"}
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", url], check=True, env=environment)
    subprocess.run([programs / "pg_restore", "--no-owner", f"--dbname={restored}", dump], check=True, env=environment)
    return restored


@pytest.fixture
def restored(database, tmp_path):
    back_up = back_up_postgresql if database.url.startswith("postgresql") else back_up_sqlite
    return lambda: back_up(database.url, tmp_path)


def test_a_restored_back_up_is_ready_and_its_sealed_values_open(app, db, smtp, now, tmp_path, restored):
    member = make_member(surname="Bewaard")
    record_bsn(member, BSN, actor=COMMAND, now=now)
    file = keep_file(io.BytesIO(pdf()), "brief.pdf", actor=COMMAND, now=now)
    db.session.commit()
    url = restored()
    shutil.copytree(app.config["INSTANCE_DIR"] / "files", tmp_path / "instance" / "files")
    keys = {name: app.config[name] for name in ("SECRET_KEY", "ENCRYPTION_KEYS")}
    copy = make_app(url, smtp.port, tmp_path / "instance", **keys)
    with copy.app_context():
        assert copy.test_client().get("/readyz").status_code == 200
        row = portal_db.session.scalars(select(MemberIdentity)).one()
        assert vault.decrypt(row.sealed_bsn, owner=f"bsn:{row.member_id}") == BSN
        assert b"".join(storage.store.open(file.key)) == pdf()
        portal_db.session.remove()
        portal_db.engine.dispose()
