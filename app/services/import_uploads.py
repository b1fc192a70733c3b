"""Uploaded files between their preview and the import: sealed, under a random name, at most a day (SECURITY §3)."""

from __future__ import annotations

import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from app.extensions import vault
from app.vault import CannotDecrypt

KEEP_FOR = timedelta(hours=24)  # rosters may carry BSNs: nobody is still looking at a preview after a day
_NAME = re.compile(r"[0-9a-f]{32}")


class UploadGone(Exception):
    """The file was imported, deleted after its term, or its name is not one of ours. Upload it again."""


def keep_upload(content: bytes, *, instance: Path) -> str:
    """Seal `content` in the folder `instance`/uploads and give the random name under which it lies there."""
    name = secrets.token_hex(16)
    path = _path(name, instance)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(vault.encrypt_bytes(content, owner=_owner(name)))
    return name


def read_upload(name: str, *, instance: Path) -> bytes:
    """The content that was kept under `name`. Raises UploadGone."""
    try:
        return vault.decrypt_bytes(_path(name, instance).read_bytes(), owner=_owner(name))
    except (FileNotFoundError, CannotDecrypt):
        raise UploadGone from None


def delete_upload(name: str, *, instance: Path) -> None:
    """Delete the file; it may be gone already. Raises UploadGone for a name that cannot be ours."""
    _path(name, instance).unlink(missing_ok=True)


def delete_old_uploads(now: datetime, *, instance: Path) -> int:
    """Delete every file older than `KEEP_FOR`, whatever became of its import; gives how many."""
    oldest = (now - KEEP_FOR).timestamp()
    old = [path for path in (instance / "uploads").glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _path(name: str, instance: Path) -> Path:
    if not _NAME.fullmatch(name):  # a name from a form never leads out of the folder
        raise UploadGone
    return instance / "uploads" / name


def _owner(name: str) -> str:
    return f"upload:{name}"
