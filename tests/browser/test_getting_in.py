"""From an invitation to the home page, and back in with a code, in a real browser with real mail."""

from __future__ import annotations

from datetime import timedelta

from app import jobs
from app.clock import utc_now
from app.extensions import db as portal_db
from app.models import MemberState
from app.services.audit import COMMAND
from app.services.invitations import invite
from tests.factories import make_member
from tests.mailbox import link_in

PASSWORD = "vier paarden in de wei 58"


def test_the_first_pages_are_sound(page, check_page):
    for address in ("/inloggen/", "/wachtwoord-vergeten", "/gebruikersnaam-vergeten"):
        page.goto(address)
        check_page()


def test_a_member_opens_the_account_and_signs_in_with_a_code(page, check_page, next_mail):
    member = make_member(username="jdevries", email="jan@post.example", state=MemberState.INVITED)
    invite([member.user_id], actor=COMMAND, now=utc_now(), lifetime=timedelta(days=14))
    portal_db.session.commit()
    jobs.deliver_mail()

    page.goto(link_in(next_mail("jan@post.example")))
    check_page()
    page.get_by_role("main").get_by_role("button").first.click()
    check_page()
