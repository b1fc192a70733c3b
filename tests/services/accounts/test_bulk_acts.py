"""What is done to many members at once: to whom it is not, and which invitations can still be kept back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import LinkKind, MailedLink, MailState, Member, MemberState, OutboundMail, User
from app.phrases import RuleBroken
from app.services import bulk_acts, bulk_runs
from app.services.accounts import bulk_acts as acts
from app.services.accounts import invitations
from app.services.audit import COMMAND, Actor
from app.services.bulk_acts import ACTS
from tests.support.factories.people import make_admin, make_member, make_staff

DAY = timedelta(days=1)
PASSWORD = "paarse fiets zonder bel 7"


@pytest.fixture
def people(db, now, clock):
    """One of each sort, by name; the clock stands at `now`."""
    made = {
        "new": make_member(state=MemberState.IMPORTED),
        "letter": make_member(state=MemberState.IMPORTED, email=None),
        "broken": make_member(state=MemberState.INVITED, email_broken_at=now),
        "invited": make_member(state=MemberState.IMPORTED),
        "expired": make_member(state=MemberState.IMPORTED),
        "opened": make_member(password=PASSWORD),
        "chose": make_member(state=MemberState.INVITED, password=PASSWORD),
        "off": make_member(state=MemberState.IMPORTED, active=False),
        "paused": make_member(state=MemberState.PAUSED, password=PASSWORD),
        "left": make_member(state=MemberState.RESIGNED, email=None),
    }
    invitations.invite([made["invited"].user_id], actor=COMMAND, now=now, lifetime=DAY)
    invitations.invite([made["expired"].user_id], actor=COMMAND, now=now - 2 * DAY, lifetime=DAY)
    db.session.commit()
    return made


def left_out(db, people, act):
    """To whom it is done; and by the act that helps, or else the reason, to whom it is not."""
    names = {member.id: name for name, member in people.items()}

    def read(place):
        return {names[key] for key in db.session.scalars(bulk_acts.select_left_out(act, select(Member.id), place))}

    found = {}
    for place, reason in enumerate(act.reasons()):
        if who := read(place):
            found.setdefault(reason.act or str(reason.why), set()).update(who)
    return read(-1), found


NEVER = {
    "The member has a pause or stopped.": {"paused", "left"},
    "The account was opened already.": {"opened", "chose"},
    "The account is switched off.": {"off"},
}


def test_only_who_waits_for_an_invitation_and_can_be_mailed_gets_one(db, people):
    assert left_out(db, people, acts.INVITE) == (
        {"new", "expired"},
        {**NEVER, "invite_again": {"invited"}, "letter": {"letter", "broken"}},
    )


def test_who_has_an_invitation_that_works_gets_another_only_when_it_is_asked(db, people):
    done, why = left_out(db, people, acts.INVITE_AGAIN)
    assert (done, why) == ({"new", "invited", "expired"}, {**NEVER, "letter": {"letter", "broken"}})


def test_a_letter_is_for_who_has_no_address_that_works_too(db, people):
    assert left_out(db, people, acts.PRINT) == ({"new", "letter", "broken", "invited", "expired"}, NEVER)


@pytest.mark.parametrize(
    ("act", "done"),
    [
        (acts.RESET, {"opened"}),
        (acts.PAUSE, {"opened"}),
        (acts.RESUME, {"paused", "left"}),
        (acts.RESIGN, {"new", "letter", "broken", "invited", "expired", "opened", "chose", "off", "paused"}),
    ],
)
def test_an_act_is_done_to_members_in_a_state_that_fits(db, people, act, done):
    assert left_out(db, people, act)[0] == done


def test_of_a_run_the_invitations_that_did_not_leave_are_kept_back(db, people, now, monkeypatch):
    monkeypatch.setitem(ACTS, "Test.invite", acts.INVITE_AGAIN)
    run = bulk_runs.start_run("Test", "invite", select(Member.id), parameters={"days": 7}, actor=COMMAND, now=now + DAY)
    bulk_runs.run_bulk(run.id, lambda: now + DAY, checkpoint=db.session.commit)
    db.session.refresh(run)
    assert (run.done, bulk_runs.count_leaving(run)) == (3, 3)
    sent = select(OutboundMail).where(OutboundMail.created_at == now + DAY)
    mails = {mail.user_id: mail for mail in db.session.scalars(sent)}
    mails[people["new"].user_id].state = MailState.SENT
    db.session.commit()
    assert bulk_runs.count_leaving(run) == 2
    bulk_runs.stop_run(run, actor=COMMAND, now=now + 2 * DAY)
    db.session.commit()
    db.session.expire_all()
    states = {name: (mails[people[name].user_id].state, people[name].state) for name in ("new", "invited", "expired")}
    assert states == {
        "new": ("sent", "invited"),
        "invited": ("cancelled", "invited"),  # was before
        "expired": ("cancelled", "invited"),
    }
    links = select(MailedLink.user_id).where(MailedLink.kind == LinkKind.INVITATION, MailedLink.is_waiting)
    assert db.session.scalars(links).all() == [people["new"].user_id]
    assert run.done == 1


def test_of_who_was_not_invited_before_the_invitation_that_is_kept_back_leaves_no_trace(db, now, clock):
    member, other = make_member(state=MemberState.IMPORTED), make_member(state=MemberState.IMPORTED)
    invitations.invite([member.user_id, other.user_id], actor=COMMAND, now=now, lifetime=DAY)
    mine = select(OutboundMail.id, Member.user_id, Member.id).join(Member, Member.user_id == OutboundMail.user_id)
    waiting = mine.where(Member.id == member.id)
    assert invitations.keep_back(waiting, since=now, actor=COMMAND, now=now) == [member.id]
    assert invitations.keep_back(waiting, since=now, actor=COMMAND, now=now) == []
    db.session.expire_all()
    assert (member.state, other.state) == (MemberState.IMPORTED, MemberState.INVITED)


def test_of_accounts_nobody_does_it_to_the_own_one(db, now):
    admin, colleague = make_admin(password=PASSWORD), make_staff(password=PASSWORD)
    actor = Actor(admin.username, admin.id)
    with pytest.raises(RuleBroken, match="own account"):
        acts.END_SESSIONS.each(admin, actor=actor, now=now)
    acts.SWITCH_OFF.each(colleague, actor=actor, now=now)
    assert not colleague.active
    bare = User(first_name="x", last_name="x", username="kaal", email="kaal@post.example", active=True)
    db.session.add(bare)
    db.session.flush()
    without = bulk_acts.select_left_out(acts.SWITCH_ON, select(User.id), 0)
    assert db.session.scalars(without).all() == [bare.id]
