"""Rows of one member, or account, become another one's: every table that refers to it, read from the foreign keys.

Where both have a row that only one can have (an answer for one election, a notification of one campaign), one stays:
as a rule that of who stays, with what the other one's tells besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, UniqueConstraint, and_, delete, exists, func, or_, select, update

from app.extensions import db
from app.models import (
    Account,
    Availability,
    Declaration,
    DocumentGrant,
    DocumentReading,
    EligibilityFinding,
    EmailChange,
    MailedLink,
    Member,
    MemberIdentity,
    NewsReading,
    Notification,
    NotificationMail,
    SignInChallenge,
    Thread,
    UserSession,
)
from app.models.availability import ANSWERED
from app.services.members.one_person.places import settle_couple, settle_places
from app.services.members.one_person.references import columns_of_members, columns_of_users
from app.services.members.one_person.seats import settle_seats

# Sealed for that member (services.members.merging); and what rules found of it, which is found anew.
STAYS_BEHIND: Final = frozenset({MemberIdentity.__tablename__, EligibilityFinding.__tablename__})
# The doors of an account that goes are no doors to the one that stays.
DOORS: Final = frozenset(
    table.__tablename__ for table in (Account, UserSession, SignInChallenge, MailedLink, EmailChange, Member)
) | {"ab_user_role"}


def move_rows(gone_id: int, kept_id: int) -> None:
    """Everything of the member `gone_id` becomes `kept_id`'s, except the data itself."""
    _settle_answers(gone_id, kept_id)
    _settle_threads(gone_id, kept_id)
    _settle_notifications(gone_id, kept_id)
    _settle_reading(gone_id, kept_id)
    _drop_older_grants(gone_id, kept_id)
    settle_places(gone_id, kept_id)
    settle_couple(gone_id, kept_id)
    settle_seats(gone_id, kept_id)
    columns = [column for column in columns_of_members() if column.table.name not in STAYS_BEHIND]
    _move(columns, gone_id, kept_id)


def move_acts(gone_user_id: int, kept_user_id: int) -> None:
    """What one account wrote and got becomes the other's; its sessions, codes and links do not."""
    columns = [column for column in columns_of_users() if column.table.name not in DOORS]
    _move(columns, gone_user_id, kept_user_id)


def _move(columns: list[Column[Any]], gone_id: int, kept_id: int) -> None:
    for column in columns:
        for others in _unique_with(column):
            _drop_what_both_have(column, others, gone_id, kept_id)
    for column in columns:
        _run(update(column.table).where(column == gone_id).values({column.name: kept_id}))


def _unique_with(column: Column[Any]) -> Iterator[list[Column[Any]]]:
    """For each rule that this column is part of: the other columns of it."""
    table: Any = column.table
    groups = [list(table.primary_key.columns)]
    groups += [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    groups += [list(index.columns) for index in table.indexes if index.unique]
    for group in groups:
        if column in group:
            yield [other for other in group if other is not column]
    if column.unique:
        yield []


def _drop_what_both_have(column: Column[Any], others: list[Column[Any]], gone_id: int, kept_id: int) -> None:
    table: Any = column.table
    kept = table.alias()
    same = and_(kept.c[column.name] == kept_id, *(kept.c[other.name] == other for other in others))
    _run(delete(table).where(column == gone_id, exists().where(same)))


# --- where both have one ---------------------------------------------------------------------------------------------


def _settle_answers(gone_id: int, kept_id: int) -> None:
    """Of two answers for one election the given one stays, else the later one, with its declarations."""
    rows = select(
        Availability.id, Availability.member_id, Availability.election_id, Availability.state, Availability.changed_at
    ).where(Availability.member_id.in_((gone_id, kept_id)))
    of_election: dict[int, list[Any]] = {}
    for row in db.session.execute(rows.order_by(Availability.id)):
        of_election.setdefault(row.election_id, []).append(row)
    for election_id, answers in of_election.items():
        if len(answers) == 2:
            best = max(answers, key=lambda row: (row.state in ANSWERED, row.changed_at is not None, row.changed_at))
            other = next(row for row in answers if row is not best)
            _run(delete(Availability).where(Availability.id == other.id))
            of_other = (Declaration.member_id == other.member_id, Declaration.election_id == election_id)
            _run(delete(Declaration).where(*of_other))


def _settle_threads(gone_id: int, kept_id: int) -> None:
    """Both were asked the same by the team: the second conversation stays, as one of its own."""
    other = Thread.__table__.alias()
    both = exists().where(other.c.member_id == kept_id, other.c.team_question_id == Thread.team_question_id)
    _run(update(Thread).where(Thread.member_id == gone_id, both).values(team_question_id=None))


def _settle_notifications(gone_id: int, kept_id: int) -> None:
    """Read or done by either is read or done; the mails about both stay told."""
    _fold(Notification.__table__, "campaign_id", ("read_at", "done_at"), gone_id, kept_id)
    gone, kept = Notification.__table__.alias(), Notification.__table__.alias()
    pairs = select(gone.c.id, kept.c.id).where(
        gone.c.member_id == gone_id, kept.c.member_id == kept_id, gone.c.campaign_id == kept.c.campaign_id
    )
    for old, new in db.session.execute(pairs).all():
        told = NotificationMail.notification_id == old
        _run(update(NotificationMail).where(told).values(notification_id=new, member_id=kept_id))
        _run(delete(Notification).where(Notification.id == old))


def _settle_reading(gone_id: int, kept_id: int) -> None:
    _fold(NewsReading.__table__, "item_id", ("read_at", "archived_at"), gone_id, kept_id)
    table: Any = DocumentReading.__table__
    other = table.alias()
    same = and_(
        other.c.member_id == gone_id,
        other.c.document_id == table.c.document_id,
        other.c.version_number == table.c.version_number,
    )
    earlier = select(other.c.first_read_at).where(same).scalar_subquery()
    _run(
        update(table)
        .where(table.c.member_id == kept_id, exists().where(same, other.c.first_read_at < table.c.first_read_at))
        .values(first_read_at=earlier)
    )


def _fold(table: Any, key: str, moments: tuple[str, ...], gone_id: int, kept_id: int) -> None:
    """What the one that stays lacks of these moments is taken from the other one's row for the same thing."""
    for name in moments:
        other = table.alias()
        same = and_(other.c.member_id == gone_id, other.c[key] == table.c[key], other.c[name].is_not(None))
        found = select(other.c[name]).where(same).scalar_subquery()
        lacks = (table.c.member_id == kept_id, table.c[name].is_(None), exists().where(same))
        _run(update(table).where(*lacks).values({name: found}))


def _drop_older_grants(gone_id: int, kept_id: int) -> None:
    """Of one personal document each had a file: the later one stays."""
    table: Any = DocumentGrant.__table__
    other = table.alias()
    later = exists().where(
        other.c.member_id == gone_id,
        other.c.document_id == table.c.document_id,
        or_(other.c.created_at > table.c.created_at, table.c.withdrawn_at.is_not(None)),
        other.c.withdrawn_at.is_(None),
    )
    _run(delete(table).where(table.c.member_id == kept_id, later))


def count_kept(member_id: int) -> dict[str, int]:
    """How much of each kind hangs on the member: table → rows, for the page that compares two."""
    owners = [model.member_id for model in (Availability, Thread, Notification, DocumentGrant)]
    counted = [select(func.count()).where(owner == member_id).scalar_subquery() for owner in owners]
    numbers = db.session.execute(select(*counted)).one()
    return {owner.class_.__tablename__: number for owner, number in zip(owners, numbers, strict=True)}


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
