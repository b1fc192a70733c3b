"""The messages of a member in one list: what each line knows of its document, message or conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import DocumentGrant
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.campaigns.campaigns import send_automatic
from app.services.documents import documents, readings
from app.services.news import for_member, news
from app.services.news.news import NewsText
from app.services.overview.inbox import MessageKind, Rank, open_inbox, open_items
from tests.support.factories.documents import give, keep, publish
from tests.support.factories.message_box import answer, ask
from tests.support.factories.people import make_member, make_staff
from tests.support.inbox import messages

HOUR = timedelta(hours=1)


@pytest.fixture
def member(db):
    return make_member()


def tell_news(*, now, title, **values):
    """A general message for everybody, published."""
    wanted = NewsText(title=title, body="Tekst", group=groups.everybody(), **values)
    item = news.write_news(wanted, None, actor=COMMAND, now=now)
    news.publish_news(item, actor=COMMAND, now=now)
    db.session.commit()
    return item


def test_a_document_stands_with_its_file_and_says_when_there_is_a_newer_version(now, member):
    general, own = publish(now), give(now, member)
    granted = db.session.scalars(select(DocumentGrant).where(DocumentGrant.document_id == own.id)).one()
    found = {item.row: item for item in messages(member, now, MessageKind.DOCUMENT)}
    assert {item.file for item in found.values()} == {general.versions[0].file, granted.file}
    assert {(item.rank, item.is_new_version, item.is_archived) for item in found.values()} == {(Rank.NEW, False, False)}
    readings.note_reading(member.id, general, now)
    assert found.keys() == {general, own}
    (first,) = [item for item in messages(member, now, MessageKind.DOCUMENT) if item.row is general]
    assert (first.rank, first.is_new_version) == (Rank.DONE, False)
    file = keep(now)
    documents.add_version(general, file, tells=True, actor=COMMAND, now=now + HOUR)
    (newer,) = [item for item in messages(member, now + HOUR, MessageKind.DOCUMENT) if item.row is general]
    assert (newer.rank, newer.is_new_version, newer.is_archived) == (Rank.NEW, True, False)
    assert newer.file is file


def test_a_general_message_that_was_put_away_is_found_by_its_words_only(now, member):
    kept, away = tell_news(now=now, title="Blijft"), tell_news(now=now, title="Opgeborgen")
    for_member.archive_news(member.id, away, now)
    assert [item.row for item in messages(member, now, MessageKind.NEWS)] == [kept]
    (found,) = messages(member, now, MessageKind.NEWS, typed="opgeborgen")
    assert (found.row, found.is_archived, found.is_new_version, found.file) == (away, True, False, None)
    (other,) = messages(member, now, MessageKind.NEWS, typed="blijft")
    assert (other.row, other.is_archived) == (kept, False)


def test_what_asks_comes_first_then_what_is_new_then_the_rest_each_the_latest_first(now, member):
    texts = {"title": "Uitleg", "title_en": "", "subject_id": None, "actor": COMMAND}
    read = tell_news(now=now + 5 * HOUR, title="Gelezen")
    for_member.mark_news_read(member.id, read, now)
    pinned = tell_news(now=now, title="Bovenaan", is_pinned=True)
    send_automatic("information", groups.everybody(), now=now + HOUR, **texts)
    send_automatic("check_data", groups.everybody(), now=now, **texts)
    late = tell_news(now=now + 3 * HOUR, title="Nieuw")
    at = now + 6 * HOUR
    found = messages(member, at)
    assert [(item.rank, item.kind) for item in found] == [
        (Rank.TO_DO, MessageKind.NOTIFICATION),
        (Rank.NEW, MessageKind.NEWS),
        (Rank.NEW, MessageKind.NEWS),
        (Rank.NEW, MessageKind.NOTIFICATION),
        (Rank.DONE, MessageKind.NEWS),
    ]
    assert [item.row for item in found if item.kind == MessageKind.NEWS] == [pinned, late, read]
    inbox = open_inbox(member.id, at)
    assert inbox.read(limit=2) + inbox.read(limit=9, offset=2) == found
    assert [item.row for item in open_items(member.id, at).read(limit=9)] == [pinned, late, found[3].row]


def test_words_are_looked_for_in_each_kind_and_all_of_them(now, member):
    asked, _other = (
        ask(member, "Sleutel", "Waar ligt de reservesleutel?", now=now),
        ask(make_member(), "Sleutel", now=now),
    )
    answer(asked, make_staff(), "In de kluis.", now=now + HOUR)
    item, document = tell_news(now=now, title="Sleutel van de kluis"), publish(now, title="Sleutelplan")
    texts = {"title_en": "", "subject_id": None, "actor": COMMAND}
    send_automatic("information", groups.everybody(), title="De sleutel", now=now, **texts)
    send_automatic("information", groups.everybody(), title="De kluis", now=now, **texts)
    at = now + HOUR

    def found(typed):
        return [
            (item.kind, getattr(item.row, "title", "") or item.row.id) for item in messages(member, at, typed=typed)
        ]

    assert {kind for kind, _name in found("sleutel")} == set(MessageKind)
    assert len(found("sleutel")) == 4
    assert found("sleutel kluis") == [(MessageKind.NEWS, item.title)]
    assert (MessageKind.CONVERSATION, asked.id) in found("reservesleutel")
    assert (MessageKind.CONVERSATION, asked.id) in found("kluis")
    assert (MessageKind.DOCUMENT, document.title) in found("sleutelp")
    assert found("100%") == []
