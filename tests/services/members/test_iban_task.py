"""The account number is asked of who will get a fee."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.models import ElectionState, NotificationKind
from app.services.audit import COMMAND
from app.services.members import profile
from app.services.members.open_tasks import count_own_data, find_own_data, given_own_data
from app.services.waiting import MEMBER_ID, NOW, asked_of
from tests.support.factories.campaigns import send
from tests.support.factories.elections import choices_of, give_availability, make_function, make_open_election
from tests.support.factories.people import make_member
from tests.support.statements import seen_statements

NOW_COUNTED = select(count_own_data(MEMBER_ID, NOW))


@pytest.fixture
def election(db):
    found = make_open_election()
    make_function("voorzitter").fee = Decimal("120.00")
    db.session.commit()
    return found


def _is_asked(db, member, now) -> bool:
    """By the list of tasks, which is the same number as the badge."""
    tasks = [task.kind for task in find_own_data(member, now)]
    given = {**asked_of(member.id, now), **given_own_data(member, now)}
    assert db.session.scalar(NOW_COUNTED, given) == len(tasks)
    return "iban" in tasks


def test_who_wants_to_help_for_a_fee_is_asked_until_it_is_known(db, election, now):
    member = make_member()
    assert not _is_asked(db, member, now)
    give_availability(member, election)
    assert _is_asked(db, member, now)
    profile.change_own_data(member, {"iban": "NL91ABNA0417164300"}, actor=COMMAND, now=now)
    assert not _is_asked(db, member, now)


def test_all_of_the_own_data_is_asked_in_one_statement_and_tasks_keep_their_day(db, election, now):
    member = make_member()
    give_availability(member, election)
    until = now + timedelta(days=3)
    send(now, kind=NotificationKind.GIVE_BSN, due_at=until)
    assert find_own_data(member, now)  # with what it reads of the member itself
    with seen_statements(db.engine) as seen:
        tasks = find_own_data(member, now)
    assert len(seen) == 1
    assert {task.kind: task.deadline for task in tasks}.items() >= {"bsn": until, "iban": None}.items()


@pytest.mark.parametrize(("code", "is_asked"), [("voorzitter", True), ("teller", False)])
def test_of_who_prefers_functions_only_those_count(db, election, now, code, is_asked):
    member = make_member()
    give_availability(member, election, functions=[make_function(code).id])
    assert _is_asked(db, member, now) is is_asked


def test_nobody_is_asked_who_cannot_help_or_when_it_is_over_or_without_a_fee(db, election, now):
    absent, helping = make_member(), make_member()
    give_availability(absent, election, choices=choices_of(election, "no"))
    give_availability(helping, election)
    assert not _is_asked(db, absent, now)
    assert _is_asked(db, helping, now)
    election.state = ElectionState.CLOSED
    db.session.flush()
    assert not _is_asked(db, helping, now)
    election.state = ElectionState.RECRUITING
    make_function("voorzitter").fee = Decimal(0)
    db.session.flush()
    assert not _is_asked(db, helping, now)


def test_the_task_stands_on_home_and_leads_to_the_field(db, election, now, client, clock, sign_in_as):
    member = make_member()
    give_availability(member, election)
    sign_in_as(client, member)
    page = client.get("/").text
    assert "Vul je rekeningnummer (IBAN) in" in page
    assert "/mijn-gegevens/wijzigen#iban" in page
