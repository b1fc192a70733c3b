"""Files of a general message: added to it, taken away, and opened by whom it is for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, Condition, Group, StoredFile
from app.phrases import RuleBroken
from app.services.audit import COMMAND, Actor
from app.services.files.readers import FileReader
from app.services.news import files, news
from tests.support.factories.documents import keep
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.texts import make_news
from tests.support.files import sample_files

HOUR = timedelta(hours=1)


def add(item, file, now, caption=""):
    return files.add_file(item, file, caption, actor=COMMAND, now=now)


def test_the_files_of_this_message_are_listed_in_the_order_in_which_they_came(db, now):
    item, other = make_news("Nieuws", now=now), make_news("Anders", now=now)
    add(other, keep(now), now)
    first, second = (
        add(item, keep(now), now),
        add(item, keep(now, "foto.jpg", sample_files.jpeg()), now + HOUR, " Een zaal "),
    )
    assert files.list_files(item.id) == [first, second]
    assert (second.caption, item.changed_at) == ("Een zaal", now + HOUR)
    added = select(AuditEvent.details).where(
        AuditEvent.action == "news_item.file_added", AuditEvent.subject_id == item.id
    )
    assert db.session.scalars(added.order_by(AuditEvent.id)).all() == [
        {"file_id": row.file_id} for row in (first, second)
    ]


def test_a_file_is_taken_from_its_own_message_and_goes_when_nothing_else_uses_it(db, now):
    item, other = make_news("Nieuws", now=now), make_news("Anders", now=now)
    shared, own = keep(now), keep(now)
    rows = [add(item, shared, now), add(item, own, now)]
    add(other, shared, now)
    with pytest.raises(RuleBroken, match="gone already"):
        files.remove_file(other, rows[0].id, actor=COMMAND, now=now)
    numbers = [row.id for row in rows]
    for number in numbers:
        files.remove_file(item, number, actor=COMMAND, now=now + HOUR)
    assert (files.list_files(item.id), item.changed_at) == ([], now + HOUR)
    assert db.session.scalars(select(StoredFile)).all() == [shared]
    removed = db.session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "news_item.file_removed"))
    assert removed.all() == [item.id, item.id]
    with pytest.raises(RuleBroken, match="gone already"):
        files.remove_file(item, numbers[0], actor=COMMAND, now=now)


def test_an_image_has_words_and_a_message_so_many_files(db, now, monkeypatch):
    item, other = make_news("Nieuws", now=now), make_news("Anders", now=now)
    with pytest.raises(RuleBroken) as refusal:
        add(item, keep(now, "foto.jpg", sample_files.jpeg()), now, " ")
    assert refusal.value.field == "caption"
    monkeypatch.setattr(files, "MOST_FILES", 2)
    for of in (other, item, item):
        add(of, keep(now), now)
    with pytest.raises(RuleBroken) as refusal:
        add(item, keep(now), now)
    assert refusal.value.field == "files"


def test_a_file_is_opened_by_who_sees_a_message_with_it_and_by_who_may_read_them_all(db, now):
    member, servant, colleague = make_member(), make_member(is_civil_servant=True), make_staff()
    item, other, file = make_news("Nieuws", now=now), make_news("Anders", now=now), keep(now)
    other.group = Group((Condition("civil_servant"),))

    def may_open(person, *, is_shown_all=False):
        user, own = (person.user, person) if hasattr(person, "user") else (person, None)
        reader = FileReader(user.id, own, is_shown_all, Actor(user.username, user.id))
        return files.find_news_right(file.id, reader, now) is not None

    assert not may_open(colleague, is_shown_all=True)  # of no message yet
    for of in (item, other):
        add(of, file, now)
    assert not may_open(servant)
    news.publish_news(other, actor=COMMAND, now=now)
    assert [may_open(person) for person in (member, servant, colleague)] == [False, True, False]
    assert may_open(colleague, is_shown_all=True)
    news.publish_news(item, actor=COMMAND, now=now)
    assert may_open(member)
