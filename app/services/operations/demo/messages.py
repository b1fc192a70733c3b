"""General messages and documents of the demo, with who read them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from sqlalchemy import Select, insert, select, update

from app.extensions import db
from app.models import (
    Campaign,
    Document,
    DocumentCategory,
    DocumentReading,
    Member,
    NewsItem,
    NewsReading,
    Notification,
    NotificationKind,
)
from app.services.audiences.groups import everybody
from app.services.documents import documents
from app.services.documents.documents import DocumentText
from app.services.files.stored_files import keep_file
from app.services.news import news
from app.services.news.news import NewsText
from app.services.operations.demo.history import History
from app.services.operations.demo.instruction import make_pdf

_READ: Final = 0.5  # of the members
WELCOME: Final = NewsText(
    title="Welkom in het ledenportal",
    title_en="Welcome to the portal",
    body="""Fijn dat je meedoet! In dit portaal regel je alles voor de verkiezing.

## Wat je nu kunt doen

- Controleer je gegevens.
- Geef je beschikbaarheid door.

Heb je een vraag? Stel die in de berichtenbox.
""",
    body_en="""Good to have you with us! In this portal you arrange everything for the election.

## What you can do now

- Check your data.
- Give your availability.

Do you have a question? Ask it in the message box.
""",
    group=everybody(),
    is_pinned=True,
)
THANKS: Final = NewsText(
    title="Bedankt voor je hulp",
    title_en="Thank you for your help",
    body="Dankzij jullie konden alle kiezers stemmen. De vergoeding staat **binnen zes weken** op je rekening.",
    body_en="Thanks to you all voters could vote. The fee is in your account **within six weeks**.",
    group=everybody(),
)
TRAINING: Final = NewsText(
    title="De training begint in december",
    title_en="The training begins in December",
    body="Je kunt de training thuis doen. Je hoort van ons wanneer die klaarstaat. Hij duurt ongeveer een uur.",
    body_en="You can do the training at home. We will tell you when it is ready. It takes about an hour.",
    group=everybody(),
    is_announced=True,
)
INSTRUCTION: Final = DocumentText(
    "Werkinstructie stembureau",
    DocumentCategory.INSTRUCTION.value,
    title_en="Work instruction for polling stations",
    group=everybody(),
    is_announced=True,
)
INSTRUCTION_LINES: Final = (
    "1. Wees om 7.00 uur in het stembureau.",
    "2. Zet de tafels en het stemhokje klaar.",
    "3. Laat zien dat de stembus leeg is en sluit de bus.",
    "4. Open om 7.30 uur.",
)
COUNTING: Final = DocumentText(
    "Handleiding tellen", DocumentCategory.MANUAL.value, title_en="Manual for counting", group=everybody()
)
COUNTING_LINES: Final = (
    "1. Sluit om 21.00 uur de deur. Wie binnen is, mag nog stemmen.",
    "2. Maak de stembus leeg en vouw de stembiljetten open.",
    "3. Leg ze per lijst bij elkaar en tel ze twee keer.",
    "4. Vul het proces-verbaal in en onderteken het met elkaar.",
)


def add_messages(history: History, readers: Sequence[Member]) -> None:
    """Thanks after the past election, a welcome and a training to come; two documents. `readers` read them, half."""
    for wanted, days_ago in ((THANKS, 320), (WELCOME, 24), (TRAINING, 6)):
        _read_news(history, publish_news(history, wanted, days_ago), readers, days_ago)
    for text, lines, days_ago in ((INSTRUCTION, INSTRUCTION_LINES, 8), (COUNTING, COUNTING_LINES, 20)):
        _read_document(history, publish_document(history, text, lines, days_ago), readers, days_ago)


def publish_news(history: History, wanted: NewsText, days_ago: int) -> NewsItem:
    """A general message, so many days ago."""
    at = history.at(days_ago)
    item = news.write_news(wanted, None, actor=history.clerk, now=at)
    news.publish_news(item, actor=history.clerk, now=at)
    return item


def publish_document(history: History, wanted: DocumentText, lines: Sequence[str], days_ago: int) -> Document:
    """A document of one page with these lines."""
    at = history.at(days_ago)
    pdf = BytesIO(make_pdf(wanted.title, lines))
    file = keep_file(pdf, f"{wanted.title}.pdf", actor=history.clerk, now=at)
    made = documents.add_documents(wanted, [file], actor=history.clerk, now=at)
    documents.publish_documents(made, actor=history.clerk, now=at)
    return made[0]


def _read_news(history: History, item: NewsItem, readers: Sequence[Member], days_ago: int) -> None:
    rows = [
        {"member_id": member.id, "item_id": item.id, "read_at": history.sometime(days_ago, min(days_ago, 30))}
        for member in _some(history, readers)
    ]
    db.session.execute(insert(NewsReading), rows)
    _read(NotificationKind.NEWS, item.id, select(NewsReading.member_id).where(NewsReading.item_id == item.id), history)


def _read_document(history: History, document: Document, readers: Sequence[Member], days_ago: int) -> None:
    rows = [
        {
            "member_id": member.id,
            "document_id": document.id,
            "version_number": document.version_number,
            "first_read_at": history.sometime(days_ago, min(days_ago, 30)),
        }
        for member in _some(history, readers)
    ]
    db.session.execute(insert(DocumentReading), rows)
    by = select(DocumentReading.member_id).where(DocumentReading.document_id == document.id)
    _read(NotificationKind.DOCUMENT, document.id, by, history)


def _some(history: History, readers: Sequence[Member]) -> list[Member]:
    return [member for member in readers if member.may_answer and history.chance.random() < _READ]


def _read(kind: NotificationKind, subject_id: int, by: Select[int], history: History) -> None:
    """What told of it is read with it."""
    told = select(Campaign.id).where(Campaign.kind == kind, Campaign.subject_id == subject_id)
    of_them = (Notification.campaign_id.in_(told), Notification.member_id.in_(by))
    read = update(Notification).where(*of_them).values(read_at=history.now, done_at=history.now)
    db.session.execute(read.execution_options(synchronize_session=False))
