"""Telling members of a document: that it is there, that there is a new version, or that it was not read yet."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from app.extensions import db
from app.models import Campaign, Document, Group, Notification, NotificationKind
from app.models.guard.row_guard import everyone
from app.services.audit import WORKER, Actor
from app.services.campaigns import campaigns
from app.services.documents.documents import DOCUMENTS

# Kept as text in both languages, as every notification; a title has 20 characters to spare.
NEW: Final = ("Nieuw document: ", "New document: ")
NEW_VERSION: Final = ("Nieuwe versie: ", "New version: ")
REMINDER: Final = ("Nog te lezen: ", "Still to read: ")


@everyone("tell of a document")
def tell_members(
    document: Document, group: Group, *, actor: Actor, now: datetime, words: tuple[str, str] | None = None
) -> None:
    """One notification to each member of the group; it takes the place of an earlier one that was not read."""
    dutch, english = words or (NEW if document.version_number == 1 else NEW_VERSION)
    _replace_unread(document.id, now)
    campaigns.send_automatic(
        NotificationKind.DOCUMENT,
        group,
        title=f"{dutch}{document.title}",
        title_en=f"{english}{document.title_en or document.title}",
        subject_id=document.id,
        election_id=document.election_id,
        actor=actor,
        now=now,
    )


def _replace_unread(document_id: int, now: datetime) -> None:
    about = select(Campaign.id).where(Campaign.kind == NotificationKind.DOCUMENT, Campaign.subject_id == document_id)
    db.session.execute(
        update(Notification)
        .where(Notification.campaign_id.in_(about), Notification.read_at.is_(None), Notification.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )


def announce_due_documents(now: datetime) -> int:
    """Tell the members of each document that has appeared and is to be told of; gives how many. Commit after it."""
    return DOCUMENTS.announce_due(_tell, now)


def _tell(document: Document, now: datetime) -> None:
    tell_members(document, document.group, actor=WORKER, now=now)
