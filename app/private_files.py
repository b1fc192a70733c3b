"""The files of SQLite are for this user alone, whatever the umask: they hold everything.

Files of members are made so by the store and the uploads. SQLite gives its -wal and -shm the modes of the database.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no room, no room for this user, larger than the system lets it be
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
PASSABLE_FOLDER = 0o710  # where nginx hands out files itself, its group may pass through; it can list nothing


def make_private(folder: Path, *databases: str | None, lets_group_pass: bool = False) -> None:
    """Make these database files before SQLite does, and take rights away from what is there. None is no file.

    A file that is there is not opened: closing it would end the locks that SQLite has on it in this process, and the
    next process to close the database would take away its -wal while we still write there.
    """
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    _narrow(folder, PASSABLE_FOLDER if lets_group_pass else PRIVATE_FOLDER)
    for database in databases:
        if database and database != ":memory:" and Path(database).parent.is_dir():
            with contextlib.suppress(OSError):  # SQLite says better what is wrong with the place
                os.close(os.open(database, os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
            for end in ("", "-wal", "-shm", "-journal"):
                _narrow(Path(database + end), PRIVATE_FILE)


def _narrow(path: Path, most: int) -> None:
    """Take the rights beyond `most` away; what belongs to another user stays as it is."""
    with contextlib.suppress(FileNotFoundError, PermissionError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~most:
            path.chmod(mode & most)
