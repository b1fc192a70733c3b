"""A code that cannot be used is called by its name: wrong, expired, used, replaced; and there is a way on from each."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Account, AttemptCounter, SignInChallenge
from app.services.access import one_time_codes
from app.services.access.rate_limits import WRONG_CODES
from app.services.access.sessions import end_sessions
from tests.auth.steps import PASSWORD, is_signed_in, newest_code, sign_in_fully, type_code, type_password
from tests.support.factories.people import make_member

pytestmark = pytest.mark.usefixtures("clock")
EXPIRED, NEW_CODE = "Je code is verlopen", "Stuur een nieuwe code"
USED, GONE = "Deze code is al gebruikt", "Er wacht hier geen code meer"


@pytest.fixture
def jan(client, mailbox):
    """Typed the password; the code is in the mailbox."""
    member = make_member(username="jan", password=PASSWORD, email="jan@post.example")
    type_password(client, "jan")
    return member


def wrong(mailbox):
    return f"{(int(newest_code(mailbox)) + 1) % 1_000_000:06d}"


def copy_of(app, client):
    """The same browser once more, as a second tab or a replayed cookie."""
    with client.session_transaction() as cookie:
        content = dict(cookie)
    tab = app.test_client()
    with tab.session_transaction() as cookie:
        cookie.update(content)
    return tab


def test_a_wrong_code_is_not_called_expired(client, mailbox, jan):
    page = type_code(client, wrong(mailbox)).text
    assert "Dit is niet de code uit de nieuwste e-mail" in page
    assert "verlopen" not in page


def test_an_expired_code_is_called_so_and_a_new_one_comes_without_the_password(client, mailbox, jan, clock):
    clock.shift(10 * 60 + 1)
    for page in (type_code(client, newest_code(mailbox)), client.get("/inloggen/code")):
        assert EXPIRED in page.text
        assert NEW_CODE in page.text
    client.post("/inloggen/code/opnieuw")
    type_code(client, newest_code(mailbox))
    assert is_signed_in(client)


def test_no_new_code_comes_of_a_password_that_was_typed_an_hour_ago(client, mailbox, jan, clock):
    clock.shift(3601)
    assert NEW_CODE not in client.get("/inloggen/code").text
    client.post("/inloggen/code/opnieuw")
    assert len(mailbox.messages) == 1


def test_the_page_still_knows_that_a_code_expired_after_the_hourly_clean_up(client, mailbox, jan, clock, now, db):
    clock.shift(11 * 60)
    one_time_codes.delete_old_challenges(now + one_time_codes.CODE_LIFETIME * 2)
    db.session.commit()
    assert EXPIRED in client.get("/inloggen/code").text
    one_time_codes.delete_old_challenges(now + one_time_codes.KEPT * 2)
    assert db.session.scalar(select(SignInChallenge)) is None


def test_a_used_code_is_called_used(app, client, mailbox, jan):
    tab = copy_of(app, client)
    type_code(client, newest_code(mailbox))
    page = type_code(tab, newest_code(mailbox)).text
    assert USED in page
    assert NEW_CODE not in page
    assert not is_signed_in(tab)


def test_a_code_that_another_window_replaced_is_not_called_expired(app, client, mailbox, jan):
    type_password(app.test_client(), "jan")
    page = type_code(client, newest_code(mailbox)).text
    assert GONE in page
    assert "verlopen" not in page


def test_who_never_typed_a_password_is_not_told_of_an_expired_code(client):
    answer = client.get("/inloggen/code", follow_redirects=True)
    assert "Log eerst in" in answer.text
    assert "verlopen" not in answer.text


def test_after_five_wrong_codes_a_new_one_has_five_tries_and_the_hour_still_counts_them_all(
    client, mailbox, jan, clock, db
):
    for _ in range(one_time_codes.CODE_TRIES):
        page = type_code(client, wrong(mailbox)).text
    assert NEW_CODE in page
    assert type_code(client, newest_code(mailbox)).status_code == 422
    clock.shift(61)
    client.post("/inloggen/code/opnieuw")
    for _ in range(one_time_codes.CODE_TRIES - 1):
        assert "Dit is niet de code" in type_code(client, wrong(mailbox)).text
    counted = select(AttemptCounter.tries).where(AttemptCounter.key.startswith(f"{WRONG_CODES.kind}:"))
    assert db.session.scalar(counted) == 2 * one_time_codes.CODE_TRIES - 1
    type_code(client, newest_code(mailbox))
    assert is_signed_in(client)


def test_no_new_code_is_mailed_while_codes_are_locked(app, client, mailbox, jan, clock):
    for _ in range(WRONG_CODES.tries // one_time_codes.CODE_TRIES):
        thief = app.test_client()
        type_password(thief, "jan")
        for _ in range(one_time_codes.CODE_TRIES):
            type_code(thief, wrong(mailbox))
    sent = len(mailbox.messages)
    clock.shift(61)
    thief.post("/inloggen/code/opnieuw")
    assert len(mailbox.messages) == sent


def test_a_code_of_an_account_that_changed_gets_no_new_one(client, mailbox, jan, db, clock):
    end_sessions(db.session.get(Account, jan.user_id))
    assert "je account is intussen veranderd" in type_code(client, newest_code(mailbox)).text
    clock.shift(61)
    client.post("/inloggen/code/opnieuw")
    assert len(mailbox.messages) == 1


def test_the_code_page_names_the_user_and_leads_back_with_the_name_filled_in(app, client, mailbox, jan):
    page = client.get("/inloggen/code").text
    assert "gebruikersnaam jan" in page
    assert 'href="/inloggen/"' in page
    assert 'value="jan"' in client.get("/inloggen/").text
    assert 'value="jan"' not in app.test_client().get("/inloggen/").text


def test_the_name_does_not_stay_after_signing_in_and_out(client, mailbox, jan):
    sign_in_fully(client, mailbox, "jan")
    client.post("/inloggen/uit")
    assert 'value="jan"' not in client.get("/inloggen/").text
