"""What a chosen password costs is bounded before anything judges it: zxcvbn takes seconds on crafted ones."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from argon2 import Type, extract_parameters

from app.services.access import passwords
from app.services.accounts.invitations import print_invitation
from app.services.audit import COMMAND
from tests.auth.steps import PASSWORD, newest_code, newest_link, sign_in_fully
from tests.support.factories.people import make_member
from tests.support.machines.processes import ROOT

pytestmark = pytest.mark.usefixtures("clock")
CRAFTED = ("a4@8({[<3b69!1|7$c5+%20x" * 6)[: passwords.MAX_LENGTH]  # each sign stands for a letter
MOST_WORD = 300  # letters of an own word: names and addresses, as their columns are


@pytest.fixture
def judged(monkeypatch):
    """What reached zxcvbn, which says that all is well."""
    seen = []

    def judge(password, *, user_inputs, max_length):
        seen.append((password, user_inputs))
        return {"guesses_log10": 20, "sequence": []}

    monkeypatch.setattr(passwords, "zxcvbn", judge)
    return seen


def invited(client, mailbox, now, password):
    letter = print_invitation(make_member().user_id, actor=COMMAND, now=now, lifetime=timedelta(days=14))
    return client.post(f"/uitnodiging/{letter.token}", data={"password": password})


def forgotten(client, mailbox, now, password):
    make_member(username="jan", password=PASSWORD)
    client.post("/wachtwoord-vergeten", data={"user_name": "jan"})
    return client.post(newest_link(mailbox), data={"password": password})


def changed(client, mailbox, now, password):
    make_member(username="jan", password=PASSWORD)
    sign_in_fully(client, mailbox, "jan")
    client.post("/account/code", data={"for": "password"})
    data = {"current": PASSWORD, "password": password, "code": newest_code(mailbox)}
    return client.post("/account/wachtwoord", data=data)


WAYS = pytest.mark.parametrize("choose", [invited, forgotten, changed])


@WAYS
def test_few_letters_and_few_signs_that_stand_for_letters_reach_zxcvbn(client, mailbox, now, judged, choose):
    assert choose(client, mailbox, now, CRAFTED).status_code == 302
    assert judged
    for password, words in judged:
        assert len(password) <= passwords.ZXCVBN_LENGTH <= 100
        assert len(set(password) & passwords.SUBSTITUTES) <= passwords.MOST_SUBSTITUTES
        assert max(map(len, words)) <= MOST_WORD


@WAYS
@pytest.mark.parametrize("length", [passwords.MAX_LENGTH + 1, 999, 20_000])
def test_a_password_that_is_too_long_is_refused_before_it_is_judged(client, mailbox, now, judged, choose, length):
    assert choose(client, mailbox, now, (CRAFTED * 500)[:length]).status_code == 422
    assert not judged


def test_of_a_typed_password_little_reaches_the_hash(client, monkeypatch, db):
    make_member(username="jan", password=PASSWORD)
    seen = []

    class Hasher:
        def verify(self, _stored, password):
            seen.append(len(password))
            return False

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    for length in (200, 1_000, 20_000):
        assert client.post("/inloggen/", data={"user_name": "jan", "password": "x" * length}).status_code == 422
    assert seen
    assert max(seen) <= passwords.MAX_LENGTH + 1


def test_in_service_a_hash_is_as_much_work_as_owasp_asks_whether_somebody_is_there_or_not():
    loaded = "from app.services.access import passwords as p; print(p._nobodys_hash, p.hash_password('x'))"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    nobodys, somebodys = map(extract_parameters, done.stdout.split())
    assert nobodys == somebodys
    assert (somebodys.type, somebodys.time_cost, somebodys.memory_cost) >= (Type.ID, 2, 19 * 1024)
