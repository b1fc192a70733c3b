"""What waits today, counted in one statement."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db as portal_db
from app.models import ImportRun, ImportState, MemberState, Thread
from app.models.guard.row_guard import enter, own_rows
from app.services.audiences import groups
from app.services.audit import COMMAND
from app.services.availability import answers
from app.services.campaigns import campaigns, reopening
from app.services.campaigns.checks import CampaignText
from app.services.documents import announcements, documents
from app.services.elections.declarations import list_current_texts
from app.services.import_runs import list_left
from app.services.message_box import team, team_questions
from app.services.message_box.read_receipts import mark_read_by_member
from app.services.message_box.team_questions import TeamQuestionText
from app.services.news import news
from app.services.overview import badges
from app.services.overview.inbox import open_items
from app.services.overview.open_tasks import list_open_tasks
from app.views import SUBJECTS
from tests.support.factories.elections import answer_for, give_availability, make_election, make_open_election
from tests.support.factories.message_box import answer, ask, reply
from tests.support.factories.people import make_member, make_staff
from tests.support.factories.texts import make_document, make_news

ENTRY_OF = {"check_data": "My data", "bsn": "My data", "availability": "My availability"}
ENTRIES = {"My data", "My availability", "My messages"}
TEAM = {"All members", "Import members", "All elections"}


BADGES = [badge for subject in SUBJECTS for badge in subject.badges]
FINDERS = list(dict.fromkeys(task.find for subject in SUBJECTS for task in subject.tasks.values()))
KINDS = {kind: select for subject in SUBJECTS for kind, select in subject.visible.items()}


def count(member, entries, now):
    chosen = [badge for badge in BADGES if badge.entry in entries and badge.is_of_team == (member is None)]
    return badges.count_waiting(chosen, member, now, kinds=KINDS)


def numbers(member, now, entries=ENTRIES):
    """The badges, counted in a member's own scope."""
    before = enter(own_rows(member_id=member.id, user_id=member.user_id))
    try:
        return {entry: waiting.number for entry, waiting in count(member, entries, now).items()}
    finally:
        enter(before)


def at_home(member, now):
    """What stands on the home page, by the entry at which it is counted, and together."""
    before = enter(own_rows(member_id=member.id, user_id=member.user_id))
    try:
        found = Counter(ENTRY_OF[task.kind] for task in list_open_tasks(member, now, FINDERS))
        found["My messages"] = len(open_items(member.id, now).read(limit=100))
    finally:
        enter(before)
    together = {"Home": found.total()} if found.total() else {}
    return {entry: number for entry, number in found.items() if number} | together


def tell(now, **values):
    wanted = {"kind": "information", "title": "Welkom", "group": groups.everybody(), **values}
    campaign = campaigns.write_campaign(CampaignText(**wanted), None, actor=COMMAND, now=now)
    campaigns.plan_campaign(campaign, send_at=now, actor=COMMAND, now=now)
    campaigns.start_due_campaigns(now)


def _nothing(member, election, now):
    """Asked, and not answered."""


def _answered(member, election, now):
    give_availability(member, election, now=now)


def _candidate(member, election, now):
    texts = answer_for(election).declarations
    said = answer_for(election, declarations={**texts, _candidate_text(election): False})
    answers.record_answer(member, election, said, by=answers.By.MEMBER, actor=COMMAND, now=now)


def _candidate_text(election):
    return next(text.id for text in list_current_texts(election.id) if text.kind == "not_a_candidate")


def _no_more(member, election, now):
    election.availability_closes_at = now


def _not_yet(member, election, now):
    election.availability_opens_at = now + timedelta(seconds=1)


def _reopened(member, election, now):
    row = give_availability(member, election, now=now)
    election.availability_closes_at = now
    row.state, row.reopened_until = "requested", now + timedelta(days=1)


def _over(member, election, now):
    election.state = "running"


def _paused(member, election, now):
    member.state = MemberState.PAUSED


def _resigned(member, election, now):
    member.state = MemberState.RESIGNED


def _all_known(member, election, now):
    member.data_checked_at = member.bsn_known_at = now


def _written_to(member, election, now):
    for receiver in (member, make_member()):
        thread = ask(receiver, now=now)
        answer(thread, make_staff(), now=now)


def _asked_to_do_what_is_asked_already(member, election, now):
    """A notification of a task is no second task."""
    tell(now, kind="check_data")
    tell(now, kind="give_bsn")
    tell(now, kind="give_availability", election_id=election.id)
    tell(now, kind="prefer_function", election_id=election.id)


def _asked_again(member, election, now):
    """The team asks for a check of what was checked; and what the member likes to do, after the availability."""
    _all_known(member, election, now - timedelta(days=3))
    give_availability(member, election, now=now)
    tell(now, kind="check_data")
    tell(now, kind="check_data")
    tell(now, kind="prefer_function", election_id=election.id)


def _answered_what_was_reopened(member, election, now):
    """Who answered has nothing left of being told that the answer is open again."""
    before = now - timedelta(days=1)
    reopening.reopen_and_tell([member], election, until=now + timedelta(days=1), actor=COMMAND, now=before)
    give_availability(member, election, now=now)


def _asked_too_late(member, election, now):
    _asked_again(member, election, now)
    election.availability_closes_at = now


def _locked(member, election, now):
    _asked_again(member, election, now)
    answers.lock_availability(election, actor=COMMAND, now=now)


def _told(member, election, now):
    """Information, a message and a document, of which the last two are told of as well; and what others were told."""
    tell(now)
    document = make_document("Gids", now=now)
    document.is_announced = True
    documents.publish_documents([document], actor=COMMAND, now=now)
    announcements.announce_due_documents(now)
    item = make_news("Nieuws", now=now)
    item.is_announced = True
    news.publish_news(item, actor=COMMAND, now=now)
    news.announce_due_news(now)


def _asked_a_question(member, election, now):
    question = team_questions.write_team_question(
        TeamQuestionText("Lunch", "Eet je mee?", groups.everybody()), None, actor=COMMAND, now=now
    )
    team_questions.ask_audience(question, actor=COMMAND, now=now)


def _read_a_question(member, election, now):
    """Open until it is answered, not until it is read."""
    _asked_a_question(member, election, now)
    mark_read_by_member(_thread_of(member), now)


def _answered_a_question(member, election, now):
    _asked_a_question(member, election, now)
    reply(_thread_of(member), now=now)
    mark_read_by_member(_thread_of(member), now)


def _question_is_closed(member, election, now):
    _read_a_question(member, election, now)
    thread = _thread_of(member)
    team.close(thread, seen=thread.version, actor=COMMAND, now=now)


def _thread_of(member):
    return portal_db.session.scalars(select(Thread).where(Thread.member_id == member.id)).one()


CASES = {
    _written_to: {"My data": 2, "My availability": 1, "My messages": 1},
    _nothing: {"My data": 2, "My availability": 1},
    _answered: {"My data": 2},
    _candidate: {"My data": 2},
    _no_more: {"My data": 2},
    _not_yet: {"My data": 2},
    _reopened: {"My data": 2, "My availability": 1},
    _over: {"My data": 2},
    _paused: {"My data": 2},
    _resigned: {},
    _all_known: {"My availability": 1},
    _asked_to_do_what_is_asked_already: {"My data": 2, "My availability": 1},
    _asked_again: {"My data": 1, "My availability": 1},
    _answered_what_was_reopened: {"My data": 2},
    _asked_too_late: {"My data": 1},
    _locked: {"My data": 1},
    _told: {"My data": 2, "My availability": 1, "My messages": 3},
    _asked_a_question: {"My data": 2, "My availability": 1, "My messages": 1},
    _read_a_question: {"My data": 2, "My availability": 1, "My messages": 1},
    _answered_a_question: {"My data": 2, "My availability": 1},
    _question_is_closed: {"My data": 2, "My availability": 1},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_badges_count_what_stands_on_the_home_page(db, now, case):
    member, election = make_member(), make_open_election()
    give_availability(make_member(), election, now=now)  # of somebody else: never counted
    case(member, election, now)
    db.session.commit()

    together = {"Home": sum(CASES[case].values())} if CASES[case] else {}
    assert numbers(member, now) == at_home(member, now) == CASES[case] | together


def test_the_team_sees_what_was_left_and_equal_bsns(db, now):
    election = make_election()
    for kind, state, hours in (
        ("roster", ImportState.CHECKED, 1),
        ("roster", ImportState.UPLOADED, 1),
        ("roster", ImportState.DONE, 1),
        ("roster", ImportState.CHECKED, 25),  # its file is gone
        ("stations", ImportState.CHECKED, 1),
    ):
        at = now - timedelta(hours=hours)
        of = election.id if kind == "stations" else None
        db.session.add(ImportRun(kind=kind, state=state, file_name="x", created_at=at, election_id=of))
    for _ in range(2):
        make_member(bsn_duplicate=True)

    found = count(None, TEAM, now)

    assert {entry: waiting.number for entry, waiting in found.items()} == {
        "Import members": 2,
        "All elections": 1,
        "All members": 2,
    }
    assert [(run.kind, of.code if of else None) for run, of in list_left(now)] == [
        ("roster", None),
        ("roster", None),
        ("stations", election.code),
    ]


def test_one_statement_however_many_badges_and_none_without_entries(db, now, statements):
    member = make_member()
    make_open_election()
    with statements() as seen:
        count(None, TEAM, now)
        numbers(member, now)
    assert len(seen) == 3  # one for the team, and for the member one more: whom what is published is for
    with statements() as seen:
        count(None, {"Functions"}, now)
    assert seen == []
