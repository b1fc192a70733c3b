"""No wait keeps the owner out: what somebody else used up is given back to who shows the mailbox or the right code."""

from __future__ import annotations

import unicodedata

import pytest
from sqlalchemy import select

from app.models import Account, AttemptCounter
from app.phrases import RuleBroken
from app.services.access import one_time_codes, rate_limits
from app.services.access.passwords import check_new_password, hash_password, verify_password
from app.services.access.people import find_person
from app.services.access.rate_limits import CODES_SENT, PASSWORD_PER_ADDRESS, WRONG_CODES
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

pytestmark = pytest.mark.usefixtures("clock")


def test_a_new_password_by_mail_ends_the_waits_that_somebody_with_the_old_one_caused(client, mailbox, now):
    member = make_member(username="jan", password=PASSWORD)
    for limit in (WRONG_CODES, CODES_SENT):
        for _ in range(limit.tries):
            rate_limits.count_try(limit, str(member.user_id), now)
    assert type_password(client, "jan").status_code == 422
    client.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    client.post(newest_link(mailbox), data={"password": OTHER_PASSWORD})
    sign_in_fully(client, mailbox, "jan", OTHER_PASSWORD)
    assert is_signed_in(client)


def test_right_sign_ins_use_up_nothing_of_an_address_that_many_share(client, mailbox, db, clock):
    make_member(username="jan", password=PASSWORD)
    sign_in_fully(client, mailbox, "jan")
    key = rate_limits._key(PASSWORD_PER_ADDRESS, "127.0.0.1")
    assert db.session.scalar(select(AttemptCounter.tries).where(AttemptCounter.key == key)) == 0


def test_a_right_code_is_no_wrong_one_and_leaves_the_wrong_ones_counted(client, mailbox, db, now, sign_in_as):
    member = make_member(username="jan", password=PASSWORD)
    sign_in_as(client, member)
    rate_limits.count_try(WRONG_CODES, str(member.user_id), now)
    client.post("/account/code", data={"for": "email"})
    client.post("/account/e-mailadres", data={"email": "nieuw@post.example", "code": newest_code(mailbox)})
    key = rate_limits._key(WRONG_CODES, str(member.user_id))
    assert db.session.scalar(select(AttemptCounter.tries).where(AttemptCounter.key == key)) == 1


def test_nobody_confirms_for_somebody_else(db, now):
    me, other = (find_person(make_member().user_id) for _ in range(2))
    token, code = one_time_codes.start_challenge(other, now, purpose="confirm")
    with pytest.raises(RuleBroken):
        one_time_codes.check_code(token, code, "", now, purpose="confirm", user_id=me.user.id)
    assert (
        one_time_codes.check_code(token, code, "", now, purpose="confirm", user_id=other.user.id).user.id
        == other.user.id
    )


def test_a_new_code_is_not_sent_after_the_account_was_switched_off(client, mailbox, db, clock):
    member = make_member(username="jan", password=PASSWORD)
    type_password(client, "jan")
    member.user.active = False
    clock.shift(61)
    client.post("/inloggen/code/opnieuw")
    assert len(mailbox.messages) == 1
    type_code(client, newest_code(mailbox))
    assert db.session.get(Account, member.user_id).last_sign_in_at is None


def test_one_password_has_one_spelling_whatever_keyboard_typed_it(db):
    as_one, as_two = (unicodedata.normalize(form, "één koe in de wéi") for form in ("NFC", "NFD"))
    assert as_one != as_two
    assert verify_password(hash_password(as_one), as_two)
    with pytest.raises(RuleBroken):
        check_new_password(unicodedata.normalize("NFD", "éééééééé"), own_words=[])  # eight letters, not sixteen
