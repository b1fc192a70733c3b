"""What holds for every request: from our own pages only, without NUL, kept in no cache, and a guard that is shut."""

from __future__ import annotations

import io
from contextvars import Context
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.formparser import FormDataParser

from app.body_limits import MOST_FIELDS, MOST_FIELDS_OF_STRANGER, URLENCODED
from app.extensions import db as portal_db
from app.models import Account, Member, MemberState
from app.models.guard.row_guard import CLOSED, current_scope
from app.services.accounts.invitations import invite
from app.services.audit import COMMAND
from app.views.account.forms import ChangePasswordForm
from app.views.page import safe_next
from tests.auth.steps import PASSWORD, newest_link
from tests.support.factories.people import make_member, make_staff

HTTPS = "https://localhost"


@pytest.mark.usefixtures("clock")
def test_a_mailed_link_works_over_https_though_its_page_sends_no_referrer(client, mailbox, db, now):
    member = make_member(state=MemberState.IMPORTED)
    invite([member.user_id], actor=COMMAND, now=now, lifetime=timedelta(days=14))
    db.session.commit()
    link = newest_link(mailbox)
    assert client.get(link, base_url=HTTPS).headers["Referrer-Policy"] == "no-referrer"
    assert client.post(link, data={"password": PASSWORD}, base_url=HTTPS).status_code == 302


@pytest.mark.parametrize("origin", ["cross-site", "same-site", "anything"])
def test_a_form_that_another_site_sends_changes_nothing_even_with_a_token(client, db, sign_in_as, origin):
    member = make_member()
    sign_in_as(client, member)
    answer = client.post("/mijn-gegevens/gecontroleerd", headers={"Sec-Fetch-Site": origin})
    assert answer.status_code == 400
    assert db.session.get(Member, member.id).data_checked_at is None


@pytest.mark.parametrize("origin", ["same-origin", "none"])
def test_a_form_of_our_own_is_taken(client, sign_in_as, origin):
    sign_in_as(client, make_member())
    assert client.post("/account/sessies/blijf", headers={"Sec-Fetch-Site": origin}).status_code == 200


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/inloggen/", {"user_name": "a\0b", "password": "x"}),
        ("/wachtwoord-vergeten", {"user_name": "a\0"}),
        ("/gebruikersnaam-vergeten", {"email": "a\0@post.example"}),
        ("/inloggen/?next=/%00", {"user_name": "jan", "password": "x"}),
        ("/leden-importeren/", {"file": (io.BytesIO(b"a;b"), "a\0.csv")}),
        ("/mijn-gegevens/wijzigen", {"na\0me": "x"}),
    ],
)
def test_a_nul_is_refused_and_no_error_of_a_database(client, sign_in_as, address, form):
    sign_in_as(client, make_staff() if "file" in form else make_member())
    assert client.post(address, data=form).status_code == 400


def test_a_nul_in_an_address_is_refused(client, sign_in_as):
    sign_in_as(client, make_staff())
    for address in ("/leden/list/?q=a%00", "/verkiezingen/a%00b", "/static/%00"):
        assert client.get(address).status_code in (400, 404), address


@pytest.mark.parametrize(
    "target",
    [
        "//evil",
        "/\\evil",
        "/\t/evil",
        "/a\r\nSet-Cookie: x=1",
        "/\x00",
        "https://evil",
        "javascript:x",
        "evil",
        "",
        None,
    ],
)
def test_the_way_back_never_leads_to_another_site_or_into_a_header(target):
    assert safe_next(target) is None


def test_a_line_end_in_the_way_back_is_no_failure(client):
    assert client.post("/taal/nl", data={"next": "/a\r\nSet-Cookie: x=1"}).location == "/"


@pytest.mark.parametrize(
    "address",
    [
        "/inloggen/",
        "/uitnodiging/x",
        "/nergens",
        "/privacy",
        "/wachtwoord-vergeten",
        "/taal/nl",
        "/healthz",
        "/account/",
    ],
)
def test_no_page_is_kept_by_a_browser_or_a_cache_on_a_second_visit_either(client, address):
    for _ in range(2):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_files_of_ours_may_be_kept(client):
    assert "no-store" not in client.get("/static/portal.css").headers.get("Cache-Control", "")


def test_a_refused_form_still_knows_who_sent_it(csrf_client, sign_in_as):
    """The guard and the visitor are there before CSRFProtect answers."""
    sign_in_as(csrf_client, make_member(surname="Herkenbaar"))
    answer = csrf_client.post("/mijn-gegevens/gecontroleerd")
    assert answer.status_code == 400
    assert "Herkenbaar" in answer.text


def test_after_a_request_the_guard_is_shut_so_that_an_answer_in_pieces_reaches_nothing(app, client, sign_in_as):
    sign_in_as(client, make_staff())

    def ask():
        browser = FlaskClient(app, app.response_class)
        browser.get("/inloggen/")
        with app.app_context():
            return current_scope(), portal_db.session.scalars(select(Account)).all()

    portal_db.session.commit()
    assert Context().run(ask) == (CLOSED, [])


@pytest.mark.parametrize("number", [2**31, 10**20])
def test_a_number_in_an_address_that_no_row_can_have_is_no_page_and_no_failure(client, sign_in_as, number):
    sign_in_as(client, make_staff())
    assert client.post(f"/account/sessies/{number}/beeindig").status_code == 404
    for address in (f"/leden-importeren/{number}", f"/leden/show/{number}", f"/bestanden/{number}/x"):
        assert client.get(address).status_code == 404, address


def test_a_stranger_sends_no_large_form(client):
    assert client.post("/inloggen/", data={"user_name": "x" * 70_000}).status_code == 413
    assert client.post("/inloggen/", data={"user_name": "x" * 10_000}).status_code == 422


def form_of(count):
    """A form with this many fields, as it is sent."""
    return {"data": "&".join(["a=1"] * count), "content_type": URLENCODED}


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_form_of_very_many_fields_is_refused_with_a_sentence_before_it_is_taken_apart(
    client, sign_in_as, monkeypatch, is_signed_in
):
    if is_signed_in:
        sign_in_as(client, make_staff())
    most = MOST_FIELDS if is_signed_in else MOST_FIELDS_OF_STRANGER
    taken_apart = []
    parse = FormDataParser.parse
    monkeypatch.setattr(FormDataParser, "parse", lambda *given: taken_apart.append(1) or parse(*given))
    for count in (most + 1, 250_000 if is_signed_in else 16_000):
        answer = client.post("/account/code", **form_of(count))
        assert answer.status_code == 413
        assert f"hoogstens {most:,} velden".replace(",", ".") in answer.get_data(as_text=True)
    assert not taken_apart
    assert client.post("/account/code", **form_of(most)).status_code != 413
    assert taken_apart


def test_no_form_of_a_stranger_comes_near_the_limit_of_fields(app):
    with app.test_request_context():
        assert 10 * len(ChangePasswordForm().data) <= MOST_FIELDS_OF_STRANGER


def test_a_form_with_files_is_counted_too(client):
    fields = {f"field{number}": "1" for number in range(MOST_FIELDS_OF_STRANGER + 1)}
    answer = client.post("/inloggen/", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413
