"""A rule of one row and the same rule in SQL say the same of every row."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property

from app.models import (
    Availability,
    AvailabilityState,
    Campaign,
    Document,
    Election,
    ElectionState,
    MailedLink,
    MemberState,
    NewsItem,
    PublicationState,
    Reminder,
    SessionState,
    TrainingSession,
)
from app.models.base import Model
from app.models.member import CHECK_AGAIN_AFTER
from tests.support.factories.elections import VOTING_ON, make_election
from tests.support.factories.people import make_member

DAY = timedelta(days=1)


def make_news(**values) -> NewsItem:
    return NewsItem(title="Titel", body="Tekst", **values)


def make_document(**values) -> Document:
    return Document(title="Titel", category="manual", **values)


def found_by(db, rows: list[Any], rule: str, *asked: datetime) -> set[int]:
    """The ids that SQL finds, which are those of the rows that say so themselves."""
    db.session.add_all(rows)
    db.session.flush()
    model = type(rows[0])
    in_sql, of_rows = getattr(model, rule), {row.id: getattr(row, rule) for row in rows}
    found = set(db.session.scalars(select(model.id).where(in_sql(*asked) if asked else in_sql)))
    assert found == {id_ for id_, says in of_rows.items() if (says(*asked) if asked else says)}
    return found


@pytest.mark.parametrize("make", [make_news, make_document])
def test_what_is_shown(db, now: datetime, make):
    moments = (None, now - DAY, now, now + DAY)
    rows = [
        make(state=state.value, publish_from=begin, publish_until=end, created_at=now, changed_at=now)
        for state, begin, end in product(PublicationState, moments, moments)
    ]
    # begun yesterday or now, without an end or with one tomorrow
    assert len(found_by(db, rows, "is_shown", now)) == 4


def test_who_may_answer(db):
    members = [make_member(state=state.value) for state in MemberState]
    assert len(found_by(db, members, "may_answer")) == 2


def test_whose_bsn_is_needed(db, now):
    assert len(found_by(db, [make_member(bsn_known_at=now), make_member()], "needs_bsn")) == 1


def test_who_has_to_check_the_data(db, now):
    moments = (None, now, now - CHECK_AGAIN_AFTER, now - CHECK_AGAIN_AFTER - timedelta(seconds=1))
    members = [make_member(data_checked_at=moment) for moment in moments]
    assert found_by(db, members, "needs_check", now) == {members[0].id, members[3].id}


def make_bare_election(place: int, **values: Any) -> Election:
    return Election(code=f"E{place}", name=f"E{place}", type="GR", voting_on=VOTING_ON, **values)


def test_which_elections_can_be_asked_for(db):
    elections = [make_bare_election(place, state=state) for place, state in enumerate(ElectionState)]
    assert len(found_by(db, elections, "is_answerable")) == 3


def test_which_elections_ask_now(db, now):
    moments = (None, now - DAY, now, now + DAY)
    elections = [
        make_bare_election(place, availability_opens_at=begin, availability_closes_at=end)
        for place, (begin, end) in enumerate(product(moments, moments))
    ]
    assert len(found_by(db, elections, "asks_at", now)) == 4


def test_which_answers_count_and_which_are_open_again(db, now):
    election = make_election()
    answers = [
        Availability(member_id=make_member().id, election_id=election.id, state=state, reopened_until=until)
        for state, until in product(AvailabilityState, (None, now, now + DAY))
    ]
    assert len(found_by(db, answers, "is_answered")) == 6
    assert len(found_by(db, answers, "is_reopened", now)) == 4


def test_which_reminders_are_to_come(db, now):
    campaign = Campaign(kind="information", title="Titel", created_at=now)
    reminders = [
        Reminder(campaign=campaign, days_before=days, send_at=now, sent_at=sent_at, skipped_at=skipped_at)
        for days, (sent_at, skipped_at) in enumerate(product((None, now), (None, now)))
    ]
    assert len(found_by(db, reminders, "is_to_come")) == 1


def test_which_links_are_open(db, now: datetime):
    moments = (None, now - DAY)
    ends = (now - DAY, now, now + DAY)
    user_ids = iter([make_member().user_id for _ in range(len(moments) ** 2 * len(ends))])
    rows = [
        MailedLink(user_id=next(user_ids), kind="reset", created_at=now, used_at=used, ended_at=ended, expires_at=end)
        for used, ended, end in product(moments, moments, ends)
    ]
    assert len(found_by(db, rows, "is_open", now)) == 1
    assert len(found_by(db, rows, "is_waiting")) == len(ends)


def test_when_a_training_takes_members(db, now: datetime):
    moments = (now - DAY, now, now + DAY)
    rows = [
        TrainingSession(
            title="Training",
            kind="place",
            starts_at=starts,
            ends_at=starts + DAY,
            sign_up_until=until,
            capacity=1,
            state=state.value,
            created_at=now,
            changed_at=now,
        )
        for state, starts, until in product(SessionState, moments, (None, *moments))
    ]
    assert len(found_by(db, rows, "takes_members", now)) == 2  # open, tomorrow, and no end or one tomorrow


def test_every_rule_that_stands_twice_is_compared_here(app):
    mapped = [mapper for mapper in Model.registry.mappers if mapper.class_.__module__.startswith("app.")]
    rules = {
        name
        for mapper in mapped
        for name, found in mapper.all_orm_descriptors.items()
        if isinstance(found, (hybrid_method, hybrid_property)) and not name.startswith("_")
    }
    here = Path(__file__).read_text()
    assert rules
    assert {name for name in rules if f'"{name}"' not in here} == set()
