"""The receipt of an answer: who gets it, once, and what it says of when one hears."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.clock import local
from app.models import MemberState, OutboundMail
from app.services.availability.answers import By, Outcome
from app.services.availability.receipts import placed_by, send_receipt
from tests.support.factories.elections import give_availability, make_open_election
from tests.support.factories.people import make_member

WITHIN = timedelta(days=28)


def mails(db):
    return db.session.scalars(select(OutboundMail).order_by(OutboundMail.id)).all()


def send(member, election, now, outcome=Outcome.ANSWER, by=By.MEMBER):
    send_receipt(member, election, outcome, by=by, within=WITHIN, now=now)


def test_a_member_hears_so_long_after_the_period_and_in_time_before_the_voting_day(db, now):
    election = make_open_election()
    closes_on = local(election.availability_closes_at).date()
    election.voting_on = closes_on + timedelta(days=60)
    assert placed_by(election, WITHIN) == closes_on + WITHIN
    election.voting_on = closes_on + timedelta(days=20)
    assert placed_by(election, WITHIN) == election.voting_on - timedelta(days=7)
    election.voting_on = closes_on + timedelta(days=3)
    assert placed_by(election, WITHIN) == closes_on + timedelta(days=1)
    election.voting_on = closes_on
    assert placed_by(election, WITHIN) == election.voting_on
    assert placed_by(election, timedelta(0)) is None
    election.availability_closes_at = None
    assert placed_by(election, WITHIN) is None


def test_the_mail_holds_the_election_and_dates_and_nothing_that_was_answered(db, now):
    member, election = make_member(locale="en"), make_open_election()
    give_availability(member, election, now=now)
    send(member, election, now)
    [mail] = mails(db)
    assert (mail.template, mail.recipient, mail.locale) == ("availability_received", member.email, "en")
    assert set(mail.values) == {"election", "outcome", "by", "until", "placed_by", "path"}
    assert mail.values["until"] == election.availability_closes_at.isoformat()
    assert date.fromisoformat(mail.values["placed_by"]) == placed_by(election, WITHIN)


def test_changes_within_a_quarter_make_one_mail_but_another_outcome_its_own(db, now):
    member, election = make_member(), make_open_election()
    for minutes in (0, 5, 14, 20):
        send(member, election, now + timedelta(minutes=minutes))
    send(member, election, now, outcome=Outcome.CANDIDACY)
    assert [mail.values["outcome"] for mail in mails(db)] == ["answer", "answer", "candidacy"]


@pytest.mark.parametrize("case", ["no address", "broken address", "account not open"])
def test_who_cannot_be_mailed_gets_none(db, now, case):
    member, election = make_member(), make_open_election()
    match case:
        case "no address":
            member.email = None
        case "broken address":
            member.email_broken_at = now
        case _:
            member.state = MemberState.INVITED
    send(member, election, now, by=By.TEAM)
    assert mails(db) == []
