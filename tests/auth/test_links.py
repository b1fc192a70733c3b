"""Invitation, reset and forgotten user name: links that work once, by POST, and sign nobody in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.mail.delivery import deliver_due_mail
from app.models import MailedLink, Member, MemberState, OutboundMail, User
from app.services.accounts.invitations import invite, print_invitation
from app.services.audit import COMMAND
from tests.auth.steps import (
    OTHER_PASSWORD,
    PASSWORD,
    is_signed_in,
    newest_link,
    prove_address,
    sign_in_fully,
    type_password,
)
from tests.support.factories.people import make_member, make_staff
from tests.support.mailbox import text_of

pytestmark = pytest.mark.usefixtures("clock")
TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def invited(db, now):
    member = make_member(username="jdevries", state=MemberState.IMPORTED)
    invite([member.user_id], actor=COMMAND, now=now, lifetime=TWO_WEEKS)
    db.session.commit()
    return member


def test_a_member_opens_the_account_and_then_signs_in_with_a_code(client, mailbox, invited, db):
    link = newest_link(mailbox)
    assert "jdevries" in text_of(mailbox.messages[-1])
    assert "jdevries" in client.get(link).get_data(as_text=True)
    client.post(link, data={"password": PASSWORD})
    assert not is_signed_in(client)
    sign_in_fully(client, mailbox, "jdevries")
    assert is_signed_in(client)
    assert db.session.get(Member, invited.id).state == MemberState.ACTIVE


@pytest.mark.parametrize("way", ["invitation", "reset"])
def test_who_chose_a_password_just_now_finds_the_user_name_filled_in(app, client, mailbox, invited, way):
    client.post(newest_link(mailbox), data={"password": PASSWORD})
    if way == "reset":
        client = app.test_client()
        client.post("/wachtwoord-vergeten", data={"user_name": "jdevries"})
        client.post(newest_link(mailbox), data={"password": OTHER_PASSWORD})
    assert 'value="jdevries"' in client.get("/inloggen/").text
    assert 'value="jdevries"' not in app.test_client().get("/inloggen/").text
    sign_in_fully(client, mailbox, "jdevries", OTHER_PASSWORD if way == "reset" else PASSWORD)
    client.post("/inloggen/uit")
    page = client.get("/inloggen/")
    assert page.status_code == 200
    assert 'value="jdevries"' not in page.text


def test_fetching_the_link_uses_nothing_up(client, mailbox, invited):
    link = newest_link(mailbox)
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.post(link, data={"password": PASSWORD}).status_code == 302


def test_a_link_works_once(client, mailbox, invited, db):
    link = newest_link(mailbox)
    client.post(link, data={"password": PASSWORD})
    before = db.session.get(User, invited.user_id).password
    assert client.post(link, data={"password": OTHER_PASSWORD}).status_code == 410
    assert db.session.get(User, invited.user_id).password == before


@pytest.mark.parametrize(
    "weak", ["kort", "welkom welkom", "wachtwoord123", "jdevries jdevries", "Voorbeeldstad2026", "x" * 129]
)
def test_a_weak_password_is_refused_with_the_reason_and_the_link_stays_open(client, mailbox, invited, weak):
    link = newest_link(mailbox)
    answer = client.post(link, data={"password": weak})
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.get_data(as_text=True)
    assert client.post(link, data={"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("word", ["kwatrijn", "roepzang", "achterlaan", "woonbergen", "postvakje", "Voorbeeldstad"])
def test_a_password_of_the_own_name_place_or_address_is_refused_with_that_reason(client, mailbox, db, now, word):
    member = make_member(
        username="kwatrijn",
        first_name="Roepzang",
        surname="Achterlaan",
        city="Woonbergen",
        email="postvakje@post.example",
        state=MemberState.IMPORTED,
    )
    invite([member.user_id], actor=COMMAND, now=now, lifetime=TWO_WEEKS)
    db.session.commit()
    link = newest_link(mailbox)
    assert "je naam of je gemeente" in client.post(link, data={"password": f"{word} 2026"}).text


def test_somebody_of_the_team_chooses_a_password_too(client, mailbox, db, now):
    clerk = make_staff(username="beheerder")
    client.post("/wachtwoord-vergeten", data={"user_name": "beheerder"})
    link = newest_link(mailbox)
    assert "je naam of je gemeente" in client.post(link, data={"password": "beheerder 2026"}).text
    assert client.post(link, data={"password": OTHER_PASSWORD}).status_code == 302
    db.session.refresh(clerk)
    assert clerk.password


def test_no_token_is_in_the_outbox_and_only_its_hash_in_the_table(client, mailbox, invited, db):
    token = newest_link(mailbox).rsplit("/", 1)[1]
    rows = [
        str(vars(row)) for row in (*db.session.scalars(select(OutboundMail)), *db.session.scalars(select(MailedLink)))
    ]
    assert not any(token in row for row in rows)


def test_an_expired_invitation_is_renewed_on_its_page_without_the_team(client, mailbox, invited, clock):
    link = newest_link(mailbox)
    clock.shift(15 * 24 * 3600)
    page = client.get(link)
    assert page.status_code == 410
    assert "verlopen" in page.get_data(as_text=True)
    client.post(f"{link}/opnieuw")
    newer = newest_link(mailbox)
    assert newer != link
    assert client.post(newer, data={"password": PASSWORD}).status_code == 302


def test_a_new_invitation_kills_the_old_one(client, mailbox, invited, db, now):
    old = newest_link(mailbox)
    invite([invited.user_id], actor=COMMAND, now=now, lifetime=TWO_WEEKS)
    db.session.commit()
    assert newest_link(mailbox) != old
    assert client.get(old).status_code == 410


def test_who_has_an_account_already_or_no_address_gets_no_invitation(mailbox, db, now):
    opened, silent = make_member(password=PASSWORD), make_member(email=None)
    result = invite([opened.user_id, silent.user_id], actor=COMMAND, now=now, lifetime=TWO_WEEKS)
    db.session.commit()
    deliver_due_mail()
    assert (result.queued, result.without_address, result.not_invited) == (0, 1, 1)
    assert not mailbox.messages


def test_a_member_without_address_opens_the_account_with_a_letter_and_gives_one(client, mailbox, db, now):
    member = make_member(username="els", email=None)
    page = f"/uitnodiging/{print_invitation(member.user_id, actor=COMMAND, now=now, lifetime=TWO_WEEKS).token}"
    db.session.commit()
    assert client.post(page, data={"password": PASSWORD, "email": "Els@Post.example"}).status_code == 422
    prove_address(client, mailbox, page, "Els@Post.example")
    client.post(page, data={"password": PASSWORD})
    sign_in_fully(client, mailbox, "els")
    assert is_signed_in(client)
    assert mailbox.to("els@post.example")


def test_a_forgotten_password_is_replaced_and_every_session_ends(app, client, mailbox):
    make_member(username="jan", password=PASSWORD)
    elsewhere = app.test_client()
    sign_in_fully(elsewhere, mailbox, "jan")
    client.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    client.post(newest_link(mailbox), data={"password": OTHER_PASSWORD})
    assert not is_signed_in(elsewhere)
    assert type_password(client, "jan", PASSWORD).status_code == 422
    sign_in_fully(client, mailbox, "jan", OTHER_PASSWORD)
    assert is_signed_in(client)


def test_a_reset_link_dies_after_an_hour(client, mailbox, clock):
    make_member(username="jan", password=PASSWORD)
    client.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    link = newest_link(mailbox)
    clock.shift(3601)
    assert client.post(link, data={"password": OTHER_PASSWORD}).status_code == 410


def test_asking_for_a_reset_tells_not_who_exists(client, mailbox):
    make_member(username="jan", password=PASSWORD)
    make_member(username="nieuw")
    pages = {client.post("/wachtwoord-vergeten", data={"user_name": n}).get_data() for n in ("jan", "niemand", "nieuw")}
    assert len({page.split(b"<main")[1].split(b"</main")[0] for page in pages}) == 1


def test_the_user_names_of_a_couple_go_to_the_address_they_share(client, mailbox):
    for name in ("jan", "els"):
        make_member(username=name, password=PASSWORD, email="samen@post.example")
    client.post("/gebruikersnaam-vergeten", data={"email": "Samen@post.example"})
    deliver_due_mail()
    content = text_of(mailbox.to("samen@post.example")[0])
    assert "jan" in content
    assert "els" in content


def test_a_block_by_somebody_else_keeps_a_known_device_and_a_reset_open(app, client, mailbox):
    make_staff(username="medewerker", password=PASSWORD)
    sign_in_fully(client, mailbox, "medewerker")
    client.post("/inloggen/uit")
    guesser = app.test_client()
    for _ in range(12):
        type_password(guesser, "medewerker", "gok")
    assert type_password(guesser, "medewerker").status_code == 422
    sign_in_fully(client, mailbox, "medewerker")
    assert is_signed_in(client)
    deliver_due_mail()
    assert any("verkeerd wachtwoord" in m["Subject"] for m in mailbox.messages)


def test_a_block_ends_by_itself(client, mailbox, clock):
    make_member(username="jan", password=PASSWORD)
    for _ in range(12):
        type_password(client, "jan", "gok")
    clock.shift(15 * 60 + 1)
    sign_in_fully(client, mailbox, "jan")
    assert is_signed_in(client)
