"""Uploaded files between their preview and the import: sealed, under a random name, at most a day (SECURITY §3)."""

from __future__ import annotations

import logging
import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.extensions import db, vault
from app.phrases import RuleBroken, phrase
from app.private_files import FULL
from app.vault import CannotDecrypt

log = logging.getLogger(__name__)

KEEP_FOR = timedelta(hours=24)  # rosters may carry BSNs: nobody is still looking at a preview after a day
_NAME = re.compile(r"[0-9a-f]{32}")
_KEPT: Final = "uploads_kept"  # in Session.info: paths of this transaction


class UploadGone(Exception):
    """The file was imported, deleted after its term, or its name is not one of ours. Upload it again."""


def keep_upload(content: bytes, *, instance: Path) -> str:
    """Seal `content` in the folder `instance`/uploads and give the random name under which it lies there.

    A rollback deletes it again. Raises RuleBroken for the field `file` when it cannot be written; then nothing is kept.
    """
    name = secrets.token_hex(16)
    path = _path(name, instance)
    sealed = vault.encrypt_bytes(content, owner=_owner(name))
    db.session.connection()  # begins a transaction: without one no rollback is told
    db.session.info.setdefault(_KEPT, set()).add(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
    except OSError as error:
        _delete_quietly({path})
        log.error("an upload cannot be kept: %s", error.strerror)
        if error.errno in FULL:
            message = phrase("The disk of the portal is full, so the file was not kept. Tell the administrator.")
        else:
            message = phrase("The file cannot be kept at this moment. Try again later.")
        raise RuleBroken(message, field="file") from None
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


@event.listens_for(Session, "after_commit")
def _settle(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_KEPT, None)


@event.listens_for(Session, "after_rollback")
def _take_back(session: Session) -> None:
    if not session.in_nested_transaction():
        _delete_quietly(session.info.pop(_KEPT, set()))


def _delete_quietly(paths: set[Path]) -> None:
    """What does not succeed now, `delete_old_uploads` does."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("an upload is deleted later: %s", error.strerror)
