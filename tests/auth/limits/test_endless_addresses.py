"""Addresses of 500 characters: of a visitor, a browser, a mailbox. Each is cut, left out or refused at its field."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import AuditEvent, UserSession
from tests.auth.steps import PASSWORD, newest_code, sign_in_fully, type_code, type_password
from tests.support.factories.people import make_member, make_staff

pytestmark = pytest.mark.usefixtures("clock")
ENDLESS = ["a" * 500, "1." * 250, f"{'a' * 490}@post.nl", f"jan@{'a.' * 245}nl"]


@pytest.mark.parametrize("forwarded", [*ENDLESS, "192.0.2.7, x", "<script>", ""])
def test_what_a_proxy_forwards_as_the_address_of_a_visitor_is_one_or_none(client, mailbox, db, forwarded):
    make_member(username="jan", password=PASSWORD)
    origin = {"environ_overrides": {"REMOTE_ADDR": forwarded}}
    assert type_password(client, "jan", "fout", **origin).status_code == 422
    assert type_password(client, "jan", **origin).status_code == 302
    assert {*db.session.scalars(select(AuditEvent.ip))} == {""}


@pytest.mark.parametrize("ip", ["192.0.2.7", "2001:db8::1"])
def test_an_address_of_a_visitor_is_kept(client, mailbox, db, ip):
    make_member(username="jan", password=PASSWORD)
    type_password(client, "jan", "fout", environ_overrides={"REMOTE_ADDR": ip})
    assert ip in {*db.session.scalars(select(AuditEvent.ip))}


def test_the_name_of_a_browser_is_cut(client, mailbox, db):
    make_member(username="jan", password=PASSWORD)
    agent = {"User-Agent": "Mozilla/5.0 " + "x" * 500}
    type_password(client, "jan", headers=agent)
    assert client.post("/inloggen/code", data={"code": newest_code(mailbox)}, headers=agent).status_code == 302
    assert len(db.session.scalar(select(UserSession.agent))) == 200


@pytest.mark.parametrize("address", ENDLESS)
def test_an_own_address_without_end_is_refused_at_its_field(client, mailbox, address):
    make_member(username="jan", password=PASSWORD)
    sign_in_fully(client, mailbox, "jan")
    client.post("/account/code", data={"for": "email"})
    data = {"email": address, "code": newest_code(mailbox)}
    answer = client.post("/account/e-mailadres", data=data)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="email-error"' in page
    assert address in page  # what was typed is kept


@pytest.mark.parametrize("address", ENDLESS)
def test_the_team_cannot_type_one_without_end_either(client, sign_in_as, address):
    member = make_member()
    browser = sign_in_as(client, make_staff())
    answer = browser.post(f"/leden/edit/{member.id}", data={"surname": "Jansen", "email": address})
    assert answer.status_code in (200, 422)
    assert 'id="email-error"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ENDLESS)
def test_an_endless_name_at_the_doors_is_only_unknown(client, mailbox, address):
    assert type_password(client, address).status_code == 422
    assert client.post("/wachtwoord-vergeten/", data={"user_name": address}, follow_redirects=True).status_code < 500
    assert type_code(client, address).status_code < 500
