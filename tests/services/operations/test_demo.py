"""The demo data: what there is to try when the portal is started for the first time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from stdnum import iban
from stdnum.nl import bsn

from app.clock import local_today
from app.models import (
    Assignment,
    Availability,
    Campaign,
    CampaignState,
    ChairNote,
    Couple,
    Election,
    ElectionState,
    EligibilityFinding,
    HoursState,
    MailState,
    Member,
    MemberState,
    Notification,
    OutboundMail,
    PollingStation,
    Reserve,
    ReserveState,
    Service,
    StaffingNeed,
    Survey,
    SurveyReply,
    Thread,
    ThreadState,
    TrainingResult,
    TrainingSession,
    User,
    Vacancy,
    VacancyState,
    WorkedHours,
)
from app.services.attendance.access import list_kept
from app.services.attendance.bureau import BureauState
from app.services.attendance.overview import list_stations_now
from app.services.attendance.people import list_day_shifts
from app.services.documents import for_member
from app.services.message_box.writing import faqs
from app.services.operations import demo
from app.services.operations.demo import names
from app.services.planning.needs.choices import list_shifts

LIFETIME = timedelta(days=14)


@pytest.fixture
def made(db, now):
    assert demo.fill_when_empty(now=now, invitation_lifetime=LIFETIME)
    db.session.commit()


def count(db, *wanted):
    return db.session.scalar(select(func.count()).where(*wanted))


def test_there_is_something_of_everything_and_only_once(db, made, now):
    check_members(db)
    check_elections(db)
    check_campaigns(db)
    check_questions(db)
    check_planning(db)
    check_trainings(db)
    check_replacement(db)
    check_day(db, now)
    check_after(db)
    check_mail_and_passwords(db)
    member = db.session.scalars(select(Member).where(Member.state == MemberState.ACTIVE)).first()
    documents = for_member.list_own_documents(member.id, now)
    assert [document.file.media_type for document in documents] == ["application/pdf"] * 2
    for moment in (Availability.changed_at, Thread.last_message_at, Notification.done_at, Campaign.sent_at):
        assert db.session.scalar(select(func.max(moment))) <= now
    assert not demo.fill_when_empty(now=now, invitation_lifetime=LIFETIME)


def check_mail_and_passwords(db):
    """Only the team and the first members get mail, and nobody has a password that somebody knows."""
    waiting = select(OutboundMail.recipient).where(OutboundMail.state == MailState.QUEUED)
    assert len(db.session.scalars(waiting).all()) == 5
    passwords = set(db.session.scalars(select(User.password)))
    assert all(password is None or password.startswith("$argon2id$") for password in passwords)
    people = demo.list_people()
    for user_name in (*people.team, *people.members[:3]):
        assert db.session.scalar(select(User.password).where(User.username == user_name)) is None


def check_trainings(db):
    sessions = db.session.execute(select(TrainingSession.taken, TrainingSession.capacity)).all()
    assert (11, 12) in sessions  # nearly full
    assert len(sessions) == 3
    assert count(db, TrainingResult.session_id.is_not(None)) == 7


def check_after(db):
    past = db.session.scalars(select(Election).order_by(Election.voting_on)).first()
    assert count(db, WorkedHours.election_id == past.id, WorkedHours.state == HoursState.OPEN) == 0
    assert 0 < count(db, WorkedHours.election_id == past.id, WorkedHours.is_absent) < 20
    assert count(db, WorkedHours.service_id == Service.id, Service.election_id == past.id) > 100
    assert count(db, SurveyReply.survey_id == Survey.id, Survey.election_id == past.id) > 50
    assert count(db, ChairNote.election_id == past.id) == 3


def check_members(db):
    states = Counter(db.session.scalars(select(Member.state)))
    assert 380 <= sum(states.values()) <= 420
    assert set(states) == set(MemberState) - {MemberState.ANONYMISED}


def check_replacement(db):
    assert count(db, Reserve.state == ReserveState.ON) == 4
    assert count(db, Vacancy.state == VacancyState.OPEN) == 1


def check_elections(db):
    recruiting, today, past = db.session.scalars(select(Election).order_by(Election.voting_on.desc())).all()
    states = (recruiting.state, today.state, past.state)
    assert states == (ElectionState.RECRUITING, ElectionState.RUNNING, ElectionState.CLOSED)
    active = count(db, Member.state == MemberState.ACTIVE)
    answered = count(db, Availability.election_id == recruiting.id, Availability.is_answered)
    assert 0.4 < answered / active < 0.6
    for election in (recruiting, past):
        assert count(db, PollingStation.election_id == election.id) == 24


def check_planning(db):
    election = db.session.scalar(select(Election).where(Election.state == ElectionState.RECRUITING))
    asked = db.session.scalar(select(func.sum(StaffingNeed.target)).where(StaffingNeed.election_id == election.id))
    planned = count(db, Assignment.election_id == election.id)
    assert 0.25 < planned / asked < 0.35
    blocked = select(EligibilityFinding.member_id).where(
        EligibilityFinding.election_id == election.id,
        EligibilityFinding.is_blocking,
        EligibilityFinding.overridden_at.is_(None),
    )
    assert count(db, EligibilityFinding.member_id.in_(blocked)) > 10
    assert count(db, EligibilityFinding.overridden_at.is_not(None)) == 1
    assert count(db, Service.id.is_not(None)) > 100
    assert count(db, Couple.member_id.is_not(None)) == 24
    assert count(db, PollingStation.latitude.is_not(None)) == 46


def check_day(db, now):
    """It is ten o'clock: each way in which a station can stand is there, and the first member keeps a list."""
    election = db.session.scalar(select(Election).where(Election.state == ElectionState.RUNNING))
    assert election.voting_on == local_today(now)
    shifts = list_day_shifts(list_shifts(election.id), election.voting_on)
    found = {each.station.number: each.bureau.state for each in list_stations_now(election, shifts, now)}
    faults = dict.fromkeys((4, 5), BureauState.FAULT)
    assert found == {**dict.fromkeys((1, 2, 6, 7, 8), BureauState.LEGAL), 3: BureauState.SILENT, **faults}
    first = db.session.scalars(select(Member).where(Member.state == MemberState.ACTIVE).order_by(Member.id)).first()
    assert [kept.number for kept in list_kept(first.id, now)] == [1]


def check_campaigns(db):
    asked = db.session.scalars(select(Campaign).where(Campaign.kind == "give_availability").order_by(Campaign.id)).all()
    assert [campaign.state for campaign in asked] == [CampaignState.DONE, CampaignState.DONE]
    for campaign in asked:
        assert count(db, Notification.campaign_id == campaign.id, Notification.done_at.is_not(None)) > 100
        assert count(db, Notification.campaign_id == campaign.id, Notification.done_at.is_(None)) > 30


def check_questions(db):
    states = Counter(db.session.scalars(select(Thread.state).where(Thread.team_question_id.is_(None))))
    assert states == {ThreadState.NEW: 4, ThreadState.CLOSED: 5}
    assert [answer.question for answer in faqs.suggest_answers("vergoeding", None)] == [
        "Wanneer krijg ik mijn vergoeding?"
    ]


def test_the_people_are_the_same_each_time():
    first, again = (names.make_rows(100, Random(1)) for _ in range(2))
    assert names.with_bsn_and_iban(first) == names.with_bsn_and_iban(again)
    assert len({(row.first_name, row.infix, row.surname) for row in first}) == 100
    for row in names.with_bsn_and_iban(first):
        assert bsn.is_valid(row.bsn)
        assert iban.is_valid(row.iban)
