"""No door tells whether an account exists: not by its words, its status, its work or what it leaves behind."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.models import MailedLink, OutboundMail
from app.services.access import rate_limits
from app.services.access.rate_limits import PASSWORD_PER_ACCOUNT
from tests.auth.steps import PASSWORD
from tests.support.factories.people import make_member

pytestmark = pytest.mark.usefixtures("clock")
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "ROLLBACK")


def without_end(work):
    """The work, a savepoint that is kept counted as one that is taken back."""
    verbs, status = work
    ends = verbs.pop("RELEASE", 0) + verbs.pop("ROLLBACK", 0)
    return verbs, ends, status


@pytest.fixture
def work_of(client, statements):
    """What a POST does in the database, by verb, and its answer without what differs in each page."""

    def ask(path, **form):
        with statements() as seen:
            answer = client.post(path, data=form)
        return Counter(statement.split()[0] for statement in seen if statement.startswith(VERBS)), answer.status_code

    return ask


@pytest.fixture
def people(db, now):
    """One of each kind; `slot` has tried too often."""
    made = {
        "jan": make_member(username="jan", password=PASSWORD, email="jan@post.example"),
        "weg": make_member(username="weg", password=PASSWORD, active=False, email="weg@post.example"),
        "nieuw": make_member(username="nieuw"),
        "slot": make_member(username="slot", password=PASSWORD),
    }
    for _ in range(PASSWORD_PER_ACCOUNT.tries + 1):
        rate_limits.count_try(PASSWORD_PER_ACCOUNT, str(made["slot"].user_id), now)
    db.session.commit()
    return made


def test_a_refused_sign_in_is_the_same_work_whoever_it_was(work_of, people):
    works = [work_of("/inloggen/", user_name="niemand", password=PASSWORD)]
    works += [work_of("/inloggen/", user_name=name, password=PASSWORD) for name in ("weg", "nieuw", "slot")]
    works += [work_of("/inloggen/", user_name="jan", password="fout")]
    assert all(work == works[0] for work in works), works


def test_asking_for_a_new_password_is_the_same_work_whoever_it_was(work_of, people):
    for name in ("els", "tom"):  # a couple, of whom one did not open the account yet
        make_member(username=name, password=PASSWORD if name == "els" else None, email="samen@post.example")
    names = ("niemand", "jan", "weg", "nieuw", "slot", "niemand@post.example", "samen@post.example")
    works = [without_end(work_of("/wachtwoord-vergeten", user_name=name)) for name in names]
    assert all(work == works[0] for work in works), works


def test_asking_for_user_names_is_the_same_work_whoever_it_was(work_of, people):
    addresses = ("niemand@post.example", "jan@post.example", "weg@post.example")
    works = [without_end(work_of("/gebruikersnaam-vergeten", email=address)) for address in addresses]
    assert all(work == works[0] for work in works), works


def test_nobody_leaves_no_mail_and_no_link_behind(client, db, people):
    client.post("/wachtwoord-vergeten", data={"user_name": "niemand"})
    client.post("/gebruikersnaam-vergeten", data={"email": "niemand@post.example"})
    assert db.session.scalar(select(func.count()).select_from(OutboundMail)) == 0
    assert db.session.scalar(select(func.count()).select_from(MailedLink)) == 0


@pytest.mark.parametrize("kind", ["uitnodiging", "wachtwoord-kiezen", "e-mail-bevestigen"])
def test_a_made_up_token_is_answered_as_an_old_one(client, kind):
    assert client.get(f"/{kind}/verzonnen").status_code == 410
    assert client.post(f"/{kind}/verzonnen", data={"password": PASSWORD}).status_code == 410
