"""Files that nobody needs: what a crash left in the store without a row, and rows that nothing uses any more."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.extensions import db, storage
from app.models import StoredFile
from app.services.files.stored_files import forget_unused, is_used
from app.storage.store import StoreFailed

log = logging.getLogger(__name__)

ORPHAN_AFTER: Final = timedelta(days=1)  # nobody is still filling in the form that the file came with
SWEEP_AT_ONCE: Final = 500


def sweep_files(now: datetime) -> int:
    """Delete rows that nothing uses and files without a row, both a day old; gives how many. Commit after it."""
    before, swept = now - ORPHAN_AFTER, 0
    try:
        swept += _delete_orphans(before) + storage.store.delete_incomplete(before)
    except StoreFailed as error:
        log.error("the store failed: %s", error)
    old = select(StoredFile.id).where(StoredFile.created_at < before, ~is_used()).limit(SWEEP_AT_ONCE)
    return swept + forget_unused(db.session.scalars(old).all())


def _delete_orphans(before: datetime) -> int:
    count, keys = 0, []
    for key in storage.store.old_keys(before):
        keys.append(key)
        if len(keys) == SWEEP_AT_ONCE:
            count, keys = count + _delete_without_row(keys), []
    return count + _delete_without_row(keys)


def _delete_without_row(keys: list[str]) -> int:
    if not keys:
        return 0
    known = set(db.session.scalars(select(StoredFile.key).where(StoredFile.key.in_(keys))))
    orphans = [key for key in keys if key not in known]
    for key in orphans:
        storage.store.delete(key)
    return len(orphans)
