"""What is done at the same moment from several sides is done once, and no limit is passed that way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import (
    AuditEvent,
    EmailChange,
    LinkKind,
    MailedLink,
    Member,
    MemberIdentity,
    MemberState,
    OutboundMail,
    SignInChallenge,
    UserSession,
)
from app.phrases import RuleBroken
from app.services.access import rate_limits
from app.services.access.people import find_person
from app.services.access.rate_limits import WRONG_CODES
from app.services.accounts import email_change
from app.services.accounts.invitations import invite
from app.services.audit import COMMAND
from app.services.members.bsn import seal_typed
from tests.auth.steps import PASSWORD, newest_code, newest_link, type_code, type_password
from tests.support.at_once import at_once, copies, posts
from tests.support.factories.people import make_member
from tests.support.mailbox import link_in

pytestmark = pytest.mark.usefixtures("clock", "db")


def test_a_code_that_is_typed_four_times_at_once_opens_one_session(app, client, mailbox):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    forms = [{"code": newest_code(mailbox)}] * 4
    answers = at_once(*posts(copies(app, client, 4), "/inloggen/code", forms))
    assert sorted(answers) == [302, 422, 422, 422]
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_wrong_codes_at_once_cost_each_a_try_of_the_challenge_and_of_the_account(app, client, mailbox, now):
    member = make_member(username="jan", password=PASSWORD)
    for _ in range(WRONG_CODES.tries - 2):
        rate_limits.count_try(WRONG_CODES, str(member.user_id), now)
    type_password(client, "jan")
    right = newest_code(mailbox)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    at_once(*posts(copies(app, client, 4), "/inloggen/code", [{"code": wrong}] * 4))
    assert db.session.scalar(select(SignInChallenge.tries)) == 4
    assert type_code(client, right).status_code == 422  # 2 of the 4 were the last ones of this hour


def test_twenty_wrong_codes_in_an_hour_over_several_challenges_are_the_last_and_the_wait_ends(client, mailbox, clock):
    make_member(username="jan", password=PASSWORD)
    for _ in range(4):
        type_password(client, "jan")
        wrong = f"{(int(newest_code(mailbox)) + 1) % 1_000_000:06d}"
        for _ in range(5):
            type_code(client, wrong)
    type_password(client, "jan")
    assert type_code(client, newest_code(mailbox)).status_code == 422
    clock.shift(3601)
    type_password(client, "jan")
    assert type_code(client, newest_code(mailbox)).status_code == 302


def test_two_new_codes_asked_at_once_are_one_mail(app, client, mailbox, clock):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    clock.shift(61)
    at_once(*posts(copies(app, client, 3), "/inloggen/code/opnieuw", [{}] * 3))
    assert len(mailbox.messages) == 2


def test_an_invitation_that_is_accepted_twice_at_once_sets_one_password(app, client, mailbox, now):
    member = make_member(username="jan", state=MemberState.IMPORTED)
    invite([member.user_id], actor=COMMAND, now=now, lifetime=timedelta(days=14))
    db.session.commit()
    link = newest_link(mailbox)
    forms = [{"password": f"paarse fiets zonder bel {number}"} for number in range(2)]
    assert sorted(at_once(*posts(copies(app, client, 2), link, forms))) in ([302, 410], [302, 422])


def test_two_addresses_that_confirm_at_once_change_the_address(app, client, mailbox, sign_in_as):
    member = make_member(username="jan", password=PASSWORD, email="oud@post.example")
    sign_in_as(client, member)
    client.post("/account/code", data={"for": "email"})
    client.post("/account/e-mailadres", data={"email": "nieuw@post.example", "code": newest_code(mailbox)})
    newest_link(mailbox)
    paths = ["/" + link_in(mailbox.to(to)[-1]).split("/", 3)[3] for to in ("oud@post.example", "nieuw@post.example")]
    tabs = copies(app, app.test_client(), 2)
    answers = at_once(*(posts([tab], path, [{}])[0] for tab, path in zip(tabs, paths, strict=True)))
    assert answers == [200, 200]
    assert db.session.get(Member, member.id).email == "nieuw@post.example"
    assert db.session.scalar(select(EmailChange.ended_at)) is not None


def test_a_bsn_that_is_sent_twice_at_once_is_written_once(app, client, sign_in_as):
    member = make_member()
    sign_in_as(client, member)
    forms = [{"sealed_bsn": seal_typed(member, bsn)} for bsn in ("111222333", "123456782", "111222333")]
    answers = at_once(*posts(copies(app, client, 3), "/mijn-gegevens/bsn/klopt", forms))
    assert answers == [302] * 3
    assert db.session.scalar(select(func.count()).select_from(MemberIdentity)) == 1
    supplied = select(func.count()).where(AuditEvent.action == "bsn.supplied")
    assert db.session.scalar(supplied) == 1


def open_links():
    """How many links can still be used."""
    is_open = (MailedLink.used_at.is_(None), MailedLink.ended_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(MailedLink).where(*is_open))


def test_an_expired_invitation_that_is_renewed_twelve_times_at_once_is_one_link_and_one_mail(app, mailbox, now, clock):
    member = make_member(username="jan", state=MemberState.IMPORTED)
    invite([member.user_id], actor=COMMAND, now=now, lifetime=timedelta(days=14))
    db.session.commit()
    link = newest_link(mailbox)
    clock.shift(15 * 24 * 3600)
    tabs = [app.test_client() for _ in range(12)]
    assert at_once(*posts(tabs, f"{link}/opnieuw", [{}] * 12)) == [200] * 12
    assert open_links() == 1
    assert db.session.scalar(select(func.count()).select_from(OutboundMail)) == 2


def test_sign_ins_at_once_leave_one_code_that_is_open(app, mailbox):
    make_member(username="jan", password=PASSWORD)
    tabs = [app.test_client() for _ in range(6)]
    answers = at_once(*posts(tabs, "/inloggen/", [{"user_name": "jan", "password": PASSWORD}] * 6))
    assert set(answers) <= {302, 422}  # few wait for the mail server at once; the others are told so
    assert 302 in answers
    waiting = select(func.count()).select_from(SignInChallenge).where(SignInChallenge.used_at.is_(None))
    assert db.session.scalar(waiting) == 1


@pytest.mark.parametrize("is_member_inside", [True, False])
def test_help_with_a_password_asked_at_once_is_one_link(app, mailbox, is_member_inside):
    make_member(username="jan", password=PASSWORD if is_member_inside else None)
    tabs = [app.test_client() for _ in range(5)]
    assert at_once(*posts(tabs, "/wachtwoord-vergeten", [{"user_name": "jan"}] * 5)) == [200] * 5
    assert open_links() == 1


def test_invitations_that_two_of_the_team_send_at_once_are_one_link_each(app, mailbox, now):
    ids = [make_member(state=MemberState.IMPORTED).user_id for _ in range(3)]
    db.session.commit()

    def work():
        with app.app_context():
            done = invite(ids, actor=COMMAND, now=now, lifetime=timedelta(days=14))
            db.session.commit()
            return done.queued

    at_once(work, work, work)
    assert open_links() == 3


def test_wishes_for_another_address_at_once_are_one_that_is_open(app, client, mailbox, sign_in_as, now):
    member = make_member(username="jan", password=PASSWORD, email="oud@post.example")
    db.session.commit()

    def work(number):
        def ask():
            with app.app_context():
                try:
                    person = find_person(member.user_id)
                    email_change.request_change(person, f"nieuw{number}@post.example", ip="", now=now)
                    db.session.commit()
                except RuleBroken:
                    db.session.rollback()

        return ask

    at_once(*(work(number) for number in range(4)))
    assert db.session.scalar(select(func.count()).select_from(EmailChange).where(EmailChange.ended_at.is_(None))) == 1
    assert open_links() == 2


@pytest.mark.parametrize("row", ["code", "link", "wish"])
def test_the_database_itself_holds_one_open_row(now, row):
    user_id = make_member().user_id
    at = {"user_id": user_id, "created_at": now}
    ends = {"expires_at": now + timedelta(hours=1)}
    rows = {
        "code": lambda token: SignInChallenge(**at, **ends, token_hash=token, epoch=1, sealed_secret="x"),
        "link": lambda token: MailedLink(**at, **ends, token_hash=token, kind=LinkKind.RESET),
        "wish": lambda token: EmailChange(**at, new_email=f"{token}@post.example"),
    }
    db.session.add_all(rows[row](token) for token in ("een", "twee"))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
