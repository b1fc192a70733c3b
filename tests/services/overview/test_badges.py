"""What waits today, counted in one statement."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from app.models import ImportRun, ImportState, MemberState
from app.models.guard.row_guard import enter, own_rows
from app.services.audit import COMMAND
from app.services.availability import answers
from app.services.elections.declarations import list_current_texts
from app.services.import_runs import list_left
from app.services.overview import badges
from app.services.overview.open_tasks import list_open_tasks
from app.views import SUBJECTS
from tests.support.factories.elections import answer_for, give_availability, make_election, make_open_election
from tests.support.factories.message_box import answer, ask
from tests.support.factories.people import make_member, make_staff

ENTRY_OF = {
    "check_data": "My data",
    "bsn": "My data",
    "availability": "My availability",
    "answer": "Message box",
}
ENTRIES = {"My data", "My availability", "Message box"}
TEAM = {"All members", "Import members", "All elections"}


BADGES = [badge for subject in SUBJECTS for badge in subject.badges]
FINDERS = [task.find for subject in SUBJECTS for task in subject.tasks.values()]
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


def tasks(member, now):
    return dict(Counter(ENTRY_OF[task.kind] for task in list_open_tasks(member, now, FINDERS)))


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
    for one in (member, make_member()):
        thread = ask(one, now=now)
        answer(thread, make_staff(), now=now)


CASES = {
    _written_to: {"My data": 2, "My availability": 1, "Message box": 1},
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
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_badges_count_the_open_tasks_of_the_home_page(db, now, case):
    member, election = make_member(), make_open_election()
    give_availability(make_member(), election, now=now)  # of somebody else: never counted
    case(member, election, now)
    db.session.commit()

    assert numbers(member, now) == tasks(member, now) == CASES[case]


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
    assert len(seen) == 2
    with statements() as seen:
        count(None, {"Functions"}, now)
    assert seen == []
