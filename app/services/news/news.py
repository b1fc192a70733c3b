"""General messages (algemene berichten) as the team makes them: written, published, announced and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.extensions import db
from app.models import Campaign, Group, NewsItem, NewsReading, NewsState, NotificationKind
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.atomic import change_if
from app.services.audiences import groups
from app.services.audit import WORKER, Actor, record_event
from app.services.campaigns import campaigns
from app.services.files.stored_files import forget_unused
from app.services.notifications.recall import retract_notifications
from app.services.search.folding import fold_text


@dataclass(frozen=True, slots=True)
class NewsText:
    """What staff fill in. The texts are Markdown; `publish_from` and `publish_until` are UTC instants."""

    title: str
    body: str
    group: Group
    title_en: str = ""
    body_en: str = ""
    publish_from: datetime | None = None
    publish_until: datetime | None = None
    is_pinned: bool = False
    is_announced: bool = False


def write_news(wanted: NewsText, item: NewsItem | None, *, actor: Actor, now: datetime) -> NewsItem:
    """Keep a message, a new draft or changed. Raises RuleBroken with the field.

    The text of a published message may be corrected; whom it is for may not, because nobody looked at the count.
    """
    _check(wanted, item, now)
    row = item or NewsItem(created_at=now, created_by_user_id=actor.user_id, state=NewsState.DRAFT)
    row.title, row.title_en = wanted.title.strip(), wanted.title_en.strip()
    row.body, row.body_en = wanted.body.strip(), wanted.body_en.strip()
    row.search_text = fold_text(" ".join((row.title, row.title_en, row.body, row.body_en)))
    row.group = wanted.group
    row.publish_from, row.publish_until = wanted.publish_from, wanted.publish_until
    if row.state == NewsState.PUBLISHED and row.publish_from is None:
        row.publish_from = now
    row.is_pinned, row.is_announced, row.changed_at = wanted.is_pinned, wanted.is_announced, now
    db.session.add(row)
    db.session.flush()
    record_event(actor, "news_item.changed" if item else "news_item.created", now=now, subject=row)
    return row


def _check(wanted: NewsText, item: NewsItem | None, now: datetime) -> None:
    if not wanted.title.strip():
        raise RuleBroken(phrase("Fill in a title."), field="title")
    if not wanted.body.strip():
        raise RuleBroken(phrase("Write the message."), field="body")
    _check_period(wanted, now)
    groups.check_group(wanted.group)
    if item is not None and item.state == NewsState.PUBLISHED and wanted.group != item.group:
        raise RuleBroken(
            phrase("Members read this message already. Withdraw it first to change who it is for."), field="audience"
        )


def _check_period(wanted: NewsText, now: datetime) -> None:
    until = wanted.publish_until
    if until is None:
        return
    if until <= now:
        raise RuleBroken(phrase("The end is in the future."), field="publish_until")
    if wanted.publish_from is not None and until <= wanted.publish_from:
        raise RuleBroken(phrase("The end is after the beginning."), field="publish_until")


def read_news(item: NewsItem) -> NewsText:
    """What staff filled in, to show it again."""
    return NewsText(
        title=item.title,
        body=item.body,
        group=item.group,
        title_en=item.title_en,
        body_en=item.body_en,
        publish_from=item.publish_from,
        publish_until=item.publish_until,
        is_pinned=item.is_pinned,
        is_announced=item.is_announced,
    )


def publish_news(item: NewsItem, *, actor: Actor, now: datetime) -> None:
    """Members of the audience see it from `publish_from`, or at once. Raises RuleBroken.

    The texts and the audience are checked again, because a draft can be old.
    """
    _check(read_news(item), None, now)
    _move(item, (NewsState.DRAFT, NewsState.WITHDRAWN), NewsState.PUBLISHED)
    item.publish_from = item.publish_from or now
    item.changed_at = now
    db.session.flush()
    record_event(actor, "news_item.published", now=now, subject=item, at=item.publish_from.isoformat("T", "minutes"))


def withdraw_news(item: NewsItem, *, actor: Actor, now: datetime) -> None:
    """Nobody sees it any more, and what told of it is taken back. Published again, it is announced again."""
    _move(item, (NewsState.PUBLISHED,), NewsState.WITHDRAWN)
    item.announced_at, item.changed_at = None, now
    retract_notifications(NotificationKind.NEWS, item.id, now)
    db.session.flush()
    record_event(actor, "news_item.withdrawn", now=now, subject=item)


def delete_news(item: NewsItem, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away. Raises RuleBroken for what was published once: members read it, so it stays on record."""
    if item.state != NewsState.DRAFT:
        raise RuleBroken(phrase("Only a draft can be deleted. A message that was published can be withdrawn."))
    record_event(actor, "news_item.deleted", now=now, subject=item)
    file_ids = [file.file_id for file in item.files]
    db.session.delete(item)
    db.session.flush()
    forget_unused(file_ids)


def is_shown(now: datetime) -> ColumnElement[bool]:
    """Whether a message is published and within its period."""
    return and_(
        NewsItem.state == NewsState.PUBLISHED,
        NewsItem.publish_from <= now,
        or_(NewsItem.publish_until.is_(None), NewsItem.publish_until > now),
    )


@everyone("announce the messages that appeared")
def announce_due_news(now: datetime) -> int:
    """Tell the members of each message that has appeared and is to be announced; gives how many. Commit after it.

    The mark and the notifications are one transaction: a worker that dies in between leaves a message that is due.
    """
    due = select(NewsItem).where(is_shown(now), NewsItem.is_announced, NewsItem.announced_at.is_(None))
    found = db.session.scalars(due.order_by(NewsItem.publish_from, NewsItem.id).with_for_update(skip_locked=True)).all()
    return sum(_announce(item, now) for item in found)


def _announce(item: NewsItem, now: datetime) -> bool:
    """One atomic UPDATE, so that of two workers one tells."""
    is_due = (NewsItem.state == NewsState.PUBLISHED, NewsItem.announced_at.is_(None))
    if not change_if(NewsItem, NewsItem.id == item.id, *is_due, announced_at=now):
        return False
    campaigns.send_automatic(
        NotificationKind.NEWS,
        item.group,
        title=item.title,
        title_en=item.title_en,
        subject_id=item.id,
        actor=WORKER,
        now=now,
    )
    return True


def find_announcement(item: NewsItem) -> Campaign | None:
    """What told members of the present publication, if anything did."""
    told = select(Campaign).where(Campaign.kind == NotificationKind.NEWS, Campaign.subject_id == item.id)
    found: Campaign | None = db.session.scalar(told.where(Campaign.stopped_at.is_(None)).order_by(Campaign.id.desc()))
    return found


def count_readers(item: NewsItem) -> int:
    """How many members read it."""
    read = select(func.count(NewsReading.id)).where(NewsReading.item_id == item.id, NewsReading.read_at.is_not(None))
    return db.session.scalar(read) or 0


def _move(item: NewsItem, before: tuple[NewsState, ...], after: NewsState) -> None:
    """One atomic UPDATE, so that of two at once one wins. Raises RuleBroken for the other."""
    if not change_if(NewsItem, NewsItem.id == item.id, NewsItem.state.in_(before), state=after):
        raise RuleBroken(phrase("Somebody else has just changed this message. Look again."))
