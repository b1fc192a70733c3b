"""What SQLite and the portal keep on disk is for their own user alone, whatever the umask."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import config
from app import create_app
from app.database import tuning
from app.extensions import db
from app.private_files import make_private


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


@pytest.mark.usefixtures("_open_umask")
def test_the_instance_folder_and_the_files_of_sqlite_are_private(tmp_path):
    folder = tmp_path / "instance"
    app = create_app(config.load_settings({"PORTAL_ENV": "development", "INSTANCE_DIR": str(folder)}))
    with app.app_context():
        connection = db.engine.connect()
        connection.exec_driver_sql("CREATE TABLE thing (id INTEGER)")
        connection.commit()
        app.extensions["jobs"].tasks["deliver"]()
        with tuning.alone(db.engine, "setup", seconds=1, tell=lambda: None):
            seen = modes(folder)
        connection.close()
        db.engine.dispose()
    assert {
        "ledenportal.db",
        "ledenportal.db-wal",
        "ledenportal.db-shm",
        "queue.db",
        "ledenportal.db.setup-lock",
    } <= set(seen)
    assert seen.pop("instance") == "0o700"
    assert set(seen.values()) == {"0o600"}


@pytest.mark.usefixtures("_open_umask")
def test_wider_rights_of_before_are_taken_away(tmp_path):
    folder, database = tmp_path / "instance", tmp_path / "instance" / "portal.db"
    folder.mkdir()
    for end in ("", "-wal", "-shm"):
        Path(f"{database}{end}").write_text("")
    make_private(folder, str(database), None, lets_group_pass=True)
    assert modes(folder) == {"instance": "0o710", **{f"portal.db{end}": "0o600" for end in ("", "-wal", "-shm")}}
    make_private(folder, None)
    assert modes(folder)["instance"] == "0o700"


def test_a_place_that_is_no_folder_is_left_to_the_database_to_refuse(tmp_path):
    make_private(tmp_path, str(tmp_path / "nowhere" / "portal.db"), ":memory:")
    assert not list(tmp_path.iterdir())


def test_a_database_in_use_keeps_its_locks(tmp_path):
    """What is written after it reaches other processes, also when one of them closed the database meanwhile."""
    file = str(tmp_path / "queue.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as ours:
        ours.execute("PRAGMA journal_mode=WAL")
        ours.execute("CREATE TABLE job (id INTEGER)")
        make_private(tmp_path, file)
        look = f"import sqlite3; b = sqlite3.connect({file!r}); print(*b.execute('SELECT id FROM job')); b.close()"
        subprocess.run([sys.executable, "-c", look], check=True)
        ours.execute("INSERT INTO job VALUES (7)")
        seen = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True).stdout
    assert seen == "(7,)\n"
