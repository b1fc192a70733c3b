"""General messages (algemene berichten) as the team makes them: written, published, announced and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, select

from app.extensions import db
from app.models import Campaign, NewsItem, NewsReading, NotificationKind, PublicationState
from app.phrases import RuleBroken, phrase
from app.services.audiences import groups
from app.services.audit import WORKER, Actor, record_event
from app.services.campaigns import campaigns
from app.services.files.stored_files import forget_unused
from app.services.publishing import Publication, Publisher, check_period, fill_in
from app.services.search.folding import fold_text
from app.typed.texts import is_blank

NEWS: Final = Publisher(
    NewsItem,
    NotificationKind.NEWS,
    already_read=phrase("Members read this message already. Withdraw it first to change who it is for."),
    overtaken=phrase("Somebody else has just changed this message. Look again."),
)


@dataclass(frozen=True, slots=True)
class NewsText(Publication):
    """What staff fill in. The texts are Markdown."""

    title: str
    body: str
    title_en: str = ""
    body_en: str = ""
    is_pinned: bool = False


def write_news(wanted: NewsText, item: NewsItem | None, *, actor: Actor, now: datetime) -> NewsItem:
    """Keep a message, a new draft or changed. Raises RuleBroken with the field.

    The text of a published message may be corrected; whom it is for may not, because nobody looked at the count.
    """
    _check(wanted, item, now)
    row = item or NewsItem(created_at=now, created_by_user_id=actor.user_id, state=PublicationState.DRAFT)
    row.title, row.title_en = wanted.title.strip(), wanted.title_en.strip()
    row.body, row.body_en = wanted.body.strip(), wanted.body_en.strip()
    row.search_text = fold_text(" ".join((row.title, row.title_en, row.body, row.body_en)))
    row.group = wanted.group
    row.is_pinned = wanted.is_pinned
    fill_in(row, wanted, now)
    db.session.add(row)
    db.session.flush()
    record_event(actor, "news_item.changed" if item else "news_item.created", now=now, subject=row)
    return row


def _check(wanted: NewsText, item: NewsItem | None, now: datetime) -> None:
    if is_blank(wanted.title):
        raise RuleBroken(phrase("Fill in a title."), field="title")
    if is_blank(wanted.body):
        raise RuleBroken(phrase("Write the message."), field="body")
    check_period(wanted, now)
    groups.check_group(wanted.group)
    if item is not None:
        NEWS.check_group_stays(item, wanted.group)


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
    NEWS.publish(item, actor=actor, now=now)


def check_news_goes(item: NewsItem) -> None:
    """Raises RuleBroken for what was published once: members read it, so it stays on record."""
    if item.state != PublicationState.DRAFT:
        raise RuleBroken(phrase("Only a draft can be deleted. A message that was published can be withdrawn."))


def delete_news(item: NewsItem, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away. Raises RuleBroken for what was published once: members read it, so it stays on record."""
    check_news_goes(item)
    record_event(actor, "news_item.deleted", now=now, subject=item)
    file_ids = [file.file_id for file in item.files]
    db.session.delete(item)
    db.session.flush()
    forget_unused(file_ids)


def announce_due_news(now: datetime) -> int:
    """Tell the members of each message that has appeared and is to be announced; gives how many. Commit after it."""
    return NEWS.announce_due(_tell, now)


def _tell(item: NewsItem, now: datetime) -> None:
    campaigns.send_automatic(
        NEWS.kind, item.group, title=item.title, title_en=item.title_en, subject_id=item.id, actor=WORKER, now=now
    )


def find_reach(item: NewsItem) -> tuple[int, Campaign | None]:
    """How many members read it, and what told members of the present publication, if anything did. One statement."""
    read = select(func.count(NewsReading.id)).where(NewsReading.item_id == item.id, NewsReading.read_at.is_not(None))
    told = (Campaign.kind == NotificationKind.NEWS, Campaign.subject_id == item.id, Campaign.stopped_at.is_(None))
    rows = select(read.scalar_subquery(), Campaign).select_from(NewsItem).outerjoin(Campaign, and_(*told))
    readers, announcement = db.session.execute(
        rows.where(NewsItem.id == item.id).order_by(Campaign.id.desc()).limit(1)
    ).one()
    return readers, announcement
