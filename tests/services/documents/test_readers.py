"""Who read a document, who did not yet, and who may open its file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db as portal_db
from app.models import (
    AuditEvent,
    Condition,
    Document,
    DocumentReading,
    Group,
    MemberState,
    Notification,
    StoredFile,
)
from app.phrases import RuleBroken
from app.services.audiences.reach import Gap
from app.services.audit import COMMAND, Actor
from app.services.documents import documents, for_member, lists, readings
from app.services.documents.readings import Readers
from app.services.documents.rights import find_document_right, find_personal_right
from app.services.files.readers import FileReader
from tests.support.factories.documents import give, keep, publish
from tests.support.factories.people import make_member, make_staff

CIVIL = Group((Condition("civil_servant"),))
DAY = timedelta(days=1)


def told(document: Document) -> list[int]:
    found = select(Notification.member_id).where(Notification.withdrawn_at.is_(None)).order_by(Notification.member_id)
    return list(portal_db.session.scalars(found))


def test_the_first_reading_counts(db, now):
    member = make_member()
    document = publish(now)
    for hours in (0, 1):
        readings.note_reading(member.id, document, now + timedelta(hours=hours))
    assert [reading.first_read_at for reading in db.session.scalars(select(DocumentReading))] == [now]


def test_readers_are_counted_and_listed_within_the_audience(db, now):
    read, unread = (
        make_member(surname="Aarts", is_civil_servant=True),
        make_member(surname="Bos", is_civil_servant=True),
    )
    make_member(is_civil_servant=False)
    document = publish(now, group=CIVIL)
    readings.note_reading(read.id, document, now)
    readings.note_reading(unread.id, publish(now, title="Gids"), now)
    counts = readings.count_readers(document)
    assert (counts.read, counts.unread, counts.total) == (1, 1, 2)
    listed = [
        readings.list_readers(document, which, narrower=None, limit=9) for which in (Readers.READ, Readers.UNREAD)
    ]
    assert listed == [[(read, now, None)], [(unread, None, None)]]


def test_readers_can_be_narrowed_to_another_group(db, now):
    civil = make_member(is_civil_servant=True)
    make_member(is_civil_servant=False)
    document = publish(now)
    assert readings.count_readers(document, CIVIL).total == 1
    assert readings.list_readers(document, Readers.UNREAD, narrower=CIVIL, limit=9) == [(civil, None, None)]


def test_who_should_read_it_but_is_not_reached_is_listed_with_why(db, now):
    told, muted = make_member(surname="Aarts"), make_member(surname="Bos", email=None)
    invited = make_member(surname="Cuyp", state=MemberState.INVITED)
    stopped = make_member(surname="Dijk", state=MemberState.RESIGNED)
    document = publish(now)
    assert readings.list_readers(document, Readers.UNREAD, narrower=None, limit=9) == [
        (told, None, None),
        (muted, None, Gap.NO_ADDRESS),
        (invited, None, Gap.NOT_OPENED),
        (stopped, None, Gap.LEFT),
    ]
    assert [row.member for row in readings.list_readers(document, Readers.TOLD, narrower=None, limit=9)] == [
        told,
        muted,
    ]
    missed = readings.list_readers(document, Readers.MISSED, narrower=None, limit=9)
    assert [row.member for row in missed] == [invited, stopped]
    counts = readings.count_readers(document)
    assert [counts.of(which) for which in Readers] == [4, 2, 2, 0]
    assert counts.unread == 2  # only they are reminded


def test_only_who_did_not_read_it_is_reminded(db, now):
    read, unread = make_member(), make_member()
    document = publish(now)
    readings.note_reading(read.id, document, now)
    assert readings.remind_unread(document, actor=COMMAND, now=now) == 1
    assert told(document) == [unread.id]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "document.reminded")).one()
    assert event.details == {"members": 1}


def test_a_second_reminder_within_the_hour_is_refused(db, now):
    make_member()
    document = publish(now)
    readings.remind_unread(document, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken, match="less than an hour"):
        readings.remind_unread(document, actor=COMMAND, now=now + timedelta(minutes=59))
    assert readings.remind_unread(document, actor=COMMAND, now=now + timedelta(minutes=61)) == 1


def test_nobody_is_reminded_of_what_everybody_read_or_nobody_can_read(db, now):
    member = make_member()
    document = publish(now)
    readings.note_reading(member.id, document, now)
    with pytest.raises(RuleBroken, match="Everybody"):
        readings.remind_unread(document, actor=COMMAND, now=now)
    documents.DOCUMENTS.withdraw(document, actor=COMMAND, now=now)
    with pytest.raises(RuleBroken, match="cannot read"):
        readings.remind_unread(document, actor=COMMAND, now=now)


def test_unread_readers_of_an_old_version_are_reminded_of_the_new_one(db, now):
    member = make_member()
    document = publish(now)
    readings.note_reading(member.id, document, now)
    documents.add_version(document, keep(now), tells=False, actor=COMMAND, now=now)
    assert readings.remind_unread(document, actor=COMMAND, now=now) == 1


def test_a_personal_file_is_refused_to_another_member_by_the_rule_itself(db, now):
    """The row guard of requests stands beneath it; here it is open."""
    mine, other = make_member(), make_member()
    give(now, mine)
    file_id = db.session.scalars(select(StoredFile.id)).one()
    readers = [FileReader(member.user_id, member, False, COMMAND) for member in (mine, other)]
    assert [find_personal_right(file_id, reader, now) is not None for reader in readers] == [True, False]


def reader_of(person, *, is_shown_all=False):
    """A member, or somebody of the team."""
    user, member = (person.user, person) if hasattr(person, "user") else (person, None)
    return FileReader(user.id, member, is_shown_all, Actor(user.username, user.id))


def test_of_a_document_a_member_opens_the_version_of_now_and_the_team_every_one(db, now):
    member, outside = make_member(is_civil_servant=True), make_member(is_civil_servant=False)
    document = publish(now, group=CIVIL)
    documents.add_version(document, keep(now), tells=False, actor=COMMAND, now=now)
    newest, first = (version.file_id for version in lists.list_versions(document))

    def may_open(person, file_id, **given):
        return find_document_right(file_id, reader_of(person, **given), now) is not None

    assert [may_open(member, file_id) for file_id in (newest, first)] == [True, False]
    assert not may_open(outside, newest)
    team = make_staff()
    assert [may_open(team, newest), may_open(team, first, is_shown_all=True)] == [False, True]
    find_document_right(newest, reader_of(member), now).note_read(now)
    reading = db.session.scalars(select(DocumentReading)).one()
    assert (reading.member_id, reading.document_id, reading.version_number) == (member.id, document.id, 2)


def test_that_the_team_opened_a_personal_file_is_in_the_trail_and_a_member_reads_it(db, now):
    member, other, team = make_member(), make_member(), make_staff()
    give(now, other)
    document = give(now, member)
    [(grant, _)] = lists.list_grants(document, limit=9, offset=0)
    assert find_personal_right(grant.file_id, reader_of(team), now) is None
    find_personal_right(grant.file_id, reader_of(team, is_shown_all=True), now).note_read(now)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "document.looked_at")).one()
    assert (event.actor_user_id, event.subject_id, event.member_id) == (team.id, document.id, member.id)
    find_personal_right(grant.file_id, reader_of(member), now + DAY).note_read(now + DAY)
    assert [read_at for _, read_at in lists.list_grants(document, limit=9, offset=0)] == [now + DAY]
    documents.withdraw_grant(grant, actor=COMMAND, now=now)
    assert find_personal_right(grant.file_id, reader_of(member), now) is None


def test_a_personal_file_is_found_at_its_own_document(db, now):
    member, other = make_member(), make_member()
    document, foreign = give(now, member), give(now, other)
    [(grant, read_at)] = lists.list_grants(document, limit=9, offset=0)
    assert (grant.member_id, read_at, lists.count_grants(document)) == (member.id, None, 1)
    assert lists.find_grant(document, grant.id) is grant
    assert lists.find_grant(foreign, grant.id) is None
    for person, seen in ((member, [True, False]), (other, [False, True])):
        assert [for_member.has_document(person.id, row.id, now) for row in (document, foreign)] == seen
