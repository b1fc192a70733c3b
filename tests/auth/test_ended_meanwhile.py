"""A session that is ended elsewhere while a request of it is under way: that request is answered, the next signs in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from app.auth import requests
from app.extensions import db as database
from app.models import UserSession
from app.models.guard.row_guard import everyone
from app.phrases import RuleBroken, phrase
from app.services.access import sessions
from app.services.accounts import team_accounts
from tests.support.factories.people import make_admin, make_member, make_staff


def end_all(*_args, **_more):
    """What a colleague does at the same moment: switch the account off, or give it another role."""
    with everyone("a colleague ends the sessions"):
        database.session.execute(delete(UserSession).execution_options(synchronize_session=False))
        database.session.commit()
    return True


def test_what_is_refused_is_told_still(client, sign_in_as, monkeypatch):
    """As with two administrators who take each other's role away at once."""
    colleague = make_staff()
    sign_in_as(client, make_admin())

    def refuse(*_args, **_more):
        end_all()
        raise RuleBroken(phrase("You cannot take this role away."), field="roles")

    monkeypatch.setattr(team_accounts, "change_roles", refuse)
    names = {"first_name": "Mick", "last_name": "Bos", "email": colleague.email, "role": "Admin"}
    answer = client.post(f"/gebruikers/edit/{colleague.id}", data=names)
    assert answer.status_code == 422
    assert "Deze rol kun je niet afnemen" in answer.get_data(as_text=True)
    assert client.get("/gebruikers/list/").location.startswith("/inloggen/")


@pytest.mark.parametrize("path", ["/", "/account/sessies/over"])
def test_a_page_that_noted_the_use_of_it_is_made_still(client, sign_in_as, clock, monkeypatch, path):
    sign_in_as(client, make_member())
    clock.shift(sessions.TOUCH_AFTER + timedelta(seconds=1))
    monkeypatch.setattr(requests.sessions, "is_live", end_all)
    assert client.get(path).status_code == 200


def test_staying_signed_in_brings_no_session_back(client, sign_in_as, monkeypatch):
    sign_in_as(client, make_member())
    stay = sessions.keep_alive
    monkeypatch.setattr(sessions, "keep_alive", lambda session, now: end_all() and stay(session, now))
    assert client.post("/account/sessies/blijf").status_code == 200
    monkeypatch.undo()
    assert client.get("/").location.startswith("/inloggen/")
