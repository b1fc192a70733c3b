"""Two people on one address: each gets a way back in, by an own link, and nobody learns that there are two."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.mail.delivery import deliver_due_mail
from app.models import AuditEvent, MailedLink, MailState, MemberState, OutboundMail
from app.services.access import one_time_links
from app.services.access.people import find_person
from app.services.access.rate_limits import LINKS_PER_ACCOUNT
from tests.auth.steps import OTHER_PASSWORD, PASSWORD, is_signed_in, newest_link, sign_in_fully, type_password
from tests.support.at_once import at_once, copies, posts
from tests.support.factories.people import make_member
from tests.support.mailbox import text_of

pytestmark = pytest.mark.usefixtures("clock")
SHARED = "samen@post.example"
LINK = re.compile(r"^(\S+?)(?: \(.+\))?:\nhttp://localhost(/\S+)$", re.MULTILINE)


@pytest.fixture
def couple(db):
    return [make_member(username=name, password=PASSWORD, email=SHARED) for name in ("els", "jan")]


def links_in(mailbox):
    """What stands in the newest mail: user name to path."""
    deliver_due_mail()
    return dict(LINK.findall(text_of(mailbox.messages[-1]).replace("\r\n", "\n")))


def ask(browser, typed=SHARED):
    return browser.post("/wachtwoord-vergeten", data={"user_name": typed})


def test_both_get_a_link_in_one_mail_and_each_changes_only_the_own_password(client, mailbox, couple):
    ask(client, "Samen@Post.example ")
    links = links_in(mailbox)
    assert list(links) == ["els", "jan"]
    assert len(mailbox.messages) == 1
    client.post(links["jan"], data={"password": OTHER_PASSWORD})
    assert type_password(client, "els", OTHER_PASSWORD).status_code == 422
    sign_in_fully(client, mailbox, "jan", OTHER_PASSWORD)
    assert is_signed_in(client)
    assert client.get(links["els"]).status_code == 200  # the other's link still works


def test_who_types_the_user_name_gets_one_link(client, mailbox, couple):
    ask(client, "jan")
    assert newest_link(mailbox).startswith("/wachtwoord-kiezen/")
    assert "els" not in text_of(mailbox.messages[-1])


def test_who_did_not_open_the_account_yet_gets_an_invitation_in_the_same_mail(client, mailbox, couple, db):
    new = make_member(username="kind", email=SHARED, state=MemberState.IMPORTED)
    ask(client)
    links = links_in(mailbox)
    assert [links[name].split("/")[1] for name in ("els", "jan", "kind")] == [
        "wachtwoord-kiezen",
        "wachtwoord-kiezen",
        "uitnodiging",
    ]
    client.post(links["kind"], data={"password": PASSWORD})
    assert find_person(new.user_id).user.password


def test_who_was_switched_off_is_not_among_them(client, mailbox, couple, db):
    couple[0].user.active = False
    ask(client)
    assert newest_link(mailbox).startswith("/wachtwoord-kiezen/")
    assert "els" not in text_of(mailbox.messages[-1])


def test_a_link_that_was_replaced_before_the_mail_left_is_not_in_it(client, mailbox, couple, db, now):
    ask(client)
    one_time_links.end_links([couple[0].user_id], [one_time_links.LinkKind.RESET], now)
    db.session.commit()
    assert list(links_in(mailbox)) == ["jan"]


def test_a_mail_of_which_no_link_is_open_any_more_does_not_leave(client, mailbox, couple, db, now):
    ask(client)
    for member in couple:
        one_time_links.end_everything_mailed([member.user_id], now)
    db.session.commit()
    deliver_due_mail()
    assert mailbox.messages == []
    assert db.session.scalar(select(OutboundMail.state)) == MailState.CANCELLED


def test_no_token_of_them_is_kept(client, mailbox, couple, db):
    ask(client)
    tokens = [path.rsplit("/", 1)[1] for path in links_in(mailbox).values()]
    kept = str(
        [vars(row) for table in (OutboundMail, MailedLink, AuditEvent) for row in db.session.scalars(select(table))]
    )
    assert len(tokens) == 2
    assert not any(token in kept for token in tokens)


def test_a_new_link_ends_those_of_before(client, mailbox, couple, clock):
    ask(client)
    before = links_in(mailbox)
    ask(client)
    after = links_in(mailbox)
    assert {client.get(path).status_code for path in before.values()} == {410}
    assert {client.get(path).status_code for path in after.values()} == {200}


def test_as_many_mails_an_hour_go_to_a_shared_address_as_to_another(client, mailbox, couple):
    for _ in range(LINKS_PER_ACCOUNT.tries + 2):
        ask(client)
        deliver_due_mail()
    assert len(mailbox.messages) == LINKS_PER_ACCOUNT.tries


def test_each_link_is_a_line_in_the_audit_trail(client, couple, db):
    ask(client)
    asked = select(AuditEvent.member_id).where(AuditEvent.action == "password.reset_asked")
    assert set(db.session.scalars(asked)) == {member.id for member in couple}


def test_twelve_that_ask_at_once_leave_one_open_link_for_each(app, client, couple, db, monkeypatch):
    at_once(*posts(copies(app, client, 12), "/wachtwoord-vergeten", [{"user_name": SHARED}] * 12))
    waiting = select(MailedLink.user_id, func.count()).where(MailedLink.is_waiting).group_by(MailedLink.user_id)
    assert dict(db.session.execute(waiting).all()) == {member.user_id: 1 for member in couple}


def test_the_answer_tells_nobody_that_there_are_two(client, couple):
    make_member(username="alleen", password=PASSWORD, email="alleen@post.example")
    pages = {ask(client, typed).text.split("<main")[1].split("</main")[0] for typed in (SHARED, "alleen", "niemand")}
    assert len(pages) == 1


def test_the_pages_say_to_use_the_user_name(client, db):
    assert "Typ dan je gebruikersnaam" in client.get("/inloggen/").text
    assert "een link voor ieder van jullie" in client.get("/wachtwoord-vergeten").text


def test_an_invitation_in_that_mail_works_as_long_as_another(client, mailbox, couple, db, now, app):
    new = make_member(username="kind", email=SHARED, state=MemberState.IMPORTED)
    ask(client)
    expires = db.session.scalar(select(MailedLink.expires_at).where(MailedLink.user_id == new.user_id))
    assert expires == now + timedelta(days=app.config["INVITATION_DAYS"])
