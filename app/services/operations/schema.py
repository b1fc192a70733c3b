"""Whether the tables are those of this version of the portal."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.extensions import db

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


class Schema(StrEnum):
    """How the database stands to this version: `portal setup` is needed, or a newer version of the portal."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"


def read_schema() -> Schema:
    """Of which version the tables are; a database without tables is older."""
    script = ScriptDirectory(str(MIGRATIONS))
    current = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    if current - {revision.revision for revision in script.walk_revisions()}:
        return Schema.NEWER
    return Schema.CURRENT if current == set(script.get_heads()) else Schema.OLDER
