"""What becomes of a mail that did not arrive: sent again, put aside, and what is known of its address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditEvent, MailState
from app.phrases import RuleBroken
from app.services.access.people import find_person
from app.services.audit import COMMAND
from app.services.mail import outbox, resending
from app.services.mail import undeliverable_addresses as addresses
from app.services.mail.resending import MAY_BE_CANCELLED, MAY_BE_RESENT, WARNINGS
from app.services.mail.undeliverable_addresses import TooManyBroken
from app.services.waiting import count_totals
from tests.support.factories.people import make_member, make_staff

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
TO_OLD = "oud@post.example"


@pytest.fixture
def queue(db, now):
    def add(user_id=None, template="waiting", state=MailState.FAILED, **values):
        given = {"recipient": TO_OLD, "user_id": user_id, "locale": "nl", "values": {}, "now": now}
        mail = outbox.queue_mail(template, **given)
        for name, value in {"state": state, **values}.items():
            setattr(mail, name, value)
        db.session.flush()
        return mail

    return add


def events(db):
    rows = select(AuditEvent.action, AuditEvent.subject_id, AuditEvent.member_id, AuditEvent.details)
    return [tuple(row) for row in db.session.execute(rows.order_by(AuditEvent.id))]


@pytest.mark.parametrize("state", MAY_BE_RESENT)
def test_a_mail_is_tried_anew_at_the_present_address(db, queue, now, state):
    member, _other = make_member(email="nieuw@post.example"), make_member()
    mail = queue(member.user_id, state=state, attempts=3, error="later", first_tried_at=now, resends=1)
    resending.resend(mail, actor=COMMAND, now=now + HOUR)
    db.session.refresh(mail)
    assert (mail.state, mail.attempts, mail.resends, mail.error) == (MailState.QUEUED, 0, 2, "")
    assert (mail.recipient, mail.first_tried_at, mail.next_attempt_at) == ("nieuw@post.example", None, now + HOUR)
    assert events(db) == [("mail.resent", mail.id, member.id, {"template": "waiting"})]


def test_a_mail_about_an_address_and_of_who_has_none_keeps_its_address(db, queue, now):
    member, gone = make_member(email="nieuw@post.example"), make_member(email=None)
    mails = [queue(member.user_id, "email_old"), queue(gone.user_id), queue(), queue(make_staff().id)]
    for mail in mails:
        resending.resend(mail, actor=COMMAND, now=now)
        db.session.refresh(mail)
    assert {mail.recipient for mail in mails} == {TO_OLD}
    assert [member_id for _, _, member_id, _ in events(db)] == [member.id, gone.id, None, None]


@pytest.mark.parametrize("template", ["waiting", "account_changed"])
def test_a_mail_is_cancelled_while_it_waits_but_a_warning_only_after_it_failed(db, queue, now, template):
    may_be = (MailState.FAILED,) if template in WARNINGS else MAY_BE_CANCELLED
    for state in MailState:
        mail = queue(template=template, state=state, deduplication_key=f"key-{state}")
        assert resending.may_be_cancelled(mail) == may_be
        if state in may_be:
            resending.cancel(mail, actor=COMMAND, now=now)
            db.session.refresh(mail)
            assert (mail.state, mail.deduplication_key) == (MailState.CANCELLED, None)
            assert events(db)[-1] == ("mail.cancelled", mail.id, None, {"template": template})
        else:
            with pytest.raises(RuleBroken, match="warns somebody" if template in WARNINGS else "waits or failed"):
                resending.cancel(mail, actor=COMMAND, now=now)
    assert len(events(db)) == len(may_be)


def test_what_is_on_its_way_or_was_sent_is_not_sent_again(db, queue, now):
    for state in set(MailState) - set(MAY_BE_RESENT):
        with pytest.raises(RuleBroken, match="not sent again"):
            resending.resend(queue(state=state), actor=COMMAND, now=now)
    assert events(db) == []


def test_mails_are_named_by_whom_they_are_for_and_counted_when_they_failed(queue, now):
    member, colleague = make_member(surname="Bakker"), make_staff(first_name="Bea", last_name="Post")
    mine, theirs, nobodys = queue(member.user_id), queue(colleague.id), queue(state=MailState.QUEUED)
    assert resending.find_names([mine, theirs, nobodys]) == {mine.id: member.full_name, theirs.id: "Bea Post"}
    [total] = count_totals(resending.total_failed(now))
    assert (total.number, total.only) == (2, {"state": "failed"})


def test_the_receiver_is_who_it_is_now(db, queue, now):
    member = make_member(surname="Bakker", email="nieuw@post.example", email_broken_at=now, username="bakker")
    lost, colleague = make_member(email=None), make_staff(first_name="Bea")
    mine, theirs, nobodys, other = (queue(user_id) for user_id in (member.user_id, colleague.id, None, lost.user_id))
    found = outbox.find_receivers([mine, theirs, nobodys, other])
    assert found.keys() == {mine.id, theirs.id, other.id}
    assert found[mine.id] == outbox.Receiver(member.full_name, "bakker", "nieuw@post.example", is_broken=True)
    assert found[theirs.id] == outbox.Receiver("Bea", colleague.username, colleague.email, is_broken=False)
    assert (found[other.id].address, outbox.find_receivers([nobodys])) == ("", {})


def test_only_what_waits_for_these_people_does_not_leave(db, queue):
    member, other = make_member(), make_member()
    mails = {state: queue(member.user_id, state=state) for state in MailState}
    theirs = queue(other.user_id, state=MailState.QUEUED)
    outbox.cancel_waiting([member.user_id])
    db.session.expire_all()
    changed = {state for state, mail in mails.items() if mail.state != state}
    assert changed == {MailState.QUEUED, MailState.RETRYING}
    assert {mails[state].state for state in changed} == {MailState.CANCELLED}
    assert theirs.state == MailState.QUEUED


# --- addresses ----------------------------------------------------------------------------------------------------


def break_address(address, now, **more):
    return addresses.mark_broken(address, "550 nobody", **{"by_report": False, "actor": COMMAND, "now": now, **more})


def test_an_address_is_broken_for_all_who_have_it_once(db, now):
    first, second, _other = make_member(email=TO_OLD), make_member(email=TO_OLD), make_member()
    assert break_address("Oud@post.example", now, by_report=True) == [first.id, second.id]
    assert break_address(TO_OLD, now + HOUR) == []
    db.session.refresh(first)
    assert (first.email_broken_at, first.email_broken_reason, first.email_broken_by_report) == (now, "550 nobody", True)
    assert [(action, member_id) for action, _, member_id, _ in events(db)] == [
        ("email.broken", first.id),
        ("email.broken", second.id),
    ]


def test_after_so_many_addresses_in_an_hour_no_more_are_marked_and_the_team_is_told_once(db, now):
    members = [make_member() for _ in range(4)]
    for member in members[:2]:
        break_address(member.email, now, most=2)
    assert addresses.count_lately_broken(now + HOUR - SECOND) == 2
    with pytest.raises(TooManyBroken):
        break_address(members[2].email, now + HOUR - SECOND, most=2)
    assert addresses.count_lately_broken(now + HOUR) == 0
    assert break_address(members[2].email, now + HOUR, most=2) == [members[2].id]
    assert break_address("unknown@post.example", now, most=0) == []
    assert addresses.last_stop(now) is None
    for wait in (timedelta(), HOUR - SECOND, HOUR):
        addresses.note_stop(COMMAND, now + wait)
    stops = select(AuditEvent.at).where(AuditEvent.action == addresses.STOPPED).order_by(AuditEvent.id)
    assert db.session.scalars(stops).all() == [now, now + HOUR]
    assert addresses.last_stop(now + HOUR) == now + HOUR
    assert addresses.last_stop(now + HOUR + addresses.TOLD_FOR) is None


def test_an_address_works_again_when_mail_is_taken_but_after_a_report_only_by_a_code(db, now):
    refused, reported, other = make_member(email=TO_OLD), make_member(), make_member()
    break_address(TO_OLD, now)
    for member in (reported, other):
        break_address(member.email, now, by_report=True)
    for member in (refused, reported):
        addresses.mark_accepted(member.email, actor=COMMAND, now=now)
    db.session.expire_all()
    assert [member.email_broken_at for member in (refused, reported, other)] == [None, now, now]
    for _ in range(2):
        addresses.mark_confirmed(find_person(reported.user_id), COMMAND, now)
    assert (reported.email_broken_at, reported.email_broken_by_report, other.email_broken_at) == (None, False, now)
    addresses.mark_confirmed(find_person(make_staff().id), COMMAND, now)
    works = [member_id for action, _, member_id, _ in events(db) if action == "email.works"]
    assert works == [refused.id, reported.id]
