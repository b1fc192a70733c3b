"""Who types the right password of a locked account is told until when; to everybody else a lock does not show."""

from __future__ import annotations

import pytest

from app.models import Account
from app.services.access import rate_limits
from app.services.access.origins import counted_as_name
from app.services.access.rate_limits import PASSWORD_PER_ACCOUNT, PASSWORD_PER_ADDRESS, PASSWORD_PER_PLACE
from tests.auth.steps import OTHER_PASSWORD, PASSWORD, is_signed_in, sign_in_fully, type_password
from tests.support.factories.people import make_member

pytestmark = pytest.mark.usefixtures("clock")
TOLD = "Je gebruikersnaam en wachtwoord kloppen"
REFUSED = "horen niet bij elkaar"


@pytest.fixture
def jan(db):
    return make_member(username="jan", password=PASSWORD, email="jan@post.example")


def lock(browser, name="jan", count=PASSWORD_PER_ACCOUNT.tries):
    for _ in range(count):
        type_password(browser, name, "gok")


def main_of(page):
    return page.text.split("<main")[1].split("<form")[0]


def test_the_owner_is_told_until_when_and_then_gets_in(client, mailbox, jan, clock):
    lock(client)
    page = type_password(client, "jan").text
    assert TOLD in page
    assert "vanaf 10.15 uur" in page
    assert "Op een apparaat waarop je al eerder inlogde" in page
    assert mailbox.messages == []
    clock.shift(15 * 60)
    sign_in_fully(client, mailbox, "jan")
    assert is_signed_in(client)


def test_it_is_never_told_a_minute_too_early(client, jan, clock):
    clock.shift(1)
    lock(client)
    assert "vanaf 10.16 uur" in type_password(client, "jan").text


def test_nobody_else_sees_a_lock(client, jan, db):
    make_member(username="weg", password=PASSWORD, active=False)
    make_member(username="nieuw")
    for name in ("jan", "weg", "nieuw", "niemand"):
        lock(client, name)
    answers = {main_of(type_password(client, name, OTHER_PASSWORD)) for name in ("jan", "weg", "nieuw", "niemand")}
    answers |= {main_of(type_password(client, name)) for name in ("weg", "nieuw", "niemand")}
    answers.add(main_of(type_password(client, "buur", "gok")))
    assert len(answers) == 1
    assert REFUSED in answers.pop()


def test_a_lock_does_not_show_that_a_name_and_an_address_are_one_account(client, jan):
    lock(client, "jan", 6)
    lock(client, "jan@post.example", 6)
    assert REFUSED in type_password(client, "jan@post.example", "gok").text


def test_a_lock_is_no_place_to_go_on_guessing(client, jan):
    lock(client, count=PASSWORD_PER_ACCOUNT.tries + PASSWORD_PER_ACCOUNT.told)
    page = type_password(client, "jan").text
    assert TOLD not in page
    assert REFUSED in page


def test_one_password_tried_on_many_names_from_one_address_tells_nothing_after_a_few(client, jan, db, now):
    for _ in range(PASSWORD_PER_ADDRESS.tries):
        rate_limits.count_try(PASSWORD_PER_ADDRESS, "127.0.0.1", now)
    assert TOLD in type_password(client, "jan").text
    for _ in range(PASSWORD_PER_ADDRESS.told):
        rate_limits.count_try(PASSWORD_PER_ADDRESS, "127.0.0.1", now)
    assert REFUSED in type_password(client, "jan").text


def test_a_known_device_is_told_of_its_own_lock(client, mailbox, jan, db):
    sign_in_fully(client, mailbox, "jan")
    client.post("/inloggen/uit")
    lock(client, count=PASSWORD_PER_PLACE.tries)
    page = type_password(client, "jan").text
    assert "op dit apparaat" in page
    assert TOLD in page
    assert db.session.get(Account, jan.user_id).last_sign_in_at is not None


def test_what_is_told_opens_nothing(client, mailbox, jan):
    lock(client)
    type_password(client, "jan")
    assert client.get("/inloggen/code").status_code == 302
    assert mailbox.messages == []


def test_names_that_do_not_exist_are_counted_alike(client, db, now):
    lock(client, "niemand")
    assert rate_limits.find_lock(PASSWORD_PER_ACCOUNT, counted_as_name("niemand"), now)
