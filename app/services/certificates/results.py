"""Results of trainings: the only writer of them, and of the two days on the member that repeat what they say.

See docs/decisions/0034.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, delete, exists, func, null, or_, select, update
from sqlalchemy.orm import joinedload

from app.clock import local_today
from app.extensions import db
from app.importing.rosters.values import check_training_date
from app.models import Member, ResultSource, TrainingResult
from app.phrases import Phrase, RuleBroken, phrase
from app.services.audit import Actor, describe_event, record_event, record_events
from app.services.bulk import among, insert_rows

LONGEST_TERM: Final = 120  # months


@dataclass(frozen=True, slots=True)
class Passed:
    """That a member passed, as it is written down. `valid_until` is the last day; None: no end."""

    passed_on: date
    valid_until: date | None = None
    source: ResultSource = ResultSource.NOTED
    session_id: int | None = None
    import_run_id: int | None = None


def end_of_term(passed_on: date, months: int | None) -> date | None:
    """The last day of a certificate that is good for so many months; None for one without an end."""
    if months is None:
        return None
    years, month = divmod(passed_on.month - 1 + months, 12)
    year = passed_on.year + years
    day = min(passed_on.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def is_trained_on(day: Any) -> ColumnElement[bool]:
    """Of a row of `Member`: on this day, or column, a training was passed that still counts."""
    return has_result(Member.id, day)


def has_result(member_id: Any, day: Any) -> ColumnElement[bool]:
    """The same of a member by id."""
    still = or_(TrainingResult.valid_until.is_(None), TrainingResult.valid_until >= day)
    return (
        exists()
        .where(TrainingResult.member_id == member_id, TrainingResult.passed_on <= day, still)
        .correlate_except(TrainingResult)
    )


def check_passed(passed: Passed, now: datetime) -> None:
    """Raises RuleBroken, at its field, for days that cannot be."""
    checked = check_training_date(passed.passed_on, local_today(now))
    if isinstance(checked, Phrase):
        raise RuleBroken(checked, field="passed_on")
    if passed.valid_until is not None and passed.valid_until < passed.passed_on:
        raise RuleBroken(phrase("The certificate ends before the training. Look at both days."), field="valid_until")


def add_result(member: Member, passed: Passed, *, actor: Actor, now: datetime) -> TrainingResult:
    """Write down that the member passed. Raises RuleBroken as `check_passed` does, and where it is known already."""
    check_passed(passed, now)
    if db.session.scalar(select(exists().where(_is_same(member.id, passed)))):
        raise RuleBroken(phrase("This result is known of this member already."), field="passed_on")
    result = TrainingResult(
        member_id=member.id,
        session_id=passed.session_id,
        source=passed.source,
        passed_on=passed.passed_on,
        valid_until=passed.valid_until,
        import_run_id=passed.import_run_id,
        noted_at=now,
        noted_by_user_id=actor.user_id,
    )
    db.session.add(result)
    db.session.flush()
    settle([member.id])
    record_event(
        actor, "training_result.added", now=now, subject=result, member_id=member.id, source=passed.source.value
    )
    return result


def _is_same(member_id: int, passed: Passed) -> ColumnElement[bool]:
    """The same session, or without one the same source and day."""
    if passed.session_id is not None:
        return (TrainingResult.member_id == member_id) & (TrainingResult.session_id == passed.session_id)
    return (
        (TrainingResult.member_id == member_id)
        & TrainingResult.session_id.is_(None)
        & (TrainingResult.source == passed.source)
        & (TrainingResult.passed_on == passed.passed_on)
    )


def add_results(passed: Sequence[tuple[int, Passed]], *, actor: Actor, now: datetime) -> None:
    """The same of many members, by id; that these are new and can be is for the caller to know."""
    if not passed:
        return
    db.session.flush()
    columns = ("member_id", "session_id", "source", "passed_on", "valid_until", "import_run_id", "noted_at")
    rows = [
        (member_id, found.session_id, found.source.value, found.passed_on, found.valid_until, found.import_run_id, now)
        for member_id, found in passed
    ]
    table: Any = TrainingResult.__table__
    insert_rows(table, (*columns, "noted_by_user_id"), ((*row, actor.user_id) for row in rows))
    settle([member_id for member_id, _passed in passed])
    events = [
        describe_event(actor, "training_result.added", now=now, member_id=member_id, source=found.source.value)
        for member_id, found in passed
    ]
    record_events(events)


def change_result(
    result: TrainingResult, passed_on: date, valid_until: date | None, *, actor: Actor, now: datetime
) -> None:
    """Other days. Raises RuleBroken as `check_passed` does."""
    check_passed(Passed(passed_on, valid_until), now)
    old = (result.passed_on, result.valid_until)
    result.passed_on, result.valid_until = passed_on, valid_until
    if (passed_on, valid_until) == old:
        return
    db.session.flush()
    settle([result.member_id])
    fields = [
        name for name, before in zip(("passed_on", "valid_until"), old, strict=True) if getattr(result, name) != before
    ]
    record_event(actor, "training_result.changed", now=now, subject=result, member_id=result.member_id, fields=fields)


def remove_result(result: TrainingResult, *, actor: Actor, now: datetime) -> None:
    """It was written down by mistake."""
    member_id = result.member_id
    record_event(actor, "training_result.removed", now=now, subject=result, member_id=member_id, source=result.source)
    db.session.delete(result)
    db.session.flush()
    settle([member_id])


def find_of_session(session_id: int, member_id: int) -> TrainingResult | None:
    """The result of this member in this session."""
    rows = select(TrainingResult).where(TrainingResult.session_id == session_id, TrainingResult.member_id == member_id)
    return db.session.scalars(rows).first()


def list_of_member(member_id: int, *, limit: int | None = None) -> Sequence[TrainingResult]:
    """What this member passed, the latest first, with the sessions. One statement."""
    rows = select(TrainingResult).where(TrainingResult.member_id == member_id)
    rows = rows.options(joinedload(TrainingResult.session))
    return db.session.scalars(
        rows.order_by(TrainingResult.passed_on.desc(), TrainingResult.id.desc()).limit(limit)
    ).all()


# --- the day that the team notes with a member, by hand or from a list -----------------------------------------------


def check_noted(member: Member, day: date | None) -> None:
    """Raises RuleBroken for the field `trained_on` where a result of a session or an e-learning is later."""
    latest = select(func.max(TrainingResult.passed_on)).where(
        TrainingResult.member_id == member.id, TrainingResult.source != ResultSource.NOTED
    )
    found = db.session.scalar(latest)
    if found is not None and (day is None or day < found):
        said = phrase("The portal has a result of a training on %(day)s. Change that one among the results.", day=found)
        raise RuleBroken(said, field="trained_on")


def note_days(days: Mapping[int, date | None], *, actor: Actor, now: datetime) -> None:
    """The day by member is what the team knows besides the sessions: it takes the place of what was noted before.

    Set-based, for rosters. What a change of the member's data or an import writes down says who did it.
    """
    if not days:
        return
    db.session.flush()
    noted = TrainingResult.source == ResultSource.NOTED
    gone = delete(TrainingResult).where(noted, among(TrainingResult.member_id, days.keys()))
    db.session.execute(gone.execution_options(synchronize_session=False))
    columns = ("member_id", "source", "passed_on", "noted_at", "noted_by_user_id")
    rows = (
        (member_id, ResultSource.NOTED.value, day, now, actor.user_id)
        for member_id, day in days.items()
        if day is not None
    )
    table: Any = TrainingResult.__table__
    insert_rows(table, columns, rows)
    settle(days.keys())


def settle(member_ids: Collection[int]) -> None:
    """Repeat with these members what their results say: the last day, and until when; after each change of results."""
    own = TrainingResult.member_id == Member.id
    last = select(func.max(TrainingResult.passed_on)).where(own)
    endless = exists().where(own, TrainingResult.valid_until.is_(None)).correlate(Member)
    until = select(func.max(TrainingResult.valid_until)).where(own).correlate(Member).scalar_subquery()
    values = {
        "trained_on": last.correlate(Member).scalar_subquery(),
        "trained_until": case((endless, null()), else_=until),
    }
    changed = update(Member).where(among(Member.id, member_ids)).values(values)
    db.session.execute(changed.execution_options(synchronize_session=False))
    for row in db.session:
        if isinstance(row, Member):
            db.session.expire(row, list(values))
