"""Files and documents that go with messages: who may open them, and which of the library can go along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import MessageAttachment
from app.phrases import RuleBroken
from app.services.audit import COMMAND, Actor
from app.services.documents import documents
from app.services.files.readers import FileReader
from app.services.message_box import team, threads
from app.services.message_box.attachments import find_in_library, find_message_right
from tests.support.factories.documents import give, keep, publish
from tests.support.factories.elections import make_election, make_open_election
from tests.support.factories.message_box import actor_of, ask
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.texts import make_document


def may_open(person, file_id, now, *, is_shown_all=False):
    user, member = (person.user, person) if hasattr(person, "user") else (person, None)
    reader = FileReader(user.id, member, is_shown_all, Actor(user.username, user.id))
    return find_message_right(file_id, reader, now) is not None


def answer(thread, colleague, now, **more):
    return team.answer(thread, "Zie de bijlage.", seen=thread.version, actor=actor_of(colleague), now=now, **more)


def test_a_file_of_a_message_is_opened_by_its_member_and_by_who_may_read_questions(db, now):
    member, other, colleague = make_member(), make_member(), make_staff()
    foreign, thread = ask(other, now=now), ask(member, now=now)
    files = [keep(now), keep(now)]
    for of, file in ((foreign, files[0]), (thread, files[1])):
        answer(of, colleague, now, files=[file])
    assert [may_open(member, file.id, now) for file in files] == [False, True]
    assert not may_open(colleague, files[1].id, now)
    assert may_open(colleague, files[1].id, now, is_shown_all=True)
    assert not may_open(colleague, keep(now).id, now, is_shown_all=True)  # of no message


def test_a_document_of_the_library_goes_along_in_its_version_of_now_until_it_is_withdrawn(db, now):
    member, colleague = make_member(), make_staff()
    publish(now, title="Anders")
    document, thread = publish(now), ask(member, now=now)
    documents.add_version(document, keep(now, "Nieuw.pdf"), tells=False, actor=COMMAND, now=now)
    message = answer(thread, colleague, now, document_id=document.id)
    attached = db.session.scalars(select(MessageAttachment)).one()
    newest = document.versions[0].file_id
    assert (attached.message_id, attached.member_id) == (message.id, member.id)
    assert (attached.document_id, attached.file_id) == (document.id, newest)
    assert may_open(member, newest, now)
    documents.DOCUMENTS.withdraw(document, actor=COMMAND, now=now)
    db.session.commit()
    assert not may_open(member, newest, now)


def test_only_what_is_in_the_library_now_can_go_along(db, now):
    later = publish(now, title="Later", publish_from=now + timedelta(days=1))
    wanted = (make_document("Concept", now=now).id, later.id, give(now, make_member()).id, 0)
    for document_id in wanted:
        with pytest.raises(RuleBroken) as refusal:
            find_in_library(document_id, now)
        assert refusal.value.field == "document_id"
    assert find_in_library(later.id, now + timedelta(days=1)).document_id == later.id


def test_a_message_has_so_many_files_and_no_more_than_so_much(db, now, monkeypatch):
    member, colleague = make_member(), make_staff()
    thread = ask(member, now=now)
    answer(thread, colleague, now, files=[keep(now) for _ in range(threads.MOST_FILES)])
    for files in ([keep(now) for _ in range(threads.MOST_FILES + 1)], [keep(now)]):
        with pytest.raises(RuleBroken) as refusal:
            answer(thread, colleague, now, files=files)
        assert refusal.value.field == "files"
        monkeypatch.setattr(threads, "MOST_MEGABYTES", 0)


def test_the_team_chooses_from_colleagues_and_from_elections_that_are_going_on(db, now):
    bea = make_staff(first_name="Bea", last_name="Post")
    make_staff(active=False)
    make_member()
    going_on, closed = make_open_election(), make_open_election(code="PS2026", name="Provinciale Staten")
    make_election(code="TK2028", name="Tweede Kamer")
    closed.state = "closed"
    db.session.flush()
    assert team.list_filter_choices() == ({bea.id: "Bea Post"}, {going_on.id: going_on.name})
    assert threads.list_elections() == [going_on]
