"""Why a member stops: kept with who did it, and of who died all mail ends at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, MailState, MemberState, OutboundMail, StopReason
from app.phrases import RuleBroken
from app.services.audit import Actor
from app.services.mail.outbox import queue_mail
from app.services.members import profile, states
from app.services.members.states import LONGEST_NOTE, WhyStopped
from tests.support.factories.people import make_member

MICK = Actor("mick")


def waiting(db, member):
    mine = select(OutboundMail.template).where(
        OutboundMail.user_id == member.user_id, OutboundMail.state == MailState.QUEUED
    )
    return sorted(db.session.scalars(mine))


def queue(member, now):
    queue_mail("waiting", recipient=member.email, user_id=member.user_id, locale="nl", values={}, now=now)


def test_who_left_has_the_reason_the_moment_and_who_did_it_and_back_again_none(db, now):
    member = make_member(email="jan@post.example")
    states.resign(member, why=WhyStopped(StopReason.MOVED, " naar Elders "), actor=MICK, now=now)
    kept = (member.stop_reason, member.stop_note, member.state_changed_by, member.state_changed_at)
    assert kept == ("moved", "naar Elders", "mick", now)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "member.state_changed")).one()
    assert event.details == {"old": "active", "new": "resigned", "reason": "moved"}
    states.resume(member, actor=MICK, now=now)
    assert (member.stop_reason, member.stop_note) == ("", "")


def test_of_who_died_no_mail_leaves_any_more_and_nobody_is_told(db, now):
    died, moved = make_member(email="samen@post.example"), make_member(email="samen@post.example")
    for member in (died, moved):
        queue(member, now)
    states.resign(died, why=WhyStopped(StopReason.DECEASED), actor=MICK, now=now)
    states.resign(moved, why=WhyStopped(StopReason.MOVED), actor=MICK, now=now)
    assert waiting(db, died) == []
    assert waiting(db, moved) == ["account_changed", "waiting"]


def test_of_who_died_nobody_is_told_of_a_change_either_until_it_was_a_mistake(db, now):
    died = make_member(email="samen@post.example")
    states.resign(died, why=WhyStopped(StopReason.DECEASED), actor=MICK, now=now)
    profile.change_data(died, {"email": "ander@post.example"}, actor=MICK, now=now)
    assert waiting(db, died) == []
    states.resume(died, actor=MICK, now=now)
    assert waiting(db, died) == ["account_changed"]


@pytest.mark.parametrize(
    ("why", "field"),
    [(WhyStopped("weather"), "reason"), (WhyStopped(StopReason.OTHER, "x" * (LONGEST_NOTE + 1)), "note")],
)
def test_what_is_no_reason_is_refused_at_its_field(db, now, why, field):
    member = make_member()
    for step in (states.pause, states.resign):
        with pytest.raises(RuleBroken) as refused:
            step(member, why=why, actor=MICK, now=now)
        assert refused.value.field == field
    assert member.state == MemberState.ACTIVE


def test_who_died_gets_no_pause(db, now):
    with pytest.raises(RuleBroken, match="a pause ends again"):
        states.pause(make_member(), why=WhyStopped(StopReason.DECEASED), actor=MICK, now=now)
