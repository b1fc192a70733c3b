"""A letter opens one account, once: with its link or its code, after the typed address was shown to be the person's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.extensions import vault
from app.models import AttemptCounter, AuditEvent, MailedLink, Member, MemberState, OutboundMail
from app.phrases import RuleBroken
from app.services.access import letter_codes, one_time_codes, rate_limits
from app.services.access.one_time_links import find_link_of
from app.services.access.people import find_person
from app.services.access.rate_limits import LETTER_CODES, LETTER_CODES_PER_ADDRESS, PROOFS_SENT
from app.services.accounts import invitations, letters, password_changes
from app.services.audit import COMMAND
from tests.auth.steps import PASSWORD, is_signed_in, newest_code, prove_address, sign_in_fully
from tests.support.factories.people import make_member
from tests.support.mailbox import text_of

pytestmark = pytest.mark.usefixtures("clock")
TWO_WEEKS = timedelta(days=14)
EMAIL = "els@post.example"
UNKNOWN = "We kennen deze code niet"


@pytest.fixture
def els(db):
    return make_member(username="els", email=None, state=MemberState.IMPORTED)


@pytest.fixture
def printed(db, now):
    """Print a letter for a member: what stands in it."""

    def print_one(member):
        letter = invitations.print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=TWO_WEEKS)
        db.session.commit()
        return letter

    return print_one


@pytest.fixture
def letter(printed, els):
    return printed(els)


def type_letter(browser, code, **more):
    return browser.post("/brief/", data={"code": code}, follow_redirects=True, **more)


def some_code():
    return letter_codes.make_code()


# the code itself


def test_a_code_is_sixteen_letters_of_nineteen_without_vowels_and_no_two_alike(db):
    codes = {some_code() for _ in range(200)}
    assert len(codes) == 200
    assert set("".join(codes)) == set(letter_codes.LETTERS)
    assert {len(code) for code in codes} == {16}
    assert not set(letter_codes.LETTERS) & set("AEIOUYQ0125")


def test_every_letter_that_is_typed_wrong_and_every_two_that_change_places_are_noticed(db):
    code = some_code()
    wrong = {code[:at] + letter + code[at + 1 :] for at in range(16) for letter in letter_codes.LETTERS}
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(15)}
    for typed in (wrong | swapped) - {code}:
        with pytest.raises(RuleBroken):
            letter_codes.read_code(typed)


def test_a_code_is_read_in_whatever_way_it_is_typed(db):
    for code in ("LLZSGBVVDDDDDDD", "BCDFGHJKLMNPRST"):
        whole = code + letter_codes._check_letter(code)
        shown = letter_codes.in_groups(whole)
        alike = whole.lower().replace("l", "1").replace("z", "2").replace("s", "5").replace("d", "o").replace("v", "u")
        for typed in (shown, shown.lower(), whole, shown.replace(" ", "-"), f"\t{shown}\u00a0.", alike):
            assert letter_codes.read_code(typed) == whole


@pytest.mark.parametrize(
    "typed", ["", "BCDF", "B" * 17, "ÀCDF GHJK LMNP RSTV", "ＢＣＤＦ ＧＨＪＫ ＬＭＮＰ ＲＳＴＶ", "'; --", "x" * 1000]
)
def test_what_cannot_be_a_code_is_told_and_costs_no_try(client, db, typed):
    assert type_letter(client, typed).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(AttemptCounter)) == 0


def test_the_database_holds_neither_code_nor_address_of_a_letter(letter, db):
    row = str(vars(db.session.scalars(select(MailedLink)).one()))
    assert letter.code not in row
    assert letter.token not in row
    acts = str([vars(event) for event in db.session.scalars(select(AuditEvent))])
    assert letter.code not in acts


def test_a_code_outlives_a_new_key(client, letter):
    keys = dict(vault._keys)
    try:
        vault.use_keys({"newer": b"n" * 32, **keys})
        assert "Stap 1 van 3" in type_letter(client, letter.code).text
    finally:
        vault.use_keys(keys)


# from the letter to the account


@pytest.mark.parametrize("way", ["link", "code"])
def test_a_letter_opens_the_account_after_the_address_was_proven(client, mailbox, letter, els, db, way):
    page = f"/uitnodiging/{letter.token}"
    if way == "code":
        page = client.post("/brief/", data={"code": letter_codes.in_groups(letter.code).lower()}).location
    assert "Stap 1 van 3" in client.get(page).text
    client.post(page, data={"step": "address", "email": " Els@Post.example "})
    assert f'own-address">{EMAIL}<' in client.get(page).text
    mailed = text_of(mailbox.to(EMAIL)[-1])
    assert "om je account" in mailed
    assert els.full_name not in mailed  # the address may be a stranger's
    assert client.post(page, data={"step": "code", "code": newest_code(mailbox)}).status_code == 302
    assert f'own-address">{EMAIL}<' in client.get(page).text
    assert client.post(page, data={"step": "password", "password": PASSWORD}).location == "/inloggen/"
    assert db.session.get(Member, els.id).email == EMAIL
    assert not is_signed_in(client)
    sign_in_fully(client, mailbox, "els")
    assert is_signed_in(client)


def test_nothing_is_used_up_before_the_password_is_saved(app, client, mailbox, letter, db):
    page = f"/uitnodiging/{letter.token}"
    prove_address(client, mailbox, page, EMAIL)
    assert client.post(page, data={"password": "kort"}).status_code == 422
    assert db.session.scalar(select(MailedLink.used_at)) is None
    assert "Stap 1 van 3" in type_letter(app.test_client(), letter.code).text


def test_a_letter_works_once_whichever_way_comes_second(app, client, mailbox, letter):
    page = f"/uitnodiging/{letter.token}"
    prove_address(client, mailbox, page, EMAIL)
    other = app.test_client()
    type_letter(other, letter.code)
    prove_address(other, mailbox, "/brief/account", "dief@post.example")
    client.post(page, data={"password": PASSWORD})
    for answer in (
        other.post("/brief/account", data={"password": PASSWORD}),
        type_letter(app.test_client(), letter.code),
        app.test_client().get(page),
    ):
        assert answer.status_code == 410
        assert "Je account is er al mee geopend" in answer.text


def test_an_expired_letter_and_a_replaced_one_say_so(app, client, letter, printed, els, clock):
    newer = printed(els)
    assert "nieuwere uitnodiging" in type_letter(client, letter.code).text
    clock.shift(15 * 24 * 3600)
    for answer in (type_letter(client, newer.code), client.get(f"/uitnodiging/{newer.token}")):
        assert answer.status_code == 410
        assert "een nieuwe brief" in answer.text
        assert "Stuur een nieuwe uitnodiging" not in answer.text  # there is no address to send it to


def test_a_letter_of_somebody_who_left_opens_nothing(client, letter, els, db):
    els.user.active = False
    assert type_letter(client, letter.code).status_code == 410


def test_who_has_an_address_already_is_shown_no_more_than_a_hint_of_it(client, mailbox, printed, db):
    letter = printed(make_member(username="jan", email="jan@post.example", state=MemberState.IMPORTED))
    page = type_letter(client, letter.code)
    assert "j•••@post.example" in page.text
    assert "jan@post.example" not in page.text
    client.post("/brief/account", data={"step": "address", "email": "dief@post.example"})
    assert mailbox.messages == []
    client.post("/brief/account", data={"password": PASSWORD})
    sign_in_fully(client, mailbox, "jan")
    assert len(mailbox.to("jan@post.example")) == 1


# the proof of the address


def test_no_password_is_saved_without_a_proven_address(client, letter, els, db):
    page = f"/uitnodiging/{letter.token}"
    assert client.post(page, data={"password": PASSWORD}).status_code == 422
    client.post(page, data={"step": "address", "email": EMAIL})
    assert client.post(page, data={"password": PASSWORD}).status_code == 422
    assert find_person(els.user_id).user.password is None


def test_the_address_that_counts_is_the_proven_one_not_the_one_typed_after_it(client, mailbox, letter, els, db):
    page = f"/uitnodiging/{letter.token}"
    prove_address(client, mailbox, page, EMAIL)
    client.post(page, data={"step": "address", "email": "dief@post.example"})
    assert "Stap 2 van 3" in client.get(page).text
    assert client.post(page, data={"password": PASSWORD, "email": EMAIL}).status_code == 422
    assert find_person(els.user_id).user.password is None


def test_a_proof_counts_in_the_browser_and_for_the_letter_it_was_given(app, client, mailbox, letter, printed, db, now):
    page = f"/uitnodiging/{letter.token}"
    prove_address(client, mailbox, page, EMAIL)
    assert "Stap 1 van 3" in app.test_client().get(page).text
    other = printed(make_member(email=None, state=MemberState.IMPORTED))
    assert "Stap 1 van 3" in client.get(f"/uitnodiging/{other.token}").text
    assert client.post(f"/uitnodiging/{other.token}", data={"password": PASSWORD}).status_code == 422
    with client.session_transaction() as cookie:
        proof = cookie["proof"]
    link = find_link_of(db.session.scalar(select(MailedLink.id).where(MailedLink.user_id == other.person.user.id)))
    more = {"own_words": [], "ip": "", "now": now}
    with pytest.raises(RuleBroken):
        password_changes.accept_invitation(link, PASSWORD, proof=proof, **more)


def test_a_sign_in_code_proves_no_address_and_a_proof_signs_nobody_in(client, mailbox, letter, db):
    page = f"/uitnodiging/{letter.token}"
    client.post(page, data={"step": "address", "email": EMAIL})
    with client.session_transaction() as cookie:
        cookie["challenge"] = cookie["proof"]
    client.post("/inloggen/code", data={"code": newest_code(mailbox)})
    assert not is_signed_in(client)
    make_member(username="jan", password=PASSWORD)
    client.post("/inloggen/", data={"user_name": "jan", "password": PASSWORD})
    with client.session_transaction() as cookie:
        cookie["proof"] = cookie["challenge"]
    client.post(page, data={"step": "code", "code": newest_code(mailbox)})
    assert client.post(page, data={"password": PASSWORD}).status_code == 422


def test_a_proof_of_an_hour_ago_is_asked_again(client, mailbox, letter, clock):
    page = f"/uitnodiging/{letter.token}"
    prove_address(client, mailbox, page, EMAIL)
    clock.shift(3599)
    assert "Stap 3 van 3" in client.get(page).text
    clock.shift(1)
    assert "Stap 1 van 3" in client.get(page).text
    assert client.post(page, data={"password": PASSWORD}).status_code == 422


def test_a_wrong_address_is_put_right_with_what_was_typed_in_the_field(client, mailbox, letter):
    page = f"/uitnodiging/{letter.token}"
    client.post(page, data={"step": "address", "email": "els@psot.example"})
    assert 'value="els@psot.example"' in client.post(page, data={"step": "other"}).text
    prove_address(client, mailbox, page, EMAIL)
    assert client.post(page, data={"password": PASSWORD}).status_code == 302


def test_an_address_that_is_none_is_told_at_its_field_and_kept(client, letter, mailbox):
    page = client.post(f"/uitnodiging/{letter.token}", data={"step": "address", "email": "els@"})
    assert page.status_code == 422
    assert 'value="els@"' in page.text
    assert 'id="email-error"' in page.text


def test_wrong_expired_and_new_codes_of_the_proof(client, mailbox, letter, clock):
    page = f"/uitnodiging/{letter.token}"
    client.post(page, data={"step": "address", "email": EMAIL})
    wrong = f"{(int(newest_code(mailbox)) + 1) % 1_000_000:06d}"
    assert "Dit is niet de code" in client.post(page, data={"step": "code", "code": wrong}).text
    clock.shift(601)
    assert "Je code is verlopen" in client.get(page).text
    client.post(page, data={"step": "again"})
    assert len(mailbox.to(EMAIL)) == 2
    client.post(page, data={"step": "code", "code": newest_code(mailbox)})
    assert "Stap 3 van 3" in client.get(page).text


def test_nobody_fills_mailboxes_with_a_letter(client, mailbox, letter):
    page = f"/uitnodiging/{letter.token}"
    for number in range(PROOFS_SENT.tries + 3):
        answer = client.post(page, data={"step": "address", "email": f"vreemd{number}@post.example"})
    assert len(mailbox.messages) == PROOFS_SENT.tries
    assert "60 minuten" in answer.text
    assert "nieuw wachtwoord" not in answer.text  # there is no account yet


def test_guesses_at_the_code_of_a_proof_are_counted_over_its_renewals(client, mailbox, letter, clock, db, now):
    page = f"/uitnodiging/{letter.token}"
    for _ in range(2):
        client.post(page, data={"step": "address", "email": EMAIL})
        wrong = f"{(int(newest_code(mailbox)) + 1) % 1_000_000:06d}"
        for _ in range(one_time_codes.CODE_TRIES):
            answer = client.post(page, data={"step": "code", "code": wrong})
    assert "60 minuten" in answer.text
    assert db.session.scalar(select(OutboundMail)) is None  # nobody to tell: there is no address


def test_a_proof_keeps_no_link_or_name_in_the_cookie(client, mailbox, letter, els):
    type_letter(client, letter.code)
    prove_address(client, mailbox, "/brief/account", EMAIL)
    with client.session_transaction() as cookie:
        content = str(dict(cookie))
    for secret in (letter.token, letter.code, EMAIL, "els", newest_code(mailbox)):
        assert secret not in content


# guessing


def test_wrong_codes_are_counted_per_address_and_the_link_goes_on(client, letter, db):
    for _ in range(LETTER_CODES_PER_ADDRESS.tries):
        assert UNKNOWN in type_letter(client, some_code()).text
    assert "60 minuten" in type_letter(client, letter.code).text
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert "Stap 1 van 3" in type_letter(client, letter.code, environ_overrides=elsewhere).text
    assert client.get(f"/uitnodiging/{letter.token}").status_code == 200


def test_wrong_codes_of_everybody_together_are_counted(client, letter, db, now):
    for _ in range(LETTER_CODES.tries):
        rate_limits.count_try(LETTER_CODES, letters.EVERYBODY, now)
    assert "60 minuten" in type_letter(client, letter.code).text


def test_right_codes_use_up_nothing_of_an_address_that_a_help_desk_shares(app, client, letter, db):
    for _ in range(LETTER_CODES_PER_ADDRESS.tries + 1):
        assert "Stap 1 van 3" in type_letter(app.test_client(), letter.code).text


def test_an_unknown_code_is_noted_without_the_code(client, db):
    code = some_code()
    type_letter(client, code)
    event = db.session.scalars(select(AuditEvent)).one()
    assert event.action == "letter.refused"
    assert code not in str(vars(event))


def test_a_code_typed_an_hour_ago_is_typed_again(client, letter, clock):
    type_letter(client, letter.code)
    clock.shift(3601)
    assert client.get("/brief/account").location == "/brief/"


@pytest.mark.parametrize("forged", [1, [1], ["1", 9e12], [1, "9e12"], {"a": 1}, [1, 9e12, 1], [True, 9e12]])
def test_an_odd_cookie_opens_nothing(client, letter, forged, db):
    with client.session_transaction() as cookie:
        cookie["letter"] = forged
    assert client.get("/brief/account").status_code in (302, 200)


def test_a_mailed_invitation_has_no_code_and_is_not_opened_by_its_id(client, db, now):
    member = make_member(username="piet", state=MemberState.IMPORTED)
    invitations.invite([member.user_id], actor=COMMAND, now=now, lifetime=TWO_WEEKS)
    db.session.commit()
    with client.session_transaction() as cookie:
        cookie["letter"] = [db.session.scalar(select(MailedLink.id)), 9e12]
    assert client.get("/brief/account").location == "/brief/"


def test_the_pages_of_a_letter_send_no_referer(client, mailbox, letter):
    for page in (client.get(f"/uitnodiging/{letter.token}"), type_letter(client, letter.code)):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"


def test_nobody_tries_out_with_a_letter_which_addresses_exist(client, mailbox, letter):
    page = f"/uitnodiging/{letter.token}"
    mailbox.answer = "550 5.1.1 no such user"
    for number in range(PROOFS_SENT.tries):
        client.post(page, data={"step": "address", "email": f"wie{number}@post.example"})
    mailbox.answer = "250 OK"
    assert "60 minuten" in client.post(page, data={"step": "address", "email": EMAIL}).text


def test_a_proof_of_before_does_not_count_for_a_newer_letter(client, mailbox, letter, printed, els):
    prove_address(client, mailbox, f"/uitnodiging/{letter.token}", EMAIL)
    newer = printed(els)
    assert "Stap 1 van 3" in client.get(f"/uitnodiging/{newer.token}").text
