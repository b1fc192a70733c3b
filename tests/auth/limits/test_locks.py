"""A lock keeps guessers out and never the owner: what is known counts apart, and the owner is told the way out."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.mail.delivery import deliver_due_mail
from app.models import AuditEvent, OutboundMail, SignInChallenge
from app.services.access.rate_limits import (
    CODES_SENT,
    LINKS_PER_ACCOUNT,
    PASSWORD_PER_ACCOUNT,
    PASSWORD_PER_ADDRESS,
    PASSWORD_PER_PLACE,
    WRONG_CODES,
    WRONG_CODES_PER_PLACE,
)
from tests.auth.steps import (
    OTHER_PASSWORD,
    PASSWORD,
    is_signed_in,
    newest_code,
    newest_link,
    sign_in_fully,
    type_code,
    type_password,
)
from tests.support.factories.people import make_member
from tests.support.mailbox import text_of

pytestmark = pytest.mark.usefixtures("clock")
UNTIL = "11.00"  # an hour after the clock of the tests, in Amsterdam


@pytest.fixture
def jan(client, mailbox):
    """Signed in once in `client` and out again: a device that is known."""
    member = make_member(username="jan", password=PASSWORD, email="jan@post.example")
    sign_in_fully(client, mailbox, "jan")
    client.post("/inloggen/uit")
    return member


@pytest.fixture
def thief(app):
    """A browser of somebody who knows the password and not the mailbox."""
    return app.test_client()


def wrong(mailbox):
    return f"{(int(newest_code(mailbox)) + 1) % 1_000_000:06d}"


def guess_codes(browser, mailbox, count):
    """Type this many wrong codes, with a new challenge after each five; gives the last page."""
    page = ""
    for number in range(count):
        if number % 5 == 0:
            type_password(browser, "jan")
        page = type_code(browser, wrong(mailbox)).get_data(as_text=True)
    return page


def lock_mails(mailbox, subject):
    deliver_due_mail()
    return [text_of(message) for message in mailbox.messages if subject in message["Subject"]]


def test_wrong_codes_of_somebody_with_the_password_keep_no_known_device_out(client, thief, mailbox, jan):
    guess_codes(thief, mailbox, WRONG_CODES.tries)
    assert type_password(thief, "jan").status_code == 422
    sign_in_fully(client, mailbox, "jan")
    assert is_signed_in(client)


def test_an_open_session_can_still_confirm_with_a_code(client, thief, mailbox, jan):
    sign_in_fully(client, mailbox, "jan")
    guess_codes(thief, mailbox, WRONG_CODES.tries)
    for _ in range(CODES_SENT.tries):
        type_password(thief, "jan")
    client.post("/account/code", data={"for": "email"})
    answer = client.post("/account/e-mailadres", data={"email": "nieuw@post.example", "code": newest_code(mailbox)})
    assert answer.status_code == 302


def test_a_lock_of_codes_is_told_on_the_screen_and_by_mail_with_its_end_and_the_way_out(thief, mailbox, jan):
    page = guess_codes(thief, mailbox, WRONG_CODES.tries)
    assert "60 minuten" in page
    assert "Wachtwoord vergeten" in page
    (content,) = lock_mails(mailbox, "met je wachtwoord in te loggen")
    assert UNTIL in content
    assert "/wachtwoord-vergeten" in content
    assert "eerder" in content  # the devices on which one signed in before


def test_no_code_is_mailed_that_cannot_be_used(thief, mailbox, jan, db):
    guess_codes(thief, mailbox, WRONG_CODES.tries)
    before = len(mailbox.messages)
    page = type_password(thief, "jan").get_data(as_text=True)
    assert "60 minuten" in page
    assert len(mailbox.messages) == before
    locked = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "sign_in.locked")
    assert db.session.scalar(locked) == 1


def test_a_new_password_is_a_way_out_that_somebody_who_goes_on_guessing_cannot_close(app, thief, mailbox, jan):
    new_phone = app.test_client()
    guess_codes(thief, mailbox, WRONG_CODES.tries)
    new_phone.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    new_phone.post(newest_link(mailbox), data={"password": OTHER_PASSWORD})
    for _ in range(PASSWORD_PER_ACCOUNT.tries + 1):
        type_password(thief, "jan")
    sign_in_fully(new_phone, mailbox, "jan", OTHER_PASSWORD)
    assert is_signed_in(new_phone)


def test_password_sign_ins_elsewhere_leave_the_code_of_a_known_device_alone(client, thief, mailbox, jan):
    type_password(client, "jan")
    code = newest_code(mailbox)
    for _ in range(3):
        type_password(thief, "jan")
    type_code(client, code)
    assert is_signed_in(client)


def test_a_code_asked_in_two_unknown_browsers_is_open_in_one(app, thief, mailbox, jan, db):
    type_password(thief, "jan")
    type_password(app.test_client(), "jan")
    waiting = select(func.count()).select_from(SignInChallenge).where(SignInChallenge.used_at.is_(None))
    assert db.session.scalar(waiting) == 1


def test_codes_asked_by_somebody_with_the_password_are_not_those_of_a_known_device(client, thief, mailbox, jan, clock):
    for number in range(CODES_SENT.tries - 1):  # the first one was jan's own, on what was a new device then
        if number % PASSWORD_PER_ACCOUNT.tries == 0:
            clock.shift(15 * 60 + 1)
        assert type_password(thief, "jan").status_code == 302
    assert "te veel codes aangevraagd" in type_password(thief, "jan").get_data(as_text=True)
    sign_in_fully(client, mailbox, "jan")
    assert is_signed_in(client)
    assert UNTIL in lock_mails(mailbox, "met je wachtwoord in te loggen")[0]


def test_an_office_behind_one_address_goes_on_where_its_devices_are_known(app, client, thief, mailbox, jan):
    for number in range(PASSWORD_PER_ADDRESS.tries):
        type_password(thief, f"naam{number}")
    make_member(username="els", password=PASSWORD)
    assert type_password(app.test_client(), "els").status_code == 422
    sign_in_fully(client, mailbox, "jan")
    assert is_signed_in(client)


def test_a_known_device_is_locked_by_its_own_tries_and_told_and_a_new_password_elsewhere_opens_it(
    app, client, mailbox, jan
):
    for _ in range(PASSWORD_PER_PLACE.tries + 1):
        type_password(client, "jan", "gok")
    assert type_password(client, "jan").status_code == 422
    told = lock_mails(mailbox, "verkeerd wachtwoord")[0]
    assert "10.15" in told
    assert "op een apparaat waarop je al eerder inlogde" in " ".join(told.split())
    phone = app.test_client()
    phone.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    phone.post(newest_link(mailbox), data={"password": OTHER_PASSWORD})
    sign_in_fully(client, mailbox, "jan", OTHER_PASSWORD)
    assert is_signed_in(client)


def test_a_known_device_types_ten_wrong_codes_an_hour(client, mailbox, jan):
    guess_codes(client, mailbox, WRONG_CODES_PER_PLACE.tries)
    assert type_password(client, "jan").status_code == 422


def test_guesses_in_many_unknown_browsers_are_one_sum(app, mailbox, jan, db):
    for _ in range(WRONG_CODES.tries // 5):
        guess_codes(app.test_client(), mailbox, 5)
    assert type_password(app.test_client(), "jan").status_code == 422


def test_a_sign_in_of_the_owner_gives_a_guesser_elsewhere_no_new_tries(client, thief, mailbox, jan):
    guess_codes(thief, mailbox, WRONG_CODES.tries)
    sign_in_fully(client, mailbox, "jan")
    assert type_password(thief, "jan").status_code == 422


def test_the_current_password_is_not_guessed_at_an_open_session(app, client, mailbox, jan):
    sign_in_fully(client, mailbox, "jan")
    client.post("/account/code", data={"for": "password"})
    form = {"password": OTHER_PASSWORD, "code": newest_code(mailbox)}
    for _ in range(PASSWORD_PER_PLACE.tries + 1):
        client.post("/account/wachtwoord", data={**form, "current": "gok"})
    page = client.post("/account/wachtwoord", data={**form, "current": PASSWORD})
    assert "15 minuten" in page.get_data(as_text=True)
    assert 'id="current-error"' in page.get_data(as_text=True)
    assert "meld je" not in lock_mails(mailbox, "verkeerd wachtwoord")[0]
    elsewhere = app.test_client()
    sign_in_fully(elsewhere, mailbox, "jan")
    assert is_signed_in(elsewhere)


def test_a_stranger_does_not_use_up_the_mails_that_a_known_device_may_ask(client, thief, mailbox, jan):
    for _ in range(LINKS_PER_ACCOUNT.tries + 1):
        thief.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    deliver_due_mail()
    before = len(mailbox.messages)
    client.post("/wachtwoord-vergeten", data={"user_name": "jan@post.example"})
    assert newest_link(mailbox)
    assert len(mailbox.messages) == before + 1


@pytest.mark.parametrize("is_known", [False, True])
def test_asking_for_user_names_uses_up_no_link_for_a_new_password(app, client, mailbox, jan, is_known):
    """Else a stranger who asks five times an hour closes the way out of every lock."""
    browser = client if is_known else app.test_client()
    for _ in range(LINKS_PER_ACCOUNT.tries + 1):
        browser.post("/gebruikersnaam-vergeten", data={"email": "jan@post.example"})
    deliver_due_mail()
    before = len(mailbox.messages)
    browser.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    assert newest_link(mailbox).startswith("/wachtwoord-kiezen/")
    assert len(mailbox.messages) == before + 1


def test_a_browser_that_two_people_share_is_known_for_both(app, client, thief, mailbox, jan):
    make_member(username="els", password=PASSWORD)
    sign_in_fully(client, mailbox, "els")
    client.post("/inloggen/uit")
    guess_codes(thief, mailbox, WRONG_CODES.tries)
    sign_in_fully(client, mailbox, "jan")
    assert is_signed_in(client)


def test_a_user_name_of_digits_uses_up_nobodys_tries(app, client, thief, mailbox, jan):
    for _ in range(PASSWORD_PER_ACCOUNT.tries + 1):
        type_password(thief, str(jan.user_id), "gok")
    new_phone = app.test_client()
    sign_in_fully(new_phone, mailbox, "jan")
    assert is_signed_in(new_phone)


def test_a_lock_of_nobody_is_as_much_work_as_of_somebody(client, statements, jan, app, db):
    def lock(name):
        browser = app.test_client()
        for _ in range(PASSWORD_PER_ACCOUNT.tries):
            type_password(browser, name, "gok")
        with statements() as seen:
            type_password(browser, name, "gok")
        return [statement.split()[0] for statement in seen if not statement.startswith("RELEASE")]

    known, unknown = lock("jan"), lock("niemand")
    assert [verb for verb in unknown if verb != "ROLLBACK"] == known
    assert db.session.scalar(select(func.count()).select_from(OutboundMail)) == 1


def test_a_right_password_while_no_mail_leaves_counts_as_no_try(app, mailbox, jan):
    """On a new device and on a known one: who tries until the mail works is not told that the password is wrong."""
    stranger = app.test_client()
    mailbox.answer = "451 4.3.0 try later"
    for _ in range(max(PASSWORD_PER_ACCOUNT.tries, CODES_SENT.tries) + 1):
        assert "mailserver" in type_password(stranger, "jan").get_data(as_text=True)
    mailbox.answer = "250 OK"
    sign_in_fully(stranger, mailbox, "jan")
    assert is_signed_in(stranger)


def test_a_wrong_password_while_no_mail_leaves_counts(app, mailbox, jan):
    stranger = app.test_client()
    mailbox.answer = "451 4.3.0 try later"
    for _ in range(PASSWORD_PER_ACCOUNT.tries):
        type_password(stranger, "jan", OTHER_PASSWORD)
    mailbox.answer = "250 OK"
    assert "te vaak een verkeerd wachtwoord" in type_password(stranger, "jan").get_data(as_text=True)


def test_a_right_password_typed_again_because_the_code_is_late_is_never_called_wrong(app, mailbox, jan):
    """What ends it is that too many codes were asked, and that is said."""
    stranger = app.test_client()
    for _ in range(CODES_SENT.tries - 1):  # the sign-in that made the device known asked one
        assert type_password(stranger, "jan").location == "/inloggen/code"
    page = type_password(stranger, "jan").get_data(as_text=True)
    assert "te veel codes aangevraagd" in " ".join(page.split())
    assert "verkeerd wachtwoord" not in page
