"""What both of two members have of one thing becomes one, and what a third one has stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import (
    Assignment,
    Availability,
    Couple,
    Declaration,
    DocumentGrant,
    DocumentReading,
    NewsReading,
    Notification,
    NotificationMail,
    Thread,
    TrainingSeat,
)
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.documents import documents, readings
from app.services.members.one_person.moving import count_kept, move_rows
from app.services.message_box import team_questions
from app.services.message_box.team_questions import TeamQuestionText
from app.services.notifications.notifications import mark_read
from tests.support.factories.campaigns import send
from tests.support.factories.documents import give, keep, publish
from tests.support.factories.elections import (
    give_availability,
    make_election,
    make_function,
    make_open_election,
    make_station,
    shifts_of,
)
from tests.support.factories.message_box import ask
from tests.support.factories.people import make_member
from tests.support.factories.staffing import make_place
from tests.support.factories.texts import make_news
from tests.support.factories.training import make_session, sign_up
from tests.support.inbox import told

HOUR = timedelta(hours=1)


@pytest.fixture
def people(db):
    """Who stays, who goes, and somebody who has nothing to do with it."""
    return make_member(), make_member(), make_member()


def merge(db, kept, gone):
    db.session.flush()
    move_rows(gone.id, kept.id)
    db.session.expire_all()


def of(db, table, *columns):
    rows = select(table.member_id, *columns).order_by(table.member_id, *columns)
    return [tuple(row) for row in db.session.execute(rows)]


def test_a_question_that_both_were_asked_stays_two_conversations(db, people, now):
    kept, gone, other = people
    text = TeamQuestionText("Lunch", "Eet je mee?", groups.everybody())
    question = team_questions.write_team_question(text, None, actor=COMMAND, now=now)
    team_questions.ask_audience(question, actor=COMMAND, now=now)
    ask(gone, now=now)
    merge(db, kept, gone)
    threads = {key: member_id for key, member_id in db.session.execute(select(Thread.id, Thread.member_id))}
    assert sorted(threads.values()) == [kept.id] * 3 + [other.id]
    asked = db.session.scalars(select(Thread.member_id).where(Thread.team_question_id == question.id))
    assert sorted(asked) == [kept.id, other.id]
    assert count_kept(kept.id) == {"availability": 0, "thread": 3, "notification": 1, "document_grant": 0}


def test_what_either_read_is_read_and_its_mails_stay_told(db, people, now):
    kept, gone, other = people
    campaigns = [send(now + number * HOUR) for number in range(2)]
    mark_read(told(gone)[0], now + HOUR)
    mark_read(told(kept)[1], now + 2 * HOUR)
    mails = set(db.session.scalars(select(NotificationMail.mail_id)))
    merge(db, kept, gone)
    assert of(db, Notification, Notification.campaign_id, Notification.read_at, Notification.done_at) == [
        (kept.id, campaigns[0].id, now + HOUR, now + HOUR),
        (kept.id, campaigns[1].id, now + 2 * HOUR, now + 2 * HOUR),
        (other.id, campaigns[0].id, None, None),
        (other.id, campaigns[1].id, None, None),
    ]
    links = of(db, NotificationMail, NotificationMail.mail_id)
    assert {mail_id for _, mail_id in links} == mails
    assert [member_id for member_id, _ in links] == [kept.id] * 4 + [other.id] * 2


def test_a_document_was_first_read_when_either_did_and_news_what_either_did(db, people, now):
    kept, gone, other = people
    first, second = publish(now), publish(now, title="Gids")
    for member, document, hours in (
        (kept, first, 3),
        (gone, first, 1),
        (other, first, 0),
        (kept, second, 2),
        (gone, second, 4),
    ):
        readings.note_reading(member.id, document, now + hours * HOUR)
    item = make_news("Nieuws", now=now)
    for member, read_at, archived_at in ((kept, None, now), (gone, now, now + HOUR), (other, None, None)):
        db.session.add(NewsReading(member_id=member.id, item_id=item.id, read_at=read_at, archived_at=archived_at))
    merge(db, kept, gone)
    assert of(db, DocumentReading, DocumentReading.document_id, DocumentReading.first_read_at) == [
        (kept.id, first.id, now + HOUR),
        (kept.id, second.id, now + 2 * HOUR),
        (other.id, first.id, now),
    ]
    assert of(db, NewsReading, NewsReading.read_at, NewsReading.archived_at) == [
        (kept.id, now, now),
        (other.id, None, None),
    ]


@pytest.mark.parametrize(
    ("hours", "withdrawn", "stays"),
    [
        ((0, 1), (False, False), "gone"),
        ((1, 0), (False, False), "kept"),
        ((1, 0), (True, False), "gone"),
        ((0, 1), (False, True), "kept"),
    ],
)
def test_of_two_personal_files_the_later_one_that_was_not_taken_back_stays(db, people, now, hours, withdrawn, stays):
    kept, gone, other = people
    document = give(now, other)
    give(now, kept, title="Een andere brief")
    grants = {}
    for name, member, at, is_back in zip(("kept", "gone"), (kept, gone), hours, withdrawn, strict=True):
        grant = DocumentGrant(document_id=document.id, member_id=member.id, file=keep(now), created_at=now + at * HOUR)
        db.session.add(grant)
        db.session.flush()
        if is_back:
            documents.withdraw_grant(grant, actor=COMMAND, now=now)
        grants[name] = grant.id
    merge(db, kept, gone)
    left = select(DocumentGrant.member_id, DocumentGrant.id).where(DocumentGrant.document_id == document.id)
    found = dict(db.session.execute(left).all())
    assert found.keys() == {kept.id, other.id}
    assert found[kept.id] == grants[stays]
    assert len(of(db, DocumentGrant)) == 3


def test_of_two_answers_the_later_one_stays_with_its_declarations(db, people, now):
    kept, gone, other = people
    election, elsewhere = make_open_election(), make_open_election(code="PS2026")
    for member, hours in ((kept, 0), (gone, 1), (other, 2)):
        give_availability(member, election, now=now + hours * HOUR)
    give_availability(gone, elsewhere, now=now)
    merge(db, kept, gone)
    answers = of(db, Availability, Availability.election_id, Availability.changed_at)
    assert answers == [
        (kept.id, election.id, now + HOUR),
        (kept.id, elsewhere.id, now),
        (other.id, election.id, now + 2 * HOUR),
    ]
    given = set(of(db, Declaration, Declaration.election_id, Declaration.given_at))
    assert given == set(answers)


def test_of_two_places_in_a_training_the_better_one_stays_and_the_other_comes_free(db, people, now):
    kept, gone, other = people
    session, elsewhere = make_session(now, capacity=2), make_session(now, capacity=2)
    for member in (other, gone, kept):  # the last one waits
        sign_up(session, member, now)
    sign_up(elsewhere, make_member(), now)
    merge(db, kept, gone)
    seats = select(TrainingSeat.member_id, TrainingSeat.state).where(TrainingSeat.session_id == session.id)
    assert dict(db.session.execute(seats).all()) == {kept.id: "signed_up", other.id: "signed_up"}
    assert [(row.taken, row.waiting) for row in (session, elsewhere)] == [(2, 0), (1, 0)]


@pytest.mark.parametrize("is_alone", [True, False])
def test_who_went_with_the_one_that_goes_goes_with_nobody_where_both_had_somebody(db, people, is_alone):
    kept, gone, other = people
    third, fourth, fifth = (make_member() for _ in range(3))
    pairs = [(gone, third), (other, fourth)] + ([] if is_alone else [(kept, fifth)])
    for first, second in pairs:
        db.session.add_all([Couple(member_id=a.id, other_id=b.id) for a, b in ((first, second), (second, first))])
    merge(db, kept, gone)
    stays = (kept, third if is_alone else fifth)
    couples = {frozenset((member.id, with_whom.id)) for member, with_whom in (stays, (other, fourth))}
    assert {frozenset(pair) for pair in of(db, Couple, Couple.other_id)} == couples
    assert len(of(db, Couple)) == 4


def test_two_who_become_one_are_no_couple_any_more(db, people):
    kept, gone, _other = people
    db.session.add_all([Couple(member_id=a.id, other_id=b.id) for a, b in ((kept, gone), (gone, kept))])
    merge(db, kept, gone)
    assert of(db, Couple) == []


def test_of_two_places_at_one_time_that_of_who_stays_counts(db, people):
    kept, gone, other = people
    election = make_election()
    early, late, count = shifts_of(election)
    station, teller = make_station(election, 1), make_function("teller")
    for member, shift in ((kept, late), (gone, early), (other, early), (gone, count)):
        make_place(member, station, shift, teller)
    merge(db, kept, gone)
    places = sorted(of(db, Assignment, Assignment.shift_id))
    # The second shift begins before the first one ends.
    assert places == sorted([(kept.id, late.id), (kept.id, count.id), (other.id, early.id)])
