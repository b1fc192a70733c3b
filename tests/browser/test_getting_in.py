"""From an invitation to the portal, and back in with a code, in a real browser with real mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app import jobs
from app.clock import utc_now
from app.models import MemberState
from app.services.access.letter_codes import in_groups
from app.services.accounts.invitations import invite, print_invitation
from app.services.audit import COMMAND
from tests.browser.checks import DESKTOP, PHONE
from tests.support.factories.people import make_member
from tests.support.mailbox import code_in, link_in

PASSWORD = "vier paarden in de wei 58"


def test_the_first_pages_are_sound(page, check_page):
    for address in (
        "/inloggen/",
        "/inloggen/hulp",
        "/wachtwoord-vergeten",
        "/gebruikersnaam-vergeten",
        "/brief/",
        "/privacy",
    ):
        page.goto(address)
        check_page()


def test_a_refused_sign_in_is_sound_and_keeps_the_name(page, check_page):
    page.goto("/inloggen/")
    sign_in_with(page, "nobody", "not the password")
    check_page()
    expect(page.get_by_label("Gebruikersnaam of e-mailadres")).to_have_value("nobody")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"], indirect=True)
def test_a_member_opens_the_account_and_signs_in_with_a_code(page, check_page, next_mail, db):
    member = make_member(username="jdevries", email="jan@post.example", state=MemberState.INVITED)
    invite([member.user_id], actor=COMMAND, now=utc_now(), lifetime=timedelta(days=14))
    db.session.commit()
    jobs.deliver_mail()

    page.goto(link_in(next_mail("jan@post.example")))
    check_page()
    for typed, says in (("kort", "minstens 12 tekens"), ("welkom welkom", "Veel mensen"), (PASSWORD, "sterk genoeg")):
        page.get_by_label("Nieuw wachtwoord").fill(typed)
        expect(page.locator(".password-tools [role=status]")).to_contain_text(says)
        check_page()
    page.get_by_label("Nieuw wachtwoord").fill("kort")
    page.get_by_role("button", name="Wachtwoord bewaren").click()
    check_page()
    save_password(page)
    check_page()

    page.goto("/account/")
    sign_in_with(page, "JdeVries", PASSWORD)
    check_page()
    page.get_by_label("Inlogcode").fill(code_in(next_mail("jan@post.example")))
    page.get_by_role("main").get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("main")).to_contain_text("jdevries")
    check_page()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"], indirect=True)
def test_a_member_with_a_letter_proves_an_address_and_opens_the_account(page, check_page, next_mail, db):
    member = make_member(username="els", email=None, state=MemberState.INVITED)
    letter = print_invitation(member.user_id, actor=COMMAND, now=utc_now(), lifetime=timedelta(days=14))
    db.session.commit()
    page.goto("/inloggen/")
    page.get_by_role("link", name="Ik heb een brief met een code").click()
    for code in ("BCDF", in_groups(letter.code).lower()):
        page.get_by_label("Code uit de brief").fill(code)
        page.get_by_role("button", name="Verder").click()
        check_page()
    page.get_by_label("Je e-mailadres").fill("els@psot.example")
    page.get_by_role("button", name="Stuur een code").click()
    check_page()
    next_mail("els@psot.example")
    page.get_by_role("button", name="ander adres").click()
    page.get_by_label("Je e-mailadres").fill("els@post.example")
    page.get_by_role("button", name="Stuur een code").click()
    expect(page.locator(".own-address")).to_have_text("els@post.example")
    page.get_by_label("Code uit de e-mail").fill(code_in(next_mail("els@post.example")))
    page.get_by_role("button", name="Verder").click()
    check_page()
    save_password(page)
    expect(page.get_by_role("main")).to_contain_text("Je wachtwoord is bewaard")


def save_password(page):
    """As somebody does who reads how strong it is; a question that comes after the answer would find the link used."""
    page.get_by_label("Nieuw wachtwoord").fill(PASSWORD)
    expect(page.locator(".password-tools [role=status]")).to_contain_text("sterk genoeg")
    page.get_by_role("button", name="Wachtwoord bewaren").click()


def sign_in_with(page, name, password):
    page.get_by_label("Gebruikersnaam of e-mailadres").fill(name)
    page.get_by_label("Wachtwoord", exact=True).fill(password)
    page.get_by_role("button", name="Verder").click()
