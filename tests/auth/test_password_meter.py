"""The meter says of a password what the form will say, and keeps nothing of it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.models import AttemptCounter, AuditEvent, MemberState, User
from app.services.access.rate_limits import PASSWORDS_JUDGED
from app.services.accounts.invitations import print_invitation
from app.services.audit import COMMAND
from tests.auth.steps import OTHER_PASSWORD, PASSWORD, newest_code, newest_link, prove_address, sign_in_fully
from tests.support.factories.people import make_member

pytestmark = pytest.mark.usefixtures("clock")
METER = {"X-Password-Meter": "1"}
ERROR = re.compile(r'id="password-error"><span[^>]*>[^<]*</span>([^<]+)</p>')
REFUSED = ["kort", "", "welkom welkom", "wachtwoord1234", "Voorbeeldstad2026", "jdevries jdevries", "x" * 129, "é" * 8]
GOOD = [OTHER_PASSWORD, "vier paarden in de wei 58", "één koe in de wéi"]


def invited(client, mailbox, now):
    member = make_member(username="jdevries", state=MemberState.IMPORTED)
    letter = print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=timedelta(days=14))
    return f"/uitnodiging/{letter.token}", {}


def by_letter(client, mailbox, now):
    member = make_member(username="jdevries", email=None, state=MemberState.IMPORTED)
    letter = print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=timedelta(days=14))
    client.post("/brief/", data={"code": letter.code})
    prove_address(client, mailbox, "/brief/account", "els@post.example")
    return "/brief/account", {}


def forgotten(client, mailbox, now):
    make_member(username="jdevries", password=PASSWORD)
    client.post("/wachtwoord-vergeten", data={"user_name": "jdevries"})
    return newest_link(mailbox), {}


def signed_in(client, mailbox, now):
    make_member(username="jdevries", password=PASSWORD)
    sign_in_fully(client, mailbox, "jdevries")
    client.post("/account/code", data={"for": "password"})
    return "/account/wachtwoord", {"current": PASSWORD, "code": newest_code(mailbox)}


PAGES = pytest.mark.parametrize("way", [invited, by_letter, forgotten, signed_in])


def ask(client, page, password, **more):
    return client.post(page, data={"password": password}, headers=METER, **more)


@PAGES
def test_the_meter_says_of_each_refused_password_what_the_form_says(client, mailbox, now, way):
    page, more = way(client, mailbox, now)
    for password in filter(None, REFUSED):
        verdict = ask(client, page, password).json
        [said] = ERROR.findall(client.post(page, data={"password": password, **more}).text)
        assert verdict["says"] == unescape(said), password
        assert verdict["strength"] < 60, password


@PAGES
@pytest.mark.parametrize("password", GOOD)
def test_what_the_meter_calls_good_is_saved(client, mailbox, now, way, password):
    page, more = way(client, mailbox, now)
    verdict = ask(client, page, password).json
    assert verdict["says"] == "Dit wachtwoord is sterk genoeg."
    assert verdict["strength"] >= 60
    assert client.post(page, data={"password": password, **more}).status_code == 302


def test_an_address_that_was_proven_is_an_own_word_for_both(client, mailbox, now):
    page, _more = by_letter(client, mailbox, now)
    assert "je naam" in ask(client, page, "els@post.example").json["says"]
    assert "je naam" in client.post(page, data={"password": "els@post.example"}).text


@PAGES
def test_the_meter_saves_and_logs_nothing(client, mailbox, now, db, way, caplog, capsys):
    page, _more = way(client, mailbox, now)
    before = db.session.scalars(select(User.password)).all()
    events = len(db.session.scalars(select(AuditEvent.id)).all())
    ask(client, page, OTHER_PASSWORD)
    assert db.session.scalars(select(User.password)).all() == before
    assert len(db.session.scalars(select(AuditEvent.id)).all()) == events
    assert client.get(page).status_code == 200  # the link is still open, the session too
    logged = caplog.text + "".join(capsys.readouterr())
    assert OTHER_PASSWORD.split()[0] not in logged


@PAGES
def test_the_meter_asks_the_token_of_the_form(client, mailbox, now, way):
    page, _more = way(client, mailbox, now)
    client.sends_csrf_token = False
    assert ask(client, page, OTHER_PASSWORD).status_code == 400


def test_the_meter_is_only_behind_an_open_link_or_a_session(client, db):
    for page in ("/uitnodiging/verzonnen", "/wachtwoord-kiezen/verzonnen"):
        assert ask(client, page, OTHER_PASSWORD).status_code == 410
    for page in ("/account/wachtwoord", "/brief/account"):
        assert ask(client, page, OTHER_PASSWORD).status_code == 302


def test_the_meter_is_silent_when_asked_too_often_and_the_form_goes_on(client, mailbox, now, db):
    page, _more = invited(client, mailbox, now)
    for _ in range(3):
        ask(client, page, OTHER_PASSWORD)
    counter = db.session.scalars(
        select(AttemptCounter).where(AttemptCounter.key.startswith(f"{PASSWORDS_JUDGED.kind}:"))
    ).one()
    assert counter.tries == 3
    counter.tries = PASSWORDS_JUDGED.tries
    db.session.commit()
    answer = ask(client, page, OTHER_PASSWORD)
    assert (answer.status_code, answer.json) == (429, {"says": "", "strength": 0})
    assert client.post(page, data={"password": OTHER_PASSWORD}).status_code == 302


def test_what_the_page_says_without_asking_is_the_rules_own_sentence(client, mailbox, now):
    page, _more = invited(client, mailbox, now)
    field = client.get(page).text
    assert 'data-password-meter="12"' in field
    assert f'data-too-short="{ask(client, page, "kort").json["says"]}"' in field


def test_a_password_without_end_is_judged_quickly_and_refused(client, mailbox, now):
    page, _more = invited(client, mailbox, now)
    assert "te lang" in ask(client, page, "a" * 5_000).json["says"]
