"""Findings follow their causes: made anew before the transaction that changed a cause ends, whoever wrote it.

The database marks whom a change is about (models.derived.eligibility_marks). A finding whose cause is still there is
left alone, with what the team decided about it; another cause is another finding, so an earlier decision lapses.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Text,
    bindparam,
    cast,
    delete,
    event,
    literal,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.extensions import db
from app.models import Election, EligibilityFinding, EligibilityMark, Member
from app.models.base import Model
from app.models.derived.eligibility_marks import WATCHED
from app.models.derived.written import take_written
from app.models.guard.row_guard import everyone
from app.models.shortcuts.kept_statements import run_kept
from app.services.audit import Actor, describe_event, record_events
from app.services.bulk import is_postgresql
from app.services.planning.eligibility.causes import FOLLOWED, select_causes

_WATCHED: Final = [Model.metadata.tables[watched.table] for watched in WATCHED]
# Those tables, and the ones of which a row takes rows of them along when it goes.
CAUSES: Final = frozenset(table.name for table in _WATCHED) | {
    key.column.table.name for table in _WATCHED for key in table.foreign_keys if key.ondelete == "CASCADE"
}
MOST_NAMED: Final = 5_000  # members in one statement; of more all are looked at
RULES: Final = Actor("rules")
_MARKS: Any = EligibilityMark.__table__  # no row of it is ever held
_TAKE_MARKS: Final = delete(_MARKS).returning(_MARKS.c.member_id, _MARKS.c.election_id)
_FINDINGS: Any = EligibilityFinding.__table__  # of a mapped class an INSERT … SELECT takes no parameters
_ELECTION: Any = Election.__table__.c
_IS_FOLLOWED: Final = select(_ELECTION.id).where(_ELECTION.state.in_(FOLLOWED))
# Who makes a whole election anew waits for all others of it; those of single members only for that one.
_LOCK_WHOLE: Final = _IS_FOLLOWED.order_by(_ELECTION.id).with_for_update(key_share=True)
_LOCK_FOR_MEMBERS: Final = _IS_FOLLOWED.order_by(_ELECTION.id).with_for_update(read=True)
_MEMBERS: Final[Any] = bindparam("asked_members", expanding=True)
_ELECTIONS: Final[Any] = bindparam("asked_elections", expanding=True)
_COLUMNS: Final = ("member_id", "election_id", "rule_id", "is_blocking", "cause", "facts")


@event.listens_for(Session, "before_commit")
def _follow(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    if take_written(CAUSES):
        with everyone("findings are of whom their causes are"):
            follow_marks(session, utc_now())


def catch_up(now: datetime) -> None:
    """For marks that came another way than through a session of the portal, for the worker. Commit after it."""
    follow_marks(db.session(), now)


def follow_marks(session: Session, now: datetime) -> None:
    """Make the findings anew of all members and elections that are marked; the marks go. At most five statements.

    Of two at once that speak of one election the second waits, so neither misses what the other wrote.
    """
    marks = run_kept(session, _TAKE_MARKS, {}).all()
    if not marks:
        return
    elections = {mark.election_id for mark in marks if mark.member_id is None}
    if not run_kept(session, _LOCK_WHOLE if elections else _LOCK_FOR_MEMBERS, {}).all():
        return
    members = {mark.member_id for mark in marks if mark.member_id is not None}
    _make_anew(session, members, elections, now)


def _make_anew(session: Session, members: set[int], elections: set[int], now: datetime) -> None:
    is_named = len(members) <= MOST_NAMED
    asked = {"asked_members": list(members), "asked_elections": list(elections)} if is_named else {}
    drop, insert = _statements(is_named=is_named, is_postgresql=is_postgresql())
    rows = run_kept(session, drop, asked).all()
    run_kept(session, insert, {**asked, "followed_at": now})
    _tell_lapsed([row for row in rows if row.overridden_at is not None], now)


@cache
def _statements(*, is_named: bool, is_postgresql: bool) -> tuple[Any, Any]:
    """What drops the findings whose cause is gone and what adds the new ones: made once, they are hundreds of parts."""
    among = _among if is_named else _all
    expected = select_causes(among(Member.id, Election.id)).subquery()
    found = (expected.c.member_id, expected.c.rule_id, expected.c.cause, expected.c.facts)
    own = _FINDINGS.c
    is_followed = own.election_id.in_(_IS_FOLLOWED)
    is_gone = tuple_(own.member_id, own.rule_id, own.cause, cast(own.facts, Text)).not_in(select(*found))
    drop = delete(_FINDINGS).where(among(own.member_id, own.election_id), is_followed, is_gone)
    return drop.returning(own.member_id, own.rule_id, own.overridden_at), _insert(expected, is_postgresql=is_postgresql)


def _among(member_id: Any, election_id: Any) -> ColumnElement[bool]:
    return or_(member_id.in_(_MEMBERS), election_id.in_(_ELECTIONS))


def _all(_member_id: Any, _election_id: Any) -> ColumnElement[bool]:
    return true()


def _insert(expected: Any, *, is_postgresql: bool) -> Any:
    """A finding that is there already is the same one: only whether it blocks may be another."""
    facts = cast(expected.c.facts, JSON) if is_postgresql else type_coerce(expected.c.facts, JSON)
    values = [expected.c[name] for name in _COLUMNS[:-1]]
    found_at = bindparam("followed_at", type_=EligibilityFinding.found_at.type)
    rows = select(*values, facts, found_at, literal("")).where(true())
    dialect = postgresql if is_postgresql else sqlite
    insert: Any = dialect.insert(_FINDINGS)
    statement = insert.from_select([*_COLUMNS, "found_at", "override_reason"], rows, include_defaults=False)
    return statement.on_conflict_do_update(
        index_elements=["member_id", "rule_id"],
        set_={"is_blocking": statement.excluded.is_blocking},
        where=EligibilityFinding.is_blocking != statement.excluded.is_blocking,
    )


def _tell_lapsed(rows: Iterable[Any], now: datetime) -> None:
    """What the team overruled has another cause, or none: that is in the audit trail."""
    events = [
        {
            **describe_event(RULES, "eligibility.lapsed", now=now, member_id=row.member_id),
            "subject_type": "EligibilityRule",
            "subject_id": row.rule_id,
        }
        for row in rows
    ]
    if events:
        record_events(events)
