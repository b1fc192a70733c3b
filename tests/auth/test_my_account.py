"""Changing password and e-mail address, and the own sessions."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.mail.delivery import deliver_due_mail
from app.models import Member, ProfileChange, UserSession
from app.services.access.sessions import open_session
from tests.auth.steps import OTHER_PASSWORD, PASSWORD, is_signed_in, newest_code, newest_link, sign_in_fully
from tests.support.factories.people import make_member, make_staff
from tests.support.mailbox import code_in, link_in

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def jan(client, mailbox):
    member = make_member(username="jan", password=PASSWORD, email="oud@post.example")
    sign_in_fully(client, mailbox, "jan")
    return member


def change_password(client, mailbox, current=PASSWORD, new=OTHER_PASSWORD, code=None):
    client.post("/account/code", data={"for": "password"})
    data = {"current": current, "password": new, "code": code or newest_code(mailbox)}
    return client.post("/account/wachtwoord", data=data)


def test_a_new_password_needs_the_current_one_and_a_fresh_code_and_ends_all_sessions(client, mailbox, jan, db):
    assert change_password(client, mailbox).location == "/inloggen/"
    assert db.session.scalar(select(UserSession)) is None
    assert not is_signed_in(client)
    sign_in_fully(client, mailbox, "jan", OTHER_PASSWORD)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"current": "fout"}, "current"), ({"new": "kort"}, "password"), ({"code": "12"}, "code")]
)
def test_a_wrong_answer_is_told_at_its_field_and_changes_nothing(client, mailbox, jan, wrong, field):
    answer = change_password(client, mailbox, **wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert is_signed_in(client)


def test_a_code_to_sign_in_with_does_not_confirm_a_change(app, client, mailbox, jan):
    other = app.test_client()
    other.post("/inloggen/", data={"user_name": "jan", "password": PASSWORD})
    data = {"current": PASSWORD, "password": OTHER_PASSWORD, "code": newest_code(mailbox)}
    assert client.post("/account/wachtwoord", data=data).status_code == 422


def test_a_new_address_is_used_after_both_addresses_confirmed_and_is_a_profile_change(client, mailbox, jan, db):
    client.post("/account/code", data={"for": "email"})
    client.post("/account/e-mailadres", data={"email": "Nieuw@post.example", "code": newest_code(mailbox)})
    deliver_due_mail()
    old, new = mailbox.to("oud@post.example")[-1], mailbox.to("nieuw@post.example")[-1]
    for message, address in ((old, "oud@post.example"), (new, "nieuw@post.example")):
        path = "/" + link_in(message).split("/", 3)[3]
        assert client.get(path).status_code == 200
        confirmed = client.post(path).text
        assert db.session.get(Member, jan.id).email == address
    assert "Je bent overal uitgelogd" in confirmed
    assert "Uitloggen" not in confirmed  # nothing above it says otherwise
    assert not is_signed_in(client)
    assert db.session.scalar(select(ProfileChange.field)) == "email"


def test_a_link_that_was_mailed_before_the_address_changed_opens_nothing(app, client, mailbox, jan):
    app.test_client().post("/wachtwoord-vergeten", data={"user_name": "jan"})
    mailed_before = newest_link(mailbox)
    client.post("/account/code", data={"for": "email"})
    client.post("/account/e-mailadres", data={"email": "nieuw@post.example", "code": newest_code(mailbox)})
    deliver_due_mail()
    for address in ("oud@post.example", "nieuw@post.example"):
        client.post("/" + link_in(mailbox.to(address)[-1]).split("/", 3)[3])
    assert client.get(mailed_before).status_code == 410


def test_an_address_of_another_account_of_the_team_is_refused(client, mailbox):
    make_staff(username="een", password=PASSWORD)
    make_staff(username="twee", email="twee@gemeente.example")
    sign_in_fully(client, mailbox, "een")
    client.post("/account/code", data={"for": "email"})
    data = {"email": "twee@gemeente.example", "code": newest_code(mailbox)}
    assert client.post("/account/e-mailadres", data=data).status_code == 422


def test_the_own_sessions_are_listed_and_ended_and_those_of_others_are_not(
    app, client, mailbox, jan, db, now, sign_in_as
):
    other = make_member()
    elsewhere, stranger = app.test_client(), app.test_client()
    sign_in_as(elsewhere, jan)
    sign_in_as(stranger, other)
    own = select(UserSession.id).where(UserSession.user_id == jan.user_id, UserSession.agent == "test")
    theirs = db.session.scalar(select(UserSession.id).where(UserSession.user_id == other.user_id))
    assert client.get("/account/sessies/").get_data(as_text=True).count('class="card"') == 2
    client.post(f"/account/sessies/{theirs}/beeindig")
    assert is_signed_in(stranger)
    client.post(f"/account/sessies/{db.session.scalar(own)}/beeindig")
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)


def test_a_session_ends_when_idle_and_at_the_absolute_end(client, mailbox, jan, clock):
    clock.shift(29 * 60)
    assert is_signed_in(client)
    clock.shift(31 * 60)
    assert not is_signed_in(client)
    sign_in_fully(client, mailbox, "jan")
    for _ in range(36):
        clock.shift(20 * 60 + 1)
        client.post("/account/sessies/blijf")
    assert not is_signed_in(client)


def test_the_team_is_idle_after_a_quarter_of_an_hour(client, clock, sign_in_as):
    sign_in_as(client, make_staff())
    clock.shift(14 * 60)
    assert is_signed_in(client)
    clock.shift(16 * 60)
    assert not is_signed_in(client)


def test_a_cookie_without_a_row_or_of_an_older_epoch_opens_nothing(client, db, jan, now):
    from app.models import Account

    account = db.session.get(Account, jan.user_id)
    token = open_session(account, now=now, ip="", agent="")
    account.epoch += 1
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["token"] = token
        cookie["_user_id"] = str(jan.user_id)
    assert not is_signed_in(client)


def test_last_seen_is_written_at_most_once_a_minute(client, jan, clock, statements):
    clock.shift(61)
    client.get("/account/")
    clock.shift(30)
    with statements() as seen:
        client.get("/account/")
    assert not [s for s in seen if s.startswith("UPDATE")]


@pytest.mark.parametrize(
    ("wanted", "words"), [("password", "is je code voor een nieuw wachtwoord"), ("email", "is je code voor een ander")]
)
def test_the_mail_says_in_its_subject_what_the_code_is_and_what_it_is_for(client, mailbox, jan, wanted, words):
    client.post("/account/code", data={"for": wanted})
    mail = mailbox.messages[-1]
    code = code_in(mail)
    assert mail["Subject"].startswith(f"{code[:3]} {code[3:]} {words}")
