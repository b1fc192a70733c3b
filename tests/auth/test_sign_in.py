"""Signing in: password, code, session (SECURITY §1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.mail.gate import Busy, Gate
from app.models import AuditEvent, SignInChallenge, UserSession
from app.services.access import one_time_codes
from app.views.account import codes
from app.views.account.codes import for_log
from tests.auth.steps import (
    PASSWORD,
    is_signed_in,
    newest_code,
    sign_in_fully,
    type_code,
    type_password,
)
from tests.support.factories.people import make_member, make_staff
from tests.support.mailbox import text_of

pytestmark = pytest.mark.usefixtures("clock")


def test_a_member_signs_in_with_password_and_code(client, mailbox):
    make_member(username="jdevries", password=PASSWORD)
    assert type_password(client, "jdevries").location == "/inloggen/code"
    assert not is_signed_in(client)
    assert type_code(client, newest_code(mailbox)).status_code == 302
    assert is_signed_in(client)


def test_staff_sign_in_the_same_way(client, mailbox):
    make_staff(username="medewerker", password=PASSWORD)
    sign_in_fully(client, mailbox, "medewerker")
    assert is_signed_in(client)


@pytest.mark.parametrize("typed", ["JDeVries", " jdevries ", "jan@post.example", "Jan@Post.Example"])
def test_capitals_do_not_matter_and_a_unique_address_is_a_user_name(client, mailbox, typed):
    make_member(username="jdevries", password=PASSWORD, email="jan@post.example")
    sign_in_fully(client, mailbox, typed)
    assert is_signed_in(client)


def test_an_address_that_a_couple_shares_is_no_user_name(client, mailbox):
    make_member(username="jan", password=PASSWORD, email="samen@post.example")
    make_member(username="els", password=PASSWORD, email="samen@post.example")
    assert type_password(client, "samen@post.example").status_code == 422
    sign_in_fully(client, mailbox, "els")
    assert is_signed_in(client)
    assert "els" in text_of(mailbox.messages[-1])


def test_the_answer_is_the_same_for_unknown_wrong_inactive_and_blocked(client, mailbox):
    make_member(username="jan", password=PASSWORD)
    make_member(username="weg", password=PASSWORD, active=False)
    make_member(username="nieuw")
    answers = [
        type_password(client, "niemand"),
        type_password(client, "jan", "een ander wachtwoord"),
        type_password(client, "weg"),
        type_password(client, "nieuw"),
    ]
    for _ in range(12):
        type_password(client, "jan", "fout")
    answers.append(type_password(client, "jan", "fout"))
    seen = {(a.status_code, a.get_data(as_text=True).split("<main")[1].split("<form")[0]) for a in answers}
    assert len(seen) == 1
    assert answers[0].status_code == 422
    assert not mailbox.messages


def test_a_wrong_code_gives_no_session_and_five_of_them_end_the_challenge(client, mailbox):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    code = newest_code(mailbox)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert type_code(client, wrong).status_code == 422
    type_code(client, code)
    assert not is_signed_in(client)


@pytest.mark.parametrize("typed", ["١٢٣٤٥٦", "１２３４５６", "12345", "1234567", "12345a", ""])
def test_only_six_ascii_digits_are_a_code_and_others_cost_no_try(client, mailbox, db, typed):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    assert type_code(client, typed).status_code == 422
    assert db.session.scalar(select(SignInChallenge.tries)) == 0


def test_spaces_in_a_code_do_not_matter(client, mailbox):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    code = newest_code(mailbox)
    type_code(client, f" {code[:3]} {code[3:]} ")
    assert is_signed_in(client)


def test_a_code_works_once(app, client, mailbox):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    with client.session_transaction() as cookie:
        before = dict(cookie)
    code = newest_code(mailbox)
    type_code(client, code)
    again = app.test_client()
    with again.session_transaction() as cookie:
        cookie.update(before)
    type_code(again, code)
    assert not is_signed_in(again)


def test_a_code_works_only_in_the_browser_that_asked_for_it(app, client, mailbox):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    thief = app.test_client()
    type_code(thief, newest_code(mailbox))
    assert not is_signed_in(thief)


def test_a_code_dies_after_ten_minutes(client, mailbox, clock):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    code = newest_code(mailbox)
    clock.shift(10 * 60 + 1)
    type_code(client, code)
    assert not is_signed_in(client)


def test_a_code_of_before_a_password_change_is_dead(client, mailbox, db):
    member = make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    from app.models import Account
    from app.services.access.sessions import end_sessions

    end_sessions(db.session.get(Account, member.user_id))
    type_code(client, newest_code(mailbox))
    assert not is_signed_in(client)


def test_a_new_code_comes_after_a_minute_three_times_and_kills_the_old_one(client, mailbox, clock):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    first = newest_code(mailbox)
    client.post("/inloggen/code/opnieuw")
    assert len(mailbox.messages) == 1
    for sent in (2, 3, 4):
        clock.shift(61)
        client.post("/inloggen/code/opnieuw")
        assert len(mailbox.messages) == sent
    clock.shift(61)
    client.post("/inloggen/code/opnieuw")
    assert len(mailbox.messages) == 4
    if first != newest_code(mailbox):
        assert type_code(client, first).status_code == 422
    type_code(client, newest_code(mailbox))
    assert is_signed_in(client)


def test_nobody_gets_in_when_the_mail_server_refuses_and_the_person_is_told(client, mailbox, db):
    make_member(username="jan", password=PASSWORD)
    mailbox.answer = "451 later"
    answer = type_password(client, "jan")
    assert answer.status_code == 422
    assert "konden de code niet versturen" in answer.get_data(as_text=True)
    assert db.session.scalar(select(SignInChallenge)) is None
    mailbox.answer = "250 OK"
    sign_in_fully(client, mailbox, "jan")  # and no minute of waiting
    assert is_signed_in(client)


def test_who_is_refused_for_the_own_address_is_told_so_and_the_log_says_why(client, mailbox, caplog):
    member = make_member(username="jan", password=PASSWORD, email="jan@post.example")
    mailbox.refused[member.email] = "550 5.1.1 <jan@post.example>: User unknown"
    page = type_password(client, "jan").get_data(as_text=True)
    assert "We kunnen je niet bereiken op je e-mailadres j•••@post.example" in page
    assert "a sign-in code could not be handed over: 550 5.1.1 (address) User unknown" in caplog.messages


@pytest.mark.parametrize("answer", ["554 5.7.1 looks like spam", "550 5.7.26 DMARC"])
def test_who_is_refused_for_another_reason_is_not_told_that_it_is_the_address(client, mailbox, caplog, answer):
    make_member(username="jan", password=PASSWORD)
    mailbox.answer = answer
    page = type_password(client, "jan").get_data(as_text=True)
    assert "de mailserver weigert de e-mail" in page
    assert f"a sign-in code could not be handed over: {answer}" in caplog.messages


def test_the_log_repeats_no_code_and_no_address():
    said = "550 your code 123 456 (123456) to <jan@post.example>, jan@post.example was refused"
    logged = for_log(said, "123456")
    assert "jan" not in logged
    assert "123" not in logged
    assert logged.startswith("550 your code (code)")


def test_who_is_sent_away_because_mail_is_slow_lost_no_code(client, mailbox, db, monkeypatch):
    make_member(username="jan", password=PASSWORD)
    started = []
    start_challenge = one_time_codes.start_challenge
    monkeypatch.setattr(
        one_time_codes, "start_challenge", lambda *of, **at: started.append(1) or start_challenge(*of, **at)
    )
    monkeypatch.setattr(codes, "gate", ClosedGate())
    assert "Onze mailserver is nu traag" in type_password(client, "jan").get_data(as_text=True)
    assert started == []  # each one counts towards the codes of an hour
    monkeypatch.setattr(codes, "gate", Gate())
    sign_in_fully(client, mailbox, "jan")
    assert is_signed_in(client)
    assert started == [1]


class ClosedGate(Gate):
    def _enter(self):
        raise Busy


def test_the_cookie_holds_no_code_secret_or_name(client, mailbox):
    member = make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    code = newest_code(mailbox)
    with client.session_transaction() as cookie:
        content = str(dict(cookie))
    assert code not in content
    assert "jan" not in content
    assert member.email not in content


def test_a_session_starts_with_an_emptied_cookie(client, mailbox):
    make_member(username="jan", password=PASSWORD)
    with client.session_transaction() as cookie:
        cookie["planted"] = "x"
    sign_in_fully(client, mailbox, "jan")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "challenge" not in cookie


def test_signing_out_kills_the_session_on_the_server(app, client, mailbox, db):
    make_member(username="jan", password=PASSWORD)
    sign_in_fully(client, mailbox, "jan")
    with client.session_transaction() as cookie:
        copy = dict(cookie)
    client.post("/inloggen/uit")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(copy)
    assert not is_signed_in(thief)
    assert db.session.scalar(select(UserSession)) is None


def test_signing_out_is_no_get(client):
    assert client.get("/inloggen/uit").status_code == 405


def test_after_signing_in_one_lands_where_one_wanted_to_be_but_only_here(client, mailbox, clock):
    make_member(username="jan", password=PASSWORD)
    for wanted, lands in (("/account/sessies/", "/account/sessies/"), ("//evil.example/x", "/"), ("https://evil", "/")):
        clock.shift(61)
        client.post("/inloggen/uit")
        client.post(f"/inloggen/?next={wanted}", data={"user_name": "jan", "password": PASSWORD})
        assert type_code(client, newest_code(mailbox)).location == lands


def test_each_step_is_in_the_audit_trail_without_the_code_or_password(client, mailbox, db):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan", "verkeerd wachtwoord")
    type_password(client, "jan")
    code = newest_code(mailbox)
    type_code(client, code)
    events = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert [e.action for e in events] == ["sign_in.refused", "sign_in.succeeded"]
    everything = str([(e.details, e.actor_name) for e in events])
    assert code not in everything
    assert "verkeerd" not in everything
