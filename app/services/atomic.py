"""The conditional update: a row changes only while it is as expected, in one statement, so of two at once one wins."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.elements import SQLCoreOperations

from app.extensions import db
from app.phrases import RuleBroken


class EditConflict(RuleBroken):
    """A colleague changed it since this one looked; the text that says by whom comes with it."""


def change_if(model: type[DeclarativeBase], *conditions: SQLCoreOperations[bool], **values: Any) -> bool:
    """UPDATE … WHERE all conditions; whether a row was changed. A value may be an expression of the columns.

    The changed row, where the session holds it, then is as the database has it, in every column. Who loses keeps the
    row as it was read. Asked through the ORM, so the row guard narrows it as everything else.
    """
    changed = update(model).where(*conditions).values(**values).returning(model)
    options = {"synchronize_session": False, "populate_existing": True}
    return bool(db.session.scalars(changed, execution_options=options).all())
