"""What planning knows of two members that become one: nobody is in two places at once, or goes with himself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete, exists, or_

from app.extensions import db
from app.models import Assignment, Couple, PublishedPlace


def settle_places(gone_id: int, kept_id: int) -> None:
    """Where both have a place in one shift, or at one time, that of who stays counts, in the plan and as published."""
    table: Any = Assignment.__table__
    _drop_at_once(table, gone_id, kept_id)
    table = PublishedPlace.__table__
    _drop_at_once(table, gone_id, kept_id, table.c.until_version_id.is_(None))


def settle_couple(gone_id: int, kept_id: int) -> None:
    """They were no couple; and who wanted to go with the one that goes, where both had somebody, goes with nobody."""
    both = (gone_id, kept_id)
    _run(delete(Couple).where(Couple.member_id.in_(both), Couple.other_id.in_(both)))
    table: Any = Couple.__table__
    kept = table.alias()
    has_own = exists().where(kept.c.member_id == kept_id)
    _run(delete(table).where(or_(table.c.member_id == gone_id, table.c.other_id == gone_id), has_own))


def _drop_at_once(table: Any, gone_id: int, kept_id: int, *conditions: Any) -> None:
    kept = table.alias()
    at_once = and_(kept.c.starts_at < table.c.ends_at, table.c.starts_at < kept.c.ends_at)
    same = exists().where(kept.c.member_id == kept_id, or_(at_once, kept.c.shift_id == table.c.shift_id))
    _run(delete(table).where(table.c.member_id == gone_id, same, *conditions))


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
