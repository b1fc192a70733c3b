"""What is over for MAIL_KEEP_DAYS goes, in batches; what is open, waiting or counted stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import (
    Campaign,
    EmailChange,
    LinkKind,
    MailedLink,
    MailState,
    Notification,
    NotificationMail,
    OutboundMail,
)
from app.services.accounts import clean_up
from tests.support.factories.people import make_member

DAYS = 180
OLD, YOUNG = timedelta(days=DAYS + 1), timedelta(days=DAYS - 1)


@pytest.fixture
def forget(db, now):
    def run():
        changed = clean_up.delete_old_traces(now, days=DAYS, checkpoint=db.session.commit)
        db.session.expire_all()
        return changed

    return run


def mail(db, age, now, state=MailState.SENT):
    made = OutboundMail(
        template="invitation",
        recipient="jan@post.example",
        state=state,
        created_at=now - age,
        next_attempt_at=now,
        values={"name": "Jan"},
    )
    db.session.add(made)
    db.session.flush()
    return made


def test_old_mails_that_are_over_go_and_all_others_stay(db, now, forget):
    for state in (MailState.SENT, MailState.FAILED, MailState.CANCELLED):
        mail(db, OLD, now, state)
    kept = [mail(db, YOUNG, now).id, *(mail(db, OLD, now, state).id for state in (MailState.QUEUED, MailState.SENDING))]
    assert forget() == 3
    assert db.session.scalars(select(OutboundMail.id).order_by(OutboundMail.id)).all() == sorted(kept)


def test_a_mail_that_a_campaign_counts_loses_only_its_address(db, now, forget):
    member, counted = make_member(), mail(db, OLD, now)
    campaign = Campaign(kind="message", title="x", created_at=now)
    notification = Notification(member=member, campaign=campaign, created_at=now)
    db.session.add(notification)
    db.session.flush()
    db.session.add(NotificationMail(notification_id=notification.id, mail_id=counted.id, member_id=member.id))
    db.session.flush()
    assert forget() == 1
    assert (counted.state, counted.recipient, counted.values) == (MailState.SENT, "", {})
    assert forget() == 0


def test_used_and_ended_links_go_and_an_invitation_that_can_be_renewed_stays(db, now, forget):
    user_id = make_member().user_id

    def link(kind, **more):
        made = MailedLink(user_id=user_id, kind=kind, created_at=now - OLD, expires_at=now - OLD, **more)
        db.session.add(made)
        db.session.flush()
        return made

    link(LinkKind.RESET)
    link(LinkKind.INVITATION, used_at=now - OLD)
    link(LinkKind.INVITATION, ended_at=now - OLD)
    kept = [link(LinkKind.INVITATION).id, link(LinkKind.RESET, used_at=now - YOUNG, ended_at=None).id]
    db.session.get(MailedLink, kept[1]).expires_at = now
    forget()
    assert db.session.scalars(select(MailedLink.id).order_by(MailedLink.id)).all() == kept


def test_an_old_wish_for_another_address_goes(db, now, forget):
    user_id = make_member().user_id
    for age in (OLD, YOUNG):
        change = EmailChange(user_id=user_id, new_email="nieuw@post.example", created_at=now - age, ended_at=now - age)
        db.session.add(change)
    forget()
    assert db.session.scalars(select(EmailChange.created_at)).all() == [now - YOUNG]


def test_it_goes_in_batches_with_a_commit_after_each(db, now, monkeypatch):
    monkeypatch.setattr(clean_up, "BATCH", 2)
    for _ in range(5):
        mail(db, OLD, now)
    commits = []
    assert clean_up.delete_old_traces(now, days=DAYS, checkpoint=lambda: commits.append(1)) == 5
    assert len(commits) == 6  # three of mails, one of each other kind


def test_what_is_over_for_just_so_many_days_stays_one_moment_more(db, now, forget):
    user_id, days = make_member().user_id, timedelta(days=DAYS)
    mail(db, days, now)
    whole = {"user_id": user_id, "created_at": now - OLD, "expires_at": now}
    db.session.add_all(
        [
            MailedLink(kind=LinkKind.INVITATION, **{**whole, "used_at": now - days}),
            MailedLink(kind=LinkKind.EMAIL_OLD, **{**whole, "ended_at": now - days}),
            MailedLink(kind=LinkKind.RESET, **{**whole, "expires_at": now - days}),
            EmailChange(user_id=user_id, new_email="nieuw@post.example", created_at=now - days, ended_at=now - days),
        ]
    )
    db.session.flush()
    assert forget() == 0
    moment = timedelta(seconds=1)
    assert clean_up.delete_old_traces(now + moment, days=DAYS, checkpoint=db.session.commit) == 5


def test_no_more_goes_in_one_hour_than_so_many_batches(db, now, monkeypatch):
    monkeypatch.setattr(clean_up, "BATCH", 1)
    monkeypatch.setattr(clean_up, "MOST_BATCHES", 2)
    for _ in range(3):
        mail(db, OLD, now)
    left = [clean_up.delete_old_traces(now, days=DAYS, checkpoint=db.session.commit) for _ in range(3)]
    assert left == [2, 1, 0]
