"""Documents: who sees what and until when, versions, being told once, and who read it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.extensions import db as portal_db
from app.models import (
    AuditEvent,
    Campaign,
    Condition,
    Document,
    DocumentGrant,
    Group,
    Member,
    MemberState,
    Notification,
    OutboundMail,
    PublicationState,
    StoredFile,
)
from app.phrases import RuleBroken
from app.services.audit import COMMAND
from app.services.documents import announcements, documents, for_member, readings
from tests.support.factories.documents import give, keep, publish, wanted
from tests.support.factories.elections import make_election
from tests.support.factories.people import make_member

CIVIL = Group((Condition("civil_servant"),))


def seen_by(member: Member, now: datetime) -> list[str]:
    return [document.document.title for document in for_member.list_own_documents(member.id, now)]


def told(document: Document) -> list[int]:
    found = select(Notification.member_id).where(Notification.withdrawn_at.is_(None)).order_by(Notification.member_id)
    return list(portal_db.session.scalars(found))


# --- uploading ----------------------------------------------------------------------------------------------------


def test_each_of_several_files_becomes_a_draft_that_is_called_after_it(db, now):
    made = documents.add_documents(
        wanted(title=""), [keep(now, "Werk_instructie dag.pdf"), keep(now, "Gids.pdf")], actor=COMMAND, now=now
    )
    assert [document.title for document in made] == ["Werk instructie dag", "Gids"]
    assert {document.state for document in made} == {PublicationState.DRAFT}


def test_one_title_for_several_files_is_refused(db, now):
    with pytest.raises(RuleBroken) as refused:
        documents.add_documents(wanted(), [keep(now), keep(now)], actor=COMMAND, now=now)
    assert refused.value.field == "title"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"category": "song"}, "category"),
        ({"language": "xx"}, "language"),
        ({"election_id": 999}, "election_id"),
        ({"group": Group(())}, "audience"),
        ({"publish_until": datetime.fromisoformat("2020-01-01T00:00:00+00:00")}, "publish_until"),
    ],
)
def test_what_is_filled_in_is_checked(db, now, values, field):
    with pytest.raises(RuleBroken) as refused:
        documents.add_documents(wanted(**values), [keep(now)], actor=COMMAND, now=now)
    assert refused.value.field == field


# --- who sees it --------------------------------------------------------------------------------------------------


def test_a_document_is_seen_by_its_audience_from_when_it_is_published(db, now):
    inside, outside = make_member(is_civil_servant=True), make_member(is_civil_servant=False)
    (draft,) = documents.add_documents(wanted(group=CIVIL), [keep(now)], actor=COMMAND, now=now)
    assert seen_by(inside, now) == []
    documents.publish_documents([draft], actor=COMMAND, now=now)
    assert seen_by(inside, now) == ["Handleiding"]
    assert seen_by(outside, now) == []


def test_a_document_is_seen_within_its_period_only(db, now):
    member = make_member()
    publish(now, publish_from=now + timedelta(days=1), publish_until=now + timedelta(days=2))
    assert [len(seen_by(member, now + timedelta(days=days))) for days in (0, 1, 2)] == [0, 1, 0]


def test_who_read_it_keeps_it_after_leaving_the_audience(db, now):
    reader, other = make_member(is_civil_servant=True), make_member(is_civil_servant=True)
    document = publish(now, group=CIVIL)
    publish(now, group=CIVIL, title="Ongelezen")
    readings.note_reading(reader.id, document, now)
    reader.is_civil_servant = other.is_civil_servant = False
    db.session.commit()
    assert seen_by(reader, now) == ["Handleiding"]
    assert seen_by(other, now) == []


def test_who_was_told_keeps_it_too(db, now):
    member = make_member(is_civil_servant=True)
    publish(now, group=CIVIL, is_announced=True)
    publish(now, group=CIVIL, title="Stil")
    announcements.announce_due_documents(now)
    member.is_civil_servant = False
    db.session.commit()
    assert seen_by(member, now) == ["Handleiding"]


def test_a_withdrawn_document_is_gone_for_who_read_it_too(db, now):
    member = make_member()
    document = publish(now)
    readings.note_reading(member.id, document, now)
    documents.DOCUMENTS.withdraw(document, actor=COMMAND, now=now)
    db.session.commit()
    assert seen_by(member, now) == []
    assert not for_member.may_read(member.id, document, now)


def test_a_personal_document_is_its_members_alone_whatever_the_members_state(db, now):
    mine, other = make_member(state=MemberState.PAUSED), make_member()
    give(now, mine)
    give(now, other, title="Afwijzing")
    assert seen_by(mine, now) == ["Benoeming"]
    assert seen_by(other, now) == ["Afwijzing"]


def test_a_personal_file_that_was_taken_back_is_gone(db, now):
    member = make_member()
    document = give(now, member)
    grant = db.session.scalars(select(DocumentGrant)).one()
    give(now, member, title="Bedankbrief")
    documents.withdraw_grant(grant, actor=COMMAND, now=now)
    assert seen_by(member, now) == ["Bedankbrief"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "document.taken_back")).one()
    assert (event.subject_id, event.member_id, grant.withdrawn_at) == (document.id, member.id, now)
    with pytest.raises(RuleBroken, match="taken back already"):
        documents.withdraw_grant(grant, actor=COMMAND, now=now)


# --- changing -----------------------------------------------------------------------------------------------------


def test_whom_a_published_document_is_for_stays(db, now):
    document = publish(now)
    with pytest.raises(RuleBroken, match="Withdraw it first"):
        documents.change_document(document, wanted(group=CIVIL), actor=COMMAND, now=now)
    documents.change_document(document, wanted(title="Gids"), actor=COMMAND, now=now)
    assert (document.title, document.publish_from) == ("Gids", now)


def test_only_a_draft_can_be_deleted_and_its_file_goes_with_it(db, now):
    document = publish(now)
    with pytest.raises(RuleBroken):
        documents.delete_document(document, actor=COMMAND, now=now)
    (draft,) = documents.add_documents(wanted(), [keep(now)], actor=COMMAND, now=now)
    number = draft.id
    documents.delete_document(draft, actor=COMMAND, now=now)
    db.session.commit()
    assert db.session.query(StoredFile).count() == 1
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "document.deleted")).one()
    assert event.subject_id == number


def test_a_new_version_is_new_to_who_read_the_old_one(db, now):
    member, other = make_member(), make_member()
    document = publish(now)
    readings.note_reading(member.id, document, now)
    elsewhere = publish(now - timedelta(days=1), title="Anders")
    documents.add_version(elsewhere, keep(now), tells=False, actor=COMMAND, now=now)
    documents.add_version(document, keep(now, "Nieuw.pdf"), tells=False, actor=COMMAND, now=now)
    db.session.commit()
    mine, _ = for_member.list_own_documents(member.id, now)
    theirs, _ = for_member.list_own_documents(other.id, now)
    assert (mine.file.name, mine.read_at, mine.is_new_version) == ("Nieuw.pdf", None, True)
    assert (theirs.is_new_version, theirs.received_at) == (False, now)
    replaced = select(AuditEvent.details).where(AuditEvent.action == "document.replaced")
    assert db.session.scalars(replaced.where(AuditEvent.subject_id == document.id)).all() == [{"version": 2}]
    assert [(version.number, version.file.name) for version in document.versions] == [(2, "Nieuw.pdf"), (1, "Gids.pdf")]


def test_of_two_new_versions_at_once_one_wins(db, now):
    document = publish(now)
    db.session.execute(update(Document).values(version_number=7), execution_options={"synchronize_session": False})
    with pytest.raises(RuleBroken, match="just changed"):
        documents.add_version(document, keep(now), tells=False, actor=COMMAND, now=now)


# --- being told ---------------------------------------------------------------------------------------------------


def test_members_are_told_once_when_it_appears(db, now):
    member = make_member()
    document = publish(now, is_announced=True, publish_from=now + timedelta(hours=2))
    announcements.announce_due_documents(now)
    assert told(document) == []
    later = now + timedelta(hours=2)
    assert [announcements.announce_due_documents(later), announcements.announce_due_documents(later)] == [1, 0]
    assert told(document) == [member.id]
    assert len(db.session.scalars(select(OutboundMail)).all()) == 1


def test_without_the_tick_nobody_is_told(db, now):
    make_member()
    publish(now)
    assert announcements.announce_due_documents(now) == 0


def test_a_new_version_tells_again_only_when_asked_and_takes_the_place_of_what_was_not_read(db, now):
    member = make_member()
    document = publish(now, is_announced=True)
    announcements.announce_due_documents(now)
    documents.add_version(document, keep(now), tells=False, actor=COMMAND, now=now)
    assert announcements.announce_due_documents(now) == 0
    documents.add_version(document, keep(now), tells=True, actor=COMMAND, now=now)
    assert announcements.announce_due_documents(now) == 1
    assert told(document) == [member.id]
    titles = [
        notification.campaign.title
        for notification in db.session.scalars(select(Notification).order_by(Notification.id))
    ]
    assert titles == ["Nieuw document: Handleiding", "Nieuwe versie: Handleiding"]


def test_withdrawing_takes_back_what_told_of_it(db, now):
    member = make_member()
    document = publish(now, is_announced=True)
    publish(now, title="Gids", is_announced=True)
    announcements.announce_due_documents(now)
    documents.DOCUMENTS.withdraw(document, actor=COMMAND, now=now)
    assert told(document) == [member.id]  # of the other one


def test_a_personal_document_tells_its_members_only(db, now):
    mine, _ = make_member(), make_member()
    document = give(now, mine, is_announced=True)
    announcements.announce_due_documents(now)
    assert told(document) == [mine.id]


def test_opening_the_document_reads_its_notification(db, now):
    member = make_member()
    document = publish(now, is_announced=True)
    other = publish(now, title="Gids", is_announced=True)
    announcements.announce_due_documents(now)
    readings.note_reading(member.id, document, now)
    db.session.expire_all()
    read = {row.campaign.subject_id: row.read_at for row in db.session.scalars(select(Notification))}
    assert read == {document.id: now, other.id: None}


def test_what_tells_of_a_document_names_it_in_both_languages_as_far_as_it_has_a_name(db, now):
    make_member()
    election = make_election()
    for values in ({"title_en": "Manual"}, {"title_en": ""}):
        publish(now, is_announced=True, election_id=election.id, **values)
    announcements.announce_due_documents(now)
    campaigns = portal_db.session.scalars(select(Campaign).order_by(Campaign.id)).all()
    assert [(campaign.title, campaign.title_en) for campaign in campaigns] == [
        ("Nieuw document: Handleiding", "New document: Manual"),
        ("Nieuw document: Handleiding", "New document: Handleiding"),
    ]
    assert {campaign.election_id for campaign in campaigns} == {election.id}


def test_who_did_not_read_it_yet_is_reminded_in_words_of_a_reminder(db, now):
    make_member()
    document = publish(now, title_en="Manual")
    readings.remind_unread(document, actor=COMMAND, now=now)
    campaign = portal_db.session.scalars(select(Campaign)).one()
    assert (campaign.title, campaign.title_en) == ("Nog te lezen: Handleiding", "Still to read: Manual")
    assert campaign.subject_id == document.id
