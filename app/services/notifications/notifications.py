"""Notifications (notificaties): what a member is told, read and done. An action is done by doing it, not by a click."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import (
    ACTION_KINDS,
    Availability,
    AvailabilityState,
    Campaign,
    Election,
    Member,
    Message,
    Notification,
    NotificationKind,
    PreferredFunction,
    SurveyReply,
    Thread,
    ThreadState,
)
from app.models.base import is_any_of
from app.services.elections.candidacy import declared_candidacy
from app.services.waiting import how_many

# What tells of a thing that a member finds among the messages itself: the thing says whether it was read or answered.
SHOWN_ITSELF: Final = (
    NotificationKind.NEWS,
    NotificationKind.DOCUMENT,
    NotificationKind.QUESTION,
    NotificationKind.TEAM_QUESTION,
    NotificationKind.SURVEY,
)
ANSWERED_IN_PERIOD: Final = (NotificationKind.GIVE_AVAILABILITY, NotificationKind.PREFER_FUNCTION)


def is_action(kind: str) -> bool:
    """Whether a notification of this kind asks to do something."""
    return kind in ACTION_KINDS


def is_new() -> ColumnElement[bool]:
    """Of a notification with its campaign: it asks nothing, and was not read yet."""
    return and_(~is_any_of(Campaign.kind, ACTION_KINDS), Notification.read_at.is_(None))


def is_to_do(now: Any) -> ColumnElement[bool]:
    """Of a notification with its campaign: it asks something that the member did not do, and still can.

    It looks at what is so, not at `done_at`: a BSN that came with a roster was supplied as well.
    """
    undone = or_(*(and_(Campaign.kind == kind, ~fact) for kind, fact in _FACTS.items() if kind in ACTION_KINDS))
    is_possible = or_(~is_any_of(Campaign.kind, ANSWERED_IN_PERIOD), _is_asked(now))
    return and_(Notification.done_at.is_(None), undone, is_possible)


def shown_by_themselves(member_id: Any) -> ColumnElement[bool]:
    """Of a notification with its campaign: this member has it, and it is not about something that is shown itself."""
    return and_(
        Notification.member_id == member_id,
        Notification.withdrawn_at.is_(None),
        ~is_any_of(Campaign.kind, SHOWN_ITSELF),
    )


def count_new(member_id: Any) -> ColumnElement[int]:
    """For a badge: how many of these were not read and ask nothing; what is asked stands among the tasks."""
    told = select(Notification.id).join(Campaign, Campaign.id == Notification.campaign_id)
    return how_many(told.where(shown_by_themselves(member_id), is_new()).correlate(None))


def still_asked(member_id: Any, kinds: Iterable[NotificationKind], now: Any) -> Select[Any]:
    """What notifications of these kinds still ask of the member: (Campaign.kind) for each."""
    return (
        select(Campaign.kind)
        .select_from(Notification)
        .join(Campaign, Campaign.id == Notification.campaign_id)
        .where(
            Notification.member_id == member_id,
            Notification.withdrawn_at.is_(None),
            is_any_of(Campaign.kind, kinds),
            is_to_do(now),
        )
    )


def first_due(now: Any) -> ColumnElement[datetime | None]:
    """Of several that ask: the next moment by which it must be done; the latest one where all are over."""
    return func.coalesce(func.min(case((Campaign.due_at > now, Campaign.due_at))), func.max(Campaign.due_at))


def find_notification(member_id: int, notification_id: int) -> Notification | None:
    """One notification of this member, or None: another's, or withdrawn."""
    found: Notification | None = db.session.scalar(
        select(Notification)
        .where(
            Notification.id == notification_id,
            Notification.member_id == member_id,
            Notification.withdrawn_at.is_(None),
        )
        .options(joinedload(Notification.campaign).joinedload(Campaign.election))
    )
    return found


def mark_read(notification: Notification, now: datetime) -> None:
    """The member opened it. One that asks nothing is done with that."""
    notification.read_at = notification.read_at or now
    if notification.campaign.kind not in _FACTS:
        notification.done_at = notification.done_at or now
    db.session.flush()


def mark_subject_read(member_id: int, kind: NotificationKind, subject_id: int, now: datetime) -> None:
    """The member opened the message, document or thread itself: what told of it is read, and done unless it asks for an
    answer.
    """
    about = select(Campaign.id).where(Campaign.kind == kind, Campaign.subject_id == subject_id)
    read = {"read_at": now} if kind in _FACTS else {"read_at": now, "done_at": now}
    db.session.execute(
        update(Notification)
        .where(Notification.member_id == member_id, Notification.read_at.is_(None))
        .where(Notification.campaign_id.in_(about))
        .values(**read)
        .execution_options(synchronize_session=False)
    )


def settle_actions(now: datetime, *, member_id: int | None = None, campaign: Campaign | None = None) -> None:
    """Mark as done what has been done: by one member (call it after each act), or for all of a campaign."""
    kinds = [kind for kind in _FACTS if campaign is None or kind == campaign.kind]
    is_done = [
        exists().where(Campaign.id == Notification.campaign_id, Campaign.kind == kind) & _FACTS[kind] for kind in kinds
    ]
    statement = update(Notification).where(Notification.done_at.is_(None), or_(false(), *is_done))
    if member_id is not None:
        statement = statement.where(Notification.member_id == member_id)
    if campaign is not None:
        statement = statement.where(Notification.campaign_id == campaign.id)
    if kinds:
        db.session.execute(
            statement.values(done_at=now, read_at=func.coalesce(Notification.read_at, now)),
            execution_options={"synchronize_session": False},
        )


def _checked() -> ColumnElement[bool]:
    return exists().where(Member.id == Notification.member_id, Member.data_checked_at >= Notification.created_at)


def _bsn_known() -> ColumnElement[bool]:
    return exists().where(Member.id == Notification.member_id, Member.bsn_known_at.is_not(None))


def _asked_election() -> ColumnElement[int]:
    statement = select(Campaign.election_id).where(Campaign.id == Notification.campaign_id)
    return statement.correlate(Notification).scalar_subquery()


def _answered() -> ColumnElement[bool]:
    return exists().where(
        Availability.member_id == Notification.member_id,
        Availability.election_id == _asked_election(),
        Availability.is_answered,
    )


def _answered_since() -> ColumnElement[bool]:
    """Answered, or changed, after the answer was opened again."""
    return exists().where(
        Availability.member_id == Notification.member_id,
        Availability.election_id == _asked_election(),
        Availability.changed_at > Notification.created_at,
    )


def _declared_candidate() -> ColumnElement[bool]:
    return declared_candidacy(Notification.member_id, _asked_election(), of=Notification)


def _preferred() -> ColumnElement[bool]:
    return exists().where(
        PreferredFunction.member_id == Notification.member_id,
        PreferredFunction.availability_id == Availability.id,
        Availability.election_id == _asked_election(),
        Availability.is_answered,
    )


def _is_over() -> ColumnElement[bool]:
    """The question of the team was answered, or closed by the team: nobody waits for an answer any more."""
    is_answered = exists().where(Message.thread_id == Thread.id, Message.is_team.is_(False))
    question_id = select(Campaign.subject_id).where(Campaign.id == Notification.campaign_id)
    return exists().where(
        Thread.member_id == Notification.member_id,
        Thread.team_question_id == question_id.correlate(Notification).scalar_subquery(),
        or_(Thread.state == ThreadState.CLOSED, is_answered),
    )


def _replied() -> ColumnElement[bool]:
    """The questions after an election were answered."""
    survey_id = select(Campaign.subject_id).where(Campaign.id == Notification.campaign_id)
    return exists().where(
        SurveyReply.member_id == Notification.member_id,
        SurveyReply.survey_id == survey_id.correlate(Notification).scalar_subquery(),
    )


def _is_asked(now: Any) -> ColumnElement[bool]:
    """Whether the member can answer for the election of the notification's campaign now."""
    own = select(Availability.id).where(
        Availability.election_id == Election.id, Availability.member_id == Notification.member_id
    )
    is_reopened = own.where(Availability.is_reopened(now)).correlate(Election, Notification).exists()
    is_locked = own.where(Availability.state == AvailabilityState.LOCKED).correlate(Election, Notification).exists()
    may_answer = select(Member.id).where(Member.id == Notification.member_id, Member.may_answer)
    is_open = select(Election.id).where(
        Election.id == Campaign.election_id,
        Election.is_answerable,
        Election.availability_opens_at.is_not(None),
        or_(is_reopened, and_(Election.asks_at(now), ~is_locked)),
    )
    return and_(may_answer.correlate(Notification).exists(), is_open.correlate(Campaign, Notification).exists())


# What must be true of the member for each kind of action to be done, for a question of the team, and for an answer that
# was opened again.
_FACTS: dict[NotificationKind, ColumnElement[bool]] = {
    NotificationKind.CHECK_DATA: _checked(),
    NotificationKind.GIVE_BSN: _bsn_known(),
    NotificationKind.GIVE_AVAILABILITY: or_(_answered(), _declared_candidate()),
    NotificationKind.PREFER_FUNCTION: or_(_preferred(), _declared_candidate()),
    NotificationKind.TEAM_QUESTION: _is_over(),
    NotificationKind.REOPENED: _answered_since(),
    NotificationKind.SURVEY: _replied(),
}


def title_in(campaign: Campaign, locale: str) -> str:
    """The title in the reader's language; Dutch where there is no English one."""
    return (campaign.title_en if locale.startswith("en") else "") or campaign.title


def body_in(campaign: Campaign, locale: str) -> str:
    """The text in the reader's language; Dutch where there is no English one."""
    return (campaign.body_en if locale.startswith("en") else "") or campaign.body
