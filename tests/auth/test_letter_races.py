"""What twelve do at once with one letter happens once, and no limit is passed that way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import AttemptCounter, AuditEvent, MailedLink, Member, MemberState, SignInChallenge
from app.services.access.letter_codes import make_code
from app.services.access.rate_limits import LETTER_CODES_PER_ADDRESS
from app.services.accounts import invitations
from app.services.audit import COMMAND
from tests.auth.steps import PASSWORD, newest_code, prove_address
from tests.support.at_once import at_once, copies, posts
from tests.support.factories.people import make_member

pytestmark = pytest.mark.usefixtures("clock")
TWELVE = 12
EMAIL = "els@post.example"


@pytest.fixture
def els(db):
    return make_member(username="els", email=None, state=MemberState.IMPORTED)


@pytest.fixture
def page(els, db, now):
    letter = invitations.print_invitation(els.user_id, actor=COMMAND, now=now, lifetime=timedelta(days=14))
    db.session.commit()
    return f"/uitnodiging/{letter.token}"


def test_twelve_that_open_one_letter_at_once_open_one_account(app, client, mailbox, db, page):
    prove_address(client, mailbox, page, EMAIL)
    forms = [{"password": f"{PASSWORD} {number}"} for number in range(TWELVE)]
    answers = at_once(*posts(copies(app, client, TWELVE), page, forms))
    assert answers.count(302) == 1
    assert set(answers) <= {302, 410, 422}
    opened = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "invitation.accepted")
    assert db.session.scalar(opened) == 1
    assert db.session.scalar(select(Member.email)) == EMAIL


def test_twelve_that_type_the_code_of_a_proof_at_once_use_it_once(app, client, mailbox, db, page):
    client.post(page, data={"step": "address", "email": EMAIL})
    tabs = copies(app, client, TWELVE)
    answers = at_once(*posts(tabs, page, [{"step": "code", "code": newest_code(mailbox)}] * TWELVE))
    assert answers.count(302) == 1
    assert db.session.scalar(select(SignInChallenge.tries)) <= 5


def test_two_addresses_that_are_typed_at_once_leave_one_code_open(app, client, mailbox, db, page):
    forms = [{"step": "address", "email": f"els{number}@post.example"} for number in range(4)]
    at_once(*posts(copies(app, client, 4), page, forms))
    assert db.session.scalar(select(func.count()).select_from(SignInChallenge)) == 1
    newest = db.session.scalars(select(SignInChallenge)).one()
    assert newest.email in {form["email"] for form in forms}


def test_wrong_letter_codes_at_once_are_each_counted(app, client, db):
    at_once(*posts(copies(app, client, TWELVE), "/brief/", [{"code": make_code()} for _ in range(TWELVE)]))
    counters = select(AttemptCounter.tries).where(AttemptCounter.key.startswith(LETTER_CODES_PER_ADDRESS.kind))
    assert db.session.scalar(counters) == TWELVE


def test_twelve_letters_printed_at_once_leave_one_open(db, els, now, app):
    def print_one():
        with app.app_context():
            try:
                invitations.print_invitation(els.user_id, actor=COMMAND, now=now, lifetime=timedelta(days=14))
                db.session.commit()
            finally:
                db.session.remove()

    def print_or_wait():
        try:
            print_one()
        except invitations.RuleBroken:
            return False
        return True

    db.session.commit()
    assert any(at_once(*[print_or_wait] * TWELVE))
    waiting = select(func.count()).select_from(MailedLink).where(MailedLink.is_waiting)
    assert db.session.scalar(waiting) == 1
